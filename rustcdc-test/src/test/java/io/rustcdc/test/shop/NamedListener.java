package io.rustcdc.test.shop;

import io.rustcdc.event.Operation;
import io.rustcdc.event.Row;
import io.rustcdc.spring.CdcListener;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.stereotype.Component;

/** Of a source that only some tests configure. */
@Component
@ConditionalOnProperty("rustcdc.postgres.shop.host")
public class NamedListener {

    final List<Object> calls = new CopyOnWriteArrayList<>();

    @CdcListener(source = "shop", tables = "public.orders", operations = Operation.INSERT)
    void onOrder(Row order) {
        calls.add(order.get("id"));
    }
}
