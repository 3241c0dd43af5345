package io.rustcdc.event;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The name of a table as its database spells it.
 *
 * @param schema the schema (MySQL and MariaDB: the database), null where the source has none; never blank
 * @param name the bare table name, never qualified
 */
public record TableId(@Nullable String schema, String name) {

    public TableId {
        Objects.requireNonNull(name, "name");
        if (name.isBlank()) {
            throw new IllegalArgumentException("A table name must not be blank");
        }
        if (schema != null && schema.isBlank()) {
            schema = null;
        }
    }

    /** Splits {@code schema.table} at the first dot; a text without a dot is a bare name. */
    public static TableId parse(String qualifiedName) {
        int dot = qualifiedName.indexOf('.');
        return dot < 0
                ? new TableId(null, qualifiedName)
                : new TableId(qualifiedName.substring(0, dot), qualifiedName.substring(dot + 1));
    }

    /** {@code schema.table}, or the bare name where there is no schema. */
    public String qualifiedName() {
        return schema == null ? name : schema + "." + name;
    }

    @Override
    public String toString() {
        return qualifiedName();
    }
}
