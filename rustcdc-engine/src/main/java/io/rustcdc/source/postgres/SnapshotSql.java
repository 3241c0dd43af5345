package io.rustcdc.source.postgres;

import io.rustcdc.source.KeyRange;
import io.rustcdc.source.postgres.PublishedTable.KeyColumn;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The statements that read rows. Values can only be part of the text, since COPY takes no parameters; they are keys that the
 * server itself has written.
 */
final class SnapshotSql {

    private SnapshotSql() {}

    /** COPY of the rows of a range, in key order where there is a key. */
    static String copy(PublishedTable table, KeyRange range, @Nullable String condition, int limit) {
        List<String> conditions = within(table, range);
        String filter = table.rowFilter();
        if (filter != null) {
            conditions.add("(" + filter + ")");
        }
        if (condition != null) {
            conditions.add("(" + condition + "\n)"); // it may end in a comment
        }
        String columns = names(table.shape().columns().names());
        return "COPY (%s) TO STDOUT".formatted(select(columns, table, conditions, limit));
    }

    /** The key of a range's n-th row in key order, whatever the conditions on rows are; none when it has fewer. */
    static String keyOfRow(PublishedTable table, KeyRange range, int row) {
        String texts = table.key().stream()
                .map(column -> ServerChecks.quoted(column.name()) + "::text")
                .collect(Collectors.joining(", "));
        // Else the order would be that of the texts, which have the columns' names.
        String key = names(table.key().stream().map(KeyColumn::name).toList());
        return "SELECT %s FROM (%s OFFSET %d) AS one"
                .formatted(texts, select(key, table, within(table, range), row), row - 1);
    }

    private static String names(List<String> columns) {
        return columns.stream().map(ServerChecks::quoted).collect(Collectors.joining(", "));
    }

    private static List<String> within(PublishedTable table, KeyRange range) {
        List<String> conditions = new ArrayList<>();
        if (range.isOnlyOneKey()) {
            conditions.add(compare(table.key(), "=", range.upTo()));
        } else if (!range.after().isEmpty()) {
            conditions.add(compare(table.key(), ">", range.after()));
        }
        if (!range.upTo().isEmpty() && !range.isOnlyOneKey()) {
            conditions.add(compare(table.key(), "<=", range.upTo()));
        }
        return conditions;
    }

    private static String select(String columns, PublishedTable table, List<String> conditions, int limit) {
        StringBuilder sql = new StringBuilder("SELECT ").append(columns);
        // Tables that inherit from it are published on their own.
        sql.append(table.partitioned() ? " FROM " : " FROM ONLY ").append(table.quoted());
        if (!conditions.isEmpty()) {
            sql.append(" WHERE ").append(String.join(" AND ", conditions));
        }
        if (!table.key().isEmpty()) {
            sql.append(" ORDER BY ")
                    .append(names(table.key().stream().map(KeyColumn::name).toList()));
        }
        if (limit < Integer.MAX_VALUE) {
            sql.append(" LIMIT ").append(limit);
        }
        return sql.toString();
    }

    /** Compares whole keys, which an index on the key can do (manual 9.25.5, Row Constructor Comparison). */
    private static String compare(List<KeyColumn> key, String operator, List<String> values) {
        if (!key.stream().allMatch(KeyColumn::isBuiltIn)) {
            return compareEach(key, operator, values);
        }
        List<String> literals = new ArrayList<>();
        for (int i = 0; i < key.size(); i++) {
            literals.add(literal(values.get(i)) + "::" + key.get(i).type());
        }
        return "(%s) %s (%s)"
                .formatted(
                        key.stream()
                                .map(column -> ServerChecks.quoted(column.name()))
                                .collect(Collectors.joining(", ")),
                        operator,
                        String.join(", ", literals));
    }

    /** The same with each column's own operators. The first column is compared on its own, too, for the index. */
    private static String compareEach(List<KeyColumn> key, String operator, List<String> values) {
        String strict = operator.substring(0, 1);
        List<String> ways = new ArrayList<>();
        StringBuilder equal = new StringBuilder();
        for (int i = 0; i < key.size(); i++) {
            boolean last = i == key.size() - 1;
            if (last || !operator.equals("=")) {
                ways.add(equal + compareOne(key.get(i), last ? operator : strict, values.get(i)));
            }
            equal.append(compareOne(key.get(i), "=", values.get(i))).append(" AND ");
        }
        String any = "(" + String.join(" OR ", ways) + ")";
        return key.size() == 1 || operator.equals("=")
                ? any
                : compareOne(key.get(0), strict + "=", values.get(0)) + " AND " + any;
    }

    private static String compareOne(KeyColumn column, String operator, String value) {
        return "%s OPERATOR(%s.%s) %s::%s"
                .formatted(
                        ServerChecks.quoted(column.name()),
                        ServerChecks.quoted(column.operators()),
                        operator,
                        literal(value),
                        column.type());
    }

    /** A string constant, right whatever standard_conforming_strings says. */
    private static String literal(String value) {
        String quoted = "'" + value.replace("'", "''") + "'";
        return value.indexOf('\\') < 0 ? quoted : " E" + quoted.replace("\\", "\\\\");
    }
}
