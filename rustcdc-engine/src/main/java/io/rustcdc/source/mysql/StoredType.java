package io.rustcdc.source.mysql;

/**
 * How a column is stored in row images, as its table map says.
 *
 * @param code one of the constants here; CHAR and BINARY, ENUM and SET are told apart
 * @param meta what the type needs to know beside it, such as a length, a precision and scale, or a number of fraction digits
 */
record StoredType(int code, int meta) {

    static final int TINY = 1;
    static final int SHORT = 2;
    static final int LONG = 3;
    static final int FLOAT = 4;
    static final int DOUBLE = 5;
    static final int OLD_TIMESTAMP = 7;
    static final int LONGLONG = 8;
    static final int INT24 = 9;
    static final int DATE = 10;
    static final int OLD_TIME = 11;
    static final int OLD_DATETIME = 12;
    static final int YEAR = 13;
    static final int NEWDATE = 14;
    static final int VARCHAR = 15;
    static final int BIT = 16;
    static final int TIMESTAMP = 17;
    static final int DATETIME = 18;
    static final int TIME = 19;
    static final int COMPRESSED_BLOB = 140;
    static final int COMPRESSED_VARCHAR = 141;
    static final int VECTOR = 242;
    static final int JSON = 245;
    static final int DECIMAL = 246;
    static final int ENUM = 247;
    static final int SET = 248;
    static final int BLOB = 252;
    static final int VAR_STRING = 253;
    static final int STRING = 254;
    static final int GEOMETRY = 255;

    /** Stands for "a length of one byte, then so many bytes" where {@link #size()} is asked; further ones count down. */
    static final int PREFIXED = -1;

    private static final int[] HIRES_DATETIME = {5, 6, 6, 7, 7, 7, 8};
    private static final int[] HIRES_TIME = {3, 4, 4, 5, 5, 5, 6};

    /**
     * A column of a table map.
     *
     * @param code the type there
     * @param in where its metadata comes next
     */
    static StoredType read(int code, BinlogBytes in) {
        return switch (code) {
            case TINY, SHORT, LONG, LONGLONG, INT24, DATE, NEWDATE, YEAR, OLD_TIMESTAMP, OLD_TIME, OLD_DATETIME ->
                new StoredType(code, 0);
            case FLOAT, DOUBLE -> requireMeta(code, in.u8(), code == FLOAT ? 4 : 8, code == FLOAT ? 4 : 8);
            case TIMESTAMP, DATETIME, TIME -> requireMeta(code, in.u8(), 0, 6);
            case BLOB, JSON, GEOMETRY, VECTOR, COMPRESSED_BLOB -> requireMeta(code, in.u8(), 1, 4);
            case VARCHAR, COMPRESSED_VARCHAR -> new StoredType(code, in.u16());
            case VAR_STRING -> new StoredType(VARCHAR, in.u16());
            case BIT -> requireMeta(code, in.u8() + 8 * in.u8(), 1, 64);
            case DECIMAL -> decimal(in.u8(), in.u8());
            case ENUM, SET, STRING -> string(in.u8(), in.u8());
            default ->
                throw BinlogBytes.undecodable(
                        "a column has the type %d, which neither server had when this was written".formatted(code));
        };
    }

    private static StoredType requireMeta(int code, int meta, int least, int most) {
        if (meta < least || meta > most) {
            throw BinlogBytes.undecodable(
                    "a column of type %d has the metadata %d, expected %d to %d".formatted(code, meta, least, most));
        }
        return new StoredType(code, meta);
    }

    private static StoredType decimal(int precision, int scale) {
        if (precision < 1 || precision > 65 || scale > precision) {
            throw BinlogBytes.undecodable("a column is DECIMAL(%d,%d)".formatted(precision, scale));
        }
        return ofDecimal(precision, scale);
    }

    static StoredType ofDecimal(int precision, int scale) {
        return new StoredType(DECIMAL, (precision << 8) | scale);
    }

    /** A length above 255 has its two highest bits in the type, inverted. */
    private static StoredType string(int first, int second) {
        if ((first & 0x30) != 0x30) {
            return new StoredType(first | 0x30, second | (((first & 0x30) ^ 0x30) << 4)).requireString();
        }
        return new StoredType(first, second).requireString();
    }

    private StoredType requireString() {
        boolean known =
                code == STRING || (code == ENUM && (meta == 1 || meta == 2)) || (code == SET && meta >= 1 && meta <= 8);
        if (!known) {
            throw BinlogBytes.undecodable("a column of strings has the type %d of length %d".formatted(code, meta));
        }
        return this;
    }

    int precision() {
        return meta >> 8;
    }

    int scale() {
        return meta & 0xFF;
    }

    /**
     * Whether the table map leaves open how many bytes a value has: MariaDB before 10.1, or with mysql56_temporal_format=OFF,
     * stores a time with fraction digits in another size and does not say so.
     */
    boolean isVague() {
        return code == OLD_TIMESTAMP || code == OLD_TIME || code == OLD_DATETIME;
    }

    /** Whether a value is of characters or bytes, which of the two the charset says. */
    boolean hasCharacters() {
        return switch (code) {
            case STRING, VARCHAR, BLOB, COMPRESSED_VARCHAR, COMPRESSED_BLOB -> true;
            default -> false;
        };
    }

    /** Whether a value is the number of a label, or the bits of several. */
    boolean hasLabels() {
        return code == ENUM || code == SET;
    }

    /** How many bytes a value has, or, if that is negative, how many bytes its length before it has. */
    int size() {
        return switch (code) {
            case TINY, YEAR -> 1;
            case SHORT -> 2;
            case INT24, DATE, NEWDATE -> 3;
            case LONG, FLOAT -> 4;
            case LONGLONG, DOUBLE -> 8;
            case TIMESTAMP -> 4 + (meta + 1) / 2;
            case DATETIME -> 5 + (meta + 1) / 2;
            case TIME -> 3 + (meta + 1) / 2;
            case OLD_TIMESTAMP -> 4 + (meta + 1) / 2;
            case OLD_DATETIME -> meta == 0 ? 8 : HIRES_DATETIME[meta];
            case OLD_TIME -> HIRES_TIME[meta];
            case BIT -> (meta + 7) / 8;
            case DECIMAL -> new DecimalLayout(precision(), scale()).size();
            case ENUM, SET -> meta;
            case STRING, VARCHAR, COMPRESSED_VARCHAR -> meta > 255 ? 2 * PREFIXED : PREFIXED;
            default -> meta * PREFIXED;
        };
    }
}
