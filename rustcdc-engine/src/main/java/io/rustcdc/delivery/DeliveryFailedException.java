package io.rustcdc.delivery;

import io.rustcdc.deadletter.DeadLetterException;
import io.rustcdc.event.AbsentColumnException;
import io.rustcdc.event.CdcException;
import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.FailureKind;
import io.rustcdc.event.Row;
import io.rustcdc.event.ValueDecodeException;
import org.jspecify.annotations.Nullable;

/** A listener failed for one change and all its retries, or could not be called for it. That change is not acknowledged, nor is any later one. */
public final class DeliveryFailedException extends CdcException {

    private static final long serialVersionUID = 1L;

    DeliveryFailedException(String listener, ChangeEvent<Row> event, int attempts, Throwable cause) {
        super(
                FailureKind.TERMINAL,
                "Listener '%s' failed %d time(s) for %s: %s".formatted(listener, attempts, event, describe(cause)),
                remedy(cause) + " Then start the source again: it continues with this change.",
                cause);
    }

    private DeliveryFailedException(String message, @Nullable String action, Throwable cause) {
        super(
                FailureKind.TERMINAL,
                message,
                (action == null ? "" : action + " ") + "Then start the source again: it continues with this change.",
                cause);
    }

    /** It was to be parked, but belongs to no row. */
    static DeliveryFailedException withoutKey(String listener, ChangeEvent<Row> event, int attempts, Throwable cause) {
        DeliveryFailedException failure = new DeliveryFailedException(listener, event, attempts, cause);
        return new DeliveryFailedException(
                failure.description()
                        + ". It cannot become a dead letter: it has no key, so nothing tells which later changes must wait behind it",
                "Mend the listener, or let it skip such changes.",
                failure);
    }

    /** It was to be parked, and the store did not take it. */
    static DeliveryFailedException notKept(
            String listener, ChangeEvent<Row> event, int attempts, DeadLetterException cause) {
        return new DeliveryFailedException(
                "Listener '%s' failed %d time(s) for %s, which cannot become a dead letter: %s"
                        .formatted(listener, attempts, event, cause.description()),
                cause.action(),
                cause);
    }

    /** The listener was not called, and the store did not take what was to stand there. */
    static DeliveryFailedException notKeptBehind(String listener, ChangeEvent<Row> event, DeadLetterException cause) {
        return new DeliveryFailedException(
                "Dead letters of listener '%s' cannot be kept up with %s: %s"
                        .formatted(listener, event, cause.description()),
                cause.action(),
                cause);
    }

    /** The change has to wait for others with its key, which cannot be read. */
    static DeliveryFailedException keyNotRead(String listener, ChangeEvent<Row> event, Throwable cause) {
        return new DeliveryFailedException(
                "Listener '%s' could not be called for %s, since the key by which it is kept in order cannot be read: %s"
                        .formatted(listener, event, describe(cause)),
                "Mend the row in the database, or the transform that makes the key. A listener without concurrency reads no key.",
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
        if (cause instanceof CdcException known) {
            return known.description();
        }
        return cause instanceof ValueDecodeException || cause instanceof AbsentColumnException
                ? String.valueOf(cause.getMessage())
                : cause.getClass().getName();
    }

    private static Throwable origin(Throwable thrown) {
        return thrown instanceof BatchFailedException named ? named.getCause() : thrown;
    }
}
