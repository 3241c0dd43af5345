package io.rustcdc.source.sqlserver;

import io.rustcdc.event.JoinedTable;
import io.rustcdc.event.PollTimes;
import io.rustcdc.event.SourceWarning;
import io.rustcdc.event.TableId;
import io.rustcdc.source.SourceException;
import io.rustcdc.source.SourceInspection;
import io.rustcdc.source.SourceInspector;
import io.rustcdc.source.sqlserver.SqlServerConnections.Purpose;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks at the capture process and the capture instances over one connection, which is kept until it fails. */
final class SqlServerInspector implements SourceInspector {

    private static final Logger logger = LoggerFactory.getLogger(SqlServerInspector.class);

    private final SqlServerOptions options;
    private final SqlServerConnections connections;
    private final SqlServerErrors errors;
    private final SqlServerSql sql;
    private final CaptureReach reach;
    private volatile @Nullable Connection opened;
    private volatile boolean closed;
    /** Of each table the identities of its instances, as of the look before; null before the first. */
    private @Nullable Map<TableId, Set<String>> seen;

    /** @param reach how far the stream has read */
    SqlServerInspector(
            SqlServerOptions options, SqlServerConnections connections, SqlServerErrors errors, CaptureReach reach) {
        this.options = options;
        this.connections = connections;
        this.errors = errors;
        this.sql = new SqlServerSql(options.cdcSchema());
        this.reach = reach;
    }

    @Override
    public SourceInspection inspect(boolean capturing) {
        if (opened != null) {
            try {
                return look(capturing);
            } catch (SQLException e) {
                logger.debug("The connection that was kept has ended; looking again over a new one", e);
            }
        }
        try {
            return look(capturing);
        } catch (SQLException e) {
            throw errors.failed("look at the capture process", e);
        }
    }

    private SourceInspection look(boolean capturing) throws SQLException {
        try {
            Connection connection = connection();
            Map<TableId, List<CaptureInstance>> tables = SqlServerSnapshots.captured(connection, sql, options);
            CaptureWarnings capture = new CaptureWarnings(options, connection, sql);
            List<SourceWarning> warnings = new ArrayList<>(capture.look(tables.values(), reach));
            PollLatencies.Tail tail = reach.latencies().tail();
            addTail(warnings, tail);
            PollTimes polls = capturing ? new PollTimes(tail.p95(), tail.p99(), capture.latency()) : null;
            return new SourceInspection(null, capturing ? joined(tables) : List.of(), warnings, polls);
        } catch (SQLException | RuntimeException e) {
            disconnect();
            throw e;
        }
    }

    private List<JoinedTable> joined(Map<TableId, List<CaptureInstance>> tables) {
        Map<TableId, Set<String>> now = new HashMap<>();
        tables.forEach((table, instances) -> {
            Set<String> identities = new HashSet<>();
            instances.forEach(instance -> identities.add(instance.identity()));
            now.put(table, identities);
        });
        List<JoinedTable> joined = new ArrayList<>();
        Map<TableId, Set<String>> before = seen;
        if (before != null) {
            now.forEach((table, identities) -> {
                Set<String> old = before.get(table);
                if (old == null || Collections.disjoint(old, identities)) {
                    List<CaptureInstance> instances = Objects.requireNonNull(tables.get(table));
                    joined.add(new JoinedTable(
                            table,
                            instances.get(0).start().toString(),
                            old == null ? JoinedTable.Cause.ADDED : JoinedTable.Cause.CREATED_AGAIN));
                }
            });
        }
        seen = now;
        return joined;
    }

    /** The runbook's watch over the tail of the polls. */
    private void addTail(List<SourceWarning> warnings, PollLatencies.Tail tail) {
        if (tail.heavy()) {
            warnings.add(new SourceWarning(
                    "poll_latency_tail",
                    options.sourceName(),
                    "The slowest looks at the change tables take more than %s as long as most (p95 %d ms, p99 %d ms) in three runs of 200 in a row"
                            .formatted(
                                    tail.extreme() ? "50 times" : "10 times",
                                    tail.p95().toMillis(),
                                    tail.p99().toMillis()),
                    "Raise %s, then raise %s a little, and look at the size and the indexes of the change tables"
                            .formatted(options.key("max-events-per-poll"), options.key("stream-poll-interval"))));
        }
    }

    private Connection connection() throws SQLException {
        Connection current = opened;
        if (current == null) {
            try {
                current = connections.open(Purpose.STATEMENTS);
            } catch (SQLException e) {
                throw errors.connecting(e);
            }
            opened = current;
        }
        if (closed) {
            disconnect();
            throw SourceException.transientFailure("The source was stopped", null);
        }
        return current;
    }

    private void disconnect() {
        Connection current = opened;
        opened = null;
        if (current != null) {
            JdbcConnections.closeQuietly(current);
        }
    }

    @Override
    public void close() {
        closed = true;
        disconnect();
    }
}
