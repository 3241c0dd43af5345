package io.rustcdc.spring.mapping;

import io.rustcdc.event.Row;

/** Builds objects of one type from rows. Thread-safe. */
public interface RowMapper<T> {

    /**
     * The object of this row.
     *
     * @throws RowMappingException if a column is missing, absent or does not fit
     */
    T map(Row row);

    /** Whether the row has all columns without which the object would be less than it says. */
    default boolean isMappable(Row row) {
        return true;
    }

    /** Whether the row has all columns that the object takes. */
    default boolean isFilledBy(Row row) {
        return true;
    }

    /** Whether a row that describes a new shape of the table, instead of holding its data, can be mapped too. */
    default boolean mapsSchemaChanges() {
        return true;
    }
}
