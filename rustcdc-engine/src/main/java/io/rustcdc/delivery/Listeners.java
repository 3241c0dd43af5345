package io.rustcdc.delivery;

import io.rustcdc.delivery.Subscription.AckMode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who gets the changes of a source.
 *
 * @param transaction what their calls share with the save of the checkpoint; null if they share nothing
 */
public record Listeners(
        List<Subscription> subscriptions, @Nullable DeliveryTransaction transaction) {

    public Listeners {
        subscriptions = List.copyOf(subscriptions);
        if (transaction != null) {
            subscriptions.stream()
                    .filter(subscription -> subscription.ackMode() == AckMode.MANUAL)
                    .findFirst()
                    .ifPresent(subscription -> {
                        throw new IllegalArgumentException(
                                "Listener '%s' acknowledges by itself, perhaps later than its call returns; in a transaction, returning must acknowledge"
                                        .formatted(subscription.id()));
                    });
        }
    }
}
