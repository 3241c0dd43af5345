package io.rustcdc.test.databases.sqlserver;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.LinkedHashMap;
import java.util.Map;
import org.h2.tools.TriggerAdapter;
import org.jspecify.annotations.Nullable;

/** Writes the log: H2 calls it for each row of a user's table that has changed. */
public final class StandInTrigger extends TriggerAdapter {

    /** How the names of these triggers begin; the object's id follows. H2 may rename a table while it alters it, but not them. */
    static final String NAME = "log_";

    private int objectId;

    @Override
    public void init(Connection connection, String schema, String trigger, String table, boolean before, int type) {
        objectId = Integer.parseInt(trigger.substring(NAME.length()));
    }

    @Override
    public void fire(Connection connection, @Nullable ResultSet before, @Nullable ResultSet after) throws SQLException {
        String database = connection.getCatalog();
        StandInTable definition = StandInCatalog.of(database).table(objectId);
        StandInLog log = StandInLog.of(database);
        StandInLog.Open transaction = log.transaction(session(connection));
        Map<String, @Nullable Object> old = values(before, definition);
        Map<String, @Nullable Object> row = values(after, definition);
        long record = log.nextRecord();
        if (before == null) {
            transaction.add(new StandInChange(objectId, StandInChange.INSERT, row, null, record));
        } else if (after == null) {
            transaction.add(new StandInChange(objectId, StandInChange.DELETE, old, null, record));
        } else if (definition.key().stream()
                .anyMatch(column -> !StandInValues.same(old.get(column), row.get(column)))) {
            // The server gives both the same number, so that only the operation tells them apart.
            transaction.add(new StandInChange(objectId, StandInChange.DELETE, old, null, record));
            transaction.add(new StandInChange(objectId, StandInChange.INSERT, row, null, record));
        } else {
            transaction.add(new StandInChange(objectId, StandInChange.BEFORE, old, row, record));
        }
    }

    static int session(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery("SELECT SESSION_ID()")) {
            result.next();
            return result.getInt(1);
        }
    }

    private static Map<String, @Nullable Object> values(@Nullable ResultSet row, StandInTable table)
            throws SQLException {
        Map<String, @Nullable Object> values = new LinkedHashMap<>();
        if (row == null) {
            return values;
        }
        for (StandInTable.Column column : table.columns()) {
            values.put(column.name(), row.getObject(column.name(), column.type().java()));
        }
        return values;
    }
}
