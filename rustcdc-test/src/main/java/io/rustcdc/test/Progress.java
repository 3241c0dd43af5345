package io.rustcdc.test;

import io.rustcdc.event.CdcException;
import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.Offset;
import io.rustcdc.event.Row;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** How far a source has got, for a test to wait for. Thread-safe. */
final class Progress {

    private long saved;
    private @Nullable CdcException failure;
    private final List<FailedCall> failedCalls = new ArrayList<>();
    private final List<ChangeEvent<Row>> skipped = new ArrayList<>();

    synchronized void saved(Offset offset) {
        saved = ((TestOffset) offset).position();
        notifyAll();
    }

    synchronized void callFailed(FailedCall call) {
        failedCalls.add(call);
        notifyAll();
    }

    synchronized void skipped(ChangeEvent<Row> change) {
        skipped.add(change);
    }

    synchronized List<ChangeEvent<Row>> skipped() {
        return List.copyOf(skipped);
    }

    synchronized void failed(CdcException cause) {
        failure = cause;
        notifyAll();
    }

    synchronized long saved() {
        return saved;
    }

    synchronized @Nullable CdcException failure() {
        return failure;
    }

    synchronized List<FailedCall> failedCalls() {
        return List.copyOf(failedCalls);
    }

    /** The source is started again. */
    synchronized void forgetFailure() {
        failure = null;
    }

    synchronized void beginTest(long position) {
        saved = position;
        failure = null;
        failedCalls.clear();
        skipped.clear();
    }

    /** Waits until everything up to a position is saved, or the source has failed; false when neither comes in time. */
    synchronized boolean awaitSaved(long position, Duration atMost) {
        return await(() -> saved >= position || failure != null, atMost);
    }

    /** Waits until the source has failed. */
    synchronized boolean awaitFailure(Duration atMost) {
        return await(() -> failure != null, atMost);
    }

    /** Waits until so many calls have failed. */
    synchronized boolean awaitFailedCalls(int count, Duration atMost) {
        return await(() -> failedCalls.size() >= count, atMost);
    }

    private boolean await(BooleanSupplier condition, Duration atMost) {
        long deadline = System.nanoTime() + atMost.toNanos();
        try {
            for (long left = atMost.toNanos(); !condition.getAsBoolean(); left = deadline - System.nanoTime()) {
                if (left <= 0) {
                    return false;
                }
                wait(Math.max(1, left / 1_000_000));
            }
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("Interrupted while waiting for the source", e);
        }
    }
}
