package io.rustcdc.source.mysql;

import io.rustcdc.event.LogRetention;
import io.rustcdc.event.SourceWarning;
import io.rustcdc.source.SourceException;
import io.rustcdc.source.SourceInspection;
import io.rustcdc.source.SourceInspector;
import io.rustcdc.source.mysql.MySqlConnections.Opened;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks at the server's binlog files over one connection, which is kept until it fails. */
final class MySqlInspector implements SourceInspector {

    private static final Logger logger = LoggerFactory.getLogger(MySqlInspector.class);

    private final MySqlOptions options;
    private final MySqlConnections connections;
    private final MySqlErrors errors;
    private final Supplier<@Nullable LogReach> reach;
    private final LogRunway runway;
    private volatile @Nullable Opened opened;
    private volatile boolean closed;
    private @Nullable ServerFacts facts;
    private boolean capturedBefore;
    private boolean toldUnlimited;

    /**
     * @param reach how far the stream has read, asked at each look; null while that is not known
     */
    MySqlInspector(
            MySqlOptions options,
            MySqlConnections connections,
            MySqlErrors errors,
            Supplier<@Nullable LogReach> reach) {
        this.options = options;
        this.connections = connections;
        this.errors = errors;
        this.reach = reach;
        this.runway = new LogRunway(options, errors.lost());
    }

    @Override
    public SourceInspection inspect(boolean capturing) {
        if (capturing && !capturedBefore) {
            disconnect(); // the stream may have found another server under the same name
        }
        capturedBefore = capturing;
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
            throw errors.failed("look at the binlog files", e);
        }
    }

    private SourceInspection look(boolean capturing) throws SQLException {
        try {
            BinlogCatalog catalog = new BinlogCatalog(connection().connection());
            ServerFacts server = facts(catalog);
            LogRetention log = retention(server, catalog, capturing);
            return new SourceInspection(log, List.of(), warnings(server));
        } catch (SQLException | RuntimeException e) {
            disconnect();
            throw e;
        }
    }

    private ServerFacts facts(BinlogCatalog catalog) throws SQLException {
        ServerFacts known = facts;
        if (known == null) {
            known = catalog.facts();
            facts = known;
        }
        return known;
    }

    private @Nullable LogRetention retention(ServerFacts server, BinlogCatalog catalog, boolean capturing)
            throws SQLException {
        LogReach read = reach.get();
        BinlogPosition position = read == null ? null : read.offset().position();
        if (read == null || position == null || !read.offset().origin().equals(server.origin())) {
            return null; // nothing was read of this server yet
        }
        if (server.logExpiry() == null && server.logSizeLimit() == null && !toldUnlimited) {
            toldUnlimited = true;
            logger.info(
                    "{} never removes binlog files by itself (binlog_expire_logs_seconds = 0): unless somebody does, its disk fills",
                    options.target());
        }
        BinlogFiles files = catalog.files();
        boolean gone = files.find(position.file()) == null
                && (read.offset().executed().isEmpty()
                        || !catalog.purgedWithout(read.offset().executed(), files)
                                .isEmpty());
        Instant now = Instant.now();
        return gone
                ? runway.lost(read.offset(), files, capturing, now)
                : runway.measure(read, files, server, now).log(capturing, now);
    }

    /** What a source can do without, but had better not. */
    static List<SourceWarning> warnings(ServerFacts server) {
        return server.hasFullMetadata()
                ? List.of()
                : List.of(new SourceWarning(
                        "row_metadata_incomplete",
                        "binlog_row_metadata",
                        "binlog_row_metadata is %s: what columns are called is looked up in the catalog, and a change of a table while this source is behind may stop it"
                                .formatted(server.variables().text("binlog_row_metadata")),
                        Remedies.metadata(server.flavor())));
    }

    private Opened connection() {
        Opened current = opened;
        if (current == null) {
            current = connections.openSql();
            opened = current;
        }
        if (closed) {
            disconnect();
            throw SourceException.transientFailure("The source was stopped", null);
        }
        return current;
    }

    private void disconnect() {
        Opened current = opened;
        opened = null;
        facts = null;
        if (current != null) {
            current.close();
        }
    }

    /** Closes the socket first: the driver's own close would wait for the statement that runs. */
    @Override
    public void close() {
        closed = true;
        Opened current = opened;
        if (current != null) {
            MySqlConnections.closeQuietly(current.socket());
            current.close();
        }
    }
}
