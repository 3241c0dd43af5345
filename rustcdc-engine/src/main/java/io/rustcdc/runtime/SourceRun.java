package io.rustcdc.runtime;

import io.rustcdc.event.CdcException;
import io.rustcdc.event.FailureKind;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The two threads of a source between one start and its stop. */
final class SourceRun {

    private static final Logger logger = LoggerFactory.getLogger(SourceRun.class);

    private static final Duration ABORT_INTERVAL = Duration.ofMillis(50);

    private final String name;
    private final RunParts parts;
    private final Watch watch;
    private final Reader reader;
    private final DeliveryTask delivery;
    private final Thread readerThread;
    private final Thread deliveryThread;
    private final CountDownLatch ended = new CountDownLatch(1);
    private final AtomicBoolean tornDown = new AtomicBoolean();
    private volatile @Nullable CdcException refusal;

    /** How this run tells the outside about itself. */
    record Watch(StateTracker.Run state, HealthWatch health) {}

    SourceRun(String name, RunParts parts, Watch watch, Reader reader, DeliveryTask delivery) {
        this.name = name;
        this.parts = parts;
        this.watch = watch;
        this.reader = reader;
        this.delivery = delivery;
        this.readerThread = new Thread(this::read, "rustcdc-" + name + "-reader");
        this.readerThread.setDaemon(true);
        // Not a daemon: an application that only listens stays up.
        this.deliveryThread = new Thread(this::deliver, "rustcdc-" + name + "-delivery");
        this.deliveryThread.setDaemon(false);
    }

    RunParts parts() {
        return parts;
    }

    void launch() {
        deliveryThread.start();
        readerThread.start();
    }

    /** Returns when the source flows or is tried again; throws when somebody has to change something first. */
    void awaitFirstOutcome() throws InterruptedException {
        reader.firstOutcome().await();
    }

    void pause(boolean wish) {
        parts.handoff().setPaused(wish);
        watch.state().paused(wish);
    }

    /** Says that nothing more is to be delivered, and waits for nothing. */
    void requestStop() {
        watch.state().stopping();
        parts.handoff().stop();
        reader.firstOutcome().started();
        reader.abortOpening();
    }

    /** Waits for the end of both threads after {@link #requestStop()}; after the timeout, goes on without them. */
    void awaitEnd(Duration timeout) throws InterruptedException {
        if (isOwn(Thread.currentThread())) {
            return; // a listener or an observer stops its own source: it ends when this call returns
        }
        if (!awaitEnded(timeout)) {
            if (parts.deliveryEnded().getCount() > 0) {
                logger.warn(
                        "Source '{}': the running listener call did not end within {} ms and is interrupted; what it was given is delivered again after the next start",
                        name,
                        timeout.toMillis());
                deliveryThread.interrupt();
            }
            ended.await(1, TimeUnit.SECONDS);
            tearDown();
        }
    }

    /** The reader may have been about to connect when the stop was wished for, or have several addresses to try. */
    private boolean awaitEnded(Duration timeout) throws InterruptedException {
        long deadline = System.nanoTime() + timeout.toNanos();
        for (long left = timeout.toNanos(); left > 0; left = deadline - System.nanoTime()) {
            if (ended.await(Math.min(left, ABORT_INTERVAL.toNanos()), TimeUnit.NANOSECONDS)) {
                return true;
            }
            reader.abortOpening();
        }
        return hasEnded();
    }

    /** Whether this is one of the two threads, which wait for nothing that they have to do themselves. */
    boolean isOwn(Thread thread) {
        return thread == deliveryThread || thread == readerThread;
    }

    boolean hasEnded() {
        return ended.getCount() == 0;
    }

    /** Whether a listener call goes on although the run was torn down. */
    boolean isStuck() {
        return tornDown.get() && !hasEnded();
    }

    /** The last thread out: the reader waits for the delivery thread, since it closes what both use. */
    private void read() {
        try {
            reader.run();
        } catch (InterruptedException e) {
            fail(unexpected("reader", e));
        } catch (CdcException e) {
            fail(e);
        } catch (RuntimeException | Error e) {
            fail(unexpected("reader", e));
        } finally {
            parts.handoff().stop();
            awaitDeliveryEnd();
            tearDown();
            parts.checkpoints().close(); // again, for a write that hung when a stop went on without it
            ended.countDown();
        }
    }

    private void deliver() {
        try {
            delivery.run();
        } catch (InterruptedException e) {
            if (!parts.handoff().isStopped()) {
                fail(unexpected("delivery thread", e));
            }
        } catch (CdcException e) {
            fail(e);
        } catch (RuntimeException | Error e) {
            fail(unexpected("delivery thread", e));
        } finally {
            parts.handoff().stop();
            parts.letters()
                    .close(DeadLetters.refusal(
                            "Source '%s' was stopped, or has failed, before all was done with the dead letters"
                                    .formatted(name),
                            "What was done stays done. Start the source and ask again."));
            parts.deliveryEnded().countDown();
        }
    }

    private void fail(CdcException cause) {
        if (!cause.kind().isTerminal()) {
            refusal = cause; // for the caller of start(), once nothing of this run is left
        }
        watch.state().failed(cause);
        watch.health().lookNow();
        parts.handoff().stop();
    }

    private void tearDown() {
        if (tornDown.compareAndSet(false, true)) {
            if (!parts.checkpoints().close()) {
                logger.warn(
                        "Source '{}': a write of the checkpoint hangs; its lease is kept until that write returns",
                        name);
            }
            watch.state().ended();
            CdcException cause = refusal;
            if (cause == null) {
                reader.firstOutcome().started();
            } else {
                reader.firstOutcome().refused(cause);
            }
        }
    }

    private void awaitDeliveryEnd() {
        boolean interrupted = false;
        while (true) {
            try {
                parts.deliveryEnded().await();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private CdcException unexpected(String where, Throwable cause) {
        return new CdcException(
                FailureKind.TERMINAL,
                "The %s of source '%s' failed unexpectedly: %s"
                        .formatted(where, name, cause.getClass().getName()),
                "Start the source again: it continues from its checkpoint. Please report this with the stack trace.",
                cause);
    }
}
