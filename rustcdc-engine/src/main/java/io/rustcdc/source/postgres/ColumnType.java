package io.rustcdc.source.postgres;

/**
 * A type as used by one column.
 *
 * @param name with its modifiers, such as {@code numeric(12,2)}
 */
record ColumnType(String name, ValueDecoder decoder) {}
