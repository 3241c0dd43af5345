package io.rustcdc.source.postgres;

import io.rustcdc.event.LogRetention;
import io.rustcdc.event.LogRetention.Safety;
import io.rustcdc.event.SourceWarning;
import io.rustcdc.source.SourceException;
import io.rustcdc.source.SourceInspection;
import io.rustcdc.source.SourceInspector;
import io.rustcdc.source.postgres.PostgresConnections.Opened;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks at the slot and at the publication over one connection, which is kept until it fails. */
final class PostgresInspector implements SourceInspector {

    private static final Logger logger = LoggerFactory.getLogger(PostgresInspector.class);

    private final PostgresOptions options;
    private final PostgresConnections connections;
    private final PostgresErrors errors;
    private final PublicationCare publication;
    private volatile @Nullable Opened opened;
    private volatile boolean closed;
    private boolean capturedBefore;
    private boolean toldUnlimited;

    PostgresInspector(
            PostgresOptions options,
            PostgresConnections connections,
            PostgresErrors errors,
            PublicationCare publication) {
        this.options = options;
        this.connections = connections;
        this.errors = errors;
        this.publication = publication;
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
            throw errors.failed("look at slot and publication", e);
        }
    }

    private SourceInspection look(boolean capturing) throws SQLException {
        try {
            PostgresCatalog catalog = new PostgresCatalog(connection().connection());
            LogRetention log = retention(catalog);
            List<SourceWarning> warnings = capturing ? publication.whileRunning(catalog) : publication.warnings();
            return new SourceInspection(log, publication.takeJoined(), warnings);
        } catch (SQLException | RuntimeException e) {
            disconnect();
            throw e;
        }
    }

    private Opened connection() {
        Opened current = opened;
        if (current == null) {
            current = connections.openSql(PublicationCare.LOCK_TIMEOUT);
            opened = current;
        }
        if (closed) {
            disconnect();
            throw SourceException.transientFailure("The source was stopped", null);
        }
        return current;
    }

    private @Nullable LogRetention retention(PostgresCatalog catalog) throws SQLException {
        SlotRetention slot = catalog.retention(options.replicationSlotName());
        if (slot == null) {
            return null;
        }
        if (slot.unlimited() && !toldUnlimited) {
            toldUnlimited = true;
            logger.info(
                    "max_slot_wal_keep_size is -1 on {}: while source '{}' is stopped or cannot keep up, slot '{}' makes the server keep log until the disk is full",
                    options.target(),
                    options.sourceName(),
                    options.replicationSlotName());
        }
        Safety safety = switch (slot.status()) {
            case "lost" -> Safety.LOST;
            case "unreserved" -> Safety.ENDANGERED;
            default -> Safety.SAFE;
        };
        return new LogRetention(
                slot.unconfirmed(),
                slot.retained(),
                slot.safe(),
                null,
                slot.status(),
                safety,
                slot.active(),
                Instant.now(),
                safety == Safety.LOST
                        ? String.valueOf(errors.divergence()
                                .slotInvalidated("wal_status lost")
                                .action())
                        : remedy());
    }

    private String remedy() {
        return "Let the source catch up: look at its state, its listeners, and at long transactions (SELECT pid, xact_start, query FROM pg_stat_activity WHERE xact_start IS NOT NULL ORDER BY xact_start;). If nobody needs the source any more, drop its slot: SELECT pg_drop_replication_slot('%s'); The setting max_slot_wal_keep_size limits what a slot keeps; a source whose log was removed must be reset"
                .formatted(options.replicationSlotName());
    }

    private void disconnect() {
        Opened current = opened;
        opened = null;
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
            PostgresConnections.closeQuietly(current.socket());
            current.close();
        }
    }
}
