package io.rustcdc.spring;

import io.rustcdc.event.CdcException;
import io.rustcdc.event.EventSource;
import io.rustcdc.event.Offset;
import io.rustcdc.event.TableId;
import org.jspecify.annotations.Nullable;

/**
 * What happens to a source, as application events; always published, in order, on a thread of their own, so that a slow
 * listener does not hold up the capture.
 *
 * <pre>{@code
 * @EventListener
 * void page(CdcSourceEvent.Failed failed) { ... }
 * }</pre>
 */
public sealed interface CdcSourceEvent {

    EventSource source();

    /** The stream flows for the first time after a start. */
    record Started(EventSource source) implements CdcSourceEvent {}

    /** Everything that was delivered is saved, the connection is closed. */
    record Stopped(EventSource source) implements CdcSourceEvent {}

    record Paused(EventSource source) implements CdcSourceEvent {}

    record Resumed(EventSource source) implements CdcSourceEvent {}

    /** The connection was lost or could not be made; it is tried again for ever. */
    record Reconnecting(EventSource source) implements CdcSourceEvent {}

    /** The stream flows again after {@link Reconnecting}. */
    record Reconnected(EventSource source) implements CdcSourceEvent {}

    /**
     * Something does not move on for longer than the stall threshold.
     *
     * @param reason what
     * @param action what to do about it, where something can be done
     */
    record Stalled(
            EventSource source, String reason, @Nullable String action) implements CdcSourceEvent {}

    /** The source is well again after {@link Stalled}. */
    record Recovered(EventSource source) implements CdcSourceEvent {}

    /** The existing rows of a table begin to be delivered. */
    record SnapshotStarted(EventSource source, TableId table) implements CdcSourceEvent {}

    /**
     * All existing rows of a table are acknowledged, and that is saved.
     *
     * @param rows how many they were
     * @param generation the number of the request, as in the {@link io.rustcdc.event.SnapshotInfo} of the rows
     */
    record SnapshotCompleted(EventSource source, TableId table, long rows, long generation) implements CdcSourceEvent {}

    /**
     * The rows of a table cannot be read any more; the source goes on without them.
     *
     * @param reason why, for instance that the table was dropped
     */
    record SnapshotAborted(EventSource source, TableId table, String reason) implements CdcSourceEvent {}

    /** Nothing is left to be read of any table. Not told when an operator stopped the reading. */
    record AllSnapshotsCompleted(EventSource source) implements CdcSourceEvent {}

    /**
     * An operator accepted that changes are missing after a lost position.
     *
     * @param from the lost position; null if there was no checkpoint
     * @param to where the source goes on
     * @param requestedBy who asked, as far as known
     */
    record GapAccepted(
            EventSource source,
            @Nullable Offset from,
            Offset to,
            @Nullable String requestedBy) implements CdcSourceEvent {}

    /**
     * The source has stopped and does not start again by itself.
     *
     * @param failure why, with the action to take
     */
    record Failed(EventSource source, CdcException failure) implements CdcSourceEvent {}
}
