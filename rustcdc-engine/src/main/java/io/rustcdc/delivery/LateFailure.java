package io.rustcdc.delivery;

import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.Row;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** The first failure that was told after its call had returned, for the delivery thread to find. Thread-safe. */
final class LateFailure {

    private final AtomicReference<@Nullable Failed> found = new AtomicReference<>();

    /**
     * @param listener its id
     * @param event the change, or the first one of its batch
     */
    record Failed(String listener, ChangeEvent<Row> event, Throwable cause) {}

    void tell(Failed failed) {
        found.compareAndSet(null, failed);
    }

    @Nullable
    Failed found() {
        return found.get();
    }
}
