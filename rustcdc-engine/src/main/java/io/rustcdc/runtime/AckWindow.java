package io.rustcdc.runtime;

import io.rustcdc.checkpoint.SnapshotState;
import io.rustcdc.delivery.PendingAcknowledgment;
import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.Offset;
import io.rustcdc.event.Row;
import io.rustcdc.schema.AcknowledgedSchema;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Turns acknowledgments, which may come in any order, into the one thing that may be saved: the contiguous prefix of what
 * was delivered. Used by the delivery thread only; acknowledgments from other threads count down the objects that
 * stand in line here.
 *
 * <p>Invariant: everything added before the head of the line is acknowledged by all of its listeners, and {@code prefix}
 * covers exactly that. So an offset in the prefix never lies beyond a change that somebody still works on.
 */
final class AckWindow {

    private final ArrayDeque<Waiting> line = new ArrayDeque<>();
    private Prefix prefix = new Prefix();

    /** Steps that stand in line together, since one acknowledgment ends the wait of all, or none needs any. */
    private static final class Waiting {

        private final @Nullable PendingAcknowledgment pending;
        private final @Nullable Instant since;
        private final Prefix covered = new Prefix();

        /** @param since when the first of its changes was committed; null without one */
        private Waiting(@Nullable PendingAcknowledgment pending, @Nullable Instant since) {
            this.pending = pending;
            this.since = since;
        }

        private boolean isDone() {
            return pending == null || pending.isDone();
        }
    }

    /**
     * One entry of the stream, delivered.
     *
     * @param offset where to resume once this is acknowledged; null for a table's shape, which moves nothing
     * @param commitTime of a change, else null: no listener was called
     * @param schema the shape that becomes the acknowledged one
     * @param rows how far rows have been read; null when that is as before
     */
    record Step(
            @Nullable Offset offset,
            @Nullable Instant commitTime,
            boolean saveAtOnce,
            int bytes,
            @Nullable AcknowledgedSchema schema,
            @Nullable Rows rows) {

        Step(
                @Nullable Offset offset,
                @Nullable Instant commitTime,
                boolean saveAtOnce,
                int bytes,
                @Nullable AcknowledgedSchema schema) {
            this(offset, commitTime, saveAtOnce, bytes, schema, null);
        }

        /** What an entry that is no change says. */
        static Step of(Entry entry, int bytes) {
            if (entry instanceof Entry.Start start) {
                return new Step(start.offset(), null, true, bytes, null, rows(start.rows(), start.saved()));
            }
            if (entry instanceof Entry.Snapshot rows) {
                return new Step(null, null, true, bytes, null, rows(rows.state(), rows.saved()));
            }
            if (entry instanceof Entry.ReadAgain rows) {
                return new Step(null, null, false, bytes, null, rows(rows.state(), () -> {}));
            }
            if (entry instanceof Entry.Commit commit) {
                return new Step(commit.end(), null, false, bytes, null);
            }
            if (entry instanceof Entry.Idle idle) {
                return new Step(idle.position(), null, true, bytes, null);
            }
            return new Step(null, null, false, bytes, ((Entry.Shape) entry).schema());
        }

        private static @Nullable Rows rows(@Nullable SnapshotState state, Runnable saved) {
            return state == null ? null : new Rows(state, saved);
        }

        boolean isChange() {
            return commitTime != null;
        }
    }

    /**
     * How far rows have been read.
     *
     * @param saved called once it is durable
     */
    record Rows(SnapshotState state, Runnable saved) {}

    /** What is acknowledged and not saved yet. */
    static final class Prefix {

        private @Nullable Offset offset;
        private long changes;
        private long bytes;
        private boolean saveAtOnce;
        private boolean endsInsideTransaction;

        /** Nearly always none, as of the next one. */
        private List<AcknowledgedSchema> schemas = List.of();

        private List<Rows> rows = List.of();

        /** The same, to be extended on its own. */
        Prefix copy() {
            Prefix copy = new Prefix();
            copy.offset = offset;
            copy.changes = changes;
            copy.bytes = bytes;
            copy.saveAtOnce = saveAtOnce;
            copy.endsInsideTransaction = endsInsideTransaction;
            copy.schemas = with(List.of(), schemas);
            copy.rows = with(List.of(), rows);
            return copy;
        }

        /** Lets the list grow, which is nobody else's. */
        private static <E> List<E> with(List<E> list, List<E> more) {
            if (more.isEmpty()) {
                return list;
            }
            List<E> all = list.isEmpty() ? new ArrayList<>() : list;
            all.addAll(more);
            return all;
        }

        void cover(Step step) {
            if (step.offset() != null) {
                offset = step.offset();
                endsInsideTransaction = step.isChange();
            }
            if (step.isChange()) {
                changes++;
            }
            bytes += step.bytes();
            saveAtOnce |= step.saveAtOnce();
            if (step.schema() != null) {
                schemas = with(schemas, List.of(step.schema()));
            }
            if (step.rows() != null) {
                rows = with(rows, List.of(step.rows()));
            }
        }

        /** The step of a change, which is nothing but its place. */
        private void cover(ChangeEvent<Row> change, int itsBytes) {
            offset = change.offset();
            endsInsideTransaction = true;
            changes++;
            bytes += itsBytes;
        }

        /** What comes right behind, as if its steps were covered one after the other. */
        private void cover(Prefix next) {
            if (next.offset != null) {
                offset = next.offset;
                endsInsideTransaction = next.endsInsideTransaction;
            }
            changes += next.changes;
            bytes += next.bytes;
            saveAtOnce |= next.saveAtOnce;
            schemas = with(schemas, next.schemas);
            rows = with(rows, next.rows);
        }

        @Nullable
        Offset offset() {
            return offset;
        }

        long changes() {
            return changes;
        }

        /** The memory that is free now, to be given back once. */
        long takeBytes() {
            long free = bytes;
            bytes = 0;
            return free;
        }

        /** Whether the prefix holds more than the ends of transactions in which nothing was for us. */
        boolean isWorthSaving() {
            return changes > 0 || saveAtOnce || !schemas.isEmpty() || !rows.isEmpty();
        }

        /** Whether something is in it that nothing may be delivered before. */
        boolean saveAtOnce() {
            return saveAtOnce;
        }

        /** Whether the end of the last change's transaction is still to come. */
        boolean endsInsideTransaction() {
            return endsInsideTransaction;
        }

        List<AcknowledgedSchema> schemas() {
            return schemas;
        }

        /** How far rows have been read; null when that is as before. */
        @Nullable
        SnapshotState rows() {
            return rows.isEmpty() ? null : rows.get(rows.size() - 1).state();
        }

        /** Tells those who wait for it that the prefix is durable. */
        void announceSaved() {
            rows.forEach(step -> step.saved().run());
        }
    }

    /** A delivered entry; {@code pending} is null when it needs no acknowledgment any more. */
    void add(Step step, @Nullable PendingAcknowledgment pending) {
        end(pending, step.commitTime()).cover(step);
    }

    /** A delivered change without a schema, as {@link #add(Step, PendingAcknowledgment)}. */
    void add(ChangeEvent<Row> change, int bytes, @Nullable PendingAcknowledgment pending) {
        end(pending, change.commitTime()).cover(change, bytes);
    }

    /** Where the next step belongs: with the one before it, if the same acknowledgment is for both, else at the end of the line. */
    private Prefix end(@Nullable PendingAcknowledgment pending, @Nullable Instant commitTime) {
        Waiting last = line.peekLast();
        if (last == null && pending == null) {
            return prefix;
        }
        if (last == null || last.pending != pending) {
            last = new Waiting(pending, commitTime);
            line.add(last);
        }
        return last.covered;
    }

    /** The prefix as it is now. */
    Prefix acknowledged() {
        Waiting head = line.peek();
        while (head != null && head.isDone()) {
            prefix.cover(head.covered);
            line.remove();
            head = line.peek();
        }
        return prefix;
    }

    /** Whether all that was delivered is acknowledged and saved. */
    boolean isEmpty() {
        return line.isEmpty() && prefix.offset() == null && !prefix.isWorthSaving();
    }

    /** The prefix is durable now; the next one begins behind it. */
    void saved() {
        prefix = new Prefix();
    }

    /** Forgets what is not acknowledged: it will be delivered again. */
    void clear() {
        line.clear();
        prefix = new Prefix();
    }

    /** When the oldest change was committed that waits for an acknowledgment; null when none does. */
    @Nullable
    Instant waitingSince() {
        Waiting head = line.peek();
        return head == null ? null : head.since;
    }

    /** Those of whom at least one has not acknowledged the oldest change that waits; empty when none does. */
    List<String> waitingFor() {
        Waiting head = line.peek();
        return head == null || head.pending == null ? List.of() : head.pending.listeners();
    }
}
