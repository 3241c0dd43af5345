package io.rustcdc.source.mysql;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One column as information_schema.columns has it.
 *
 * @param dataType its type without modifiers
 * @param columnType its type with them
 * @param charset null for types without
 * @param size of characters and bytes in bytes, of numbers in digits, of BIT in bits, of times in digits of the fraction
 */
record CatalogColumn(
        String name,
        String dataType,
        String columnType,
        @Nullable String charset,
        Size size) {

    /** What MariaDB says of times that are stored as before 10.1, or with mysql56_temporal_format=OFF. */
    private static final String OLD_FORMAT = "/* mariadb-5.3 */";

    private static final String COMPRESSED = "COMPRESSED*/";
    private static final int LABELS_IN_A_BYTE = 255;

    /**
     * @param octets of characters and bytes
     * @param precision of numbers
     * @param scale of numbers
     * @param fraction digits of times
     */
    record Size(long octets, int precision, int scale, int fraction) {}

    boolean isUnsigned() {
        return columnType.toLowerCase(Locale.ROOT).contains(" unsigned");
    }

    /** How the server stores it and describes it in a table map; null for a type that is not known here. */
    @Nullable
    StoredType stored() {
        return switch (dataType.toLowerCase(Locale.ROOT)) {
            case "tinyint" -> new StoredType(StoredType.TINY, 0);
            case "smallint" -> new StoredType(StoredType.SHORT, 0);
            case "mediumint" -> new StoredType(StoredType.INT24, 0);
            case "int" -> new StoredType(StoredType.LONG, 0);
            case "bigint" -> new StoredType(StoredType.LONGLONG, 0);
            case "float" -> new StoredType(StoredType.FLOAT, 4);
            case "double" -> new StoredType(StoredType.DOUBLE, 8);
            case "decimal" -> StoredType.ofDecimal(size.precision, size.scale);
            case "bit" -> new StoredType(StoredType.BIT, size.precision);
            case "year" -> new StoredType(StoredType.YEAR, 0);
            case "date" -> new StoredType(StoredType.DATE, 0);
            case "time" -> time(StoredType.TIME, StoredType.OLD_TIME);
            case "datetime" -> time(StoredType.DATETIME, StoredType.OLD_DATETIME);
            case "timestamp" -> time(StoredType.TIMESTAMP, StoredType.OLD_TIMESTAMP);
            case "char", "binary" -> new StoredType(StoredType.STRING, (int) size.octets);
            case "varchar", "varbinary" ->
                isCompressed()
                        ? new StoredType(StoredType.COMPRESSED_VARCHAR, (int) size.octets + 1)
                        : new StoredType(StoredType.VARCHAR, (int) size.octets);
            case "tinytext", "tinyblob" -> blob(1);
            case "text", "blob" -> blob(2);
            case "mediumtext", "mediumblob" -> blob(3);
            case "longtext", "longblob" -> blob(4);
            case "json" -> new StoredType(StoredType.JSON, 4);
            case "enum" -> new StoredType(StoredType.ENUM, labels().size() > LABELS_IN_A_BYTE ? 2 : 1);
            case "set" -> new StoredType(StoredType.SET, setSize(labels().size()));
            case ColumnType.UUID, ColumnType.INET6 -> new StoredType(StoredType.STRING, 16);
            case ColumnType.INET4 -> new StoredType(StoredType.STRING, 4);
            case "vector" -> new StoredType(StoredType.VECTOR, 4);
            case "geometry",
                    "point",
                    "linestring",
                    "polygon",
                    "multipoint",
                    "multilinestring",
                    "multipolygon",
                    "geometrycollection",
                    "geomcollection" -> new StoredType(StoredType.GEOMETRY, 4);
            default -> null;
        };
    }

    private StoredType time(int code, int old) {
        return new StoredType(columnType.contains(OLD_FORMAT) ? old : code, size.fraction);
    }

    private boolean isCompressed() {
        return columnType.contains(COMPRESSED);
    }

    private StoredType blob(int lengthSize) {
        return new StoredType(isCompressed() ? StoredType.COMPRESSED_BLOB : StoredType.BLOB, lengthSize);
    }

    private static int setSize(int labels) {
        int bytes = (labels + 7) / 8;
        return bytes > 4 ? 8 : bytes;
    }

    /** The name of a type that its storage does not tell, see {@link ColumnType#special}. */
    @Nullable
    String special() {
        String type = dataType.toLowerCase(Locale.ROOT);
        return switch (type) {
            case ColumnType.UUID,
                    ColumnType.INET4,
                    ColumnType.INET6,
                    "point",
                    "linestring",
                    "polygon",
                    "multipoint",
                    "multilinestring",
                    "multipolygon" -> type;
            case "geometrycollection", "geomcollection" -> "geometrycollection";
            default -> null;
        };
    }

    /** The labels of ENUM and SET, from what stands between the quotes of the type. */
    List<String> labels() {
        List<String> labels = new ArrayList<>();
        StringBuilder label = new StringBuilder();
        boolean inside = false;
        for (int i = columnType.indexOf('('); i >= 0 && i < columnType.length(); i++) {
            char character = columnType.charAt(i);
            char next = i + 1 < columnType.length() ? columnType.charAt(i + 1) : 0;
            if (!inside) {
                inside = character == '\'';
            } else if (character == '\'' && next != '\'') {
                labels.add(label.toString());
                label.setLength(0);
                inside = false;
            } else if (character == '\'' || character == '\\') {
                label.append(character == '\\' ? unescaped(next) : next);
                i++;
            } else {
                label.append(character);
            }
        }
        return labels;
    }

    private static char unescaped(char character) {
        return switch (character) {
            case '0' -> 0;
            case 'n' -> '\n';
            case 'r' -> '\r';
            default -> character;
        };
    }
}
