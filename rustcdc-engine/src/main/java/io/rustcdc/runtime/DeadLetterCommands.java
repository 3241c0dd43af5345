package io.rustcdc.runtime;

import io.rustcdc.event.CdcException;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** The commands that wait for the delivery thread of a run. Thread-safe. */
final class DeadLetterCommands {

    private final ArrayDeque<DeadLetterCommand> waiting = new ArrayDeque<>();
    private volatile boolean some;
    private @Nullable CdcException closed;

    void add(DeadLetterCommand command) {
        CdcException refusal;
        synchronized (this) {
            refusal = closed;
            if (refusal == null) {
                waiting.add(command);
                some = true;
            }
        }
        if (refusal != null) {
            command.giveUp(refusal);
        }
    }

    boolean isWaiting() {
        return some;
    }

    synchronized @Nullable DeadLetterCommand first() {
        return waiting.peek();
    }

    /** The first one is done. */
    synchronized void done() {
        waiting.remove();
        some = !waiting.isEmpty();
    }

    /** Gives up all, also those that come later. */
    void close(CdcException why) {
        ArrayDeque<DeadLetterCommand> left;
        synchronized (this) {
            closed = why;
            left = new ArrayDeque<>(waiting);
            waiting.clear();
            some = false;
        }
        left.forEach(command -> command.giveUp(why));
    }
}
