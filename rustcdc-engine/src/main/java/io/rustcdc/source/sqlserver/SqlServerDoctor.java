package io.rustcdc.source.sqlserver;

import io.rustcdc.event.Remedy;
import io.rustcdc.event.SourceWarning;
import io.rustcdc.event.TableId;
import io.rustcdc.source.Prerequisite;
import io.rustcdc.source.SourceException;
import io.rustcdc.source.StreamRequest;
import io.rustcdc.source.Transport;
import io.rustcdc.source.internal.Checklist;
import io.rustcdc.source.internal.Checklist.Finding;
import io.rustcdc.source.sqlserver.SqlServerConnections.Purpose;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Goes through all that a start needs, by the checks of the start, and changes nothing. Has a connection of its own. For one thread,
 * and for one look.
 */
final class SqlServerDoctor implements AutoCloseable {

    private static final long DAY_MINUTES = 24 * 60;

    private static final Set<String> AGENT = Set.of("capture_agent_stopped");
    private static final Set<String> PROCESS = Set.of("capture_stalled", "capture_behind", "capture_error");
    private static final Set<String> COLUMNS = Set.of("column_not_captured");
    private static final Set<String> RETENTION = Set.of("retention_runway");

    private final SqlServerOptions options;
    private final SqlServerConnections connections;
    private final StreamRequest request;
    private final @Nullable SqlServerOffset saved;
    private final SqlServerErrors errors;
    private final SqlServerSql sql;
    private final Checklist checks;
    private @Nullable Connection opened;

    /**
     * @param saved the request's offset
     */
    SqlServerDoctor(
            SqlServerOptions options,
            SqlServerConnections connections,
            StreamRequest request,
            @Nullable SqlServerOffset saved) {
        this.options = options;
        this.connections = connections;
        this.request = request;
        this.saved = saved;
        this.errors = new SqlServerErrors(options);
        this.sql = new SqlServerSql(options.cdcSchema());
        this.checks = Checklist.ofAll(e -> errors.failed("check the prerequisites", e));
    }

    List<Prerequisite> look() {
        try {
            checks.check(SqlServerCheck.CONNECTION, this::connect);
            Connection connection = opened;
            if (connection != null) {
                look(connection);
            } else {
                for (SqlServerCheck check : SqlServerCheck.values()) {
                    if (check != SqlServerCheck.CONNECTION && isAsked(check)) {
                        checks.check(check, () -> Finding.ok(""));
                    }
                }
            }
        } catch (SQLException e) {
            checks.interrupted(errors.failed("check the prerequisites", e));
        } catch (SourceException e) {
            checks.interrupted(e);
        }
        return checks.results();
    }

    private boolean isAsked(SqlServerCheck check) {
        return switch (check) {
            case READ_RIGHTS, SNAPSHOT_ISOLATION -> request.readsRows();
            case TRUNCATE_TRIGGER -> options.captureTruncateEvents();
            case POSITION -> saved != null;
            default -> true;
        };
    }

    private Finding connect() {
        try {
            opened = connections.open(Purpose.STATEMENTS);
        } catch (SQLException e) {
            throw errors.connecting(e);
        }
        Transport.Mode mode = options.transport().mode();
        return Finding.ok("%s is reached, %s"
                .formatted(
                        options.target(),
                        mode == Transport.Mode.TLS ? "over TLS" : "in plaintext, which others on the way can read"));
    }

    private void look(Connection connection) throws SQLException {
        ServerFacts facts = ServerFacts.read(connection);
        ServerChecks server = new ServerChecks(options, errors, sql);
        server.check(checks, facts);
        List<CaptureInstance> wanted = new ArrayList<>();
        checks.check(SqlServerCheck.TABLES, () -> tables(connection, server, wanted));
        checks.check(SqlServerCheck.TABLE_KEYS, () -> keys(wanted));
        List<SourceWarning> warnings = new ArrayList<>();
        checks.check(SqlServerCheck.COLUMNS, () -> {
            warnings.addAll(captureWarnings(connection, wanted));
            return told(warnings, COLUMNS, "all columns are captured");
        });
        server.requireRights(
                checks, wanted, facts.cdcEnabled() ? server.rights(connection) : List.of(), facts, request.readsRows());
        if (request.readsRows()) {
            checks.check(SqlServerCheck.SNAPSHOT_ISOLATION, () -> isolation(facts));
        }
        if (options.captureTruncateEvents()) {
            ServerChecks.Trigger trigger = ServerChecks.Trigger.of(connection);
            checks.check(SqlServerCheck.TRUNCATE_TRIGGER, () -> server.trigger(trigger, facts));
        }
        Map<String, CaptureJob> jobs = CaptureJob.read(connection);
        checks.check(SqlServerCheck.CAPTURE_JOB, () -> captureJob(jobs.get(CaptureJob.CAPTURE)));
        checks.check(
                SqlServerCheck.AGENT, () -> told(warnings, AGENT, "nothing says that SQL Server Agent is stopped"));
        checks.check(
                SqlServerCheck.CAPTURE_PROCESS,
                () -> told(warnings, PROCESS, "nothing says that the capture process stands or is behind"));
        checks.check(
                SqlServerCheck.CHANGE_RETENTION,
                () -> retention(jobs.get(CaptureJob.CLEANUP))
                        .and(told(warnings, RETENTION, "this source is not near that")));
        if (saved != null) {
            checks.check(SqlServerCheck.POSITION, () -> position(connection, wanted));
        }
    }

    private Finding tables(Connection connection, ServerChecks server, List<CaptureInstance> wanted)
            throws SQLException {
        boolean running = saved != null && !request.operatorSeed();
        List<Finding> told = new ArrayList<>();
        wanted.addAll(new WantedTables(options)
                .among(
                        new ChangeCatalog(connection, sql).instances(),
                        server.tables(connection),
                        running,
                        (text, remedy) -> told.add(Finding.warning(text, remedy))));
        Finding found = Finding.ok("%d capture instances are wanted".formatted(wanted.size()));
        for (Finding warning : told) {
            found = found.and(warning);
        }
        return found;
    }

    private static Finding keys(List<CaptureInstance> wanted) {
        List<TableId> keyless = wanted.stream()
                .filter(instance -> instance.key().isEmpty())
                .map(CaptureInstance::table)
                .distinct()
                .toList();
        return keyless.isEmpty()
                ? Finding.ok("all of them have a primary key that is captured")
                : Finding.warning(
                        "no primary key, or one that is not captured as a whole: %s. Their changes carry no key, and their order is kept by table only"
                                .formatted(keyless.stream()
                                        .map(table -> "'" + table + "'")
                                        .collect(Collectors.joining(", "))),
                        Remedy.words("Give them one, then make a second capture instance"));
    }

    /** As the inspector sees it; with the checkpoint in place of what a stream has read. */
    private List<SourceWarning> captureWarnings(Connection connection, List<CaptureInstance> wanted)
            throws SQLException {
        Map<TableId, List<CaptureInstance>> tables = new LinkedHashMap<>();
        for (CaptureInstance instance : wanted) {
            tables.computeIfAbsent(instance.table(), table -> new ArrayList<>()).add(instance);
        }
        CaptureReach reach = new CaptureReach();
        if (saved != null) {
            reach.begin(saved, Map.of());
        }
        return new CaptureWarnings(options, connection, sql).look(tables.values(), reach);
    }

    private static Finding told(List<SourceWarning> warnings, Set<String> codes, String otherwise) {
        Finding found = Finding.ok(otherwise);
        for (SourceWarning warning : warnings) {
            if (codes.contains(warning.code())) {
                found = found.and(Finding.warning(warning.text(), warning.remedy()));
            }
        }
        return found;
    }

    private static Finding isolation(ServerFacts facts) {
        return facts.snapshotIsolation() || facts.versionedReads()
                ? Finding.ok("rows can be read in one view")
                : Finding.warning(
                        "the database has no views of rows: reading them waits for writers, and a table without a key cannot be read as a whole",
                        Remedies.allowViews());
    }

    private static Finding captureJob(@Nullable CaptureJob job) {
        if (job == null) {
            return Finding.ok("there is none, or the user must not see it");
        }
        if (!job.continuous()) {
            return Finding.warning(
                    "the capture job does not run continuously, so changes come only when something starts it",
                    Remedies.captureContinuously());
        }
        Long most = job.mostPerSecond();
        if (most == null) {
            return Finding.ok("the capture job does not pause");
        }
        String found =
                "the capture job writes at most %d transactions in a second (maxtrans %d x maxscans %d / pollinginterval %d s)"
                        .formatted(most, job.transactions(), job.scans(), job.pause());
        return job.isHeldBack() ? Finding.warning(found, Remedies.raiseCapture()) : Finding.ok(found);
    }

    private static Finding retention(@Nullable CaptureJob cleanup) {
        if (cleanup == null || cleanup.retentionMinutes() <= 0) {
            return Finding.ok("there is no clean-up job, or the user must not see it");
        }
        String found = "changes are kept for %d minutes".formatted(cleanup.retentionMinutes());
        return cleanup.retentionMinutes() < DAY_MINUTES
                ? Finding.warning(
                        found + ": a source that is stopped for longer loses its position", Remedies.raiseRetention())
                : Finding.ok(found);
    }

    private Finding position(Connection connection, List<CaptureInstance> wanted) throws SQLException {
        ChangeCatalog catalog = new ChangeCatalog(connection, sql);
        new StartPosition(options, new PositionLost(options), wanted, catalog.statements())
                .find(request, saved, catalog.progress().max());
        return Finding.ok("the change tables have what comes after the checkpoint");
    }

    @Override
    public void close() {
        if (opened != null) {
            JdbcConnections.closeQuietly(opened);
        }
    }
}
