package io.rustcdc.transform;

import io.rustcdc.event.AbsentColumnException;
import io.rustcdc.event.CdcException;
import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.FailureKind;
import io.rustcdc.event.Row;
import io.rustcdc.event.ValueDecodeException;
import org.jspecify.annotations.Nullable;

/**
 * A transform failed for a change, which is not acknowledged then, nor is any later one. Says which transform, table and position, and
 * the column where that is known; never a value.
 */
public final class TransformException extends CdcException {

    private static final long serialVersionUID = 1L;

    private final String transform;
    private boolean toBeSkipped;

    private TransformException(
            String transform, FailureKind kind, String message, @Nullable String action, @Nullable Throwable cause) {
        super(kind, message, action, cause);
        this.transform = transform;
    }

    /** The name of the transform. */
    public String transform() {
        return transform;
    }

    /** Whether the change is to become a dead letter, and the source to go on. */
    public boolean isToBeSkipped() {
        return toBeSkipped;
    }

    TransformException toBeSkipped() {
        toBeSkipped = true;
        return this;
    }

    /** What somebody has configured wrongly stays that; everything else is not retried either. */
    static TransformException of(String transform, ChangeEvent<Row> event, Throwable cause) {
        boolean configuration = cause instanceof CdcException known && known.kind() == FailureKind.CONFIGURATION;
        return new TransformException(
                transform,
                configuration ? FailureKind.CONFIGURATION : FailureKind.TERMINAL,
                "Transform '%s' failed for %s: %s".formatted(transform, event, describe(cause)),
                remedy(cause)
                        + " Then start the source again: it continues with this change. With transforms.on-error set to skip, such a change is set aside instead.",
                configuration && hasForeignCause(cause) ? null : cause);
    }

    /** The change was to be set aside, and that failed, too. */
    public TransformException notKept(ChangeEvent<Row> event, Throwable cause) {
        String remedy = cause instanceof CdcException known ? known.action() : null;
        TransformException notKept = new TransformException(
                transform,
                FailureKind.TERMINAL,
                "Transform '%s' failed for %s, and the change could not be set aside: %s"
                        .formatted(transform, event, describe(cause)),
                (remedy == null ? "Mend the store of skipped changes." : remedy)
                        + " Then start the source again: it continues with this change.",
                cause);
        notKept.addSuppressed(this);
        return notKept;
    }

    private static String remedy(Throwable cause) {
        String action = cause instanceof CdcException known ? known.action() : null;
        return action == null ? "Mend the transform (or what it depends on)." : action;
    }

    /** The class and, from our own exceptions only, the text: that of others may hold a row's values. */
    private static String describe(Throwable cause) {
        if (cause instanceof CdcException known) {
            return known.description();
        }
        return cause instanceof AbsentColumnException || cause instanceof ValueDecodeException
                ? String.valueOf(cause.getMessage())
                : cause.getClass().getName();
    }

    /** Failures of configuration are logged with the text of their root, which may hold a row's values if it is not ours. */
    private static boolean hasForeignCause(Throwable failure) {
        Throwable cause = failure.getCause();
        return cause != null && (!(cause instanceof CdcException) || hasForeignCause(cause));
    }
}
