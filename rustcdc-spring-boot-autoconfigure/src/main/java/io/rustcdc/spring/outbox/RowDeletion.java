package io.rustcdc.spring.outbox;

import io.rustcdc.event.TableId;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The statements that delete rows. */
final class RowDeletion {

    private static final int LONGEST_SECONDS = 10;

    private RowDeletion() {}

    /**
     * Deletes these rows, as far as they are still there, in the transaction of the connection.
     *
     * @return how many there were
     */
    static long delete(Connection connection, List<DoneRow> rows) throws SQLException {
        Map<String, PreparedStatement> statements = new LinkedHashMap<>();
        try {
            String quote = quote(connection);
            for (DoneRow row : rows) {
                String sql = "DELETE FROM %s WHERE %s = ?"
                        .formatted(quoted(row.table(), quote), quoted(row.column(), quote));
                PreparedStatement statement = statements.get(sql);
                if (statement == null) {
                    statement = connection.prepareStatement(sql);
                    statements.put(sql, statement);
                    statement.setQueryTimeout(LONGEST_SECONDS);
                }
                statement.setObject(1, row.id());
                statement.addBatch();
            }
            long deleted = 0;
            for (PreparedStatement statement : statements.values()) {
                for (int count : statement.executeBatch()) {
                    deleted += Math.max(0, count);
                }
            }
            return deleted;
        } finally {
            for (PreparedStatement statement : statements.values()) {
                statement.close();
            }
        }
    }

    /** How the database quotes names. */
    static String quote(Connection connection) throws SQLException {
        DatabaseMetaData database = connection.getMetaData();
        String quote = database.getIdentifierQuoteString();
        return quote == null ? "" : quote.strip();
    }

    static String quoted(TableId table, String quote) {
        String schema = table.schema();
        return (schema == null ? "" : quoted(schema, quote) + ".") + quoted(table.name(), quote);
    }

    private static String quoted(String name, String quote) {
        return quote.isEmpty() ? name : quote + name.replace(quote, quote + quote) + quote;
    }

    /** Without the lines that may quote the row. */
    static String reason(Exception failure) {
        String message = String.valueOf(failure.getMessage());
        int end = message.indexOf('\n');
        String state = failure instanceof SQLException e ? " (" + e.getSQLState() + ")" : "";
        return (end < 0 ? message : message.substring(0, end)) + state;
    }
}
