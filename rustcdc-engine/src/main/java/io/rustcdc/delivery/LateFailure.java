package io.rustcdc.delivery;

import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The first failure that was told from elsewhere, for the delivery thread to find. Thread-safe. */
final class LateFailure {

    private final AtomicReference<@Nullable Supplier<? extends RuntimeException>> found = new AtomicReference<>();

    /** @param failure asked for on the delivery thread */
    void tell(Supplier<? extends RuntimeException> failure) {
        found.compareAndSet(null, failure);
    }

    /** What the delivery thread has to throw; null for nothing. */
    @Nullable
    RuntimeException found() {
        Supplier<? extends RuntimeException> failure = found.get();
        return failure == null ? null : failure.get();
    }
}
