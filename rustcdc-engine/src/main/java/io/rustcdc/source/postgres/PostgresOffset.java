package io.rustcdc.source.postgres;

import io.rustcdc.event.Offset;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A position in the changes of a replication slot.
 *
 * <p>Outside of a transaction it is one LSN, the end of the last finished transaction: the server sends what commits at or
 * after it. Inside a transaction that LSN stays where it was, and beside it stand the transaction's commit LSN, how many
 * of its changes are done, and the LSN of the last done one as a cross-check.
 *
 * <p>Fields: {@code lsn} (number), {@code slot_name}; {@code system_id} and {@code timeline} unless written by hand; inside
 * a transaction {@code tx_commit_lsn}, {@code tx_changes_done}, {@code tx_last_change_lsn}.
 */
public final class PostgresOffset implements Offset {

    private final SlotId slot;
    private final long lsn;
    private final long txCommitLsn;
    private final long txChangesDone;
    private final long txLastChangeLsn;
    private final long changeLsn;

    /** Five longs and no object for the part inside the transaction, since there is one offset for each row. */
    private PostgresOffset(SlotId slot, long lsn, long txCommitLsn, long txChangesDone, long txLastChangeLsn) {
        this.slot = slot;
        this.lsn = lsn;
        this.txCommitLsn = txCommitLsn;
        this.txChangesDone = txChangesDone;
        this.txLastChangeLsn = txLastChangeLsn;
        this.changeLsn = txChangesDone > 0 ? txLastChangeLsn : lsn;
    }

    private PostgresOffset(PostgresOffset offset, SlotId slot, long changeLsn) {
        this.slot = slot;
        this.lsn = offset.lsn;
        this.txCommitLsn = offset.txCommitLsn;
        this.txChangesDone = offset.txChangesDone;
        this.txLastChangeLsn = offset.txLastChangeLsn;
        this.changeLsn = changeLsn;
    }

    /** A position between transactions. */
    static PostgresOffset at(SlotId slot, long lsn) {
        return new PostgresOffset(slot, lsn, 0, 0, 0);
    }

    /**
     * A position inside the transaction that commits at {@code commitLsn}, after {@code changesDone} of its changes. With
     * none done it is the position before the transaction.
     */
    static PostgresOffset inside(SlotId slot, long lsn, long commitLsn, long changesDone, long lastChangeLsn) {
        return changesDone == 0 ? at(slot, lsn) : new PostgresOffset(slot, lsn, commitLsn, changesDone, lastChangeLsn);
    }

    /**
     * Reads an offset back, also one written by hand: LSNs as numbers or as {@code "H/L"}; unknown fields are ignored.
     *
     * @throws IllegalArgumentException naming the field, what was expected and what was found
     */
    public static PostgresOffset parse(Map<String, ?> fields) {
        OffsetFields offset = new OffsetFields(fields);
        long lsn = offset.lsn("lsn");
        SlotId slot = new SlotId(
                offset.text("slot_name"),
                offset.has("system_id") ? offset.text("system_id") : null,
                offset.has("timeline") ? offset.positiveInt("timeline") : 0);
        if (!offset.has("tx_commit_lsn") && !offset.has("tx_changes_done") && !offset.has("tx_last_change_lsn")) {
            return at(slot, lsn);
        }
        long commitLsn = offset.lsn("tx_commit_lsn");
        if (Lsn.isBefore(commitLsn, lsn)) {
            throw new IllegalArgumentException(
                    "Offset field 'tx_commit_lsn' must not lie before 'lsn', found %s before %s"
                            .formatted(Lsn.format(commitLsn), Lsn.format(lsn)));
        }
        return inside(slot, lsn, commitLsn, offset.positiveLong("tx_changes_done"), offset.lsn("tx_last_change_lsn"));
    }

    /** This position as one of the given slot, cluster and timeline. */
    PostgresOffset on(SlotId other) {
        return new PostgresOffset(this, other, changeLsn);
    }

    /** This position, read by people as that of the change which comes next: for an event that is not counted. */
    PostgresOffset shownAt(long nextChangeLsn) {
        return new PostgresOffset(this, slot, nextChangeLsn);
    }

    SlotId slot() {
        return slot;
    }

    /** Where the server resumes: the end of the last finished transaction. */
    long lsn() {
        return lsn;
    }

    @Override
    public boolean isInsideTransaction() {
        return txChangesDone > 0;
    }

    long txCommitLsn() {
        return txCommitLsn;
    }

    long txChangesDone() {
        return txChangesDone;
    }

    long txLastChangeLsn() {
        return txLastChangeLsn;
    }

    @Override
    public String text() {
        return Lsn.format(changeLsn);
    }

    @Override
    public Map<String, Object> fields() {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("lsn", number(lsn));
        fields.put("slot_name", slot.slotName());
        if (slot.systemId() != null) {
            fields.put("system_id", slot.systemId());
        }
        if (slot.timeline() > 0) {
            fields.put("timeline", slot.timeline());
        }
        if (isInsideTransaction()) {
            fields.put("tx_commit_lsn", number(txCommitLsn));
            fields.put("tx_changes_done", txChangesDone);
            fields.put("tx_last_change_lsn", number(txLastChangeLsn));
        }
        return Collections.unmodifiableMap(fields);
    }

    /**
     * Transactions are ordered by their commit LSN, positions inside one by the changes done. A position between
     * transactions lies before a transaction that commits at or after it.
     */
    @Override
    public boolean isBefore(Offset other) {
        if (!(other instanceof PostgresOffset that) || !slot.sharesLogWith(that.slot)) {
            return false;
        }
        int order = Long.compareUnsigned(anchor(), that.anchor());
        return order < 0 || (order == 0 && txChangesDone < that.txChangesDone);
    }

    /** A number as the runbook's scripts expect it, unless it has no place in a signed one. */
    private static Object number(long lsn) {
        return lsn >= 0 ? lsn : Lsn.format(lsn);
    }

    private long anchor() {
        return isInsideTransaction() ? txCommitLsn : lsn;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof PostgresOffset that
                && lsn == that.lsn
                && txCommitLsn == that.txCommitLsn
                && txChangesDone == that.txChangesDone
                && txLastChangeLsn == that.txLastChangeLsn
                && slot.equals(that.slot);
    }

    @Override
    public int hashCode() {
        return Long.hashCode(31 * (31 * lsn + txCommitLsn) + txChangesDone);
    }

    @Override
    public String toString() {
        return "PostgresOffset" + fields();
    }
}
