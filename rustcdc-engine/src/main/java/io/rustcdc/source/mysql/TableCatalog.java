package io.rustcdc.source.mysql;

import io.rustcdc.event.TableId;
import io.rustcdc.source.mysql.CatalogColumn.Size;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Asks information_schema for tables. For the thread of its connection. */
final class TableCatalog {

    private static final String COLUMNS = """
            SELECT column_name, data_type, column_type, character_set_name, character_octet_length, numeric_precision,
                   numeric_scale, datetime_precision, generation_expression
            FROM information_schema.columns WHERE table_schema = ? AND table_name = ? ORDER BY ordinal_position""";

    private static final String KEY = """
            SELECT column_name FROM information_schema.statistics
            WHERE table_schema = ? AND table_name = ? AND index_name = 'PRIMARY' ORDER BY seq_in_index""";

    /** A unique key that is too long for an index has a hash in a column of its own; MEMORY has such indexes without. */
    private static final String MARIADB = """
            SELECT table_type, (SELECT count(DISTINCT index_name) FROM information_schema.statistics s
                    WHERE s.table_schema = t.table_schema AND s.table_name = t.table_name
                      AND s.non_unique = 0 AND s.index_type = 'HASH' AND t.engine <> 'MEMORY')
            FROM information_schema.tables t WHERE table_schema = ? AND table_name = ?""";

    private static final String ROW_END = "ROW END";

    private final Connection connection;
    private final Flavor flavor;

    TableCatalog(Connection connection, Flavor flavor) {
        this.connection = connection;
        this.flavor = flavor;
    }

    /** The table as it is now; null if there is none, or none of its columns may be read. */
    @Nullable
    CatalogTable load(TableId id) throws SQLException {
        List<CatalogColumn> columns = new ArrayList<>();
        String rowEnd = null;
        try (PreparedStatement statement = prepare(COLUMNS, id);
                ResultSet row = statement.executeQuery()) {
            while (row.next()) {
                columns.add(column(row));
                rowEnd = ROW_END.equals(row.getString(9)) ? row.getString(1) : rowEnd;
            }
        }
        if (columns.isEmpty()) {
            return null;
        }
        List<String> key = new ArrayList<>();
        try (PreparedStatement statement = prepare(KEY, id);
                ResultSet row = statement.executeQuery()) {
            while (row.next()) {
                key.add(row.getString(1));
            }
        }
        return flavor == Flavor.MARIADB ? mariaDb(id, columns, key, rowEnd) : new CatalogTable(id, columns, key, 0);
    }

    private static CatalogColumn column(ResultSet row) throws SQLException {
        return new CatalogColumn(
                row.getString(1),
                row.getString(2),
                row.getString(3),
                row.getString(4),
                new Size(row.getLong(5), row.getInt(6), row.getInt(7), row.getInt(8)));
    }

    /** Rows of a table with system versioning have two more columns, and the second one is part of the key. */
    private CatalogTable mariaDb(TableId id, List<CatalogColumn> columns, List<String> key, @Nullable String rowEnd)
            throws SQLException {
        int hidden = 0;
        String end = rowEnd;
        try (PreparedStatement statement = prepare(MARIADB, id);
                ResultSet row = statement.executeQuery()) {
            if (row.next()) {
                hidden = row.getInt(2);
                if ("SYSTEM VERSIONED".equals(row.getString(1)) && end == null) {
                    columns.add(period("row_start"));
                    columns.add(period("row_end"));
                    end = "row_end";
                }
            }
        }
        if (end != null && !key.isEmpty() && !key.contains(end)) {
            key.add(end);
        }
        return new CatalogTable(id, columns, key, hidden);
    }

    private static CatalogColumn period(String name) {
        return new CatalogColumn(name, "timestamp", "timestamp(6)", null, new Size(0, 0, 0, 6));
    }

    private PreparedStatement prepare(String sql, TableId id) throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql);
        statement.setString(1, id.schema());
        statement.setString(2, id.name());
        return statement;
    }
}
