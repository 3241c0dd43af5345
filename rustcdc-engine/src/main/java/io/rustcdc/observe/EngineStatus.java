package io.rustcdc.observe;

import io.rustcdc.checkpoint.SnapshotState;
import io.rustcdc.event.EventSource;
import io.rustcdc.event.LogRetention;
import io.rustcdc.event.Offset;
import io.rustcdc.event.SourceWarning;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A look at an engine, taken without waiting for any of its threads.
 *
 * @param offset the last saved one; null before the first save
 * @param eventsPolled events handed to listeners since the process started
 * @param eventsCommitted events acknowledged and durably saved since the process started
 * @param committedCount the count in the checkpoint, over all starts
 * @param inFlight events handed to listeners, or held back until the rest of their transaction has come, and not yet saved
 * @param buffered events read and not yet handed to listeners
 * @param lag how long the oldest change that is not saved has been committed; zero when caught up
 * @param checkpointAge how long ago the last save was while something waits to be saved; zero when nothing does
 * @param startedAt null while stopped
 * @param lastEventAt when the last change was read; null before the first
 * @param log the log that the server keeps for the source, as measured last; null before the first measurement and while
 *     stopped
 * @param warnings what is amiss without keeping the source from capturing
 * @param snapshots what of the existing rows was to be read and how far that has got, which is saved a little later; null
 *     before the first connection
 */
public record EngineStatus(
        EventSource source,
        EngineState state,
        HealthVerdict health,
        @Nullable Offset offset,
        long eventsPolled,
        long eventsCommitted,
        long committedCount,
        long inFlight,
        long buffered,
        Duration lag,
        Duration checkpointAge,
        @Nullable Instant startedAt,
        @Nullable Instant lastEventAt,
        @Nullable LogRetention log,
        List<SourceWarning> warnings,
        @Nullable SnapshotState snapshots) {

    public EngineStatus {
        warnings = List.copyOf(warnings);
    }
}
