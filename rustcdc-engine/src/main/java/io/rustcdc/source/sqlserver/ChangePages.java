package io.rustcdc.source.sqlserver;

import io.rustcdc.source.SourceException;
import io.rustcdc.source.sqlserver.ChangeCatalog.Segment;
import io.rustcdc.source.sqlserver.LoggedChange.LoggedTransaction;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDateTime;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * Reads one change table from a place on, page by page. A page ends after so many rows or bytes, also between the two rows of an
 * update: the old one is kept until the new one comes with the next page. For one thread, as the connection.
 */
final class ChangePages {

    private static final int FIRST_COLUMN = 8;

    private final Connection connection;
    private final SqlServerSql sql;
    private final Segment segment;
    private final TableVersions versions;
    private final Limits limits;
    private final ArrayDeque<LoggedChange> page = new ArrayDeque<>();
    private @Nullable ChangePosition last;
    private @Nullable SqlServerRow old;
    private boolean atEnd;

    /** The largest page. */
    record Limits(int rows, long bytes) {}

    /** @param resume the last change that was done inside of the segment; null to begin with its first transaction */
    ChangePages(
            ChangeSource source,
            Segment segment,
            TableVersions versions,
            Limits limits,
            @Nullable ChangePosition resume) {
        this.connection = source.connection();
        this.sql = source.sql();
        this.segment = segment;
        this.versions = versions;
        this.limits = limits;
        this.last = resume;
    }

    /** Where changes are read from. */
    record ChangeSource(Connection connection, SqlServerSql sql) {}

    /** The next change, which stays the next one; null at the end. */
    @Nullable
    LoggedChange peek() throws SQLException {
        while (page.isEmpty() && !atEnd) {
            fill();
        }
        return page.peek();
    }

    /** Takes what {@link #peek} has given. */
    LoggedChange take() {
        return page.remove();
    }

    private void fill() throws SQLException {
        RowShape stored = versions.stored();
        String text = sql.changes(
                limits.rows(), stored.select("c."), segment.instance().name(), condition());
        try (PreparedStatement statement = connection.prepareStatement(text)) {
            bind(statement);
            try (ResultSet row = statement.executeQuery()) {
                long bytes = 0;
                int rows = 0;
                while (bytes < limits.bytes() && row.next()) {
                    bytes += read(row, stored);
                    rows++;
                }
                atEnd = rows < limits.rows() && bytes < limits.bytes();
            }
        }
        if (atEnd && old != null) {
            throw SourceException.transientFailure(
                    "The new row of an update at %s is missing in the change table of '%s'"
                            .formatted(last, segment.instance().name()),
                    null);
        }
    }

    private String condition() {
        ChangePosition from = last;
        if (from == null) {
            return SqlServerSql.AFTER_TRANSACTION;
        }
        return from.hasCommand() ? SqlServerSql.AFTER_CHANGE : SqlServerSql.AFTER_CHANGE_WITHOUT_COMMAND;
    }

    private void bind(PreparedStatement statement) throws SQLException {
        ChangePosition from = last;
        int parameter = 1;
        if (from == null) {
            statement.setBytes(parameter++, segment.after().bytes());
        } else {
            byte[] commit = from.commit().bytes();
            statement.setBytes(parameter++, commit);
            statement.setBytes(parameter++, commit);
            statement.setBytes(parameter++, commit);
            if (from.hasCommand()) {
                statement.setInt(parameter++, from.command());
                statement.setInt(parameter++, from.command());
            }
            statement.setBytes(parameter++, from.seqval().bytes());
            statement.setBytes(parameter++, from.seqval().bytes());
            statement.setInt(parameter++, from.operation());
        }
        statement.setBytes(parameter, segment.upTo().bytes());
    }

    /** Roughly the memory that the row takes. */
    private long read(ResultSet row, RowShape stored) throws SQLException {
        ChangePosition position = position(row);
        UpdateMask mask = new UpdateMask(row.getBytes(5));
        SqlServerRow values = SqlServerRow.read(stored, row, FIRST_COLUMN).asLogged(position.operation(), mask);
        CapturedTable table = versions.at(position.commit());
        SqlServerRow shown = values.in(table.shape());
        SqlServerRow before = old;
        ChangePosition previous = last;
        if (before != null && (previous == null || !previous.isOldOf(position))) {
            throw SourceException.terminal(
                    "The change table of '%s' has at %s the old row of an update, and at %s something else than its new row"
                            .formatted(segment.instance().name(), previous, position),
                    "Report this with the rows of the change table at these places");
        }
        last = position;
        old = null;
        switch (position.operation()) {
            case ChangePosition.UPDATE_OLD -> old = shown;
            case ChangePosition.UPDATE_NEW ->
                page.add(new LoggedChange(position, table, before, shown, transaction(row, position)));
            case ChangePosition.INSERT ->
                page.add(new LoggedChange(position, table, null, shown, transaction(row, position)));
            case ChangePosition.DELETE ->
                page.add(new LoggedChange(position, table, shown, null, transaction(row, position)));
            default ->
                throw SourceException.terminal(
                        "The change table of '%s' has at %s an operation that is none of 1 to 4"
                                .formatted(segment.instance().name(), position),
                        "Check the version of the server");
        }
        return shown.bytes();
    }

    private static ChangePosition position(ResultSet row) throws SQLException {
        Lsn commit = Lsn.of(row.getBytes(1));
        int command = row.getInt(2);
        if (row.wasNull()) {
            command = ChangePosition.NO_COMMAND;
        }
        return new ChangePosition(commit, command, Lsn.of(row.getBytes(3)), row.getInt(4));
    }

    private static LoggedTransaction transaction(ResultSet row, ChangePosition position) throws SQLException {
        LocalDateTime commitTime = row.getObject(6, LocalDateTime.class);
        byte[] id = row.getBytes(7);
        long number = 0;
        if (id != null) {
            for (byte part : id) {
                number = (number << 8) | (part & 0xff);
            }
        }
        return new LoggedTransaction(number == 0 ? position.commit().high() : number, commitTime);
    }
}
