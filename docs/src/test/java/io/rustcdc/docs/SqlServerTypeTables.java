package io.rustcdc.docs;

import io.rustcdc.test.databases.golden.SqlServerType;
import io.rustcdc.test.databases.golden.SqlServerType.Large;
import io.rustcdc.test.databases.golden.SqlServerTypes;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;

/** The table of types and values of SQL Server, from the golden table that a test sends through the stand-in or a server. */
final class SqlServerTypeTables {

    private static final int LONGEST = 60;

    private SqlServerTypeTables() {}

    /** Each type with an example, what its old values lack, and whether it passed through the stand-in. */
    static String types() {
        Map<String, SqlServerType> distinct = new LinkedHashMap<>();
        Stream.concat(SqlServerTypes.all().stream(), SqlServerTypes.generated().stream())
                .forEach(type -> distinct.putIfAbsent(kind(type), type));
        StringBuilder table = new StringBuilder(
                "| SQL Server | Java | a value | in Java | old rows | stand-in |\n|---|---|---|---|---|---|\n");
        distinct.values().forEach(type -> table.append(row(type)));
        return table.toString();
    }

    /** Those that differ in length or digits only are one, but (max) is another. */
    private static String kind(SqlServerType type) {
        return type.name().replaceFirst("\\([0-9,]+\\)", "");
    }

    private static String row(SqlServerType type) {
        SqlServerType.Value example = type.values().get(0);
        return "| `%s` | `%s` | `%s` | `%s` | %s | %s |\n"
                .formatted(
                        kind(type),
                        type.java().getSimpleName(),
                        cell(example.text()),
                        cell(shown(example.java())),
                        old(type.large()),
                        type.realOnly() ? "no" : "yes");
    }

    private static String old(Large large) {
        return switch (large) {
            case NO -> "have it";
            case UNLESS_UPDATED -> "of an update that left it alone: absent";
            case NEVER_OLD -> "absent";
        };
    }

    private static String shown(Object value) {
        return value instanceof byte[] bytes ? Arrays.toString(bytes) : value.toString();
    }

    private static String cell(String text) {
        String escaped = text.replace("|", "\\|").replace("\n", " ");
        return escaped.length() <= LONGEST ? escaped : escaped.substring(0, LONGEST) + "…";
    }
}
