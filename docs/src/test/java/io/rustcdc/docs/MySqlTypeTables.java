package io.rustcdc.docs;

import io.rustcdc.test.databases.golden.MariaDbTypes;
import io.rustcdc.test.databases.golden.MySqlType;
import io.rustcdc.test.databases.golden.MySqlTypes;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The tables of types and values of MySQL and MariaDB, from the golden tables that a test sends through real servers. */
final class MySqlTypeTables {

    private static final int LONGEST = 60;

    private MySqlTypeTables() {}

    /** Each type of MySQL with an example. */
    static String types() {
        return table("MySQL, MariaDB", distinct(MySqlTypes.all()).values());
    }

    /** What MariaDB has beside them, or has otherwise. */
    static String mariaDbTypes() {
        Map<String, MySqlType> types = distinct(MariaDbTypes.all());
        types.keySet().removeAll(distinct(MySqlTypes.all()).keySet());
        return table("MariaDB", types.values());
    }

    /** The values that have no ordinary counterpart in Java. */
    static String specialValues() {
        StringBuilder table = new StringBuilder("| MySQL, MariaDB | value | Java |\n|---|---|---|\n");
        for (MySqlType type : distinct(MySqlTypes.all()).values()) {
            type.values().stream()
                    .filter(value -> value.constant() != null)
                    .forEach(value -> table.append(
                            "| `%s` | `%s` | `%s` |\n".formatted(kind(type), value.text(), value.constant())));
        }
        return table.toString();
    }

    /** One line for each Java type. */
    static String byJavaType() {
        Map<Class<?>, List<MySqlType>> types = Stream.concat(MySqlTypes.all().stream(), MariaDbTypes.all().stream())
                .collect(Collectors.groupingBy(MySqlType::java, LinkedHashMap::new, Collectors.toList()));
        StringBuilder table = new StringBuilder("| Java | MySQL, MariaDB |\n|---|---|\n");
        types.forEach((java, ofIt) -> table.append("| `%s` | %s |\n".formatted(java.getSimpleName(), names(ofIt))));
        return table.toString();
    }

    private static String names(List<MySqlType> types) {
        return types.stream()
                .map(type -> "`" + type.name().replaceFirst("\\([^)]*\\)", "") + "`")
                .distinct()
                .collect(Collectors.joining(", "));
    }

    /** One of those that differ in length, character set and the like only. */
    private static Map<String, MySqlType> distinct(List<MySqlType> types) {
        Map<String, MySqlType> distinct = new LinkedHashMap<>();
        types.forEach(type -> distinct.putIfAbsent(kind(type) + type.java(), type));
        return distinct;
    }

    private static String kind(MySqlType type) {
        return type.definition()
                .replaceAll("(?i)\\(.*\\)| (character set|charset|collate) \\w+| (null|zerofill|compressed)", "");
    }

    private static String table(String server, Collection<MySqlType> types) {
        StringBuilder table =
                new StringBuilder("| %s | Java | a value | in Java |\n|---|---|---|---|\n".formatted(server));
        for (MySqlType type : types) {
            MySqlType.Value example = type.values().get(0);
            table.append("| `%s` | `%s` | `%s` | `%s` |\n"
                    .formatted(
                            cell(type.definition().replaceFirst("(?i) null$", "")),
                            type.java().getSimpleName(),
                            cell(example.text()),
                            cell(shown(example.java()))));
        }
        return table.toString();
    }

    private static String shown(Object value) {
        return value instanceof byte[] bytes ? Arrays.toString(bytes) : value.toString();
    }

    private static String cell(String text) {
        String escaped = text.replace("|", "\\|").replace("\n", " ");
        return escaped.length() <= LONGEST ? escaped : escaped.substring(0, LONGEST) + "…";
    }
}
