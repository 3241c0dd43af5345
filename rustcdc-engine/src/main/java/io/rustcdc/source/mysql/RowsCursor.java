package io.rustcdc.source.mysql;

import io.rustcdc.event.Operation;
import io.rustcdc.source.SourceException;
import org.jspecify.annotations.Nullable;

/**
 * Walks over the rows of one WRITE_ROWS, UPDATE_ROWS or DELETE_ROWS event, of either version. The table map alone tells where
 * rows end, so it does so for any table. For one thread; the rows that it hands out are for all.
 */
final class RowsCursor {

    private static final int WRITE_V1 = 23;
    private static final int UPDATE_V1 = 24;
    private static final int DELETE_V1 = 25;
    private static final int WRITE = 30;
    private static final int UPDATE = 31;
    private static final int DELETE = 32;
    private static final int PARTIAL_UPDATE = 39;

    private final TableMap map;
    private final Operation operation;
    private final byte[] bytes;
    private final int end;

    private final @Nullable RowLayout beforeLayout;
    private final @Nullable RowLayout afterLayout;
    private int start;
    private int middle;
    private int next;

    private RowsCursor(
            TableMap map, Operation operation, BinlogBytes in, @Nullable RowLayout before, @Nullable RowLayout after) {
        this.map = map;
        this.operation = operation;
        this.beforeLayout = before;
        this.afterLayout = after;
        this.bytes = in.bytes();
        this.end = in.position() + in.remaining();
        this.next = in.position();
    }

    /** The number of the table map that a rows event belongs to; {@code start} is where its body begins. */
    static long tableId(byte[] bytes, int start, int end) {
        return new BinlogBytes(bytes, start, end).unsigned(6);
    }

    /**
     * Begins before the first row.
     *
     * @param eventType of the event; of MariaDB's compressed ones the type of what was in them
     * @param map that the event belongs to
     * @param start where the body begins, behind the header
     * @param end where it ends, before the checksum
     * @throws SourceException TERMINAL, if it is no such event or belongs to another table map
     */
    static RowsCursor open(int eventType, TableMap map, byte[] bytes, int start, int end) {
        Operation operation = switch (eventType) {
            case WRITE_V1, WRITE -> Operation.INSERT;
            case UPDATE_V1, UPDATE -> Operation.UPDATE;
            case DELETE_V1, DELETE -> Operation.DELETE;
            case PARTIAL_UPDATE -> throw partial(map);
            default -> throw BinlogBytes.undecodable("event type %d has no rows".formatted(eventType));
        };
        BinlogBytes in = new BinlogBytes(bytes, start, end);
        long id = in.unsigned(6);
        if (id != map.id()) {
            throw BinlogBytes.undecodable(
                    "rows of table %d come with the map of table %d, '%s'".formatted(id, map.id(), map.table()));
        }
        in.skip(2); // flags
        if (eventType >= WRITE) {
            in.skip(in.u16() - 2); // extra data, whose length counts itself
        }
        long columns = in.packed();
        if (columns != map.size()) {
            throw BinlogBytes.undecodable("the rows of '%s' have %s columns, their map described %d"
                    .formatted(map.table(), Long.toUnsignedString(columns), map.size()));
        }
        RowLayout first = layout(map, in);
        return switch (operation) {
            case UPDATE -> new RowsCursor(map, operation, in, first, layout(map, in));
            case DELETE -> new RowsCursor(map, operation, in, first, null);
            default -> new RowsCursor(map, operation, in, null, first);
        };
    }

    private static RowLayout layout(TableMap map, BinlogBytes in) {
        int present = in.skip((map.size() + 7) / 8);
        return map.layout().only(in.bytes(), present);
    }

    private static SourceException partial(TableMap map) {
        return SourceException.terminal(
                "Table '%s' was updated with binlog_row_value_options=PARTIAL_JSON: the binlog has parts of JSON documents"
                        .formatted(map.table()),
                "SET GLOBAL binlog_row_value_options=''; and in no session another value. Such a transaction cannot be "
                        + "read; accept a gap, or leave the table out and read it again.");
    }

    /**
     * Goes to the next row.
     *
     * @return false at the end
     * @throws SourceException TERMINAL, if the event is damaged
     */
    boolean next() {
        if (next >= end) {
            return false;
        }
        start = next;
        middle = start;
        if (beforeLayout != null) {
            middle = sound(beforeLayout.skip(bytes, start, end));
        }
        next = middle;
        if (afterLayout != null) {
            next = sound(afterLayout.skip(bytes, middle, end));
        }
        if (next == start) {
            throw BinlogBytes.undecodable("a row of '%s' has no bytes".formatted(map.table()));
        }
        return true;
    }

    private int sound(int position) {
        if (position >= 0) {
            return position;
        }
        if (map.isVague()) {
            throw SourceException.terminal(
                    "The table map of '%s' does not say how long its rows are: it has times in the format of MariaDB 5.3"
                            .formatted(map.table()),
                    "SET GLOBAL mysql56_temporal_format=ON; ALTER TABLE %s FORCE; and accept the gap."
                            .formatted(map.table()));
        }
        throw BinlogBytes.undecodable("a row of '%s' is longer than its event".formatted(map.table()));
    }

    TableMap map() {
        return map;
    }

    Operation operation() {
        return operation;
    }

    /** The row as it was, null for an INSERT. */
    @Nullable
    MySqlRow before(RowShape shape) {
        return beforeLayout == null ? null : new MySqlRow(shape, beforeLayout, bytes, start);
    }

    /** The row as it is, null for a DELETE. */
    @Nullable
    MySqlRow after(RowShape shape) {
        return afterLayout == null ? null : new MySqlRow(shape, afterLayout, bytes, middle);
    }

    /** How many bytes of the event the row takes, both images together. */
    int bytes() {
        return next - start;
    }
}
