package io.rustcdc.source.sqlserver;

import io.rustcdc.event.SourceWarning;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What is amiss with the capture process, which fills the change tables: a stopped one looks like a database in which nothing happens.
 * What the user must not see is left out.
 */
final class CaptureWarnings {

    /** While nothing happens the capture process notes that every five minutes. */
    private static final Duration STALLED = Duration.ofMinutes(15);

    private static final Duration BEHIND = Duration.ofSeconds(60);
    private static final Duration RECENT = Duration.ofMinutes(15);
    private static final int NEAR_PERCENT = 75;

    private final SqlServerOptions options;
    private final Connection connection;
    private final SqlServerSql sql;
    private @Nullable Duration captureLatency;

    CaptureWarnings(SqlServerOptions options, Connection connection, SqlServerSql sql) {
        this.options = options;
        this.connection = connection;
        this.sql = sql;
    }

    /** Reads one answer. */
    @FunctionalInterface
    private interface Reading<T> {

        @Nullable
        T read(ResultSet row) throws SQLException;
    }

    List<SourceWarning> look(Collection<List<CaptureInstance>> tables, CaptureReach reach) throws SQLException {
        List<SourceWarning> warnings = new ArrayList<>();
        Map<String, CaptureJob> jobs = CaptureJob.read(connection);
        boolean stopped = addAgent(warnings);
        addStall(warnings, stopped);
        addBacklog(warnings, jobs.get(CaptureJob.CAPTURE));
        addError(warnings);
        addRetention(warnings, jobs.get(CaptureJob.CLEANUP), reach.offset());
        addUnseen(warnings, tables);
        return warnings;
    }

    /** How far the capture process is behind the log, as of the last look; null when that is not known. */
    @Nullable
    Duration latency() {
        return captureLatency;
    }

    /** Whether the agent is known to be stopped. */
    private boolean addAgent(List<SourceWarning> warnings) throws SQLException {
        String status = ask(SqlServerSql.AGENT, row -> row.next() ? row.getString("status_desc") : null);
        boolean stopped = status != null && !status.equalsIgnoreCase("Running");
        if (stopped) {
            warnings.add(new SourceWarning(
                    "capture_agent_stopped",
                    options.database(),
                    "SQL Server Agent is not running (%s), so changes are not captured: this source sees nothing"
                            .formatted(status),
                    Remedies.startCapture()));
        }
        return stopped;
    }

    private void addStall(List<SourceWarning> warnings, boolean stopped) throws SQLException {
        Duration silence = ask(
                sql.of(SqlServerSql.LAST_CAPTURED),
                row -> row.next() ? between(row.getObject("commit_time", LocalDateTime.class), serverTime(row)) : null);
        if (!stopped && silence != null && silence.compareTo(STALLED) > 0) {
            warnings.add(new SourceWarning(
                    "capture_stalled",
                    options.database(),
                    "The capture process has written nothing for %d minutes, not even that nothing happened: its job or SQL Server Agent has stopped"
                            .formatted(silence.toMinutes()),
                    Remedies.startCapture()));
        }
    }

    private void addBacklog(List<SourceWarning> warnings, @Nullable CaptureJob capture) throws SQLException {
        Long latency = ask(SqlServerSql.LAST_SCAN, row -> row.next() ? (Long) row.getLong("latency_seconds") : null);
        captureLatency = latency == null ? null : Duration.ofSeconds(latency);
        if (latency == null || latency <= BEHIND.toSeconds()) {
            return;
        }
        Long most = capture == null ? null : capture.mostPerSecond();
        warnings.add(new SourceWarning(
                "capture_behind",
                options.database(),
                "The capture process is %d s behind the database%s"
                        .formatted(
                                latency,
                                most == null
                                        ? ""
                                        : "; its job writes at most %d transactions in a second (maxtrans x maxscans / pollinginterval)"
                                                .formatted(most)),
                Remedies.raiseCapture()));
    }

    private void addError(List<SourceWarning> warnings) throws SQLException {
        String error = ask(SqlServerSql.LAST_ERROR, row -> {
            if (!row.next()) {
                return null;
            }
            Duration age = between(row.getObject("entry_time", LocalDateTime.class), serverTime(row));
            return age != null && age.compareTo(RECENT) < 0
                    ? "error %d: %s".formatted(row.getInt("error_number"), row.getString("error_message"))
                    : null;
        });
        if (error != null) {
            warnings.add(new SourceWarning(
                    "capture_error",
                    options.database(),
                    "The capture process failed in the last minutes: " + error,
                    "See SELECT * FROM sys.dm_cdc_errors; and the history of the job cdc.%s_capture"
                            .formatted(options.database())));
        }
    }

    private void addRetention(
            List<SourceWarning> warnings, @Nullable CaptureJob cleanup, @Nullable SqlServerOffset reached)
            throws SQLException {
        if (cleanup == null || reached == null || cleanup.retentionMinutes() <= 0) {
            return;
        }
        LocalDateTime committed;
        try (PreparedStatement statement = connection.prepareStatement(sql.of(SqlServerSql.COMMITTED_AT))) {
            statement.setBytes(1, reached.lsn().bytes());
            try (ResultSet row = statement.executeQuery()) {
                committed = row.next() ? row.getObject("commit_time", LocalDateTime.class) : null;
            }
        }
        LocalDateTime newest = ask(
                sql.of(SqlServerSql.LAST_CAPTURED),
                row -> row.next() ? row.getObject("server_time", LocalDateTime.class) : null);
        Duration age = between(committed, newest);
        if (age != null && age.toMinutes() * 100 > cleanup.retentionMinutes() * NEAR_PERCENT) {
            warnings.add(new SourceWarning(
                    "retention_runway",
                    options.database(),
                    "This source is %d minutes behind, and changes are kept for %d minutes: then they are lost to it"
                            .formatted(age.toMinutes(), cleanup.retentionMinutes()),
                    Remedies.raiseRetention()));
        }
    }

    private void addUnseen(List<SourceWarning> warnings, Collection<List<CaptureInstance>> tables) throws SQLException {
        Map<String, List<String>> unseen = new LinkedHashMap<>();
        ask(sql.of(SqlServerSql.UNSEEN_COLUMNS), row -> {
            while (row.next()) {
                unseen.computeIfAbsent(row.getString("capture_instance"), name -> new ArrayList<>())
                        .add(row.getString("column_name"));
            }
            return null;
        });
        for (List<CaptureInstance> instances : tables) {
            CaptureInstance newest = instances.get(instances.size() - 1);
            List<String> columns = unseen.get(newest.name());
            if (columns != null) {
                warnings.add(new SourceWarning(
                        "column_not_captured",
                        newest.table().qualifiedName(),
                        "The columns %s of table '%s' are not captured, since its capture instance '%s' was made without them"
                                .formatted(columns, newest.table(), newest.name()),
                        Remedies.secondInstance(newest)));
            }
        }
    }

    private static LocalDateTime serverTime(ResultSet row) throws SQLException {
        return Objects.requireNonNull(row.getObject("server_time", LocalDateTime.class), "server_time");
    }

    private static @Nullable Duration between(@Nullable LocalDateTime from, @Nullable LocalDateTime to) {
        return from == null || to == null ? null : Duration.between(from, to);
    }

    /** Null where there is no answer, or none for this user. */
    private <T> @Nullable T ask(String text, Reading<T> reading) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(text)) {
            return reading.read(row);
        } catch (SQLException e) {
            if (SqlServerErrors.isMissingRight(e)) {
                return null;
            }
            throw e;
        }
    }
}
