package io.rustcdc.observe;

import io.rustcdc.checkpoint.SnapshotState;
import io.rustcdc.checkpoint.TableSnapshot;
import io.rustcdc.event.CdcException;
import io.rustcdc.event.EventSource;
import io.rustcdc.event.JoinedTable;
import io.rustcdc.event.LogRetention;
import io.rustcdc.event.Offset;
import io.rustcdc.event.PollTimes;
import io.rustcdc.event.SourceWarning;
import io.rustcdc.event.TableId;
import io.rustcdc.event.TransformRule;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells several observers; one that throws does not keep the others, or capture, from going on. */
final class ObserverChain implements EngineObserver {

    private static final Logger logger = LoggerFactory.getLogger(ObserverChain.class);

    private final List<EngineObserver> observers = new ArrayList<>();

    ObserverChain(Iterable<? extends EngineObserver> observers) {
        observers.forEach(this.observers::add);
    }

    private void tell(Consumer<EngineObserver> call) {
        for (EngineObserver observer : observers) {
            try {
                call.accept(observer);
            } catch (RuntimeException e) {
                logger.warn("An observer failed: {}", observer.getClass().getName(), e);
            }
        }
    }

    @Override
    public void stateChanged(EventSource source, EngineState from, EngineState to) {
        tell(observer -> observer.stateChanged(source, from, to));
    }

    @Override
    public void connected(EventSource source) {
        tell(observer -> observer.connected(source));
    }

    @Override
    public void disconnected(EventSource source) {
        tell(observer -> observer.disconnected(source));
    }

    @Override
    public void streamStarted(EventSource source, Offset offset) {
        tell(observer -> observer.streamStarted(source, offset));
    }

    @Override
    public void changesReceived(EventSource source, TableId table, int changes, Offset last) {
        tell(observer -> observer.changesReceived(source, table, changes, last));
    }

    @Override
    public void checkpointLoaded(EventSource source, Offset offset, long committedCount) {
        tell(observer -> observer.checkpointLoaded(source, offset, committedCount));
    }

    @Override
    public void checkpointSaved(EventSource source, Offset offset, long committedCount) {
        tell(observer -> observer.checkpointSaved(source, offset, committedCount));
    }

    @Override
    public void checkpointFailed(EventSource source, CdcException failure) {
        tell(observer -> observer.checkpointFailed(source, failure));
    }

    @Override
    public void connectionFailed(EventSource source, CdcException failure) {
        tell(observer -> observer.connectionFailed(source, failure));
    }

    @Override
    public void deliveryFailed(EventSource source, String listener, Offset offset, int attempt, Throwable failure) {
        tell(observer -> observer.deliveryFailed(source, listener, offset, attempt, failure));
    }

    @Override
    public void failed(EventSource source, CdcException failure) {
        tell(observer -> observer.failed(source, failure));
    }

    @Override
    public void gapAccepted(EventSource source, @Nullable Offset from, Offset to, @Nullable String requestedBy) {
        tell(observer -> observer.gapAccepted(source, from, to, requestedBy));
    }

    @Override
    public void checkpointChanged(
            EventSource source,
            String change,
            @Nullable Offset from,
            @Nullable Offset to,
            @Nullable String requestedBy) {
        tell(observer -> observer.checkpointChanged(source, change, from, to, requestedBy));
    }

    @Override
    public void healthChanged(EventSource source, @Nullable HealthVerdict from, HealthVerdict to) {
        tell(observer -> observer.healthChanged(source, from, to));
    }

    @Override
    public void logMeasured(EventSource source, @Nullable LogRetention log) {
        tell(observer -> observer.logMeasured(source, log));
    }

    @Override
    public void pollsMeasured(EventSource source, PollTimes times) {
        tell(observer -> observer.pollsMeasured(source, times));
    }

    @Override
    public void tableJoined(EventSource source, JoinedTable table, boolean rowsFollow) {
        tell(observer -> observer.tableJoined(source, table, rowsFollow));
    }

    @Override
    public void warned(EventSource source, SourceWarning warning) {
        tell(observer -> observer.warned(source, warning));
    }

    @Override
    public void snapshotStarted(EventSource source, TableSnapshot table) {
        tell(observer -> observer.snapshotStarted(source, table));
    }

    @Override
    public void snapshotChunk(EventSource source, TableSnapshot table, int rows) {
        tell(observer -> observer.snapshotChunk(source, table, rows));
    }

    @Override
    public void snapshotCompleted(EventSource source, TableSnapshot table) {
        tell(observer -> observer.snapshotCompleted(source, table));
    }

    @Override
    public void snapshotAborted(EventSource source, TableId table, String reason) {
        tell(observer -> observer.snapshotAborted(source, table, reason));
    }

    @Override
    public void snapshotsCompleted(EventSource source, SnapshotState snapshots) {
        tell(observer -> observer.snapshotsCompleted(source, snapshots));
    }

    @Override
    public void transformApplied(EventSource source, String transform, TableId table, Offset offset) {
        tell(observer -> observer.transformApplied(source, transform, table, offset));
    }

    @Override
    public void changeFiltered(EventSource source, String transform, TableId table, Offset offset) {
        tell(observer -> observer.changeFiltered(source, transform, table, offset));
    }

    @Override
    public void transformFailed(EventSource source, String transform, CdcException failure, boolean skipped) {
        tell(observer -> observer.transformFailed(source, transform, failure, skipped));
    }

    @Override
    public void transformUnmatched(EventSource source, TransformRule rule) {
        tell(observer -> observer.transformUnmatched(source, rule));
    }

    @Override
    public void transformMatched(EventSource source, TransformRule rule) {
        tell(observer -> observer.transformMatched(source, rule));
    }

    @Override
    public void deadLetter(EventSource source, DeadLetterEvent event) {
        tell(observer -> observer.deadLetter(source, event));
    }

    @Override
    public void deadLetterStoreFailed(EventSource source, CdcException failure) {
        tell(observer -> observer.deadLetterStoreFailed(source, failure));
    }

    @Override
    public void listenerBroken(EventSource source, String listener, int rows) {
        tell(observer -> observer.listenerBroken(source, listener, rows));
    }

    @Override
    public void listenerMended(EventSource source, String listener) {
        tell(observer -> observer.listenerMended(source, listener));
    }
}
