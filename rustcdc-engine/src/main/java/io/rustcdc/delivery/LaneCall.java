package io.rustcdc.delivery;

import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.Row;

/** What a lane does next: calls the listener, and acknowledges if returning does. */
interface LaneCall {

    /**
     * @throws DeliveryFailedException if the listener failed beyond its retries
     * @throws DeliveryAbortedException if the source was stopped between two tries
     */
    void run(ListenerCalls calls) throws DeliveryAbortedException;

    /** One change. */
    record One(Subscription subscription, ChangeEvent<Row> event, Acknowledgment acknowledgment) implements LaneCall {

        @Override
        public void run(ListenerCalls calls) throws DeliveryAbortedException {
            calls.call(subscription, event, acknowledgment);
            if (subscription.ackMode() == Subscription.AckMode.AUTO) {
                acknowledgment.acknowledge();
            }
        }
    }

    /** Some changes at once. */
    record Some(Batch batch, Acknowledgment acknowledgment) implements LaneCall {

        @Override
        public void run(ListenerCalls calls) throws DeliveryAbortedException {
            calls.call(batch, acknowledgment);
            if (batch.subscription().ackMode() == Subscription.AckMode.AUTO) {
                acknowledgment.acknowledge();
            }
        }
    }
}
