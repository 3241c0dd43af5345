package io.rustcdc.spring.autoconfigure;

import io.rustcdc.delivery.FailurePolicy;
import io.rustcdc.delivery.Subscription;
import io.rustcdc.spring.CdcConfigurationException;
import io.rustcdc.spring.listener.ListenerDefinition;
import java.util.ArrayList;
import java.util.List;

/** Who gets the changes of a source: its listeners, application events, and who removes the rows of its outbox. */
record Subscriptions(FailurePolicies policies, RowEvents rowEvents, OutboxRemovals removals) {

    /**
     * @param hasDeadLetters whether there is a place for what listeners park
     * @throws CdcConfigurationException if a listener cannot do what is said of its failures
     */
    List<Subscription> of(ConfiguredSource source, List<ListenerDefinition> listeners, boolean hasDeadLetters) {
        FailurePolicy ofSource = policies.of(source);
        List<Subscription> subscriptions = new ArrayList<>();
        for (ListenerDefinition listener : listeners) {
            FailurePolicy policy = listener.policy(ofSource);
            if (policy.action() == FailurePolicy.Action.PARK) {
                listener.requireParking(source.key(), hasDeadLetters);
            }
            subscriptions.add(listener.subscription(policy));
        }
        rowEvents.addTo(subscriptions, ofSource);
        removals.addTo(subscriptions, source, listeners);
        return subscriptions;
    }
}
