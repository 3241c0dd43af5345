package io.rustcdc.checkpoint;

import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A checkpoint as it is kept, be it the present one or one that was replaced.
 *
 * @param id of one that was replaced, by which it can be restored; null for the present one
 * @param at when it was saved, or replaced if it was; null where the store does not know
 * @param json as it is kept, or would be in a file
 * @param checkpoint what it says; null when it cannot be read
 * @param problem why it cannot be read; null when it can
 */
public record StoredCheckpoint(
        @Nullable String id,
        @Nullable Instant at,
        String json,
        @Nullable Checkpoint checkpoint,
        @Nullable String problem) {

    public StoredCheckpoint {
        Objects.requireNonNull(json, "json");
        if ((checkpoint == null) == (problem == null)) {
            throw new IllegalArgumentException("Either the checkpoint or the problem must be given, and not both");
        }
    }

    /** One that can be read. */
    public static StoredCheckpoint readable(
            @Nullable String id, @Nullable Instant at, String json, Checkpoint checkpoint) {
        return new StoredCheckpoint(id, at, json, checkpoint, null);
    }

    /** One that cannot. */
    public static StoredCheckpoint damaged(@Nullable String id, @Nullable Instant at, String json, String problem) {
        return new StoredCheckpoint(id, at, json, null, problem);
    }
}
