package io.rustcdc.spring.outbox;

import io.rustcdc.event.CdcException;
import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.Columns;
import io.rustcdc.event.Row;
import io.rustcdc.event.TableId;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The outbox of a source, as it is configured. Thread-safe. */
public final class OutboxTable {

    private final String key;
    private final String name;
    private final OutboxColumns wanted;
    private volatile @Nullable OutboxLayout last;

    /**
     * @param key of the source in the configuration, for messages
     * @param name a glob, for listeners that name no table
     */
    public OutboxTable(String key, String name, OutboxColumns wanted) {
        this.key = key;
        this.name = name;
        this.wanted = wanted;
    }

    public String name() {
        return name;
    }

    /**
     * What the events of one aggregate have in common and others have not, as a rule; null when the row does not tell. Never fails: what
     * is wrong with the row shows in the call of the listener.
     */
    public @Nullable Object aggregate(ChangeEvent<Row> change) {
        Row row = change.afterRow();
        if (row == null) {
            return null;
        }
        try {
            int index = layout(change, row.columns()).aggregateId();
            return row.isPresent(index) ? row.text(index) : null;
        } catch (CdcException e) {
            return null;
        }
    }

    /** How the row is found again. */
    DoneRow done(ChangeEvent<Row> change) {
        int index = layout(change).id();
        Object id = row(change).value(index);
        if (id == null) {
            throw isNull(change, index, "id");
        }
        return new DoneRow(change.table(), row(change).columns().name(index), id);
    }

    /**
     * That a table has the columns, if it is there and can be read.
     *
     * @return why it cannot be read; null if it can
     * @throws OutboxException if it lacks one
     * @throws SQLException if the connection does not work
     */
    public @Nullable SQLException require(Connection connection, TableId table) throws SQLException {
        String name = RowDeletion.quoted(table, RowDeletion.quote(connection));
        List<String> columns = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet none = statement.executeQuery("SELECT * FROM " + name + " WHERE 1 = 0")) {
            ResultSetMetaData found = none.getMetaData();
            for (int i = 1; i <= found.getColumnCount(); i++) {
                columns.add(found.getColumnName(i));
            }
        } catch (SQLException e) {
            if (connection.isValid(1)) {
                return e;
            }
            throw e;
        }
        OutboxLayout.of(Columns.of(columns, List.of()), wanted, table, key);
        return null;
    }

    /** The id as a text. */
    String idText(ChangeEvent<Row> change) {
        return text(change, layout(change).id(), "id");
    }

    String type(ChangeEvent<Row> change) {
        return text(change, layout(change).type(), "type");
    }

    String aggregateType(ChangeEvent<Row> change) {
        return text(change, layout(change).aggregateType(), "aggregate type");
    }

    String aggregateId(ChangeEvent<Row> change) {
        return text(change, layout(change).aggregateId(), "aggregate id");
    }

    OutboxLayout layout(ChangeEvent<Row> change) {
        return layout(change, row(change).columns());
    }

    static Row row(ChangeEvent<Row> change) {
        return Objects.requireNonNull(change.afterRow(), "after");
    }

    /** Rows of one version of a table share their columns. */
    private OutboxLayout layout(ChangeEvent<Row> change, Columns columns) {
        OutboxLayout found = last;
        if (found == null || found.columns() != columns) {
            found = OutboxLayout.of(columns, wanted, change.table(), key);
            last = found;
        }
        return found;
    }

    private String text(ChangeEvent<Row> change, int index, String what) {
        String text = row(change).text(index);
        if (text == null) {
            throw isNull(change, index, what);
        }
        return text;
    }

    private static OutboxException isNull(ChangeEvent<Row> change, int index, String what) {
        String column = row(change).columns().name(index);
        return new OutboxException(
                "A row of the outbox %s has no %s: its column '%s' is NULL".formatted(change.table(), what, column),
                "Declare the column NOT NULL, and mend the row: ALTER TABLE %s ALTER COLUMN %s SET NOT NULL (PostgreSQL)."
                        .formatted(change.table(), column));
    }
}
