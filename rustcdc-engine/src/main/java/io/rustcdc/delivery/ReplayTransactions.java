package io.rustcdc.delivery;

import io.rustcdc.checkpoint.LeaseLostException;
import io.rustcdc.deadletter.DeadLetter;
import io.rustcdc.deadletter.Failure;
import io.rustcdc.deadletter.TransactionalDeadLetterStore;
import io.rustcdc.delivery.DeliveryTransaction.End;
import io.rustcdc.delivery.DeliveryTransaction.Outcome;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Replays letters where listener calls share a transaction with the checkpoint: the call and the removal of the letter are one. Where the answer
 * to a commit is lost, the store tells; and if that commit is still to come, the next try finds the letter gone at its end, and is
 * rolled back with all that it did. Used by the delivery thread only.
 */
final class ReplayTransactions {

    private final DeliveryTransaction transaction;
    private final TransactionalDeadLetterStore store;
    private final ListenerCalls calls;
    private final Patience patience;

    /** The letter was removed by a commit before. */
    private static final class GoneException extends Exception {

        private static final long serialVersionUID = 1L;
    }

    ReplayTransactions(
            DeliveryTransaction transaction,
            TransactionalDeadLetterStore store,
            ListenerCalls calls,
            Patience patience) {
        this.transaction = transaction;
        this.store = store;
        this.calls = calls;
        this.patience = patience;
    }

    /** @return why it failed beyond its retries; null when the listener has handled the letter, which is gone */
    @Nullable
    Failure replay(Subscription subscription, DeadLetter letter) throws DeliveryAbortedException {
        int attempts = 0;
        for (int tries = 1; ; tries++) {
            int attempt = attempts + 1;
            Outcome outcome = transaction.execute(open -> {
                calls.callOnce(subscription, letter.event(), attempt);
                if (!store.on(open.connection()).remove(letter.id())) {
                    throw new GoneException();
                }
            });
            Throwable cause = outcome.cause();
            if (cause == null || cause instanceof GoneException || isGone(outcome, letter)) {
                return null;
            }
            if (isAttempt(outcome, cause)) {
                attempts = attempt;
                Throwable thrown = cause instanceof ListenerFailure failure ? failure.thrown() : cause;
                if (!calls.mayTryAgain(subscription, letter.event(), attempts, thrown)) {
                    return Failure.of(thrown, attempts, Instant.now());
                }
            } else {
                patience.awaitNext(tries);
            }
        }
    }

    private boolean isGone(Outcome outcome, DeadLetter letter) throws DeliveryAbortedException {
        return outcome.end() == End.UNKNOWN
                && patience.call(() -> store.find(letter.id())).isEmpty();
    }

    /**
     * Whether it counts as a failure of the listener: also one of the commit, or of a statement behind the call, which a listener can
     * bring about. So a letter is never tried for ever.
     */
    private static boolean isAttempt(Outcome outcome, Throwable cause) throws DeliveryAbortedException {
        if (cause instanceof DeliveryAbortedException aborted) {
            throw aborted;
        }
        if (cause instanceof LeaseLostException lost) {
            throw lost;
        }
        return outcome.end() != End.NOT_BEGUN;
    }
}
