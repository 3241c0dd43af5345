package io.rustcdc.spring.mapping;

/** A value does not fit a type. The message never holds the value. */
final class MismatchException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    MismatchException(String message) {
        super(message);
    }

    static MismatchException of(Object value) {
        return new MismatchException(
                "its values are of " + value.getClass().getTypeName() + " and cannot be converted");
    }
}
