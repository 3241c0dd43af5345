package io.rustcdc.checkpoint;

import io.rustcdc.event.FailureKind;
import org.jspecify.annotations.Nullable;

/** The rule that every store applies before it writes: neither the position nor the count goes backwards. */
public final class ForwardOnly {

    private ForwardOnly() {}

    /** @throws CheckpointException TERMINAL if either would go backwards */
    public static void check(@Nullable Checkpoint current, Checkpoint next) {
        if (current == null) {
            return;
        }
        if (next.offset().isBefore(current.offset())) {
            throw refused(
                    "position " + next.offset().fields(),
                    "position " + current.offset().fields());
        }
        checkCount(current, next);
    }

    /** For a position that begins anew: only the count must not go backwards. */
    public static void checkCount(@Nullable Checkpoint current, Checkpoint next) {
        if (current != null && next.committedEventCount() < current.committedEventCount()) {
            throw refused("count " + next.committedEventCount(), "count " + current.committedEventCount());
        }
    }

    private static CheckpointException refused(String next, String current) {
        return new CheckpointException(
                FailureKind.TERMINAL,
                "The checkpoint would go backwards: %s after %s".formatted(next, current),
                "Find out who wrote the newer checkpoint (a restored file, a second instance) and restart from it.",
                null);
    }
}
