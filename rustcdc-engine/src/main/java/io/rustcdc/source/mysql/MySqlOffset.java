package io.rustcdc.source.mysql;

import io.rustcdc.event.Offset;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A position in the binlog of a MySQL or MariaDB server.
 *
 * <p>Outside of a transaction it is the end of the last finished one, as a place in a file, and the set of all transactions
 * executed up to there; either may be missing. Inside a transaction both stay where they were, and beside them stand the
 * transaction's GTID, how many of its rows are done, and the end of the row event that holds the last done one as a
 * cross-check. That event is in the same file, since a server ends files between transactions only.
 *
 * <p>Fields: {@code gtid} (a set, or empty), {@code binlog_file}, {@code binlog_pos} (number), {@code source_flavor};
 * {@code xa_prepared_file} and {@code xa_prepared_pos} while XA transactions are prepared; {@code server_uuid} or, on MariaDB, {@code server_id} unless written by hand; inside a transaction
 * {@code tx_changes_done}, {@code tx_last_change_pos} and, if it has one, {@code tx_gtid}.
 */
public final class MySqlOffset implements Offset {

    private final Origin origin;
    private final @Nullable BinlogPosition position;
    private final GtidSet executed;
    private final @Nullable BinlogPosition preparedFrom;
    private final @Nullable Gtid txGtid;
    private final long txChangesDone;
    private final long txLastChangeEnd;

    private MySqlOffset(
            Origin origin, @Nullable BinlogPosition position, GtidSet executed, @Nullable BinlogPosition preparedFrom) {
        this.origin = origin;
        this.position = position;
        this.executed = executed;
        this.preparedFrom = preparedFrom;
        this.txGtid = null;
        this.txChangesDone = 0;
        this.txLastChangeEnd = 0;
    }

    /** Shares all that is not of the transaction, since there is one offset for each row. */
    private MySqlOffset(MySqlOffset start, @Nullable Gtid txGtid, long txChangesDone, long txLastChangeEnd) {
        this.origin = start.origin;
        this.position = start.position;
        this.executed = start.executed;
        this.preparedFrom = start.preparedFrom;
        this.txGtid = txGtid;
        this.txChangesDone = txChangesDone;
        this.txLastChangeEnd = txLastChangeEnd;
    }

    /** A position between transactions. */
    static MySqlOffset at(Origin origin, BinlogPosition end, GtidSet executed) {
        return new MySqlOffset(origin, end, executed, null);
    }

    /** A position between transactions of which only the set is known, as on a server that was promoted. */
    static MySqlOffset after(Origin origin, GtidSet executed) {
        return new MySqlOffset(origin, null, executed, null);
    }

    /**
     * A position inside the transaction that begins at the given one, after so many of its rows. With none done it is the
     * position before the transaction.
     *
     * @param transactionStart between transactions; in the file in which the transaction is
     * @param gtid of the transaction; null if it has none
     * @param lastChangeEnd where the row event ends that holds the last done row
     */
    static MySqlOffset inside(MySqlOffset transactionStart, @Nullable Gtid gtid, long changesDone, long lastChangeEnd) {
        return changesDone == 0
                ? transactionStart
                : new MySqlOffset(transactionStart, gtid, changesDone, lastChangeEnd);
    }

    /**
     * Reads an offset back, also one written by hand, which needs no more than either {@code gtid} or {@code binlog_file} and
     * {@code binlog_pos}; unknown fields are ignored.
     *
     * @throws IllegalArgumentException naming the field, what was expected and what was found
     */
    public static MySqlOffset parse(Flavor flavor, Map<String, ?> fields) {
        OffsetFields offset = new OffsetFields(fields);
        if (offset.has("source_flavor") && !offset.text("source_flavor").equals(flavor.type())) {
            throw offset.wrong("source_flavor", "\"" + flavor.type() + "\", the flavour of the source");
        }
        GtidSet executed = offset.has("gtid") ? gtids(flavor, offset) : GtidSet.empty(flavor);
        BinlogPosition position = position(offset);
        if (position == null && executed.isEmpty()) {
            throw new IllegalArgumentException(
                    "An offset must have 'gtid', or 'binlog_file' and 'binlog_pos', found " + fields.keySet());
        }
        MySqlOffset between = new MySqlOffset(origin(flavor, offset), position, executed, prepared(offset));
        return isInside(offset) ? inside(between, flavor, offset) : between;
    }

    private static boolean isInside(OffsetFields offset) {
        return offset.has("tx_changes_done") || offset.has("tx_last_change_pos") || offset.has("tx_gtid");
    }

    private static MySqlOffset inside(MySqlOffset between, Flavor flavor, OffsetFields offset) {
        if (between.position == null) {
            throw offset.wrong("binlog_file", "the file of the transaction that is partly done");
        }
        return inside(
                between,
                offset.has("tx_gtid") ? gtid(flavor, offset) : null,
                offset.number("tx_changes_done", 1, Long.MAX_VALUE),
                offset.number("tx_last_change_pos", BinlogPosition.FIRST, Long.MAX_VALUE));
    }

    private static Origin origin(Flavor flavor, OffsetFields offset) {
        return switch (flavor) {
            case MYSQL -> new Origin(flavor, offset.has("server_uuid") ? offset.text("server_uuid") : null, 0);
            case MARIADB ->
                new Origin(flavor, null, offset.has("server_id") ? offset.number("server_id", 1, 0xffff_ffffL) : 0);
        };
    }

    private static @Nullable BinlogPosition position(OffsetFields offset) {
        return position(offset, "binlog_file", "binlog_pos");
    }

    private static @Nullable BinlogPosition prepared(OffsetFields offset) {
        return position(offset, "xa_prepared_file", "xa_prepared_pos");
    }

    private static @Nullable BinlogPosition position(OffsetFields offset, String fileField, String placeField) {
        if (!offset.has(fileField) && !offset.has(placeField)) {
            return null;
        }
        String file = offset.text(fileField);
        long place = offset.number(placeField, BinlogPosition.FIRST, Long.MAX_VALUE);
        try {
            return new BinlogPosition(file, place);
        } catch (IllegalArgumentException e) {
            throw offset.wrong(fileField, "a file's name with its number, such as \"binlog.000042\"");
        }
    }

    private static GtidSet gtids(Flavor flavor, OffsetFields offset) {
        String text = offset.text("gtid");
        try {
            return GtidSet.parse(flavor, text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("Offset field 'gtid': " + e.getMessage(), e);
        }
    }

    private static Gtid gtid(Flavor flavor, OffsetFields offset) {
        String text = offset.text("tx_gtid");
        try {
            return Gtid.parse(flavor, text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("Offset field 'tx_gtid': " + e.getMessage(), e);
        }
    }

    /** This position, to which belong XA transactions that were prepared from that place on; null for none. */
    MySqlOffset withPreparedFrom(@Nullable BinlogPosition place) {
        return Objects.equals(place, preparedFrom) ? this : new MySqlOffset(origin, position, executed, place);
    }

    /** This position as one of the given server. */
    MySqlOffset on(Origin other) {
        MySqlOffset moved = new MySqlOffset(other, position, executed, preparedFrom);
        return new MySqlOffset(moved, txGtid, txChangesDone, txLastChangeEnd);
    }

    /** The position before the transaction of which rows are done. */
    MySqlOffset transactionStart() {
        return isInsideTransaction() ? new MySqlOffset(origin, position, executed, preparedFrom) : this;
    }

    Origin origin() {
        return origin;
    }

    /** The end of the last finished transaction; null where only its set is known. */
    @Nullable
    BinlogPosition position() {
        return position;
    }

    /**
     * Where the oldest XA transaction begins in the log that was prepared and neither committed nor rolled back by then: its
     * rows are still to come, and are read from there. Null if there is none.
     */
    @Nullable
    BinlogPosition preparedFrom() {
        return preparedFrom;
    }

    /** All transactions up to there; empty where they have no GTIDs. */
    GtidSet executed() {
        return executed;
    }

    @Override
    public boolean isInsideTransaction() {
        return txChangesDone > 0;
    }

    @Nullable
    Gtid txGtid() {
        return txGtid;
    }

    /** 0 between transactions. */
    long txChangesDone() {
        return txChangesDone;
    }

    /** 0 between transactions. */
    long txLastChangeEnd() {
        return txLastChangeEnd;
    }

    /** {@code file:offset}; the set where there is none. */
    @Override
    public String text() {
        if (position == null) {
            return executed.toString();
        }
        return position.file() + ":" + (isInsideTransaction() ? txLastChangeEnd : position.offset());
    }

    @Override
    public Map<String, Object> fields() {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("gtid", executed.toString());
        if (position != null) {
            fields.put("binlog_file", position.file());
            fields.put("binlog_pos", position.offset());
        }
        fields.put("source_flavor", origin.flavor().type());
        if (origin.serverUuid() != null) {
            fields.put("server_uuid", origin.serverUuid());
        } else if (origin.isKnown()) {
            fields.put("server_id", origin.serverId());
        }
        if (preparedFrom != null) {
            fields.put("xa_prepared_file", preparedFrom.file());
            fields.put("xa_prepared_pos", preparedFrom.offset());
        }
        if (isInsideTransaction()) {
            fields.put("tx_changes_done", txChangesDone);
            fields.put("tx_last_change_pos", txLastChangeEnd);
            if (txGtid != null) {
                fields.put("tx_gtid", txGtid.toString());
            }
        }
        return Collections.unmodifiableMap(fields);
    }

    /**
     * On one server by file, place in it and rows done. Else, as after a failover, by the sets alone: one that has less lies
     * before.
     */
    @Override
    public boolean isBefore(Offset other) {
        if (!(other instanceof MySqlOffset that) || origin.flavor() != that.origin.flavor()) {
            return false;
        }
        if (position != null && that.position != null && origin.isSameServer(that.origin)) {
            int order = position.compareTo(that.position);
            return order < 0 || (order == 0 && txChangesDone < that.txChangesDone);
        }
        return !executed.isEmpty() && executed.isSubsetOf(that.executed) && !that.executed.isSubsetOf(executed);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof MySqlOffset that
                && txChangesDone == that.txChangesDone
                && txLastChangeEnd == that.txLastChangeEnd
                && Objects.equals(position, that.position)
                && Objects.equals(preparedFrom, that.preparedFrom)
                && Objects.equals(txGtid, that.txGtid)
                && origin.equals(that.origin)
                && executed.equals(that.executed);
    }

    @Override
    public int hashCode() {
        return 31 * (31 * Objects.hashCode(position) + Long.hashCode(txChangesDone)) + Long.hashCode(txLastChangeEnd);
    }

    @Override
    public String toString() {
        return "MySqlOffset" + fields();
    }
}
