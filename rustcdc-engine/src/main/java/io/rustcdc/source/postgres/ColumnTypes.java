package io.rustcdc.source.postgres;

import io.rustcdc.source.postgres.BuiltInTypes.BuiltIn;
import io.rustcdc.source.postgres.PgOutputMessage.Column;
import io.rustcdc.source.postgres.PgOutputMessage.TypeName;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Finds the type of a column: built in, or named by a Type message of this stream. The server sends a domain with the
 * name of its base type, so its values are those of the base type. Everything else is text: enum labels, composites and
 * types of extensions. An array of those is a List; of what, the message does not say, so the catalog is asked.
 */
final class ColumnTypes {

    /** How the server names every array type, which no user can change. */
    private static final String ARRAY_PREFIX = "_";

    private final TypeParts catalog;
    private final Map<Integer, TypeName> named = new HashMap<>();
    private final Map<TypeName, ColumnType> arrays = new HashMap<>();

    ColumnTypes(TypeParts catalog) {
        this.catalog = catalog;
    }

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
                return type.name().startsWith(ARRAY_PREFIX)
                        ? arrays.computeIfAbsent(type, this::array)
                        : new ColumnType(qualified(type), ScalarText::text);
            }
        }
        return new ColumnType(name(builtIn, column.modifier()), builtIn.decoder());
    }

    private ColumnType array(TypeName type) {
        List<CatalogType> parts = catalog.of(type.id());
        if (parts.isEmpty()) {
            return droppedArray(type);
        }
        CatalogType element = parts.get(0);
        BuiltIn builtIn = BuiltInTypes.byId(element.name().id());
        StringBuilder name = new StringBuilder(builtIn == null ? qualified(element.name()) : name(builtIn, -1));
        ValueDecoder decoder = builtIn == null ? ScalarText::text : builtIn.decoder();
        for (CatalogType part : parts.subList(1, parts.size())) {
            if (part.array()) {
                name.append("[]");
                decoder = ArrayText.of(decoder, element.delimiter());
            }
            element = part;
        }
        return new ColumnType(name.toString(), decoder);
    }

    /**
     * Rows may be older than the catalog. Of an array whose type was dropped since, the elements are text. The name alone
     * is no proof: other types may be called so, too, and then their text is no array.
     */
    private static ColumnType droppedArray(TypeName type) {
        ValueDecoder array = ArrayText.of(ScalarText::text, ',');
        TypeName element = new TypeName(0, type.schema(), type.name().substring(ARRAY_PREFIX.length()));
        return new ColumnType(qualified(element) + "[]", (bytes, from, length) -> {
            try {
                return array.decode(bytes, from, length);
            } catch (IllegalArgumentException e) {
                return ScalarText.text(bytes, from, length);
            }
        });
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
