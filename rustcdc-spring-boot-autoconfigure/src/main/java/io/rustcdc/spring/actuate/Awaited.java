package io.rustcdc.spring.actuate;

import io.rustcdc.event.CdcException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Waits for what a source does, but not for ever: a person waits at the other end. */
final class Awaited {

    private final long end;
    private boolean done = true;

    Awaited(Duration patience) {
        this.end = System.nanoTime() + patience.toNanos();
    }

    /**
     * What is done in time.
     *
     * @throws CdcException that of the first that failed
     */
    <T> List<T> all(List<CompletableFuture<T>> futures) {
        List<T> results = new ArrayList<>();
        for (CompletableFuture<T> future : futures) {
            try {
                results.add(future.get(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS));
            } catch (TimeoutException e) {
                done = false;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                done = false;
            } catch (ExecutionException e) {
                if (e.getCause() instanceof CdcException failure) {
                    throw failure;
                }
                throw new IllegalStateException(e.getCause());
            }
        }
        return results;
    }

    boolean isDone() {
        return done;
    }
}
