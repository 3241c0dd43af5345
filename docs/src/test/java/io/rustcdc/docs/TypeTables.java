package io.rustcdc.docs;

import io.rustcdc.test.databases.golden.GoldenType;
import io.rustcdc.test.databases.golden.GoldenValue;
import io.rustcdc.test.databases.golden.PostgresTypes;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The tables of types and values, from the golden table that a test sends through a real server. */
final class TypeTables {

    /** What people look for among the many types that are text. */
    private static final List<String> KNOWN_TEXTS = List.of(
            "text", "varchar", "char(3)", "json", "jsonb", "xml", "interval", "money", "inet", "int4range", "tsvector");

    /** The types that users and extensions make, by one of each kind. */
    private static final Map<String, String> KINDS = new LinkedHashMap<>();

    static {
        KINDS.put("integer[]", "`integer[]`");
        KINDS.put("text[]", "`text[]`");
        KINDS.put("mood", "an enum");
        KINDS.put("mood[]", "an array of an enum");
        KINDS.put("weight", "a domain over `integer`");
        KINDS.put("weight[]", "an array of such a domain");
        KINDS.put("_odd", "a composite");
        KINDS.put("floatrange", "a range of one's own");
        KINDS.put("hstore", "`hstore` (extension)");
        KINDS.put("citext", "`citext` (extension)");
        KINDS.put("ltree", "`ltree` (extension)");
        KINDS.put("sku", "a type of any other extension");
    }

    private TypeTables() {}

    /** Each type with an example. */
    static String types() {
        StringBuilder table = new StringBuilder("| PostgreSQL | Java | a value | in Java |\n|---|---|---|---|\n");
        PostgresTypes.builtIn().forEach(type -> table.append(line("`" + type.name() + "`", type)));
        KINDS.forEach((name, kind) -> table.append(line(kind, find(name))));
        return table.toString();
    }

    /** The values that have no ordinary counterpart in Java. */
    static String specialValues() {
        StringBuilder table = new StringBuilder("| PostgreSQL | value | Java |\n|---|---|---|\n");
        for (GoldenType type : PostgresTypes.builtIn()) {
            for (GoldenValue value : type.values()) {
                if (value.constant() != null) {
                    table.append("| `%s` | `%s` | `%s` |\n".formatted(type.name(), value.literal(), value.constant()));
                }
            }
        }
        return table.toString();
    }

    /** One line for each Java type. */
    static String byJavaType() {
        Map<Class<?>, List<GoldenType>> types = PostgresTypes.builtIn().stream()
                .collect(Collectors.groupingBy(GoldenType::java, LinkedHashMap::new, Collectors.toList()));
        List<GoldenType> texts = types.remove(String.class);
        StringBuilder table = new StringBuilder("| Java | PostgreSQL |\n|---|---|\n");
        types.forEach(
                (java, ofIt) -> table.append("| `%s` | %s |\n".formatted(java.getSimpleName(), names(ofIt.stream()))));
        table.append("| `List` | arrays, also of more dimensions |\n");
        Stream<GoldenType> known = texts.stream().filter(type -> KNOWN_TEXTS.contains(type.name()));
        table.append("| `String` | %s, enums and all other types |\n".formatted(names(known)));
        return table.toString();
    }

    private static String names(Stream<GoldenType> types) {
        return types.map(type -> "`" + type.name().replaceFirst("\\(.*", "") + "`")
                .distinct()
                .collect(Collectors.joining(", "));
    }

    private static String line(String name, GoldenType type) {
        GoldenValue example = type.values().get(0);
        return "| %s | `%s` | `%s` | `%s` |\n"
                .formatted(
                        name,
                        type.java().getSimpleName(),
                        example.literal().replace("|", "\\|"),
                        shown(example.java()).replace("|", "\\|"));
    }

    private static String shown(Object value) {
        if (value instanceof byte[] bytes) {
            return Arrays.toString(bytes);
        }
        return value instanceof BigDecimal number ? number.toPlainString() : value.toString();
    }

    private static GoldenType find(String name) {
        return PostgresTypes.all().stream()
                .filter(type -> type.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("The golden table has no type '%s'".formatted(name)));
    }
}
