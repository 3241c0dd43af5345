package io.rustcdc.source.sqlserver;

import java.util.Locale;
import java.util.Set;

/**
 * The type of a captured column.
 *
 * @param name with its modifiers, such as {@code decimal(12,2)}
 * @param kind its Java values
 * @param digits of the seconds; 0 for types without
 * @param large what the change table leaves out of it
 * @param comparable whether a key can have it, so that rows can be read in its order and from a value on
 */
record ColumnType(String name, ValueKind kind, int digits, Large large, boolean comparable) {

    private static final int MAX = -1;
    private static final Set<String> BY_PRECISION = Set.of("decimal", "numeric");
    private static final Set<String> BY_LENGTH = Set.of("char", "varchar", "binary", "varbinary", "nchar", "nvarchar");
    private static final Set<String> BY_DIGITS = Set.of("time", "datetime2", "datetimeoffset");

    /** How change tables treat large values. */
    enum Large {
        NO,
        /** NULL in the rows of an update that did not touch it. */
        UNLESS_UPDATED,
        /** NULL in all old rows, too. */
        NEVER_OLD
    }

    /**
     * @param stored the name of the type in the change table
     * @param source the name of the type in the source table
     * @param length in bytes, -1 for max
     */
    static ColumnType of(String stored, String source, int length, int precision, int scale) {
        boolean rowversion = source.equalsIgnoreCase("timestamp") || source.equalsIgnoreCase("rowversion");
        String type = stored.toLowerCase(Locale.ROOT);
        String name = rowversion ? "rowversion" : name(type, length, precision, scale);
        ValueKind kind = kind(type);
        return new ColumnType(name, kind, digits(type, scale), large(type, length), comparable(kind, type, length));
    }

    private static String name(String type, int length, int precision, int scale) {
        if (BY_PRECISION.contains(type)) {
            return "%s(%d,%d)".formatted(type, precision, scale);
        }
        if (BY_LENGTH.contains(type)) {
            int characters = type.startsWith("n") ? length / 2 : length;
            return type + "(" + (length == MAX ? "max" : Integer.toString(characters)) + ")";
        }
        return BY_DIGITS.contains(type) ? type + "(" + scale + ")" : type;
    }

    private static ValueKind kind(String type) {
        return switch (type) {
            case "bit" -> ValueKind.BIT;
            case "tinyint", "smallint", "int" -> ValueKind.INTEGER;
            case "bigint" -> ValueKind.LONG;
            case "decimal", "numeric", "money", "smallmoney" -> ValueKind.DECIMAL;
            case "float" -> ValueKind.DOUBLE;
            case "real" -> ValueKind.FLOAT;
            case "binary", "varbinary", "image", "timestamp", "rowversion", "geometry", "geography" -> ValueKind.BYTES;
            case "date" -> ValueKind.DATE;
            case "time" -> ValueKind.TIME;
            case "datetime", "datetime2", "smalldatetime" -> ValueKind.DATE_TIME;
            case "datetimeoffset" -> ValueKind.OFFSET_DATE_TIME;
            case "uniqueidentifier" -> ValueKind.UUID;
            case "sql_variant" -> ValueKind.VARIANT;
            default -> ValueKind.TEXT;
        };
    }

    private static int digits(String type, int scale) {
        return switch (type) {
            case "time", "datetime2", "datetimeoffset" -> scale;
            case "datetime" -> 3;
            default -> 0;
        };
    }

    private static Large large(String type, int length) {
        return switch (type) {
            case "image", "text", "ntext" -> Large.NEVER_OLD;
            case "xml", "geometry", "geography", "json" -> Large.UNLESS_UPDATED;
            default -> BY_LENGTH.contains(type) && length == MAX ? Large.UNLESS_UPDATED : Large.NO;
        };
    }

    private static boolean comparable(ValueKind kind, String type, int length) {
        return switch (kind) {
            case VARIANT -> false;
            case TEXT -> BY_LENGTH.contains(type) && length != MAX;
            case BYTES -> !type.startsWith("geo") && !type.equals("image") && length != MAX;
            default -> true;
        };
    }

    /** The expression that gives the value of a column; types of the CLR have no form of their own in a result. */
    String select(String column) {
        return switch (name) {
            case "hierarchyid" -> "CAST(%s AS nvarchar(4000))".formatted(column);
            case "geometry", "geography" -> "CAST(%s AS varbinary(max))".formatted(column);
            default -> column;
        };
    }

    /** A parameter as a value of this type, so that it is compared as the column is. */
    String parameter() {
        return "CAST(? AS %s)".formatted(name.equals("rowversion") ? "binary(8)" : name);
    }
}
