package io.rustcdc.runtime;

import io.rustcdc.delivery.Delivery;
import io.rustcdc.event.CdcException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What delivery asks of the run that it is a part of. */
record DeliverySignals(RunParts parts) implements Delivery.Signals {

    private static final Logger logger = LoggerFactory.getLogger(DeliverySignals.class);

    private Handoff handoff() {
        return parts.handoff();
    }

    @Override
    public boolean awaitRetry(Duration delay) {
        return handoff().awaitUnlessStopped(delay);
    }

    @Override
    public boolean isStopping() {
        return handoff().isStopped();
    }

    @Override
    public void acknowledged() {
        handoff().wake();
    }

    @Override
    public boolean mustGiveUp() {
        return handoff().isStopped() || handoff().fenced();
    }

    /** Where the lease is in doubt, the delivery thread finds out. */
    @Override
    public boolean mayCall() {
        if (handoff().mustYield()) {
            return false;
        }
        try {
            parts.checkpoints().confirmLease();
            return true;
        } catch (CdcException e) {
            logger.debug("No lane goes on for now: {}", e.getMessage());
            handoff().wake();
            return false;
        }
    }
}
