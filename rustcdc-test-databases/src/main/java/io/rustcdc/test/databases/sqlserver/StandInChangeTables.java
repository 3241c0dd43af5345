package io.rustcdc.test.databases.sqlserver;

import io.rustcdc.test.databases.sqlserver.StandInCatalog.CaptureInstance;
import io.rustcdc.test.databases.sqlserver.StandInTable.Column;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.temporal.ChronoField;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What the agent writes: change tables, times of transactions, and what the views on the agent show. */
final class StandInChangeTables {

    private final SqlServerStandIn database;
    private final StandInCatalog catalog;
    private int sessions;

    StandInChangeTables(SqlServerStandIn database, StandInCatalog catalog) {
        this.database = database;
        this.catalog = catalog;
    }

    void capture(Connection connection, StandInLog.Entry entry) throws SQLException {
        byte[] lsn = StandInLsn.of(entry.number());
        if (entry instanceof StandInLog.Event event) {
            event.step().apply(connection, entry.number());
            return;
        }
        StandInLog.Commit commit = (StandInLog.Commit) entry;
        int command = 0;
        long last = 0;
        boolean captured = false;
        for (StandInChange change : commit.changes()) {
            // The two halves of an update that changes the key are one command.
            command += change.seqval() == last ? 0 : 1;
            last = change.seqval();
            for (CaptureInstance instance : catalog.instances(change.objectId())) {
                if (instance.enabledAt() < commit.number()) {
                    write(connection, instance, change, lsn, command);
                    captured = true;
                }
            }
        }
        if (captured) {
            noteTime(connection, lsn, commit.begin(), commit.time(), lsn);
        }
    }

    private static void write(
            Connection connection, CaptureInstance instance, StandInChange change, byte[] lsn, int command)
            throws SQLException {
        Map<String, @Nullable Object> changed = change.changed();
        if (changed == null) {
            write(connection, instance, change, change.values(), lsn, command);
            return;
        }
        write(connection, instance, change, before(instance, change.values(), changed), lsn, command);
        StandInChange after =
                new StandInChange(change.objectId(), StandInChange.AFTER, change.values(), changed, change.seqval());
        write(connection, instance, after, changed, lsn, command);
    }

    /** Large values that an update has left alone are missing in the row before it. */
    private static Map<String, @Nullable Object> before(
            CaptureInstance instance, Map<String, @Nullable Object> row, Map<String, @Nullable Object> changed) {
        Map<String, @Nullable Object> before = new java.util.HashMap<>(row);
        for (Column column : instance.columns()) {
            if (column.type().isLarge() && StandInValues.same(row.get(column.name()), changed.get(column.name()))) {
                before.put(column.name(), null);
            }
        }
        return before;
    }

    private static void write(
            Connection connection,
            CaptureInstance instance,
            StandInChange change,
            Map<String, @Nullable Object> row,
            byte[] lsn,
            int command)
            throws SQLException {
        List<Column> columns = instance.columns();
        Map<String, @Nullable Object> changed = change.changed();
        byte[] mask = StandInValues.mask(
                columns.size(),
                i -> changed == null
                        || !StandInValues.same(
                                change.values().get(columns.get(i).name()),
                                changed.get(columns.get(i).name())));
        List<@Nullable Object> values = new ArrayList<>();
        values.add(lsn);
        values.add(StandInLsn.of(change.seqval()));
        values.add(change.operation());
        values.add(mask);
        columns.forEach(column -> values.add(row.get(column.name())));
        values.add(command);
        String names = columns.stream()
                .map(column -> StandInTable.quoted(column.name()) + ", ")
                .collect(Collectors.joining());
        StandInCatalog.run(
                connection,
                "INSERT INTO %s (\"__$start_lsn\", \"__$seqval\", \"__$operation\", \"__$update_mask\", %s\"__$command_id\") VALUES (?, ?, ?, ?, %s?)"
                        .formatted(instance.changeTable(), names, "?, ".repeat(columns.size())),
                values.toArray());
    }

    /** @param transaction ten zeros when there was none, and the agent only notes the time */
    void noteTime(Connection connection, byte[] lsn, Instant begin, Instant end, byte[] transaction)
            throws SQLException {
        StandInCatalog.run(
                connection,
                "INSERT INTO cdc.lsn_time_mapping VALUES (?, ?, ?, ?, ?)",
                lsn,
                datetime(database.local(begin)),
                datetime(database.local(end)),
                transaction,
                lsn);
    }

    /** The type datetime knows only every 300th part of a second. */
    static LocalDateTime datetime(LocalDateTime time) {
        long ticks = Math.round(time.get(ChronoField.MILLI_OF_SECOND) * 0.3);
        return time.withNano(0).plus(Duration.ofMillis(Math.round(ticks * 10 / 3.0)));
    }

    void describeScan(Connection connection, StandInLog.Entry last, int transactions) throws SQLException {
        LocalDateTime now = datetime(database.local(database.now()));
        String lsn = StandInLsn.text(StandInLsn.of(last.number()));
        long latency = Math.max(0, Duration.between(last.time(), database.now()).toSeconds());
        StandInCatalog.run(connection, "DELETE FROM sys.dm_cdc_log_scan_sessions WHERE session_id < ?", sessions - 30);
        StandInCatalog.run(
                connection,
                "INSERT INTO sys.dm_cdc_log_scan_sessions VALUES (?, ?, ?, 0, 'Done', 0, ?, ?, ?, ?, ?, ?, ?, 0, ?, ?,"
                        + " ?, ?, ?, 0, 0)",
                ++sessions,
                now,
                now,
                lsn,
                lsn,
                lsn,
                transactions,
                lsn,
                datetime(database.local(last.time())),
                transactions,
                transactions,
                lsn,
                lsn,
                datetime(database.local(last.time())),
                latency);
    }

    /** A scan that found nothing is counted with the last one that found something. */
    void describeEmptyScan() {
        describe(
                "UPDATE sys.dm_cdc_log_scan_sessions SET empty_scan_count = empty_scan_count + 1, end_time = ? WHERE"
                        + " session_id = (SELECT MAX(session_id) FROM sys.dm_cdc_log_scan_sessions)",
                datetime(database.local(database.now())));
    }

    void describeService(boolean runs) {
        describe(
                "UPDATE sys.dm_server_services SET status = ?, status_desc = ? WHERE servicename LIKE 'SQL Server"
                        + " Agent%'",
                runs ? 4 : 1, runs ? "Running" : "Stopped");
    }

    void describeJob(boolean runs) {
        Timestamp now = Timestamp.valueOf(database.local(database.now()));
        describe("UPDATE \"msdb.dbo\".sysjobactivity SET stop_execution_date = ?", runs ? null : now);
    }

    private void describe(String sql, @Nullable Object... parameters) {
        try (Connection connection = database.internal()) {
            StandInCatalog.run(connection, sql, parameters);
        } catch (SQLException e) {
            throw new IllegalStateException("Cannot run " + sql, e);
        }
    }
}
