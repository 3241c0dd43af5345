package io.rustcdc.delivery;

import io.rustcdc.event.CdcException;
import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.FailureKind;
import io.rustcdc.event.Row;

/** A listener failed for one change and all its retries. That change is not acknowledged, nor is any later one. */
public final class DeliveryFailedException extends CdcException {

    private static final long serialVersionUID = 1L;

    DeliveryFailedException(String listener, ChangeEvent<Row> event, int attempts, Throwable cause) {
        super(
                FailureKind.TERMINAL,
                "Listener '%s' failed %d time(s) for %s: %s".formatted(listener, attempts, event, describe(cause)),
                remedy(cause) + " Then start the source again: it continues with this change.",
                cause);
    }

    private static String remedy(Throwable thrown) {
        Throwable cause = origin(thrown);
        String action = cause instanceof CdcException known ? known.action() : null;
        return action == null ? "Mend the listener (or what it depends on)." : action;
    }

    /** The class and, from our own exceptions only, the text: a listener's message may hold a row's values. */
    private static String describe(Throwable thrown) {
        Throwable cause = origin(thrown);
        return cause instanceof CdcException known
                ? known.description()
                : cause.getClass().getName();
    }

    private static Throwable origin(Throwable thrown) {
        return thrown instanceof BatchFailedException named ? named.getCause() : thrown;
    }
}
