package io.rustcdc.delivery;

import io.rustcdc.deadletter.DeadLetter;
import io.rustcdc.deadletter.DeadLetterStore;
import io.rustcdc.deadletter.TransactionalDeadLetterStore;
import io.rustcdc.delivery.FailurePolicy.Action;
import io.rustcdc.delivery.Subscription.AckMode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who gets the changes of a source.
 *
 * @param transaction what their calls share with the save of the checkpoint; null if they share nothing
 * @param deadLetters where changes go that a listener cannot handle; null if none of them parks any
 */
public record Listeners(
        List<Subscription> subscriptions,
        @Nullable DeliveryTransaction transaction,
        @Nullable DeadLetterStore deadLetters) {

    /** Without dead letters. */
    public Listeners(List<Subscription> subscriptions, @Nullable DeliveryTransaction transaction) {
        this(subscriptions, transaction, null);
    }

    /** @throws IllegalArgumentException if a listener does not fit to the others, or to what they share */
    public Listeners {
        subscriptions = List.copyOf(subscriptions);
        if (transaction != null && deadLetters != null && !(deadLetters instanceof TransactionalDeadLetterStore)) {
            throw new IllegalArgumentException(
                    "Dead letters in %s cannot be written in a transaction that listeners share with the checkpoint: expected is a store in its database"
                            .formatted(deadLetters.location()));
        }
        for (Subscription subscription : subscriptions) {
            if (subscription.id().startsWith(DeadLetter.TRANSFORM_PREFIX)) {
                throw new IllegalArgumentException(
                        "A listener has the id '%s': expected is one that does not begin with '%s', since that names the dead letters of transforms"
                                .formatted(subscription.id(), DeadLetter.TRANSFORM_PREFIX));
            }
            if (transaction != null) {
                requireFitForTransaction(subscription);
            }
            if (subscription.policy().action() == Action.PARK) {
                requireFitForParking(subscription, deadLetters);
            }
        }
    }

    private static void requireFitForTransaction(Subscription subscription) {
        if (subscription.handler() instanceof CompletionHandler) {
            throw new IllegalArgumentException(
                    "Listener '%s' waits until its changes are done; in a transaction, expected is a BatchHandler that comes last"
                            .formatted(subscription.id()));
        }
        if (!subscription.lanes().isOne()) {
            throw new IllegalArgumentException("Listener '%s' has %d lanes; a transaction belongs to one thread"
                    .formatted(subscription.id(), subscription.lanes().lanes()));
        }
        if (subscription.ackMode() == AckMode.MANUAL) {
            throw new IllegalArgumentException(
                    "Listener '%s' acknowledges by itself, perhaps later than its call returns; in a transaction, returning must acknowledge"
                            .formatted(subscription.id()));
        }
    }

    private static void requireFitForParking(Subscription subscription, @Nullable DeadLetterStore deadLetters) {
        String id = subscription.id();
        if (deadLetters == null) {
            throw new IllegalArgumentException(
                    "Listener '%s' parks what it cannot handle, but its source has no store of dead letters"
                            .formatted(id));
        }
        if (subscription.ackMode() == AckMode.MANUAL) {
            throw new IllegalArgumentException(
                    "Listener '%s' parks what it cannot handle, but it acknowledges by itself: later changes of the row may be done by the time it says so. Expected is a listener that acknowledges by returning, or stop or skip"
                            .formatted(id));
        }
        if (!subscription.lanes().isByRow()) {
            throw new IllegalArgumentException(
                    "Listener '%s' parks what it cannot handle, by rows, but its lanes keep changes in order by something else than the row's key: expected stop or skip"
                            .formatted(id));
        }
    }
}
