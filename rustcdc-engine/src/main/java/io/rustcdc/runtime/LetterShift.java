package io.rustcdc.runtime;

import io.rustcdc.deadletter.DeadLetterException;
import io.rustcdc.delivery.Delivery;
import io.rustcdc.delivery.DeliveryAbortedException;
import io.rustcdc.delivery.DeliveryFailedException;
import java.time.Duration;

/** Lets the delivery thread work on dead letters for a while, then deliver, and so on. Used by the delivery thread only. */
final class LetterShift {

    private static final long LONGEST_NANOS = Duration.ofMillis(250).toNanos();

    /** While a command cannot be worked on, whatever may change that is looked at so often. */
    private static final long LOOK_NANOS = Duration.ofMillis(20).toNanos();

    private final RunParts parts;
    private final Delivery delivery;

    LetterShift(RunParts parts, Delivery delivery) {
        this.parts = parts;
        this.delivery = delivery;
    }

    /** Whether there is something to do, and a connection: without one, nobody looks after the lease. */
    boolean isDue() {
        return parts.letters().isWaiting()
                && parts.vitals().isConnected()
                && !parts.handoff().mustYield();
    }

    /** How long the delivery thread may wait for changes. */
    long patienceNanos() {
        return parts.letters().isWaiting() ? LOOK_NANOS : Long.MAX_VALUE;
    }

    /**
     * Works on the first command. All that was delivered must be acknowledged and saved, and the lease just confirmed.
     *
     * @throws DeliveryFailedException if the source is to stop
     */
    void work() {
        DeadLetterCommand command = parts.letters().first();
        if (command == null) {
            return;
        }
        long end = System.nanoTime() + LONGEST_NANOS;
        try {
            if (command.work(delivery.letters(), () -> mayGoOn(end))) {
                parts.letters().done();
            }
        } catch (DeliveryAbortedException e) {
            return; // a stop gives it up; after a lost connection it goes on
        } catch (DeliveryFailedException e) {
            command.giveUp(e);
            parts.letters().done();
            throw e;
        } catch (DeadLetterException e) {
            command.giveUp(e);
            parts.letters().done();
        } finally {
            delivery.forgetParked();
        }
    }

    /** What was delivered is not acknowledged. */
    void giveUpWaiting() {
        DeadLetterCommand command = parts.letters().first();
        if (command != null) {
            parts.letters().done();
            command.giveUp(DeadLetters.refusal(
                    "The dead letters were left as they are: some listener has not acknowledged what it was given before",
                    "Ask again when listeners that acknowledge by themselves have done so."));
        }
    }

    private boolean mayGoOn(long end) {
        parts.vitals().progressed();
        return !parts.handoff().mustYield() && System.nanoTime() - end < 0;
    }
}
