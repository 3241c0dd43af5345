package io.rustcdc.source.postgres;

import io.rustcdc.event.FailureKind;
import io.rustcdc.event.Remedy;
import io.rustcdc.source.SourceException;
import io.rustcdc.source.internal.Checklist.Finding;
import io.rustcdc.source.postgres.ServerChecks.Room;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** Whether the slot can be read, or created where there is none. */
final class SlotCheck {

    private final PostgresOptions options;
    private final PostgresErrors errors;
    private final PostgresCatalog catalog;

    SlotCheck(PostgresOptions options, PostgresErrors errors, PostgresCatalog catalog) {
        this.options = options;
        this.errors = errors;
        this.catalog = catalog;
    }

    /** Refuses a slot of another kind, or one that another session reads. */
    void requireUsable(ReplicationSlot slot) throws SQLException {
        requireKind(slot);
        String pid = slot.activePid();
        if (pid != null) {
            throw errors.slotInUse(catalog.process(pid), null);
        }
    }

    /** Refuses to create a slot where the server has no more of them. */
    void requireRoom() throws SQLException {
        Room slots = catalog.slots();
        if (slots.used() >= slots.most()) {
            throw SourceException.of(
                    FailureKind.CONFIGURATION,
                    "%s has max_replication_slots = %d, and all are taken: there is no room for slot '%s'"
                            .formatted(options.target(), slots.most(), options.replicationSlotName()),
                    ServerChecks.raise("max_replication_slots", slots)
                            .say(
                                    "Or drop a slot that nobody needs: SELECT slot_name, active FROM pg_replication_slots;"),
                    null);
        }
    }

    /** What the doctor says of it. A session of this source itself is no other one. */
    Finding look(@Nullable ReplicationSlot slot) throws SQLException {
        String name = options.replicationSlotName();
        if (slot == null) {
            requireRoom();
            Room slots = catalog.slots();
            return Finding.ok("slot '%s' does not exist yet; %d of max_replication_slots = %d are taken"
                    .formatted(name, slots.used(), slots.most()));
        }
        requireKind(slot);
        String invalidation = slot.invalidation();
        if (invalidation != null) {
            throw errors.divergence().slotInvalidated(invalidation);
        }
        String pid = slot.activePid();
        if (pid == null) {
            return Finding.ok("slot '%s' is there and nobody reads it".formatted(name));
        }
        if (!isOurs(slot)) {
            throw errors.slotInUse(catalog.process(pid), null);
        }
        return Finding.ok("slot '%s' is read by this source (PID %s)".formatted(name, catalog.process(pid)));
    }

    /** Whether an instance of this source reads it, by the name that its sessions have. */
    boolean isOurs(@Nullable ReplicationSlot slot) throws SQLException {
        String pid = slot == null ? null : slot.activePid();
        return pid != null && catalog.process(pid).equals(pid + " (rustcdc-" + options.sourceName() + ")");
    }

    private void requireKind(ReplicationSlot slot) {
        String name = options.replicationSlotName();
        String target = options.target();
        if (!slot.isLogical() || slot.isTemporary()) {
            throw refused("Replication slot '%s' on %s is a %s slot, expected a permanent logical one"
                    .formatted(name, target, slot.isLogical() ? "temporary" : "physical"));
        }
        if (!"pgoutput".equals(slot.plugin())) {
            throw refused("Replication slot '%s' on %s uses the plugin '%s', expected 'pgoutput'"
                    .formatted(name, target, slot.plugin()));
        }
        if (!options.database().equals(slot.database())) {
            throw refused("Replication slot '%s' belongs to database '%s', expected '%s'"
                    .formatted(name, slot.database(), options.database()));
        }
    }

    private SourceException refused(String found) {
        return SourceException.configuration(
                found,
                Remedy.sql("SELECT pg_drop_replication_slot('%s');".formatted(options.replicationSlotName()))
                        .say("Only if nobody needs this slot; else choose another name with %s"
                                .formatted(options.key("replication-slot-name"))));
    }
}
