package io.rustcdc.deadletter;

import io.rustcdc.event.Offset;
import io.rustcdc.event.TableId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the dead letters of one source. Reading needs no lease and may come from any thread; what changes letters comes from the
 * threads of the source that holds its lease, for one row from one thread at a time. A store that other processes can write to,
 * too, refuses a write of who has lost the lease, with the checkpoint's {@code LeaseLostException}.
 *
 * <p>All methods throw {@link DeadLetterException}: TRANSIENT when the same call may succeed later, as when the database is away.
 * Such a call is repeated in place, so each write can be repeated without effect.
 */
public interface DeadLetterStore {

    /**
     * Which letters are asked for; null for all.
     *
     * @param listener the id of the listener
     */
    record Filter(@Nullable String listener, @Nullable TableId table, DeadLetter.@Nullable State state) {

        public static Filter all() {
            return new Filter(null, null, null);
        }

        public boolean matches(DeadLetter letter) {
            return (listener == null || listener.equals(letter.listener()))
                    && (table == null || table.equals(letter.event().table()))
                    && (state == null || state == letter.state());
        }
    }

    /** Where the letters are, for people. */
    String location();

    /** All rows that have {@link DeadLetter.State#PARKED} letters, with the offset of the oldest one of each. */
    Map<ParkedRow, Offset> parked();

    /**
     * Keeps a letter: durable on return. One of the same listener and position that is there already stays as it is, but has the
     * state of the letter: it is {@link DeadLetter.State#PARKED} again if it was superseded.
     *
     * @param letter its id is not looked at
     * @return whether it is new
     * @throws DeadLetterException TERMINAL if it is new and the store keeps no more
     */
    boolean park(DeadLetter letter);

    /** The first PARKED letters of a row, oldest first; those, too, that have it as their previous key. */
    List<DeadLetter> queue(ParkedRow row, int limit);

    /**
     * Letters in the order of their ids.
     *
     * @param afterId only those with a higher id; {@link DeadLetter#NO_ID} for all
     */
    List<DeadLetter> list(Filter filter, int limit, long afterId);

    Optional<DeadLetter> find(long id);

    /** All letters, the superseded ones, too. */
    long count();

    /** The letter's change was tried once more, in vain. Does nothing when there is no such letter. */
    void failedAgain(long id, Failure failure);

    /**
     * The letter's change was handled, or is not to be.
     *
     * @return false when there was no such letter
     */
    boolean remove(long id);

    /**
     * A table was emptied: none of its changes that are parked for a listener is to be replayed.
     *
     * @return so many letters were PARKED
     */
    int supersede(String listener, TableId table);
}
