package io.rustcdc.runtime;

import io.rustcdc.event.CdcException;
import io.rustcdc.event.JoinedTable;
import io.rustcdc.event.LogRetention;
import io.rustcdc.event.PollTimes;
import io.rustcdc.event.SourceWarning;
import io.rustcdc.observe.EngineObserver;
import io.rustcdc.observe.EngineState;
import io.rustcdc.observe.HealthVerdict;
import io.rustcdc.source.SourceConnector;
import io.rustcdc.source.SourceInspection;
import io.rustcdc.source.SourceInspector;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at a source from outside, now and then, on a thread of its own from a start to the stop after it: also while the
 * source reconnects, is paused or has failed, since that is when the server's log grows. Whatever goes wrong with a look,
 * capture does not notice. That the verdict has changed is announced by the reader, in order with what else it tells.
 */
final class SourceWatch {

    private static final Logger logger = LoggerFactory.getLogger(SourceWatch.class);

    private final SourceConnector connector;
    private final StateTracker state;
    private final LogWatchOptions options;
    private final LogGauge gauge;
    private final EngineObserver observer;
    private final SourceSnapshots snapshots;
    private final LogLimits limits;
    private final LogPace pace = new LogPace();
    private final SourceInspector inspector;
    private final Thread thread;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private boolean woken;
    private volatile boolean ended;

    private volatile @Nullable LogRetention log;
    private volatile List<SourceWarning> warnings = List.of();
    private @Nullable String lastFailure;

    /** Who is told of what is seen. */
    record Told(EngineObserver observer, SourceSnapshots snapshots) {}

    SourceWatch(SourceConnector connector, StateTracker state, LogWatchOptions options, LogGauge gauge, Told told) {
        this.connector = connector;
        this.state = state;
        this.options = options;
        this.gauge = gauge;
        this.observer = told.observer;
        this.snapshots = told.snapshots;
        this.limits = new LogLimits(options);
        this.inspector = connector.inspector();
        this.thread = new Thread(this::run, "rustcdc-" + connector.source().name() + "-watch");
        this.thread.setDaemon(true);
    }

    void begin() {
        gauge.handTo(this);
        thread.start();
    }

    /** Has the next look taken at once. */
    void wake() {
        lock.lock();
        try {
            woken = true;
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    /** Ends the looks, one under way included; waits a moment for the thread. */
    void end() {
        lock.lock();
        try {
            ended = true;
            changed.signal();
        } finally {
            lock.unlock();
        }
        inspector.close();
        if (Thread.currentThread() == thread) {
            return; // an observer stops the source that it is told of
        }
        try {
            thread.join(Duration.ofSeconds(1).toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** As measured last; null before the first measurement and after the end. */
    @Nullable
    LogRetention log() {
        return log;
    }

    List<SourceWarning> warnings() {
        return warnings;
    }

    HealthVerdict verdict(HealthVerdict verdict) {
        return limits.verdict(verdict, state.state(), log);
    }

    private void run() {
        try {
            gauge.show(this, null); // one before it may still hang, and will not take its figure away
            while (awaitNextLook()) {
                look();
            }
        } catch (InterruptedException e) {
            logger.debug(
                    "The watch of source '{}' was interrupted",
                    connector.source().name());
        } finally {
            inspector.close();
            log = null;
            warnings = List.of();
            gauge.show(this, null);
        }
    }

    private boolean awaitNextLook() throws InterruptedException {
        long left = options.interval().toNanos();
        lock.lock();
        try {
            while (!ended && !woken && left > 0) {
                left = changed.awaitNanos(left);
            }
            woken = false;
            return !ended;
        } finally {
            lock.unlock();
        }
    }

    private void look() {
        EngineState now = state.state();
        boolean capturing =
                now == EngineState.STREAMING || now == EngineState.SNAPSHOTTING || now == EngineState.PAUSED;
        try {
            take(inspector.inspect(capturing));
            lastFailure = null;
        } catch (CdcException e) {
            failed(capturing, e.description(), e);
        } catch (RuntimeException | Error e) {
            // Also a class that cannot be loaded or a lack of memory: it may pass, and nobody else looks.
            failed(capturing, e.toString(), e);
        }
    }

    private void take(SourceInspection seen) {
        // The inspector tells of each of these once only, and so also when the watch has ended meanwhile.
        for (JoinedTable table : seen.joined()) {
            snapshots.tableJoined();
            observer.tableJoined(connector.source(), table, snapshots.readsJoining());
        }
        if (ended) {
            return;
        }
        PollTimes polls = seen.polls();
        if (polls != null) {
            observer.pollsMeasured(connector.source(), polls);
        }
        List<SourceWarning> standing = new ArrayList<>(seen.warnings());
        LogRetention measured = pace.of(seen.log());
        if (measured != null) {
            standing.addAll(limits.warnings(measured));
        }
        log = measured;
        gauge.show(this, measured);
        List<SourceWarning> before = warnings;
        warnings = List.copyOf(standing);
        for (SourceWarning warning : standing) {
            if (before.stream().noneMatch(warning::isSameAs)) {
                observer.warned(connector.source(), warning);
            }
        }
        snapshots.takeUpJoined();
    }

    /** Without a stream the reader says the same already. */
    private void failed(boolean capturing, String text, Throwable failure) {
        if (text.equals(lastFailure) || ended) {
            return;
        }
        lastFailure = text;
        String name = connector.source().name();
        if (capturing) {
            logger.warn("Source '{}' captures, but cannot be looked at: {}", name, text);
        }
        logger.debug("A look at source '{}' failed", name, failure);
    }
}
