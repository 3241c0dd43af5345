package io.rustcdc.source.mysql;

import io.rustcdc.source.KeyRange;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The statements that read rows. Values can only be part of the text, which is that of the columns' own codecs. */
final class SnapshotSql {

    private SnapshotSql() {}

    /** The cells of the rows of a range, in key order where there is a key. */
    static String rows(ReadableTable table, KeyRange range, @Nullable String condition, int limit) {
        List<String> conditions = within(table, range);
        if (condition != null) {
            conditions.add("(" + condition + "\n)"); // it may end in a comment
        }
        return select(cells(table, table.shape().columns().names()), table, conditions) + limit(limit);
    }

    /**
     * As {@link #rows}, of a table whose engine has no views: the server sends nothing before it has all rows, and so keeps
     * writers out no longer than it takes to find them.
     */
    static String bufferedRows(ReadableTable table, KeyRange range, @Nullable String condition) {
        return rows(table, range, condition, Integer.MAX_VALUE).replaceFirst("SELECT", "SELECT SQL_BUFFER_RESULT");
    }

    /** The key of a range's n-th row in key order, whatever the condition on rows is; none when it has fewer. */
    static String keyOfRow(ReadableTable table, KeyRange range, int row) {
        return select(cells(table, table.key()), table, within(table, range)) + " LIMIT 1 OFFSET " + (row - 1);
    }

    private static String cells(ReadableTable table, List<String> columns) {
        return columns.stream()
                .map(column -> table.codec(column).select(Sql.quoted(column)))
                .collect(Collectors.joining(", "));
    }

    private static List<String> within(ReadableTable table, KeyRange range) {
        List<String> conditions = new ArrayList<>();
        if (range.isOnlyOneKey()) {
            conditions.add(equal(table, range.upTo()));
        } else if (!range.after().isEmpty()) {
            conditions.add(compare(table, ">", range.after()));
        }
        if (!range.upTo().isEmpty() && !range.isOnlyOneKey()) {
            conditions.add(compare(table, "<=", range.upTo()));
        }
        return conditions;
    }

    private static String select(String cells, ReadableTable table, List<String> conditions) {
        StringBuilder sql =
                new StringBuilder("SELECT ").append(cells).append(" FROM ").append(ReadableTable.quoted(table.id()));
        if (table.storage().versioned()) {
            sql.append(" FOR SYSTEM_TIME ALL");
        }
        if (!table.key().isEmpty()) {
            // Else a condition may make the server take another index and sort all that it finds, for each chunk.
            sql.append(" FORCE INDEX (PRIMARY)");
        }
        if (!conditions.isEmpty()) {
            sql.append(" WHERE ").append(String.join(" AND ", conditions));
        }
        if (!table.key().isEmpty()) {
            sql.append(" ORDER BY ")
                    .append(table.key().stream().map(Sql::quoted).collect(Collectors.joining(", ")));
        }
        return sql.toString();
    }

    private static String limit(int limit) {
        return limit < Integer.MAX_VALUE ? " LIMIT " + limit : "";
    }

    private static String equal(ReadableTable table, List<String> values) {
        List<String> parts = new ArrayList<>();
        for (int i = 0; i < values.size(); i++) {
            parts.add(compareOne(table, i, "=", values.get(i)));
        }
        return String.join(" AND ", parts);
    }

    /**
     * Compares whole keys: {@code a > 1 OR a = 1 AND b > 2}. Written as {@code (a, b) > (1, 2)} it would mean the same, but no index
     * would be used (MySQL manual, "Range Optimization of Row Constructor Expressions").
     */
    private static String compare(ReadableTable table, String operator, List<String> values) {
        String strict = operator.substring(0, 1);
        List<String> ways = new ArrayList<>();
        StringBuilder equal = new StringBuilder();
        for (int i = 0; i < values.size(); i++) {
            boolean last = i == values.size() - 1;
            ways.add(equal + compareOne(table, i, last ? operator : strict, values.get(i)));
            equal.append(compareOne(table, i, "=", values.get(i))).append(" AND ");
        }
        return "(" + String.join(" OR ", ways) + ")";
    }

    private static String compareOne(ReadableTable table, int part, String operator, String value) {
        String column = table.key().get(part);
        return "%s %s %s"
                .formatted(Sql.quoted(column), operator, table.codec(column).literal(value));
    }
}
