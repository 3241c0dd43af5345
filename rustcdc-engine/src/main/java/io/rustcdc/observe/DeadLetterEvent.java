package io.rustcdc.observe;

import io.rustcdc.event.Offset;
import io.rustcdc.event.TableId;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What became of changes that a listener could not handle.
 *
 * @param listener its id
 * @param offset of the change, or of the TRUNCATE
 * @param changes so many
 * @param failure what the listener threw, where that is news; its message may hold a row's values
 */
public record DeadLetterEvent(
        Kind kind,
        String listener,
        TableId table,
        Offset offset,
        int changes,
        @Nullable Throwable failure) {

    public enum Kind {
        /** A change became a dead letter since the listener failed. */
        PARKED,
        /** A change became a dead letter since it stands behind another one of its row. */
        PARKED_BEHIND,
        /** Changes count as acknowledged although the listener failed. */
        SKIPPED,
        /** The listener has handled a dead letter's change, which is gone from the store. */
        REPLAYED,
        /** A dead letter was removed on an operator's wish. */
        DISCARDED,
        /** Dead letters are not to be replayed any more, since their table was emptied. */
        SUPERSEDED
    }

    public DeadLetterEvent {
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(listener, "listener");
        Objects.requireNonNull(table, "table");
        Objects.requireNonNull(offset, "offset");
    }
}
