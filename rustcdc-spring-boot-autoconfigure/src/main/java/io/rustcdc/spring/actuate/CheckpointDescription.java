package io.rustcdc.spring.actuate;

import io.rustcdc.checkpoint.Checkpoint;
import io.rustcdc.checkpoint.StoredCheckpoint;
import io.rustcdc.runtime.SourceCheckpoint;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.OperationResponseBody;

/**
 * The checkpoint of a source.
 *
 * @param type of the source
 * @param location where it is kept
 * @param present what is stored; null if nothing is
 * @param history what was replaced or removed, the newest first
 */
public record CheckpointDescription(
        String type, String location, @Nullable Entry present, List<Entry> history) implements OperationResponseBody {

    /**
     * A checkpoint, the present one or one that was.
     *
     * @param id by which it is shown and restored; null for the present one
     * @param at when it was saved, or replaced if it was; null when not known
     * @param offset the position for people; null when it cannot be read
     * @param position as the checkpoint holds it; null when it cannot be read
     * @param committedCount changes acknowledged until there; null when it cannot be read
     * @param byHand whether a person wrote it; null when it cannot be read
     * @param problem why it cannot be read; null when it can
     */
    public record Entry(
            @Nullable String id,
            @Nullable Instant at,
            @Nullable String offset,
            @Nullable Map<String, Object> position,
            @Nullable Long committedCount,
            @Nullable Boolean byHand,
            @Nullable String problem) {

        static Entry of(StoredCheckpoint stored) {
            Checkpoint checkpoint = stored.checkpoint();
            if (checkpoint == null) {
                return new Entry(stored.id(), stored.at(), null, null, null, null, stored.problem());
            }
            return new Entry(
                    stored.id(),
                    stored.at(),
                    checkpoint.offset().text(),
                    checkpoint.offset().fields(),
                    checkpoint.committedEventCount(),
                    checkpoint.operatorSeed(),
                    null);
        }
    }

    static CheckpointDescription of(String type, SourceCheckpoint checkpoint) {
        return new CheckpointDescription(
                type,
                checkpoint.location(),
                checkpoint.stored().map(Entry::of).orElse(null),
                checkpoint.history().stream().map(Entry::of).toList());
    }
}
