package io.rustcdc.source.postgres;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A replication slot as {@code pg_replication_slots} shows it; which columns there are depends on the server's version.
 */
final class ReplicationSlot {

    private final Map<String, String> columns;

    /**
     * @param columns without those that are NULL
     */
    ReplicationSlot(Map<String, String> columns) {
        this.columns = Map.copyOf(columns);
    }

    boolean isLogical() {
        return "logical".equals(columns.get("slot_type"));
    }

    boolean isTemporary() {
        return Boolean.parseBoolean(columns.get("temporary"));
    }

    @Nullable
    String plugin() {
        return columns.get("plugin");
    }

    @Nullable
    String database() {
        return columns.get("database");
    }

    /** The process that reads it, null for none. */
    @Nullable
    String activePid() {
        return columns.get("active_pid");
    }

    /** Why it can never be read again, null if it can. */
    @Nullable
    String invalidation() {
        String reason = columns.get("invalidation_reason");
        if (reason != null) {
            return reason;
        }
        if ("lost".equals(columns.get("wal_status"))) {
            return "wal_status lost";
        }
        return Boolean.parseBoolean(columns.get("conflicting")) ? "conflicting with recovery" : null;
    }

    /** Whether standbys keep a copy of it; false on servers that do not have that. */
    boolean isFailover() {
        return Boolean.parseBoolean(columns.get("failover"));
    }

    /** Up to where changes have been confirmed, and where reading begins at the earliest. */
    long confirmedFlushLsn() {
        String lsn = columns.get("confirmed_flush_lsn");
        if (lsn == null) {
            throw new IllegalStateException("A logical slot without confirmed_flush_lsn: " + columns);
        }
        return Lsn.parse(lsn).value();
    }
}
