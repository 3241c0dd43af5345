package io.rustcdc.test.databases.sqlserver;

import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A type of T-SQL, as {@code sys.columns} tells of it, and the type of H2 that holds its values.
 *
 * @param length in bytes; -1 for (max)
 */
record StandInType(
        String name, int systemId, int userId, int length, int precision, int scale, String h2, Class<?> java) {

    private static final Pattern TEXT =
            Pattern.compile("\\[?(\\w+)]?\\s*(?:\\(\\s*(\\w+)\\s*(?:,\\s*(\\d+)\\s*)?\\))?");
    private static final int MAX = -1;

    /** The name that the catalog has for it. */
    private static final String ROWVERSION = "timestamp";

    /** By name: the id of the type. */
    static final Map<String, Integer> IDS = Map.ofEntries(
            Map.entry("uniqueidentifier", 36),
            Map.entry("date", 40),
            Map.entry("time", 41),
            Map.entry("datetime2", 42),
            Map.entry("datetimeoffset", 43),
            Map.entry("tinyint", 48),
            Map.entry("smallint", 52),
            Map.entry("int", 56),
            Map.entry("smalldatetime", 58),
            Map.entry("real", 59),
            Map.entry("money", 60),
            Map.entry("datetime", 61),
            Map.entry("float", 62),
            Map.entry("bit", 104),
            Map.entry("decimal", 106),
            Map.entry("numeric", 108),
            Map.entry("smallmoney", 122),
            Map.entry("bigint", 127),
            Map.entry("varbinary", 165),
            Map.entry("varchar", 167),
            Map.entry("binary", 173),
            Map.entry("char", 175),
            Map.entry(ROWVERSION, 189),
            Map.entry("nvarchar", 231),
            Map.entry("nchar", 239),
            Map.entry("xml", 241));

    static StandInType parse(String text) {
        Matcher parts = TEXT.matcher(text.strip());
        if (!parts.matches() || !IDS.containsKey(catalogName(parts.group(1)))) {
            throw new IllegalArgumentException("The stand-in for SQL Server has no type '" + text + "'");
        }
        String name = catalogName(parts.group(1));
        String argument = parts.group(2);
        int first = argument == null ? 0 : argument.equalsIgnoreCase("max") ? MAX : Integer.parseInt(argument);
        int second = parts.group(3) == null ? 0 : Integer.parseInt(parts.group(3));
        return switch (name) {
            case "bit" -> simple(name, 1, 1, "BOOLEAN", Boolean.class);
            case "tinyint" -> simple(name, 1, 3, "SMALLINT", Short.class);
            case "smallint" -> simple(name, 2, 5, "SMALLINT", Short.class);
            case "int" -> simple(name, 4, 10, "INTEGER", Integer.class);
            case "bigint" -> simple(name, 8, 19, "BIGINT", Long.class);
            case "real" -> simple(name, 4, 24, "REAL", Float.class);
            case "float" -> simple(name, 8, 53, "DOUBLE PRECISION", Double.class);
            case "money" -> number(name, 8, 19, 4);
            case "smallmoney" -> number(name, 4, 10, 4);
            case "decimal", "numeric" -> number(name, first > 28 ? 17 : 13, first == 0 ? 18 : first, second);
            case "date" -> simple(name, 3, 10, "DATE", LocalDate.class);
            case "time" -> time(name, argument == null ? 7 : first, 9, "TIME", LocalTime.class);
            case "datetime2" -> time(name, argument == null ? 7 : first, 20, "TIMESTAMP", LocalDateTime.class);
            case "datetimeoffset" ->
                time(name, argument == null ? 7 : first, 27, "TIMESTAMP WITH TIME ZONE", OffsetDateTime.class);
            case "datetime" -> time(name, 3, 20, "TIMESTAMP", LocalDateTime.class);
            case "smalldatetime" -> time(name, 0, 17, "TIMESTAMP", LocalDateTime.class);
            case "uniqueidentifier" -> simple(name, 16, 0, "UUID", UUID.class);
            case ROWVERSION -> simple(name, 8, 0, "BINARY(8)", byte[].class);
            case "xml" -> simple(name, MAX, 0, "VARCHAR", String.class);
            case "binary" -> sized(name, Math.max(first, 1), 1, "BINARY", byte[].class);
            case "varbinary" -> sized(name, first == 0 ? 1 : first, 1, "VARBINARY", byte[].class);
            case "char" -> sized(name, Math.max(first, 1), 1, "CHAR", String.class);
            case "varchar" -> sized(name, first == 0 ? 1 : first, 1, "VARCHAR", String.class);
            case "nchar" -> sized(name, Math.max(first, 1), 2, "CHAR", String.class);
            default -> sized(name, first == 0 ? 1 : first, 2, "VARCHAR", String.class);
        };
    }

    private static String catalogName(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return lower.equals("rowversion") ? ROWVERSION : lower;
    }

    private static int id(String name) {
        return Objects.requireNonNull(IDS.get(name));
    }

    private static StandInType simple(String name, int length, int precision, String h2, Class<?> java) {
        int id = id(name);
        return new StandInType(name, id, id, length, precision, 0, h2, java);
    }

    private static StandInType number(String name, int length, int precision, int scale) {
        int id = id(name);
        String h2 = "NUMERIC(%d, %d)".formatted(precision, scale);
        return new StandInType(name, id, id, length, precision, scale, h2, java.math.BigDecimal.class);
    }

    private static StandInType time(String name, int scale, int wholeDigits, String h2, Class<?> java) {
        int id = id(name);
        String sized = h2.replaceFirst("^(TIME(STAMP)?)", "$1(" + scale + ")");
        return new StandInType(name, id, id, 8, wholeDigits + scale, scale, sized, java);
    }

    private static StandInType sized(String name, int size, int bytes, String h2, Class<?> java) {
        int id = id(name);
        return size == MAX
                ? new StandInType(name, id, id, MAX, 0, 0, h2, java)
                : new StandInType(name, id, id, size * bytes, 0, 0, h2 + "(" + size + ")", java);
    }

    /** Whether its values are kept apart from the row, so that a before image has them only if they changed. */
    boolean isLarge() {
        return length == MAX;
    }

    /** Whether the server gives it a new value with each change of its row. */
    boolean isRowVersion() {
        return name.equals(ROWVERSION);
    }

    boolean isText() {
        return java == String.class && !name.equals("xml");
    }
}
