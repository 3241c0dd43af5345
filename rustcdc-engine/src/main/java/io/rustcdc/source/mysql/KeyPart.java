package io.rustcdc.source.mysql;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One column of a primary key.
 *
 * @param type its type without modifiers
 * @param charset null for types without
 * @param whole whether the key has all of its value, not only the first characters
 */
record KeyPart(String column, String type, @Nullable String charset, boolean whole, Index index) {

    /** Types of which the text tells the value exactly, and which compare with it in the order of an index. */
    private static final Set<String> READABLE = Set.of(
            "tinyint",
            "smallint",
            "mediumint",
            "int",
            "bigint",
            "decimal",
            "float",
            "double",
            "bit",
            "year",
            "date",
            "time",
            "datetime",
            "timestamp",
            "char",
            "varchar",
            "binary",
            "varbinary",
            "enum",
            "uuid",
            "inet4",
            "inet6");

    /** Charsets in which one character may be written in two ways, so that a text does not say which one it was. */
    private static final Set<String> AMBIGUOUS =
            Set.of("big5", "cp932", "eucjpms", "euckr", "gb18030", "gb2312", "gbk", "sjis", "ujis");

    /** @param type such as BTREE */
    record Index(String type, boolean descending) {}

    /**
     * The key's columns, if a table can be read in their order and from any value of them on; else none. An index of hashes has
     * no order, and neither has one that goes up by one column and down by another, without sorting all that is left.
     */
    static List<String> readable(List<KeyPart> key) {
        boolean allReadable = key.stream().allMatch(KeyPart::isReadable);
        boolean oneWay =
                key.stream().map(part -> part.index.descending).distinct().count() == 1;
        return allReadable && oneWay ? key.stream().map(KeyPart::column).toList() : List.of();
    }

    private boolean isReadable() {
        return whole
                && READABLE.contains(type.toLowerCase(Locale.ROOT))
                && (charset == null || !AMBIGUOUS.contains(charset.toLowerCase(Locale.ROOT)))
                && !index.type.equals("HASH");
    }
}
