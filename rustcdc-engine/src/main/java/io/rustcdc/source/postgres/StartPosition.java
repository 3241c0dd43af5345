package io.rustcdc.source.postgres;

import io.rustcdc.source.SourceException;
import io.rustcdc.source.StreamRequest;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides where the stream begins, and refuses every start that would pass over changes in silence. PostgreSQL itself moves
 * a start before the slot's confirmed position up to it without a word.
 */
final class StartPosition {

    private static final Logger logger = LoggerFactory.getLogger(StartPosition.class);

    private final PostgresOptions options;
    private final PostgresErrors errors;
    private final PostgresCatalog catalog;
    private final PostgresConnector.SlotSetup setup;

    StartPosition(
            PostgresOptions options,
            PostgresErrors errors,
            PostgresCatalog catalog,
            PostgresConnector.SlotSetup setup) {
        this.options = options;
        this.errors = errors;
        this.catalog = catalog;
        this.setup = setup;
    }

    /**
     * What a stream can begin with.
     *
     * @param slot null if there is none and one may be created
     * @param unusable whether the slot must be replaced by a new one, which an operator has agreed to
     * @param resume null to begin at the slot
     */
    record Found(
            @Nullable ReplicationSlot slot,
            boolean unusable,
            @Nullable PostgresOffset resume) {

        /** The slot that is read; null if one is created. */
        @Nullable
        ReplicationSlot keptSlot() {
            return unusable ? null : slot;
        }
    }

    /**
     * Looks for the saved position and the slot, and refuses what means that changes are missing, unless the request
     * accepts that. Changes nothing on the server.
     */
    Found find(StreamRequest request, @Nullable PostgresOffset saved, CheckpointOrigin origin) throws SQLException {
        if (saved != null) {
            requireSameSlot(saved.slot());
        }
        ReplicationSlot slot = catalog.slot(options.replicationSlotName());
        if (slot != null) {
            new SlotCheck(options, errors, catalog).requireUsable(slot);
        }
        SourceException lost = saved == null ? null : origin.lost(saved);
        if (request.gapAccepted()) {
            return behindTheGap(slot, lost == null ? saved : null);
        }
        if (lost != null) {
            throw lost;
        }
        if (slot != null && slot.invalidation() != null) {
            throw errors.divergence().slotInvalidated(slot.invalidation());
        }
        if (saved != null && !request.operatorSeed()) {
            requireInStep(slot, saved, origin.server());
        }
        return new Found(slot, false, saved);
    }

    /**
     * The earliest position that can be read. A transaction that was partly delivered is delivered again as a whole, since
     * its counted changes may be others by now.
     */
    private Found behindTheGap(@Nullable ReplicationSlot slot, @Nullable PostgresOffset saved) {
        if (slot == null || slot.invalidation() != null || errors.isSlotUnreadable()) {
            return new Found(slot, slot != null, null);
        }
        if (saved != null && Lsn.isBefore(slot.confirmedFlushLsn(), saved.lsn())) {
            return new Found(slot, false, PostgresOffset.at(saved.slot(), saved.lsn()));
        }
        return new Found(slot, false, null);
    }

    /** Says where the stream begins; creates the slot if there is none. The publication must exist by now. */
    PostgresOffset begin(Found found, ServerIdentity server) throws SQLException {
        SlotId id = new SlotId(options.replicationSlotName(), server.systemId(), server.timeline());
        if (found.unusable()) {
            catalog.dropSlot(options.replicationSlotName());
            logger.warn(
                    "Dropped replication slot '{}' on {}, which can be read no more",
                    options.replicationSlotName(),
                    options.target());
        }
        ReplicationSlot slot = found.keptSlot();
        long begin = slot == null ? create() : slot.confirmedFlushLsn();
        PostgresOffset saved = found.resume();
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

    private void requireSameSlot(SlotId origin) {
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
    }

    /** The slot is ahead of its checkpoint only when somebody else moved it: positions are saved before they are confirmed. */
    private void requireInStep(@Nullable ReplicationSlot slot, PostgresOffset saved, ServerIdentity server) {
        if (slot == null) {
            throw errors.divergence().slotMissing(saved, server);
        }
        if (Lsn.isBefore(saved.lsn(), slot.confirmedFlushLsn())) {
            throw errors.divergence().slotMoved(saved, slot.confirmedFlushLsn());
        }
    }

    private long create() throws SQLException {
        new SlotCheck(options, errors, catalog).requireRoom();
        long begin = setup.newSlot().create(setup.failover().isForNewSlots());
        errors.slotReadable();
        return begin;
    }
}
