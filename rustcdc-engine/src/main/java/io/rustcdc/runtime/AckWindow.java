package io.rustcdc.runtime;

import io.rustcdc.delivery.PendingAcknowledgment;
import io.rustcdc.event.Offset;
import io.rustcdc.schema.AcknowledgedSchema;
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
     * @param isChange whether a listener was called for it
     * @param schema the shape that becomes the acknowledged one
     */
    record Step(
            @Nullable Offset offset,
            boolean isChange,
            boolean saveAtOnce,
            int bytes,
            @Nullable AcknowledgedSchema schema) {}

    /** What is acknowledged and not saved yet. */
    static final class Prefix {

        private @Nullable Offset offset;
        private long changes;
        private long bytes;
        private boolean saveAtOnce;
        private boolean endsInsideTransaction;
        private final List<AcknowledgedSchema> schemas = new ArrayList<>();

        private void cover(Step step) {
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
        }

        @Nullable
        Offset offset() {
            return offset;
        }

        long changes() {
            return changes;
        }

        long bytes() {
            return bytes;
        }

        /** Whether the prefix holds more than the ends of transactions in which nothing was for us. */
        boolean isWorthSaving() {
            return changes > 0 || saveAtOnce || !schemas.isEmpty();
        }

        /** Whether the end of the last change's transaction is still to come. */
        boolean endsInsideTransaction() {
            return endsInsideTransaction;
        }

        List<AcknowledgedSchema> schemas() {
            return schemas;
        }
    }

    /** A delivered entry; {@code pending} is null when it needs no acknowledgment any more. */
    void add(Step step, @Nullable PendingAcknowledgment pending) {
        if (pending == null && line.isEmpty()) {
            prefix.cover(step);
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

    boolean isWaiting() {
        return !line.isEmpty();
    }
}
