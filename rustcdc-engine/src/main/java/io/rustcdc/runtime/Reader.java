package io.rustcdc.runtime;

import io.rustcdc.event.CdcException;
import io.rustcdc.event.FailureKind;
import io.rustcdc.event.Offset;
import io.rustcdc.observe.EngineObserver;
import io.rustcdc.snapshot.SnapshotDriver;
import io.rustcdc.source.SourceConnector;
import io.rustcdc.source.SourceException;
import io.rustcdc.source.SourceStream;
import io.rustcdc.source.StreamRequest;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * The reader thread: owns the connection. Opens the stream where the checkpoint says, reads while the queue has room,
 * keeps the connection alive while it has none, confirms what is durable, and starts again when the connection is lost.
 */
final class Reader {

    private static final Duration ROOM_WAIT = Duration.ofMillis(50);
    private static final Duration ROWS_WAIT = Duration.ofMillis(1);

    private final SourceConnector connector;
    private final RunParts parts;
    private final StateTracker.Run state;
    private final EngineObserver observer;
    private final EngineOptions options;
    private final SourceSnapshots snapshots;
    private final Backoff backoff = Backoff.brisk();
    private final Backoff rotation = Backoff.slow();
    private final FirstOutcome firstOutcome = new FirstOutcome();
    private final HealthWatch health;
    private final LostPosition lostPosition;
    private final OtherInstances instances;
    private boolean connectedOnce;
    private long inUseSince;
    private boolean inUse;

    Reader(
            SourceConnector connector,
            RunParts parts,
            SourceRun.Watch watch,
            EngineObserver observer,
            EngineOptions options) {
        this.connector = connector;
        this.parts = parts;
        this.state = watch.state();
        this.health = watch.health();
        this.observer = observer;
        this.options = options;
        this.snapshots = parts.snapshots();
        this.instances = new OtherInstances(connector.source().name(), parts, watch, firstOutcome);
        this.lostPosition = new LostPosition(connector.source().name(), options.onPositionLost(), parts.checkpoints());
    }

    FirstOutcome firstOutcome() {
        return firstOutcome;
    }

    /** Once nothing more is to be delivered, no stream is worth waiting for. For any thread. */
    void abortOpening() {
        connector.abortOpening();
    }

    /**
     * Runs until the source is stopped.
     *
     * @throws CdcException if the source cannot be captured until somebody changes something
     */
    void run() throws InterruptedException {
        while (!parts.handoff().isStopped()) {
            try {
                if (!instances.isHeldBack()) {
                    captureUntilStopped();
                }
            } catch (CdcException e) {
                if (parts.handoff().isStopped()) {
                    return;
                }
                if (instances.isOthers(e)) {
                    instances.standBy(e);
                } else {
                    reconnectAfter(waitBeforeRetry(e), e);
                }
            }
        }
    }

    /** One connection, from its opening to its end. The delivery thread's half of the way is {@link DeliveryLoop}. */
    private void captureUntilStopped() throws InterruptedException {
        CheckpointWriter checkpoints = parts.checkpoints();
        checkpoints.open();
        state.owner();
        checkpoints.endOldSession(connector);
        StreamRequest request = snapshots.asked(checkpoints.resume(), checkpoints.readsAgain());
        try (SourceStream stream = connector.open(request);
                SnapshotDriver rows = begin(stream, request)) {
            opened(stream, rows, request.startsAnew());
            Arrivals arrivals = new Arrivals(connector.source(), observer, rows);
            while (!parts.handoff().isStopped() && instances.mayCapture()) {
                requireThatStreamGoesOn();
                read(stream, rows, arrivals);
                confirm(stream);
                health.look();
                tellStartWithoutSave();
            }
            awaitDeliveryEnd(stream);
            confirm(stream);
        } finally {
            snapshots.end();
        }
    }

    private void requireThatStreamGoesOn() {
        if (parts.handoff().isReopeningWished()) {
            throw SourceException.transientFailure(
                    "The saved position of source '%s' is another one than this stream goes on from"
                            .formatted(connector.source().name()),
                    null);
        }
    }

    private SnapshotDriver begin(SourceStream stream, StreamRequest request) {
        return snapshots.begin(stream, request, parts.checkpoints(), parts.handoff(), firstOutcome::startSaved);
    }

    /** Whoever waits for the start waits until it is durable: what is written after that is not lost by any crash. */
    private void opened(SourceStream stream, SnapshotDriver rows, boolean anew) {
        connectedOnce = true;
        inUse = false;
        parts.vitals().connected();
        state.connected(!rows.isIdle());
        observer.streamStarted(connector.source(), stream.start());
        firstOutcome.connected();
        if (!anew) {
            firstOutcome.startSaved();
        }
    }

    /** While paused nothing is saved, and a save that fails is tried again, perhaps for long. */
    private void tellStartWithoutSave() {
        if (parts.handoff().isPaused() || parts.vitals().isSaveFailing()) {
            firstOutcome.started();
        }
    }

    /** Changes pass through the rows that are read, so that each row gets to its place among them. */
    private void read(SourceStream stream, SnapshotDriver rows, Arrivals arrivals) throws InterruptedException {
        Handoff handoff = parts.handoff();
        if (snapshots.isAllDone(parts.checkpoints().rows())) {
            state.finished(
                    "all rows are delivered and saved, and snapshot.mode is initial-only",
                    "For the changes since then, set snapshot.mode to initial and start again. Else drop the replication slot, which makes the server keep its log.");
            handoff.stop();
            return;
        }
        parts.vitals().preparingRows();
        rows.advance();
        parts.vitals().preparedRows();
        state.snapshotting(!rows.isIdle());
        if (rows.hasRoom()) {
            if (rows.awaitsPosition()) {
                stream.askPosition();
            }
            boolean arrived = stream.read(arrivals, rows.patience(options.streamPollInterval()));
            handoff.flush();
            arrivals.tell();
            parts.vitals().read(arrived);
            backoff.reset();
            rotation.reset();
        } else {
            handoff.flush();
            stream.keepAlive();
            waitForRoom(handoff);
        }
    }

    private void waitForRoom(Handoff handoff) throws InterruptedException {
        if (handoff.hasRoom()) {
            parts.vitals().holdingForRows();
            handoff.awaitUnlessStopped(ROWS_WAIT); // the stream stands still for rows that are being read
        } else {
            parts.vitals().waitingForRoom();
            handoff.awaitRoom(ROOM_WAIT);
        }
    }

    /** Keeps the offset to confirm until the source was told, over a lost connection too. */
    private void confirm(SourceStream stream) {
        Offset offset = parts.toConfirm().get();
        if (offset != null) {
            stream.confirm(offset);
            parts.toConfirm().compareAndSet(offset, null);
        }
    }

    private void awaitDeliveryEnd(SourceStream stream) throws InterruptedException {
        if (!parts.handoff().isStopped()) {
            parts.handoff().fence(stream::keepAlive);
            return;
        }
        long deadline = System.nanoTime() + options.shutdownTimeout().toNanos();
        while (!parts.deliveryEnded().await(ROOM_WAIT.toMillis(), TimeUnit.MILLISECONDS)
                && System.nanoTime() < deadline) {
            stream.keepAlive();
        }
    }

    /** How long to wait before the next try; throws the failure where trying again cannot help. */
    private Duration waitBeforeRetry(CdcException failure) {
        inUse &= failure.kind() == FailureKind.IN_USE;
        return switch (failure.kind()) {
            case TRANSIENT -> backoff.next();
            case IN_USE -> {
                requirePatience(failure);
                yield backoff.next();
            }
            case AUTHENTICATION -> {
                if (!connectedOnce) {
                    throw failure;
                }
                yield rotation.next();
            }
            case POSITION_LOST -> {
                lostPosition.requireMendable(failure);
                yield backoff.next();
            }
            case CONFIGURATION, TERMINAL -> throw failure;
        };
    }

    private void reconnectAfter(Duration wait, CdcException failure) throws InterruptedException {
        state.disconnected();
        parts.vitals().disconnected(failure);
        observer.connectionFailed(connector.source(), failure);
        parts.handoff().fence(health::look);
        if (failure.kind() == FailureKind.POSITION_LOST && !parts.handoff().isStopped()) {
            lostPosition.mend(); // behind the fence, where nothing is on its way to be saved
        }
        health.look();
        if (failure.kind() != FailureKind.IN_USE) {
            firstOutcome.started();
        }
        parts.handoff().awaitUnlessStopped(wait);
    }

    private void requirePatience(CdcException failure) {
        if (!inUse) {
            inUse = true;
            inUseSince = System.nanoTime();
        } else if (System.nanoTime() - inUseSince > connector.inUsePatience().toNanos()) {
            throw new SourceException(FailureKind.CONFIGURATION, failure.description(), failure.action(), failure);
        }
    }
}
