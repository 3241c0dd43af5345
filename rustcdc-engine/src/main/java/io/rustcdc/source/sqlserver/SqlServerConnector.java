package io.rustcdc.source.sqlserver;

import io.rustcdc.event.EventSource;
import io.rustcdc.event.Remedy;
import io.rustcdc.event.TableId;
import io.rustcdc.source.Diagnosis;
import io.rustcdc.source.OffsetFormat;
import io.rustcdc.source.SnapshotBackend;
import io.rustcdc.source.SourceConnector;
import io.rustcdc.source.SourceInspector;
import io.rustcdc.source.SourceStream;
import io.rustcdc.source.StreamRequest;
import io.rustcdc.source.internal.Checklist;
import io.rustcdc.source.internal.SchemaWatch;
import io.rustcdc.source.sqlserver.ChangePages.ChangeSource;
import io.rustcdc.source.sqlserver.SqlServerConnections.Purpose;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Captures a database of SQL Server (2016 or later) through its change data capture: it polls the change tables. Changes nothing in the
 * database, unless {@link SqlServerOptions#captureTruncateEvents()} wants a trigger there.
 *
 * <p>Thread-safe as far as {@link SourceConnector} asks for it: one stream is open at a time.
 */
public final class SqlServerConnector implements SourceConnector {

    private static final Logger logger = LoggerFactory.getLogger(SqlServerConnector.class);

    private final SqlServerOptions options;
    private final EventSource source;
    private final SqlServerConnections connections;
    private final SqlServerErrors errors;
    private final SqlServerSql sql;
    private final ServerChecks checks;
    private final CaptureThroughput throughput;
    private final CaptureReach reach = new CaptureReach();

    /** Over Microsoft's driver. */
    public SqlServerConnector(SqlServerOptions options) {
        this(options, new JdbcConnections(options));
    }

    /** Over connections of one's own. */
    public SqlServerConnector(SqlServerOptions options, SqlServerConnections connections) {
        this.options = options;
        this.source = new EventSource(options.sourceName(), SqlServerOptions.TYPE);
        this.connections = connections;
        this.errors = new SqlServerErrors(options);
        this.sql = new SqlServerSql(options.cdcSchema());
        this.checks = new ServerChecks(options, errors, sql);
        this.throughput = new CaptureThroughput(options);
    }

    @Override
    public EventSource source() {
        return source;
    }

    @Override
    public OffsetFormat offsets() {
        return SqlServerOffset::parse;
    }

    /** Any number of readers may read at the same time. */
    @Override
    public Duration inUsePatience() {
        return Duration.ZERO;
    }

    @Override
    public SourceStream open(StreamRequest request) {
        SqlServerOffset saved = savedOffset(request);
        try {
            check(request, saved != null);
        } catch (SQLException e) {
            throw errors.failed("check the prerequisites", e);
        }
        Connection connection = connect();
        try {
            SqlServerStream stream = open(request, saved, new ChangeSource(connection, sql));
            connection = null;
            return stream;
        } catch (SQLException e) {
            throw errors.failed("start to read the changes", e);
        } finally {
            if (connection != null) {
                JdbcConnections.closeQuietly(connection);
            }
        }
    }

    private Connection connect() {
        try {
            return connections.open(Purpose.CHANGES);
        } catch (SQLException e) {
            throw errors.connecting(e);
        }
    }

    private void check(StreamRequest request, boolean running) throws SQLException {
        try (PrerequisitePool pool = new PrerequisitePool(connections, errors, options.prereqPoolSize())) {
            Checklist list = Checklist.untilFailure(this::tell);
            ServerFacts facts = pool.join(pool.start(ServerFacts::read));
            checks.check(list, facts);
            Future<Map<TableId, Boolean>> tables = pool.start(checks::tables);
            Future<List<ServerChecks.Rights>> rights = pool.start(checks::rights);
            Future<List<CaptureInstance>> instances =
                    pool.start(connection -> new ChangeCatalog(connection, sql).instances());
            Future<?> server = pool.start(connection -> {
                checks.prepareTruncate(Checklist.untilFailure(this::tell), connection, facts);
                throughput.tell(connection);
                return true;
            });
            List<CaptureInstance> wanted = new WantedTables(options)
                    .among(
                            pool.join(instances),
                            pool.join(tables),
                            running,
                            (text, remedy) -> logger.warn("{}. {}", text, remedy.text()));
            checks.requireRights(list, wanted, pool.join(rights), facts, request.readsRows());
            pool.join(server);
        }
    }

    private void tell(Checklist.Item check, Checklist.Finding finding) {
        Remedy remedy = finding.remedy();
        logger.warn(
                "Source '{}': {}{}", options.sourceName(), finding.found(), remedy == null ? "" : ". " + remedy.text());
    }

    @Override
    public Diagnosis diagnose(StreamRequest request) {
        try (SqlServerDoctor doctor = new SqlServerDoctor(options, connections, request, savedOffset(request))) {
            return new Diagnosis(source, doctor.look());
        }
    }

    private SqlServerStream open(StreamRequest request, @Nullable SqlServerOffset saved, ChangeSource changes)
            throws SQLException {
        ChangeCatalog catalog = new ChangeCatalog(changes.connection(), sql);
        ChangeCatalog.Progress progress = catalog.progress();
        ChangeCatalog.State state = catalog.state();
        StartPosition.Start start = new StartPosition(
                        options,
                        new PositionLost(options),
                        new WantedTables(options).of(catalog.instances()),
                        catalog.statements())
                .find(request, saved, progress.max());
        ServerClock clock = new ServerClock(options.serverTimeZone());
        clock.measured(progress.utcOffsetMinutes());
        ChangeHandover handover = new ChangeHandover(
                source, start.offset(), start.instances(), new SchemaWatch<>(request.schemas(), Lsn::parse), clock);
        ChangeWindows windows =
                new ChangeWindows(options, changes, start.instances(), new ChangeWindows.Feedback(clock, reach), state);
        reach.begin(start.offset(), start.instances().lineages());
        PollPacing pacing = new PollPacing(options.streamPollInterval(), System.nanoTime());
        return new SqlServerStream(windows, handover, pacing, errors);
    }

    @Override
    public SourceInspector inspector() {
        return new SqlServerInspector(options, connections, errors, reach);
    }

    @Override
    public SnapshotBackend snapshots() {
        return new SqlServerSnapshots(options, connections, errors, reach);
    }

    @Override
    public void abortOpening() {
        connections.abortOpening();
    }

    private static @Nullable SqlServerOffset savedOffset(StreamRequest request) {
        if (request.resume() == null) {
            return null;
        }
        if (request.resume() instanceof SqlServerOffset saved) {
            return saved;
        }
        throw new IllegalArgumentException("'%s' is no position in change tables".formatted(request.resume()));
    }
}
