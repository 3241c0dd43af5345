package io.rustcdc.spring.mapping;

import io.rustcdc.event.Row;
import org.jspecify.annotations.Nullable;

/** Reads one column as a value of one type. Thread-safe. */
@FunctionalInterface
interface ValueReader {

    /**
     * The value, or null for SQL NULL.
     *
     * @throws MismatchException if the column's value is not one of the type
     */
    @Nullable
    Object read(Row row, int index);
}
