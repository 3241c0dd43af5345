package io.rustcdc.spring.mapping;

/** Makes a value of one type from a decoded value. Thread-safe. */
@FunctionalInterface
interface Conversion {

    /** @throws MismatchException if it cannot be done without loss */
    Object apply(Object value);
}
