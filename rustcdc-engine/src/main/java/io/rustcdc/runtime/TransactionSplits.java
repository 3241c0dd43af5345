package io.rustcdc.runtime;

import io.rustcdc.event.EventSource;
import io.rustcdc.event.SourceWarning;
import io.rustcdc.event.Transaction;
import io.rustcdc.observe.EngineObserver;
import org.jspecify.annotations.Nullable;

/** Tells of transactions that had to be split, of each once. For the delivery thread. */
final class TransactionSplits {

    private static final String CODE = "transaction_split";

    private final EventSource source;
    private final EngineObserver observer;
    private final EngineOptions options;
    private @Nullable Long told;

    TransactionSplits(EventSource source, EngineObserver observer, EngineOptions options) {
        this.source = source;
        this.observer = observer;
        this.options = options;
    }

    /** It has more changes than a batch may have. */
    void tooLarge(Transaction transaction) {
        tell(
                transaction,
                "has more changes than a batch may have ('max-events-per-poll' is %d)"
                        .formatted(options.maxEventsPerPoll()),
                "Raise 'max-events-per-poll' above the number of its changes, and 'queue.max-events' with it.");
    }

    /** What has arrived of it, perhaps with what nobody has acknowledged before it, fills the queue. */
    void noRoom(Transaction transaction) {
        tell(
                transaction,
                "does not fit into the queue ('queue.max-events' is %d, 'queue.max-bytes' is %d)"
                        .formatted(options.queueMaxEvents(), options.queueMaxBytes()),
                "Raise 'queue.max-bytes', or 'queue.max-events'; and look for listeners that acknowledge late.");
    }

    private void tell(Transaction transaction, String reason, String action) {
        if (told != null && told == transaction.id()) {
            return;
        }
        told = transaction.id();
        String subject = "transaction " + Long.toUnsignedString(transaction.id());
        String text = "%s %s, so it is delivered in several batches".formatted(subject, reason);
        observer.warned(source, new SourceWarning(CODE, subject, text, action));
    }
}
