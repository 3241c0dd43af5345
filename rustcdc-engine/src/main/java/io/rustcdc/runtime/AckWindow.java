package io.rustcdc.runtime;

import io.rustcdc.checkpoint.SnapshotState;
import io.rustcdc.delivery.PendingAcknowledgment;
import io.rustcdc.event.Offset;
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

    private record Waiting(Step step, @Nullable PendingAcknowledgment pending) {}

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

        /** Whether a later position says all that this one does. */
        private boolean isOnlyAPosition() {
            return commitTime == null && schema == null && rows == null;
        }

        private Step then(Step later) {
            return new Step(later.offset, null, saveAtOnce || later.saveAtOnce, bytes + later.bytes, null);
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
        private final List<AcknowledgedSchema> schemas = new ArrayList<>();
        private final List<Rows> rows = new ArrayList<>();

        /** The same, to be extended on its own. */
        Prefix copy() {
            Prefix copy = new Prefix();
            copy.offset = offset;
            copy.changes = changes;
            copy.bytes = bytes;
            copy.saveAtOnce = saveAtOnce;
            copy.endsInsideTransaction = endsInsideTransaction;
            copy.schemas.addAll(schemas);
            copy.rows.addAll(rows);
            return copy;
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
                schemas.add(step.schema());
            }
            if (step.rows() != null) {
                rows.add(step.rows());
            }
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
        if (pending == null && line.isEmpty()) {
            prefix.cover(step);
            return;
        }
        Waiting last = line.peekLast();
        if (last != null && last.step().isOnlyAPosition() && step.isOnlyAPosition()) {
            line.removeLast();
            line.add(new Waiting(last.step().then(step), null));
        } else {
            line.add(new Waiting(step, pending));
        }
    }

    /** The prefix as it is now. */
    Prefix acknowledged() {
        Waiting head = line.peek();
        while (head != null && (head.pending() == null || head.pending().isDone())) {
            prefix.cover(head.step());
            line.remove();
            head = line.peek();
        }
        return prefix;
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
        return head == null ? null : head.step().commitTime();
    }
}
