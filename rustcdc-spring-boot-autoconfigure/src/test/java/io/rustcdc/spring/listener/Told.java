package io.rustcdc.spring.listener;

import io.rustcdc.delivery.Acknowledgment;
import org.jspecify.annotations.Nullable;

/** What the engine was told of a call. */
final class Told implements Acknowledgment {

    int acknowledged;

    @Nullable
    Throwable failure;

    @Override
    public void acknowledge() {
        acknowledged++;
    }

    @Override
    public void fail(Throwable cause) {
        failure = cause;
    }
}
