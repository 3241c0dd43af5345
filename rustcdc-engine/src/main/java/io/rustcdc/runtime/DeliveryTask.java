package io.rustcdc.runtime;

import io.rustcdc.event.CdcException;

/** What the delivery thread does, in one of two ways: with the saves behind the listeners' calls, or in their transactions. */
interface DeliveryTask {

    /**
     * Runs until the source is stopped, then saves what is acknowledged.
     *
     * @throws CdcException if a listener failed beyond its retries, after saving what was acknowledged before; or if a
     *     save is refused for good
     */
    void run() throws InterruptedException;
}
