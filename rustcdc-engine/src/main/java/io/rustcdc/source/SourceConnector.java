package io.rustcdc.source;

import io.rustcdc.event.EventSource;
import io.rustcdc.event.Offset;
import java.time.Duration;
import java.util.List;

/** One configured source. Opening it again and again is allowed; one stream is open at a time. */
public interface SourceConnector {

    EventSource source();

    OffsetFormat offsets();

    /**
     * Connects, checks the prerequisites and the position, and starts the stream. Credentials are asked for at each
     * call. A failed call leaves no connection behind.
     *
     * @throws SourceException by its kind: see {@link io.rustcdc.event.FailureKind}
     */
    SourceStream open(StreamRequest request);

    /**
     * Finds out whether a stream could go on at an offset without missing a change. Connects for that; opens no stream and changes
     * nothing on the server. May be called while no stream is open.
     *
     * @param operatorSeed whether a person wrote the offset, so that what belongs to it, such as a slot, may be missing
     * @throws SourceException as {@link #open} would throw, and where that would move the start of a seed
     */
    default void check(Offset offset, boolean operatorSeed) {}

    /**
     * Lets a call of {@link #open} that is under way in another thread fail soon, because nobody waits for its stream any
     * more; where that cannot be done, does nothing. Called again and again until it has ended. Never throws, and does not
     * touch an open stream.
     */
    default void abortOpening() {}

    /** How long another reader may take to disappear after its connection is gone, before IN_USE is a real conflict. */
    Duration inUsePatience();

    /**
     * Ends the session in which another instance of this source may still be reading, or prepares that the next {@link #open}
     * does. Called by the owner of the source's lease when the owner before did not give it back, so that one cannot save any
     * more. Where it cannot be done, says so in the log and returns: the other session ends by itself some time.
     *
     * @throws SourceException if the server cannot be reached
     */
    default void endOldSession() {}

    /**
     * Checks all that a start needs, one after the other, by the checks of {@link #open} itself, and goes on where that would give
     * up. Connects for that over connections of its own, with credentials that are asked for anew; changes nothing on the server
     * and opens no stream. May be called at any time, also while a stream is open; each connection and each statement ends within
     * the configured timeout. By default nothing is known to check.
     *
     * @param request what a start would ask for
     */
    default Diagnosis diagnose(StreamRequest request) {
        return new Diagnosis(source(), List.of());
    }

    /** A new inspector, which has not connected yet. Independent of the stream: it works while none is open, too. */
    default SourceInspector inspector() {
        return SourceInspector.BLIND;
    }

    /** Reads the rows that exist; by default there are none to be read. */
    default SnapshotBackend snapshots() {
        return NoSnapshots.INSTANCE;
    }
}
