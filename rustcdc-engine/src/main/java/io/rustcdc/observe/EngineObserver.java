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

    /**
     * Changes of a table were read from the stream, to be delivered. Told once for each read, not for each change.
     *
     * @param last the offset of the last of them
     */
    default void changesReceived(EventSource source, TableId table, int changes, Offset last) {}

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

    /** How long the looks of a source take that polls; told every few seconds while it runs. */
    default void pollsMeasured(EventSource source, PollTimes times) {}

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

    /** A transform made another image of a change. Told for each of them. */
    default void transformApplied(EventSource source, String transform, TableId table, Offset offset) {}

    /**
     * A transform filtered a change away: it counts as acknowledged. In transactional delivery told once it is committed. Told again
     * when the change comes again, after a crash or a lost connection.
     */
    default void changeFiltered(EventSource source, String transform, TableId table, Offset offset) {}

    /**
     * A transform failed for a change.
     *
     * @param skipped whether the change was set aside, so that no listener gets it; else the source fails. Told as for
     *     {@link #changeFiltered}
     */
    default void transformFailed(EventSource source, String transform, CdcException failure, boolean skipped) {}

    /** A rule of a transform has matched no table, or no column of its tables, although changes have come. */
    default void transformUnmatched(EventSource source, TransformRule rule) {}

    /** A rule that was reported to match nothing has matched. */
    default void transformMatched(EventSource source, TransformRule rule) {}

    /** Changes that a listener could not handle were set aside or skipped, or such ones were handled after all. */
    default void deadLetter(EventSource source, DeadLetterEvent event) {}

    /** The store of dead letters failed. What was asked of it is repeated if that may help, and until then nothing is delivered. */
    default void deadLetterStoreFailed(EventSource source, CdcException failure) {}

    /**
     * A listener fails for whatever row it is called with, so nothing more is parked; its call is repeated until it succeeds.
     *
     * @param rows so many different rows have failed and were parked before
     */
    default void listenerBroken(EventSource source, String listener, int rows) {}

    /** A listener that was reported as broken has succeeded. */
    default void listenerMended(EventSource source, String listener) {}

    /** Tells all of them, in order. */
    static EngineObserver all(Iterable<? extends EngineObserver> observers) {
        return new ObserverChain(observers);
    }
}
