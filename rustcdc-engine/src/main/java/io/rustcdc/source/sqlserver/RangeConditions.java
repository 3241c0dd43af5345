package io.rustcdc.source.sqlserver;

import io.rustcdc.source.KeyRange;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** The part of a WHERE that keeps to a range of keys, and what is bound to it. */
final class RangeConditions {

    private final ReadableTable table;
    private final List<String> conditions = new ArrayList<>();
    private final List<Bound> bounds = new ArrayList<>();

    private record Bound(ColumnType type, String value) {}

    RangeConditions(ReadableTable table, KeyRange range) {
        this.table = table;
        if (range.isOnlyOneKey()) {
            conditions.add(equal(range.upTo()));
            return;
        }
        if (!range.after().isEmpty()) {
            conditions.add(compare(">", range.after()));
        }
        if (!range.upTo().isEmpty()) {
            conditions.add(compare("<=", range.upTo()));
        }
    }

    List<String> conditions() {
        return conditions;
    }

    void bind(PreparedStatement statement) throws SQLException {
        int parameter = 1;
        for (Bound bound : bounds) {
            bound.type.kind().bind(statement, parameter++, bound.value);
        }
    }

    private String equal(List<String> values) {
        List<String> parts = new ArrayList<>();
        for (int i = 0; i < values.size(); i++) {
            parts.add(compareOne(i, "=", values.get(i)));
        }
        return String.join(" AND ", parts);
    }

    /** Compares whole keys: {@code (a > 1 OR a = 1 AND b > 2)}; the first part again in front of it, for the index. */
    private String compare(String operator, List<String> values) {
        String strict = operator.substring(0, 1);
        String wide = strict + "=";
        String first = values.size() == 1 ? "" : compareOne(0, wide, values.get(0)) + " AND ";
        List<String> ways = new ArrayList<>();
        for (int i = 0; i < values.size(); i++) {
            List<String> way = new ArrayList<>();
            for (int j = 0; j < i; j++) {
                way.add(compareOne(j, "=", values.get(j)));
            }
            way.add(compareOne(i, i == values.size() - 1 ? operator : strict, values.get(i)));
            ways.add(String.join(" AND ", way));
        }
        return first + "(" + String.join(" OR ", ways) + ")";
    }

    private String compareOne(int part, String operator, String value) {
        String column = table.key().get(part);
        ColumnType type = table.type(column);
        bounds.add(new Bound(type, value));
        return "%s %s %s".formatted(SqlServerSql.quoted(column), operator, type.parameter());
    }
}
