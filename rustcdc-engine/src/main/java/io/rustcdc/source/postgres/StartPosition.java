package io.rustcdc.source.postgres;

import io.rustcdc.source.SourceException;
import io.rustcdc.source.StreamRequest;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides where the stream begins, and refuses every start that would pass over changes in silence. PostgreSQL itself moves
 * a start before the slot's confirmed position up to it without a word.
 */
final class StartPosition {

    private static final Logger logger = LoggerFactory.getLogger(StartPosition.class);

    private static final String QUERY_CANCELED = "57014";

    private final PostgresOptions options;
    private final PostgresErrors errors;
    private final PostgresCatalog catalog;

    StartPosition(PostgresOptions options, PostgresErrors errors, PostgresCatalog catalog) {
        this.options = options;
        this.errors = errors;
        this.catalog = catalog;
    }

    /**
     * Refuses a checkpoint that belongs to another slot, cluster or history. Changes nothing on the server.
     *
     * @param replication a replication connection
     */
    void checkOrigin(PostgresOffset saved, ServerIdentity server, Connection replication) throws SQLException {
        SlotId origin = saved.slot();
        if (!origin.slotName().equals(options.replicationSlotName())) {
            throw SourceException.configuration(
                    "The checkpoint belongs to slot '%s', but %s is '%s'"
                            .formatted(
                                    origin.slotName(),
                                    options.key("replication-slot-name"),
                                    options.replicationSlotName()),
                    "Set %s back, or remove the checkpoint to start afresh with the new slot (changes in between are not delivered)"
                            .formatted(options.key("replication-slot-name")));
        }
        String systemId = origin.systemId();
        if (systemId != null && !systemId.equals(server.systemId())) {
            throw errors.divergence("the checkpoint was saved on the cluster with system identifier %s, this one has %s"
                    .formatted(systemId, server.systemId()));
        }
        if (Lsn.isBefore(server.walEnd(), saved.lsn())) {
            throw errors.divergence("checkpoint=%s lies beyond the end of the server's log at %s"
                    .formatted(Lsn.format(saved.lsn()), Lsn.format(server.walEnd())));
        }
        if (origin.timeline() > 0 && origin.timeline() != server.timeline()) {
            checkHistory(saved, server, replication);
        }
    }

    private void checkHistory(PostgresOffset saved, ServerIdentity server, Connection replication) throws SQLException {
        int timeline = saved.slot().timeline();
        OptionalLong left = server.leftAt(timeline, replication);
        if (left.isEmpty()) {
            throw errors.divergence(
                    "the checkpoint was saved on timeline %d, which did not lead to the server's timeline %d"
                            .formatted(timeline, server.timeline()));
        }
        if (Lsn.isBefore(left.getAsLong(), saved.lsn())) {
            throw errors.divergence(
                    "checkpoint=%s was saved on timeline %d, which the server left at %s: changes that were delivered no longer exist"
                            .formatted(Lsn.format(saved.lsn()), timeline, Lsn.format(left.getAsLong())));
        }
    }

    /**
     * Looks the slot up and refuses one that cannot be read, or whose loss or movement means that changes are missing.
     *
     * @return null when there is none and one may be created
     */
    @Nullable
    ReplicationSlot find(StreamRequest request, @Nullable PostgresOffset saved) throws SQLException {
        ReplicationSlot slot = catalog.slot(options.replicationSlotName());
        PostgresOffset binding = request.operatorSeed() ? null : saved;
        if (slot == null) {
            if (binding != null) {
                throw errors.divergence("slot does not exist, checkpoint=" + Lsn.format(binding.lsn()));
            }
            return null;
        }
        check(slot);
        if (binding != null && Lsn.isBefore(binding.lsn(), slot.confirmedFlushLsn())) {
            throw errors.divergence("checkpoint=%s, slot=%s: the slot has moved on without this source"
                    .formatted(Lsn.format(binding.lsn()), Lsn.format(slot.confirmedFlushLsn())));
        }
        return slot;
    }

    /** Says where the stream begins; creates the slot if there is none. The publication must exist by now. */
    PostgresOffset begin(@Nullable ReplicationSlot slot, @Nullable PostgresOffset saved, ServerIdentity server)
            throws SQLException {
        SlotId id = new SlotId(options.replicationSlotName(), server.systemId(), server.timeline());
        long begin = slot == null ? create() : slot.confirmedFlushLsn();
        if (saved == null) {
            return PostgresOffset.at(id, begin);
        }
        if (!Lsn.isBefore(saved.lsn(), begin)) {
            return saved.on(id);
        }
        logger.warn(
                "The checkpoint written by hand says {}, but slot '{}' begins at {}: starting at the slot, changes before it are not delivered",
                Lsn.format(saved.lsn()),
                options.replicationSlotName(),
                Lsn.format(begin));
        return PostgresOffset.at(id, begin);
    }

    private void check(ReplicationSlot slot) throws SQLException {
        String name = options.replicationSlotName();
        String another =
                "Choose another name with %s, or drop this slot if nobody needs it: SELECT pg_drop_replication_slot('%s');"
                        .formatted(options.key("replication-slot-name"), name);
        if (!slot.isLogical() || slot.isTemporary()) {
            throw SourceException.configuration(
                    "Replication slot '%s' on %s is a %s slot, expected a permanent logical one"
                            .formatted(name, options.target(), slot.isLogical() ? "temporary" : "physical"),
                    another);
        }
        if (!"pgoutput".equals(slot.plugin())) {
            throw SourceException.configuration(
                    "Replication slot '%s' on %s uses the plugin '%s', expected 'pgoutput'"
                            .formatted(name, options.target(), slot.plugin()),
                    another);
        }
        if (!options.database().equals(slot.database())) {
            throw SourceException.configuration(
                    "Replication slot '%s' belongs to database '%s', expected '%s'"
                            .formatted(name, slot.database(), options.database()),
                    another);
        }
        if (slot.invalidation() != null) {
            throw errors.divergence("the server has invalidated the slot (%s)".formatted(slot.invalidation()));
        }
        String pid = slot.activePid();
        if (pid != null) {
            throw errors.slotInUse(catalog.process(pid), null);
        }
    }

    private long create() throws SQLException {
        try {
            long begin = catalog.createSlot(options.replicationSlotName());
            logger.info("Created replication slot '{}' at {}", options.replicationSlotName(), Lsn.format(begin));
            return begin;
        } catch (SQLException e) {
            if (QUERY_CANCELED.equals(e.getSQLState())) {
                throw SourceException.transientFailure(
                        "Slot '%s' could not be created within %s = %d s: the server waits for running transactions to end (SELECT pid, xact_start, query FROM pg_stat_activity WHERE xact_start IS NOT NULL ORDER BY xact_start;)"
                                .formatted(
                                        options.replicationSlotName(),
                                        options.key("conn-timeout"),
                                        options.connTimeout().toSeconds()),
                        e);
            }
            throw e;
        }
    }
}
