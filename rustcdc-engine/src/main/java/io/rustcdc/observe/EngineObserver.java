package io.rustcdc.observe;

import io.rustcdc.checkpoint.SnapshotState;
import io.rustcdc.checkpoint.TableSnapshot;
import io.rustcdc.event.CdcException;
import io.rustcdc.event.EventSource;
import io.rustcdc.event.JoinedTable;
import io.rustcdc.event.LogRetention;
import io.rustcdc.event.Offset;
import io.rustcdc.event.SourceWarning;
import io.rustcdc.event.TableId;
import org.jspecify.annotations.Nullable;

/**
 * Is told what an engine does. Called on the engine's threads: implementations return quickly and do not throw; what they
 * throw is logged and has no effect on capture. All methods do nothing by default.
 */
public interface EngineObserver {

    default void stateChanged(EventSource source, EngineState from, EngineState to) {}

    default void connected(EventSource source) {}

    default void disconnected(EventSource source) {}

    /** The stream starts at this offset. */
    default void streamStarted(EventSource source, Offset offset) {}

    default void checkpointLoaded(EventSource source, Offset offset, long committedCount) {}

    default void checkpointSaved(EventSource source, Offset offset, long committedCount) {}

    default void checkpointFailed(EventSource source, CdcException failure) {}

    /** A connection could not be made or was lost; it is tried again. */
    default void connectionFailed(EventSource source, CdcException failure) {}

    /** A listener threw and is tried again, or not any more. */
    default void deliveryFailed(EventSource source, String listener, Offset offset, int attempt, Throwable failure) {}

    /** The engine is FAILED. */
    default void failed(EventSource source, CdcException failure) {}

    /**
     * An operator, or the setting for it, accepted that changes are missing, and the new start is saved.
     *
     * @param from the lost position; null if there was no checkpoint
     * @param to where it goes on
     * @param requestedBy who asked, as far as known
     */
    default void gapAccepted(EventSource source, @Nullable Offset from, Offset to, @Nullable String requestedBy) {}

    /**
     * An operator put another checkpoint in the place of the stored one, or removed it, while the source did not run.
     *
     * @param change what was done: {@code set}, {@code reset} or {@code restored}
     * @param from where the source would have gone on; null if nothing was stored that could be read
     * @param to where it goes on; null if it starts anew
     * @param requestedBy who asked, as far as known
     */
    default void checkpointChanged(
            EventSource source,
            String change,
            @Nullable Offset from,
            @Nullable Offset to,
            @Nullable String requestedBy) {}

    /** The verdict has another status than before; {@code from} is null at the first one. */
    default void healthChanged(EventSource source, @Nullable HealthVerdict from, HealthVerdict to) {}

    /**
     * The log that the server keeps for the source was measured, which happens every few seconds.
     *
     * @param log null when it is not measured any more, since the source was stopped
     */
    default void logMeasured(EventSource source, @Nullable LogRetention log) {}

    /**
     * A table is captured only from now on: what happened to it before was not delivered.
     *
     * @param rowsFollow whether the rows that it has are read now; else they are missing until they are requested
     */
    default void tableJoined(EventSource source, JoinedTable table, boolean rowsFollow) {}

    /** Something is amiss that does not keep the source from capturing. Told once until it has passed. */
    default void warned(EventSource source, SourceWarning warning) {}

    /** The rows of a table begin to be delivered. */
    default void snapshotStarted(EventSource source, TableSnapshot table) {}

    /**
     * Rows of a table were read and put into the stream.
     *
     * @param table its progress, these rows included
     */
    default void snapshotChunk(EventSource source, TableSnapshot table, int rows) {}

    /** All rows of a table are acknowledged, and that is saved. */
    default void snapshotCompleted(EventSource source, TableSnapshot table) {}

    /** The rows of a table cannot be read any more; the source goes on without them. */
    default void snapshotAborted(EventSource source, TableId table, String reason) {}

    /**
     * The rows of all tables that were to be read are acknowledged, and that is saved. Not told when an operator stopped the
     * reading.
     */
    default void snapshotsCompleted(EventSource source, SnapshotState snapshots) {}

    /** Tells all of them, in order. */
    static EngineObserver all(Iterable<? extends EngineObserver> observers) {
        return new ObserverChain(observers);
    }
}
