package io.rustcdc.checkpoint;

import io.rustcdc.event.TableId;
import io.rustcdc.source.KeyRange;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How far the rows of one table have been read and acknowledged.
 *
 * @param key the columns that the cursors stand for; empty for a table that is read in one pass
 * @param requested whether somebody has asked for this reading; else a setting has
 * @param condition the SQL condition that the rows must meet; null for all rows
 * @param remaining what is still to be read, in the order of reading; each one's {@code after} is a cursor
 * @param generation the request that this reading belongs to
 * @param rows read so far, for this generation
 * @param chunks read so far, for this generation
 * @param estimatedRows by the server's statistics when the reading began; -1 when unknown
 */
public record TableSnapshot(
        TableId table,
        Incarnation incarnation,
        List<String> key,
        Phase phase,
        boolean requested,
        @Nullable String condition,
        List<KeyRange> remaining,
        long generation,
        long rows,
        int chunks,
        long estimatedRows) {

    /** Where the reading of a table stands. */
    public enum Phase {
        /** Has rows to be read. */
        PENDING,
        /** All rows were read and acknowledged. */
        COMPLETE,
        /** Is not to be read. */
        SKIPPED,
        /** Did not exist any more when its turn came, or changed its key. */
        GONE
    }

    /**
     * Which of the tables that have had this name, and how it came into the stream.
     *
     * @param id tells a table that left the stream and came back, or was created again, from the one before; null while there
     *     is none in the stream
     * @param joining whether transactions that had changed the table before it joined the stream may still run. The stream never
     *     brings those changes, so rows may be read only in a view that shows the end of these transactions. No longer
     *     once rows were read
     */
    public record Incarnation(@Nullable String id, boolean joining) {

        /** There is no such table in the stream. */
        public static final Incarnation NONE = new Incarnation(null, false);
    }

    public TableSnapshot {
        Objects.requireNonNull(table, "table");
        Objects.requireNonNull(incarnation, "incarnation");
        Objects.requireNonNull(phase, "phase");
        key = List.copyOf(key);
        remaining = List.copyOf(remaining);
    }

    /** A table whose rows are all to be read, since a setting says so. */
    public static TableSnapshot pending(
            TableId table, Incarnation incarnation, List<String> key, long generation, long estimatedRows) {
        return new TableSnapshot(
                table,
                incarnation,
                key,
                Phase.PENDING,
                false,
                null,
                List.of(KeyRange.all()),
                generation,
                0,
                0,
                estimatedRows);
    }

    /** A table of which only changes are wanted. */
    public static TableSnapshot skipped(TableId table, Incarnation incarnation) {
        return new TableSnapshot(table, incarnation, List.of(), Phase.SKIPPED, false, null, List.of(), 0, 0, 0, -1);
    }

    /**
     * The same reading, asked for by somebody.
     *
     * @param wishedCondition as for {@link #condition}
     */
    public TableSnapshot requested(@Nullable String wishedCondition) {
        return new TableSnapshot(
                table,
                incarnation,
                key,
                phase,
                true,
                wishedCondition,
                remaining,
                generation,
                rows,
                chunks,
                estimatedRows);
    }

    /** To be read from the beginning, for the same reason. */
    public TableSnapshot anew(long nextGeneration) {
        return new TableSnapshot(
                table,
                incarnation,
                key,
                Phase.PENDING,
                requested,
                condition,
                List.of(KeyRange.all()),
                nextGeneration,
                0,
                0,
                estimatedRows);
    }

    /** Whether nothing of it has been read. */
    public boolean isUntouched() {
        return rows == 0 && chunks == 0;
    }

    public boolean isPending() {
        return phase == Phase.PENDING;
    }

    /**
     * How much of the table has been read, as far as that can be known: 100 once it is complete, else at most 99.
     *
     * @return null without an estimate; an estimate is of the whole table, so there is none under a condition
     */
    public @Nullable Integer percent() {
        if (phase == Phase.COMPLETE) {
            return 100;
        }
        if (phase != Phase.PENDING || condition != null || estimatedRows <= 0) {
            return null;
        }
        return (int) Math.min(99, 100.0 * rows / estimatedRows);
    }

    /** The same table cut into ranges that are read on their own. */
    public TableSnapshot cutInto(List<KeyRange> ranges) {
        return with(phase, ranges, rows, chunks);
    }

    /**
     * After more rows.
     *
     * @param range one of the remaining ones
     * @param rest what is left of it; null when nothing is
     * @param chunkEnds whether a chunk ends with them
     */
    public TableSnapshot after(KeyRange range, @Nullable KeyRange rest, long moreRows, boolean chunkEnds) {
        List<KeyRange> left = new ArrayList<>(remaining);
        int index = left.indexOf(range);
        if (index < 0) {
            throw new IllegalArgumentException(
                    "Range %s of table '%s' is not among those that remain: %s".formatted(range, table, remaining));
        }
        if (rest == null) {
            left.remove(index);
        } else {
            left.set(index, rest);
        }
        return with(left.isEmpty() ? Phase.COMPLETE : phase, left, rows + moreRows, chunks + (chunkEnds ? 1 : 0))
                .as(new Incarnation(incarnation.id(), false));
    }

    /** How many single rows remain to be read again. */
    public long singleKeys() {
        return remaining.stream().filter(KeyRange::isOnlyOneKey).count();
    }

    /** With one row to be read again. */
    public TableSnapshot alsoReading(List<String> rowKey) {
        KeyRange only = KeyRange.only(rowKey);
        if (remaining.contains(only)) {
            return this;
        }
        List<KeyRange> more = new ArrayList<>(remaining);
        more.add(only);
        return with(phase, more, rows, chunks);
    }

    public TableSnapshot gone() {
        return with(Phase.GONE, List.of(), rows, chunks);
    }

    /** The same of another table of this name. */
    public TableSnapshot as(Incarnation other) {
        return other.equals(incarnation)
                ? this
                : new TableSnapshot(
                        table,
                        other,
                        key,
                        phase,
                        requested,
                        condition,
                        remaining,
                        generation,
                        rows,
                        chunks,
                        estimatedRows);
    }

    private TableSnapshot with(Phase next, List<KeyRange> ranges, long rowCount, int chunkCount) {
        return new TableSnapshot(
                table,
                incarnation,
                key,
                next,
                requested,
                condition,
                ranges,
                generation,
                rowCount,
                chunkCount,
                estimatedRows);
    }
}
