package io.rustcdc.schema;

import java.util.Objects;

/**
 * One column of a table.
 *
 * @param name as the database spells it
 * @param type the database's name of the type with its modifiers, such as {@code numeric(12,2)}
 */
public record ColumnSchema(String name, String type) {

    public ColumnSchema {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(type, "type");
    }
}
