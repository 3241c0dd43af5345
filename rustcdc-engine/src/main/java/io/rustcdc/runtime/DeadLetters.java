package io.rustcdc.runtime;

import io.rustcdc.deadletter.DeadLetter;
import io.rustcdc.deadletter.DeadLetterStore;
import io.rustcdc.deadletter.DeadLetterStore.Filter;
import io.rustcdc.deadletter.ParkedRow;
import io.rustcdc.event.CdcException;
import io.rustcdc.event.EventSource;
import io.rustcdc.event.FailureKind;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * What operators see of the dead letters of a source, and do with them. They can be looked at any time. What changes them is done
 * by the source while it captures, between its deliveries, when all that was delivered before is acknowledged and saved.
 * Thread-safe.
 *
 * <p>All methods throw {@link CdcException}: if the source keeps no dead letters, if the store does not answer, or if what is asked for is not there
 * or cannot be done now. A future ends with one when the source is stopped, or fails, before all is done; what has been done stays done.
 */
public final class DeadLetters {

    private final EventSource source;
    private final @Nullable DeadLetterStore store;
    private final Runs runs;

    /** Who does it. */
    interface Runs {

        /** @throws CdcException if the source does not capture now */
        void submit(DeadLetterCommand command);
    }

    /**
     * What a replay has come to.
     *
     * @param replayed letters whose change the listener has handled; they are gone
     * @param failed letters whose listener failed again; they, and what is behind them, stay
     * @param left letters that were not tried, since one before them in their row failed
     */
    public record Replayed(long replayed, long failed, long left) {}

    DeadLetters(EventSource source, @Nullable DeadLetterStore store, Runs runs) {
        this.source = source;
        this.store = store;
        this.runs = runs;
    }

    /** Whether the source has a store of dead letters. */
    public boolean areKept() {
        return store != null;
    }

    /** Where they are, for people. */
    public String location() {
        return store().location();
    }

    /** As {@link DeadLetterStore#list}: those after an id, in the order in which they were parked. */
    public List<DeadLetter> list(Filter filter, int limit, long afterId) {
        return store().list(filter, limit, afterId);
    }

    public Optional<DeadLetter> find(long id) {
        return store().find(id);
    }

    /** All letters, the superseded ones, too. */
    public long count() {
        return store().count();
    }

    /**
     * Replays all PARKED letters that the filter lets through: each row in order, until one of its letters fails.
     *
     * @param filter its state is not looked at
     */
    public CompletableFuture<Replayed> replay(Filter filter) {
        store();
        return submit(new ReplayCommand(filter, null));
    }

    /** Replays the letters of a row in order; and, where a change of its key is among them, those of the row that it was before. */
    public CompletableFuture<Replayed> replay(ParkedRow row) {
        store();
        return submit(new ReplayCommand(new Filter(row.listener(), row.table(), null), List.of(row)));
    }

    /** As {@link #replay(ParkedRow)}, with the row of a letter: those before it in its row have to come first. */
    public CompletableFuture<Replayed> replay(long id) {
        DeadLetter letter = required(id);
        if (letter.state() == DeadLetter.State.SKIPPED) {
            throw refusal(
                    "Dead letter %d of source '%s' cannot be replayed: a transform failed for it (%s), so no listener got it, and they have got later changes of its row since"
                            .formatted(id, source.name(), letter.listener()),
                    "Mend the transform, request a snapshot of %s, which brings the row as it is now, and discard the letter."
                            .formatted(letter.event().table()));
        }
        if (letter.state() != DeadLetter.State.PARKED) {
            throw refusal(
                    "Dead letter %d of source '%s' is %s and cannot be replayed: its table was emptied after it"
                            .formatted(id, source.name(), letter.state()),
                    "Discard it when nobody needs it any more.");
        }
        return submit(
                new ReplayCommand(new Filter(letter.listener(), letter.event().table(), null), letter.rows()));
    }

    /**
     * Removes letters for good: their listener never gets these changes. What waits behind them stays until it is replayed.
     *
     * @return so many were there
     */
    public CompletableFuture<Long> discard(Collection<Long> ids) {
        ids.forEach(this::required);
        DiscardCommand command = new DiscardCommand(ids);
        runs.submit(command);
        return command.result;
    }

    private CompletableFuture<Replayed> submit(ReplayCommand command) {
        runs.submit(command);
        return command.result;
    }

    private DeadLetter required(long id) {
        return find(id).orElseThrow(() -> refusal(
                "Source '%s' has no dead letter %d".formatted(source.name(), id),
                "Look at the list of its dead letters."));
    }

    private DeadLetterStore store() {
        DeadLetterStore letters = store;
        if (letters == null) {
            throw refusal(
                    "Source '%s' keeps no dead letters".formatted(source.name()),
                    "Give it a store of dead letters, and a listener the policy to park.");
        }
        return letters;
    }

    static CdcException refusal(String message, String action) {
        return new CdcException(FailureKind.CONFIGURATION, message, action, null);
    }
}
