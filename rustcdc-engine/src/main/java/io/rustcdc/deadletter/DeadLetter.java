package io.rustcdc.deadletter;

import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.Row;
import io.rustcdc.event.RowKey;
import io.rustcdc.event.SnapshotInfo;
import io.rustcdc.event.Transaction;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One change that was set aside: for one listener, or for all of them since a transform failed. All letters of a row for a listener make
 * up its queue, and are handled in the order of their ids.
 *
 * @param id given by the store, ascending in the order of parking; {@link #NO_ID} before that
 * @param listener the id of the listener that has not handled it; for one that is {@link State#SKIPPED}, the transform that failed, as
 *     {@code transform:name}
 * @param position names the change: unique by source and listener, and the same when the change is delivered again
 * @param event as the listener would have got it, after all transforms; for one that is SKIPPED, as it came from the database
 * @param failure why; null when the change only stands behind another one of its row
 * @param parkedAt when it was parked first
 */
public record DeadLetter(
        long id,
        String listener,
        String position,
        ChangeEvent<Row> event,
        @Nullable Failure failure,
        Instant parkedAt,
        State state) {

    /** Of a letter that no store has. */
    public static final long NO_ID = 0;

    /** What stands before the name of a transform in the place of a listener's id. No listener has an id that begins so. */
    public static final String TRANSFORM_PREFIX = "transform:";

    /** Whether a letter still keeps later changes of its row back. */
    public enum State {
        /** It waits to be replayed or discarded, and later changes of its row wait behind it. */
        PARKED,
        /** The table was emptied after it, so it must not be replayed. It is kept for people until it is discarded. */
        SUPERSEDED,
        /**
         * A transform failed for it, so no listener got it, and later changes of its row went on to all of them. Replayed now, it would
         * undo these, so it is kept for people until it is discarded.
         */
        SKIPPED
    }

    public DeadLetter {
        Objects.requireNonNull(listener, "listener");
        Objects.requireNonNull(position, "position");
        Objects.requireNonNull(event, "event");
        Objects.requireNonNull(parkedAt, "parkedAt");
        Objects.requireNonNull(state, "state");
    }

    /**
     * A letter that is to be parked.
     *
     * @throws IllegalArgumentException if the change belongs to no row that is known by a key
     */
    public static DeadLetter of(String listener, ChangeEvent<Row> event, @Nullable Failure failure, Instant now) {
        if (event.key() == null) {
            throw new IllegalArgumentException("A change without a key cannot be parked: " + event);
        }
        return new DeadLetter(NO_ID, listener, position(event), event, failure, now, State.PARKED);
    }

    /**
     * A letter of a change for which a transform failed.
     *
     * @param event as it came from the database
     * @throws IllegalArgumentException if nothing names the change: a snapshot has read it from a table without a key
     */
    public static DeadLetter skipped(String transform, ChangeEvent<Row> event, Failure failure, Instant now) {
        return new DeadLetter(NO_ID, TRANSFORM_PREFIX + transform, position(event), event, failure, now, State.SKIPPED);
    }

    /**
     * The rows whose queues it stands in: one, or two for a change of the key itself, the new key first. None only for one that is
     * {@link State#SKIPPED} and of a table without a key.
     */
    public List<ParkedRow> rows() {
        return ParkedRow.of(listener, event);
    }

    /** The same as the store keeps it. */
    public DeadLetter withId(long given) {
        return new DeadLetter(given, listener, position, event, failure, parkedAt, state);
    }

    public DeadLetter withState(State next) {
        return new DeadLetter(id, listener, position, event, failure, parkedAt, next);
    }

    public DeadLetter withFailure(Failure next) {
        return new DeadLetter(id, listener, position, event, next, parkedAt, state);
    }

    /** Names what and where, never values. */
    @Override
    public String toString() {
        return "dead letter %d of listener '%s': %s (%s)".formatted(id, listener, event, state);
    }

    private static String position(ChangeEvent<Row> event) {
        SnapshotInfo snapshot = event.snapshot();
        if (snapshot != null) {
            RowKey key = event.key();
            if (key == null) {
                throw new IllegalArgumentException(
                        "A row that has no key and was read by a snapshot has no name: " + event);
            }
            return "%s/%d#%s#%s"
                    .formatted(snapshot.snapshotId(), snapshot.generation(), event.table(), ParkedRow.text(key));
        }
        Transaction transaction = event.transaction();
        return event.offset().text() + "#" + (transaction == null ? 0 : transaction.index());
    }
}
