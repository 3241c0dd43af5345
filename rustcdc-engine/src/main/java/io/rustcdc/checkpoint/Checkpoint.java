package io.rustcdc.checkpoint;

import io.rustcdc.event.Offset;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How far a source has been acknowledged by all of its listeners.
 *
 * @param offset everything up to here is acknowledged
 * @param committedEventCount events acknowledged since the first start, never decreases
 * @param operatorSeed whether a person wrote it (it carried no checksum); false for every checkpoint that the engine
 *     saves
 * @param snapshot how far existing rows have been acknowledged; null when nothing is known of any
 */
public record Checkpoint(
        Offset offset,
        long committedEventCount,
        boolean operatorSeed,
        @Nullable SnapshotState snapshot) {

    public Checkpoint {
        Objects.requireNonNull(offset, "offset");
        if (committedEventCount < 0) {
            throw new IllegalArgumentException("committedEventCount is negative: " + committedEventCount);
        }
    }

    public Checkpoint(Offset offset, long committedEventCount) {
        this(offset, committedEventCount, false, null);
    }

    /** One that the engine saves. */
    public Checkpoint(Offset offset, long committedEventCount, @Nullable SnapshotState snapshot) {
        this(offset, committedEventCount, false, snapshot);
    }
}
