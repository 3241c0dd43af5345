package io.rustcdc.source.postgres;

import io.rustcdc.source.postgres.BuiltInTypes.BuiltIn;
import io.rustcdc.source.postgres.PgOutputMessage.Column;
import io.rustcdc.source.postgres.PgOutputMessage.TypeName;
import java.util.HashMap;
import java.util.Map;

/**
 * Finds the type of a column: built in, or named by a Type message of this stream. The server sends a domain with the
 * name of its base type, so its values are those of the base type. Everything else is text: enum labels, composites,
 * types of extensions and arrays of those.
 */
final class ColumnTypes {

    private final Map<Integer, TypeName> named = new HashMap<>();

    void put(TypeName type) {
        named.put(type.id(), type);
    }

    ColumnType of(Column column) {
        BuiltIn builtIn = BuiltInTypes.byId(column.type());
        if (builtIn == null) {
            TypeName type = named.get(column.type());
            if (type == null) {
                return new ColumnType("type " + Integer.toUnsignedString(column.type()), ScalarText::text);
            }
            builtIn = isBuiltInName(type) ? BuiltInTypes.byName(type.name()) : null;
            if (builtIn == null) {
                return new ColumnType(qualified(type), ScalarText::text);
            }
        }
        return new ColumnType(name(builtIn, column.modifier()), builtIn.decoder());
    }

    private static boolean isBuiltInName(TypeName type) {
        return type.schema().isEmpty() || type.schema().equals("pg_catalog");
    }

    private static String qualified(TypeName type) {
        return isBuiltInName(type) || type.schema().equals("public") ? type.name() : type.schema() + "." + type.name();
    }

    private static String name(BuiltIn type, int modifier) {
        String element = type.element();
        return element == null
                ? TypeModifier.apply(type.name(), modifier)
                : TypeModifier.apply(element, modifier) + "[]";
    }
}
