package io.rustcdc.source.mysql;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.function.IntPredicate;

/**
 * What a table map tells of the columns beside how they are stored: with binlog_row_metadata=FULL all of it, with MINIMAL signs
 * and charsets, and with MariaDB's NO_LOG nothing. What the server has added since is stepped over.
 *
 * @param names empty where they are not told
 * @param tellsSigns whether it tells which numbers have a sign
 * @param unsigned of each column that is a number
 * @param collations of each column of characters or bytes, and of each ENUM and SET if that is told; 0 where unknown
 * @param labels of each ENUM and SET, as bytes in its charset; empty where they are not told
 * @param geometries the type of each column of geometries, empty where unknown
 * @param key the indexes of the primary key's columns in key order
 */
record TableMetadata(
        List<String> names,
        boolean tellsSigns,
        BitSet unsigned,
        List<Integer> collations,
        List<List<byte[]>> labels,
        List<Integer> geometries,
        List<Integer> key) {

    private static final int SIGNEDNESS = 1;
    private static final int DEFAULT_CHARSET = 2;
    private static final int COLUMN_CHARSET = 3;
    private static final int COLUMN_NAME = 4;
    private static final int SET_LABELS = 5;
    private static final int ENUM_LABELS = 6;
    private static final int GEOMETRY_TYPE = 7;
    private static final int SIMPLE_KEY = 8;
    private static final int KEY_WITH_PREFIX = 9;
    private static final int LABEL_DEFAULT_CHARSET = 10;
    private static final int LABEL_COLUMN_CHARSET = 11;

    /** Whether the table map told all that is needed. */
    boolean isFull() {
        return !names.isEmpty();
    }

    static TableMetadata read(List<StoredType> types, Flavor flavor, BinlogBytes in) {
        Reader reader = new Reader(types, flavor);
        while (in.remaining() > 0) {
            int field = in.u8();
            reader.read(field, in.slice(in.packed()));
        }
        return reader.result();
    }

    /** Takes the fields in any order. */
    private static final class Reader {

        private final List<StoredType> types;
        private final Flavor flavor;
        private final List<String> names = new ArrayList<>();
        private final BitSet unsigned = new BitSet();
        private boolean tellsSigns;
        private final int[] collations;
        private final List<List<byte[]>> labels;
        private final List<Integer> geometries;
        private final List<Integer> key = new ArrayList<>();

        Reader(List<StoredType> types, Flavor flavor) {
            this.types = types;
            this.flavor = flavor;
            this.collations = new int[types.size()];
            this.labels = new ArrayList<>(
                    types.stream().map(type -> List.<byte[]>of()).toList());
            this.geometries = new ArrayList<>(types.stream().map(type -> 0).toList());
        }

        void read(int field, BinlogBytes in) {
            switch (field) {
                case SIGNEDNESS -> signs(in);
                case DEFAULT_CHARSET -> defaults(in, this::isCharacters);
                case COLUMN_CHARSET -> each(in, this::isCharacters);
                case COLUMN_NAME -> names(in);
                case SET_LABELS -> labels(in, StoredType.SET);
                case ENUM_LABELS -> labels(in, StoredType.ENUM);
                case GEOMETRY_TYPE -> geometries(in);
                case SIMPLE_KEY -> key(in, false);
                case KEY_WITH_PREFIX -> key(in, true);
                case LABEL_DEFAULT_CHARSET -> defaults(in, this::isLabels);
                case LABEL_COLUMN_CHARSET -> each(in, this::isLabels);
                default -> {} // visibility, dimensions, and what is not known here
            }
        }

        TableMetadata result() {
            if (!names.isEmpty() && names.size() != types.size()) {
                throw BinlogBytes.undecodable(
                        "a table map names %d columns of %d".formatted(names.size(), types.size()));
            }
            if (new HashSet<>(names).size() != names.size()) {
                throw BinlogBytes.undecodable("a table map gives two columns one name");
            }
            return new TableMetadata(
                    List.copyOf(names),
                    tellsSigns,
                    unsigned,
                    Arrays.stream(collations).boxed().toList(),
                    List.copyOf(labels),
                    List.copyOf(geometries),
                    List.copyOf(key));
        }

        private void signs(BinlogBytes in) {
            tellsSigns = true;
            int bits = 0;
            int seen = 0;
            for (int column : columns(this::isNumber)) {
                if (seen % 8 == 0) {
                    bits = in.u8();
                }
                unsigned.set(column, (bits & (0x80 >> (seen % 8))) != 0);
                seen++;
            }
        }

        /** One collation for all, and those of others with their numbers among the columns of that kind. */
        private void defaults(BinlogBytes in, IntPredicate kind) {
            int[] columns = columns(kind);
            int collation = (int) in.packed();
            Arrays.stream(columns).forEach(column -> collations[column] = collation);
            while (in.remaining() > 0) {
                long index = in.packed();
                if (index < 0 || index >= columns.length) {
                    throw BinlogBytes.undecodable(
                            "a table map gives column %d of %d a charset".formatted(index, columns.length));
                }
                collations[columns[(int) index]] = (int) in.packed();
            }
        }

        private void each(BinlogBytes in, IntPredicate kind) {
            for (int column : columns(kind)) {
                collations[column] = (int) in.packed();
            }
        }

        private void names(BinlogBytes in) {
            while (in.remaining() > 0) {
                names.add(in.name());
            }
        }

        private void labels(BinlogBytes in, int code) {
            for (int column : columns(index -> types.get(index).code() == code)) {
                int count = in.count(1);
                List<byte[]> texts = new ArrayList<>(count);
                for (int i = 0; i < count; i++) {
                    texts.add(in.copy(in.count(1)));
                }
                labels.set(column, List.copyOf(texts));
            }
        }

        private void geometries(BinlogBytes in) {
            for (int column : columns(index -> types.get(index).code() == StoredType.GEOMETRY)) {
                geometries.set(column, (int) in.packed());
            }
        }

        private void key(BinlogBytes in, boolean prefixed) {
            while (in.remaining() > 0) {
                long column = in.packed();
                if (column < 0 || column >= types.size()) {
                    throw BinlogBytes.undecodable(
                            "a table map has column %d of %d in the key".formatted(column, types.size()));
                }
                key.add((int) column);
                if (prefixed) {
                    in.packed(); // how many of its characters; they are unique, so the whole column is
                }
            }
        }

        private int[] columns(IntPredicate kind) {
            int[] columns = new int[types.size()];
            int count = 0;
            for (int i = 0; i < columns.length; i++) {
                if (kind.test(i)) {
                    columns[count++] = i;
                }
            }
            return Arrays.copyOf(columns, count);
        }

        private boolean isNumber(int index) {
            return switch (types.get(index).code()) {
                case StoredType.TINY,
                        StoredType.SHORT,
                        StoredType.INT24,
                        StoredType.LONG,
                        StoredType.LONGLONG,
                        StoredType.FLOAT,
                        StoredType.DOUBLE,
                        StoredType.YEAR,
                        StoredType.DECIMAL -> true;
                default -> false;
            };
        }

        private boolean isCharacters(int index) {
            StoredType type = types.get(index);
            return type.hasCharacters() || (type.code() == StoredType.GEOMETRY && flavor == Flavor.MARIADB);
        }

        private boolean isLabels(int index) {
            return types.get(index).hasLabels();
        }
    }
}
