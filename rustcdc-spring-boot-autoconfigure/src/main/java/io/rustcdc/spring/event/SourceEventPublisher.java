package io.rustcdc.spring.event;

import io.rustcdc.checkpoint.SnapshotState;
import io.rustcdc.checkpoint.TableSnapshot;
import io.rustcdc.event.CdcException;
import io.rustcdc.event.EventSource;
import io.rustcdc.event.Offset;
import io.rustcdc.event.TableId;
import io.rustcdc.observe.EngineObserver;
import io.rustcdc.observe.EngineState;
import io.rustcdc.observe.HealthVerdict;
import io.rustcdc.observe.HealthVerdict.Status;
import io.rustcdc.spring.CdcSourceEvent;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.ApplicationEventPublisher;

/**
 * Publishes what happens to sources as {@link CdcSourceEvent}s, in order, on one thread that lives while there is something
 * to publish: an engine's own threads must not wait for the application's listeners.
 */
public final class SourceEventPublisher implements EngineObserver {

    private static final Logger logger = LoggerFactory.getLogger(SourceEventPublisher.class);

    private final ApplicationEventPublisher publisher;
    private final ThreadPoolExecutor executor;

    /** The sources whose stream has flowed since their last start. */
    private final Set<String> started = ConcurrentHashMap.newKeySet();

    public SourceEventPublisher(ApplicationEventPublisher publisher) {
        this.publisher = publisher;
        this.executor = new ThreadPoolExecutor(1, 1, 5, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
            Thread thread = new Thread(task, "rustcdc-events");
            thread.setDaemon(true);
            return thread;
        });
        executor.allowCoreThreadTimeOut(true);
    }

    /** Waits until all that was told so far is published, but not longer than this. */
    public void drain(Duration timeout) throws InterruptedException {
        CountDownLatch reached = new CountDownLatch(1);
        executor.execute(reached::countDown);
        if (!reached.await(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
            logger.warn("Listeners of source events are still busy after {} ms", timeout.toMillis());
        }
    }

    @Override
    public void stateChanged(EventSource source, EngineState from, EngineState to) {
        CdcSourceEvent event = switch (to) {
            case STREAMING, SNAPSHOTTING -> flowing(source, from);
            case PAUSED -> new CdcSourceEvent.Paused(source);
            case RECONNECTING -> new CdcSourceEvent.Reconnecting(source);
            case STOPPED -> new CdcSourceEvent.Stopped(source);
            case STARTING, STANDBY, STOPPING, FAILED -> null;
        };
        if (!to.isRunning()) {
            started.remove(source.name());
        }
        publish(event);
    }

    private @Nullable CdcSourceEvent flowing(EventSource source, EngineState from) {
        if (started.add(source.name())) {
            return new CdcSourceEvent.Started(source);
        }
        if (from == EngineState.STREAMING || from == EngineState.SNAPSHOTTING) {
            return null; // changes flow while rows are read, and after
        }
        return from == EngineState.PAUSED ? new CdcSourceEvent.Resumed(source) : new CdcSourceEvent.Reconnected(source);
    }

    @Override
    public void failed(EventSource source, CdcException failure) {
        publish(new CdcSourceEvent.Failed(source, failure));
    }

    @Override
    public void gapAccepted(EventSource source, @Nullable Offset from, Offset to, @Nullable String requestedBy) {
        publish(new CdcSourceEvent.GapAccepted(source, from, to, requestedBy));
    }

    @Override
    public void healthChanged(EventSource source, @Nullable HealthVerdict from, HealthVerdict to) {
        if (to.status() == Status.STALLED) {
            publish(new CdcSourceEvent.Stalled(source, String.valueOf(to.reason()), to.action()));
        } else if (from != null
                && from.status() == Status.STALLED
                && (to.status() == Status.HEALTHY || to.status() == Status.IDLE)) {
            publish(new CdcSourceEvent.Recovered(source));
        }
    }

    @Override
    public void snapshotStarted(EventSource source, TableSnapshot table) {
        publish(new CdcSourceEvent.SnapshotStarted(source, table.table()));
    }

    @Override
    public void snapshotCompleted(EventSource source, TableSnapshot table) {
        publish(new CdcSourceEvent.SnapshotCompleted(source, table.table(), table.rows(), table.generation()));
    }

    @Override
    public void snapshotAborted(EventSource source, TableId table, String reason) {
        publish(new CdcSourceEvent.SnapshotAborted(source, table, reason));
    }

    @Override
    public void snapshotsCompleted(EventSource source, SnapshotState snapshots) {
        publish(new CdcSourceEvent.AllSnapshotsCompleted(source));
    }

    private void publish(@Nullable CdcSourceEvent event) {
        if (event != null) {
            executor.execute(() -> tell(event));
        }
    }

    private void tell(CdcSourceEvent event) {
        try {
            publisher.publishEvent(event);
        } catch (RuntimeException e) {
            logger.warn(
                    "A listener of {} failed: source={}",
                    event.getClass().getSimpleName(),
                    event.source().name(),
                    e);
        }
    }
}
