package io.rustcdc.source.postgres;

import io.rustcdc.event.Remedy;
import io.rustcdc.source.SourceException;
import io.rustcdc.source.internal.Checklist.Finding;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sees to it that the slot outlives a failover, where the server has that (PostgreSQL 17, manual 47.2.3): standbys then keep
 * a copy of it. A slot that this connector creates is a failover slot unless forbidden. One that somebody else created is
 * left as it is unless told otherwise: with synchronized_standby_slots set, a failover slot sends nothing that a standby has
 * not received yet, so turning it into one can hold up a source whose owner did not expect it.
 */
final class FailoverSlots {

    private static final Logger logger = LoggerFactory.getLogger(FailoverSlots.class);

    private static final int FIRST_VERSION = 170000;

    private final PostgresOptions options;
    private final ServerFacts facts;
    private final AtomicBoolean warned;

    /**
     * @param warned whether a slot without it was reported; lives as long as the connector, so a reconnect is silent
     */
    FailoverSlots(PostgresOptions options, ServerFacts facts, AtomicBoolean warned) {
        this.options = options;
        this.facts = facts;
        this.warned = warned;
    }

    /** @throws SourceException CONFIGURATION if the setting asks for what the server does not have */
    Finding check() {
        if (Boolean.TRUE.equals(options.failoverSlot()) && !available()) {
            throw SourceException.configuration(
                    "%s is true, but %s is PostgreSQL %s, which has no failover slots"
                            .formatted(options.key("failover-slot"), options.target(), facts.versionText()),
                    "Remove the setting, or upgrade to PostgreSQL 17 or later");
        }
        return Finding.ok(
                available()
                        ? "new slots are %s".formatted(isForNewSlots() ? "failover slots" : "no failover slots")
                        : "PostgreSQL %s has no failover slots".formatted(facts.versionText()));
    }

    boolean isForNewSlots() {
        return available() && !Boolean.FALSE.equals(options.failoverSlot());
    }

    /**
     * Looks at a slot that exists, and makes it a failover slot if the setting says so.
     *
     * @param replication a replication connection on which no stream has been started
     */
    void look(@Nullable ReplicationSlot slot, Connection replication) throws SQLException {
        if (!lacksFailover(slot)) {
            return;
        }
        String name = options.replicationSlotName();
        if (Boolean.TRUE.equals(options.failoverSlot())) {
            try (Statement statement = replication.createStatement()) {
                statement.execute("ALTER_REPLICATION_SLOT " + name + " (FAILOVER true)");
            }
            logger.info("Replication slot '{}' on {} is a failover slot now", name, options.target());
        } else if (warned.compareAndSet(false, true)) {
            logger.warn(
                    "Replication slot '{}' on {} was created without failover: when a standby is promoted, it does not have the slot, and the position is lost. Set {} to true to change that, or to false if no standby is ever promoted",
                    name,
                    options.target(),
                    options.key("failover-slot"));
        }
    }

    /** What the doctor says, of the setting and of the slot. */
    Finding check(@Nullable ReplicationSlot slot) {
        Finding found = check();
        return lacksFailover(slot) && options.failoverSlot() == null
                ? Finding.warning(
                        "slot '%s' was created without failover: when a standby is promoted, it does not have the slot, and the position is lost"
                                .formatted(options.replicationSlotName()),
                        Remedy.file("application.yml", options.key("failover-slot") + ": true")
                                .say("Or false, if no standby is ever promoted."))
                : found;
    }

    private boolean lacksFailover(@Nullable ReplicationSlot slot) {
        return slot != null && !slot.isFailover() && isForNewSlots();
    }

    private boolean available() {
        return facts.version() >= FIRST_VERSION;
    }
}
