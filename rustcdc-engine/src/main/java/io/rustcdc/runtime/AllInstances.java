package io.rustcdc.runtime;

import io.rustcdc.checkpoint.CheckpointStore;
import io.rustcdc.checkpoint.SharedCheckpointStore;
import io.rustcdc.checkpoint.Wish;
import io.rustcdc.observe.EngineState;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What all instances of a source are to do from now on, also those that are started later. Each of them follows within some
 * seconds; the one that is asked does at once. Where the checkpoint is not shared by instances there is only this one, and what
 * it was asked for ends with the process. Thread-safe.
 */
public final class AllInstances {

    private static final Logger logger = LoggerFactory.getLogger(AllInstances.class);

    private static final Set<EngineState> CAPTURING = EnumSet.of(EngineState.STREAMING, EngineState.SNAPSHOTTING);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(20);

    private final SourceRunner runner;
    private final @Nullable SharedCheckpointStore shared;
    private final Duration timeout;

    AllInstances(SourceRunner runner, CheckpointStore store, Duration timeout) {
        this.runner = runner;
        this.shared = store instanceof SharedCheckpointStore several ? several : null;
        this.timeout = timeout;
    }

    /**
     * Ends a stop, and starts this instance if it does not run.
     *
     * @param requestedBy by whom, for people; null when not known
     * @throws io.rustcdc.event.CdcException if the wish cannot be stored; or as {@code CdcEngine.start()}
     */
    public void start(@Nullable String requestedBy) {
        wish(EnumSet.of(Wish.STOP), Wish.RUN, requestedBy);
        runner.start();
        await(() -> !runner.isHeldBack());
    }

    /**
     * Lets no instance capture. Waits until this one has stopped, within the shutdown timeout.
     *
     * @throws io.rustcdc.event.CdcException if the wish cannot be stored
     */
    public void stop(@Nullable String requestedBy) {
        if (shared == null) {
            runner.stop();
            return;
        }
        wish(EnumSet.of(Wish.RUN, Wish.PAUSE), Wish.STOP, requestedBy);
        await(() -> runner.isHeldBack() || !runner.hasRun());
    }

    /**
     * Lets the instance that captures stay connected and deliver nothing. Does nothing after a stop.
     *
     * @throws io.rustcdc.event.CdcException if the wish cannot be stored
     */
    public void pause(@Nullable String requestedBy) {
        if (shared == null) {
            runner.pause();
            return;
        }
        wish(EnumSet.of(Wish.RUN), Wish.PAUSE, requestedBy);
        await(() -> !CAPTURING.contains(runner.status().state()));
    }

    /**
     * Ends a pause; does nothing when there is none.
     *
     * @throws io.rustcdc.event.CdcException if the wish cannot be stored
     */
    public void resume(@Nullable String requestedBy) {
        wish(EnumSet.of(Wish.PAUSE), Wish.RUN, requestedBy);
        runner.resume();
        await(() -> runner.status().state() != EngineState.PAUSED);
    }

    private void wish(EnumSet<Wish> from, Wish to, @Nullable String requestedBy) {
        SharedCheckpointStore several = shared;
        if (several != null && several.wish(from, to, requestedBy)) {
            logger.info(
                    "Source '{}': {} is wished for all instances, by {}",
                    runner.source().name(),
                    to,
                    requestedBy);
        }
    }

    private void await(BooleanSupplier condition) {
        long end = System.nanoTime() + timeout.toNanos();
        CountDownLatch never = new CountDownLatch(1);
        try {
            while (!condition.getAsBoolean() && System.nanoTime() - end < 0) {
                if (never.await(LOOK_AGAIN.toNanos(), TimeUnit.NANOSECONDS)) {
                    return;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
