package io.rustcdc.source.postgres;

import org.jspecify.annotations.Nullable;

/**
 * What a slot holds back, as {@code pg_replication_slots} shows it (manual 52.19).
 *
 * @param unconfirmed bytes behind {@code confirmed_flush_lsn}
 * @param retained bytes behind {@code restart_lsn}
 * @param safe {@code safe_wal_size}: bytes until the slot may be invalidated; null without a limit
 * @param status {@code wal_status}
 * @param active whether a process reads it
 * @param unlimited whether {@code max_slot_wal_keep_size} is -1
 */
record SlotRetention(
        long unconfirmed, long retained, @Nullable Long safe, String status, boolean active, boolean unlimited) {}
