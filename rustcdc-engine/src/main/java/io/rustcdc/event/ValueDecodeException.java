package io.rustcdc.event;

/** The bytes that the source sent for a column are not a value of its type. Never carries the value itself. */
public final class ValueDecodeException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public ValueDecodeException(String column, String type, Throwable cause) {
        super("Column '%s' could not be decoded as %s: %s"
                .formatted(column, type, cause.getClass().getSimpleName()));
    }

    /** The same failure again, of a value that was kept with it. */
    public ValueDecodeException(String message) {
        super(message);
    }
}
