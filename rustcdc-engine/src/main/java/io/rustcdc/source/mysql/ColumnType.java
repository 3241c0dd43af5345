package io.rustcdc.source.mysql;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All that decides what the values of a column are, be it told by a table map or by the catalog.
 *
 * @param unsigned of a number
 * @param charset of characters, bytes and labels; null for other types
 * @param labels of ENUM and SET
 * @param special the name of a type that its storage does not tell: a geometry's, uuid, inet4, inet6; else null
 */
record ColumnType(
        StoredType stored,
        boolean unsigned,
        @Nullable ServerCharset charset,
        List<String> labels,
        @Nullable String special) {

    static final String UUID = "uuid";
    static final String INET4 = "inet4";
    static final String INET6 = "inet6";

    ColumnType {
        labels = List.copyOf(labels);
    }

    /** The type as SQL writes it, with its modifiers. */
    String name() {
        return switch (stored.code()) {
            case StoredType.TINY -> number("tinyint");
            case StoredType.SHORT -> number("smallint");
            case StoredType.INT24 -> number("mediumint");
            case StoredType.LONG -> number("int");
            case StoredType.LONGLONG -> number("bigint");
            case StoredType.FLOAT -> number("float");
            case StoredType.DOUBLE -> number("double");
            case StoredType.DECIMAL -> number("decimal(%d,%d)".formatted(stored.precision(), stored.scale()));
            case StoredType.BIT -> "bit(%d)".formatted(stored.meta());
            case StoredType.YEAR -> "year";
            case StoredType.DATE, StoredType.NEWDATE -> "date";
            case StoredType.TIME, StoredType.OLD_TIME -> time("time");
            case StoredType.DATETIME, StoredType.OLD_DATETIME -> time("datetime");
            case StoredType.TIMESTAMP, StoredType.OLD_TIMESTAMP -> time("timestamp");
            case StoredType.STRING -> special == null ? sized("char", "binary", stored.meta()) : special;
            case StoredType.VARCHAR -> sized("varchar", "varbinary", stored.meta());
            case StoredType.COMPRESSED_VARCHAR -> sized("varchar", "varbinary", stored.meta() - 1);
            case StoredType.BLOB, StoredType.COMPRESSED_BLOB -> blob();
            case StoredType.ENUM -> labeled("enum");
            case StoredType.SET -> labeled("set");
            case StoredType.JSON -> "json";
            case StoredType.VECTOR -> "vector";
            default -> special == null ? "geometry" : special;
        };
    }

    ColumnCodec codec() {
        String name = name();
        return switch (stored.code()) {
            case StoredType.TINY, StoredType.SHORT, StoredType.INT24, StoredType.LONG, StoredType.LONGLONG ->
                new IntegerCodec(name, stored.size(), unsigned);
            case StoredType.FLOAT -> new FloatCodec(name);
            case StoredType.DOUBLE -> new DoubleCodec(name);
            case StoredType.DECIMAL -> new DecimalCodec(name, new DecimalLayout(stored.precision(), stored.scale()));
            case StoredType.BIT -> new BitCodec(name, stored.meta());
            case StoredType.YEAR -> new YearCodec(name);
            case StoredType.DATE, StoredType.NEWDATE -> new DateCodec(name);
            case StoredType.TIME, StoredType.OLD_TIME -> new TimeCodec(name, stored);
            case StoredType.DATETIME, StoredType.OLD_DATETIME -> new DateTimeCodec(name, stored);
            case StoredType.TIMESTAMP, StoredType.OLD_TIMESTAMP -> new TimestampCodec(name, stored);
            case StoredType.STRING -> string(name);
            case StoredType.COMPRESSED_VARCHAR, StoredType.COMPRESSED_BLOB -> new CompressedCodec(characters(name));
            case StoredType.VARCHAR, StoredType.BLOB -> characters(name);
            case StoredType.ENUM -> new EnumCodec(name, requireCharset(), labels);
            case StoredType.SET -> new SetCodec(name, requireCharset(), labels);
            case StoredType.JSON -> new JsonCodec(name);
            default -> new BinaryCodec(name, 0, stored.code() == StoredType.VECTOR);
        };
    }

    private ColumnCodec string(String name) {
        if (ColumnType.UUID.equals(special)) {
            return new UuidCodec(name);
        }
        if (special != null) {
            return new InetCodec(name, stored.meta());
        }
        return requireCharset().isBinary()
                ? new BinaryCodec(name, stored.meta(), false)
                : new TextCodec(name, requireCharset(), true);
    }

    private ColumnCodec characters(String name) {
        return requireCharset().isBinary()
                ? new BinaryCodec(name, 0, false)
                : new TextCodec(name, requireCharset(), false);
    }

    private ServerCharset requireCharset() {
        if (charset == null) {
            throw new IllegalStateException("Expected a charset for a column of type " + stored);
        }
        return charset;
    }

    private String number(String name) {
        return unsigned ? name + " unsigned" : name;
    }

    private String time(String name) {
        return stored.meta() == 0 ? name : "%s(%d)".formatted(name, stored.meta());
    }

    private String sized(String characters, String bytes, int size) {
        return requireCharset().isBinary()
                ? "%s(%d)".formatted(bytes, size)
                : "%s(%d)".formatted(characters, size / requireCharset().maxLength());
    }

    private String blob() {
        String kind = requireCharset().isBinary() ? "blob" : "text";
        return switch (stored.meta()) {
            case 1 -> "tiny" + kind;
            case 2 -> kind;
            case 3 -> "medium" + kind;
            default -> "long" + kind;
        };
    }

    private String labeled(String name) {
        StringBuilder text = new StringBuilder(name);
        for (int i = 0; i < labels.size(); i++) {
            text.append(i == 0 ? "('" : "','").append(labels.get(i).replace("'", "''"));
        }
        return text.append("')").toString();
    }
}
