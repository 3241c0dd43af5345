package io.rustcdc.test.shop;

import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.Row;
import io.rustcdc.transform.Transform;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.stereotype.Component;

/** A component of the application that only some tests switch on. Filters tests away, and fails for what is bad. */
@Component
@ConditionalOnProperty("shop.transform")
public class RefusingTransform implements Transform {

    @Override
    public @Nullable ChangeEvent<Row> apply(ChangeEvent<Row> change) {
        String status = String.valueOf(change.afterRow().get("state"));
        if (status.equals("BAD")) {
            throw new IllegalStateException("a bad order");
        }
        return status.equals("TEST") ? null : change;
    }
}
