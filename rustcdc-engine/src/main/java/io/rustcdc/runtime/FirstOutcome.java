package io.rustcdc.runtime;

import io.rustcdc.event.CdcException;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/** What a start waits for: that it flows, that it will be tried again, or why it cannot. The first word counts. */
final class FirstOutcome {

    private final CountDownLatch known = new CountDownLatch(1);
    private @Nullable CdcException refused;
    private boolean connected;
    private boolean saved;

    /** The source is connected, and its state says so. */
    synchronized void connected() {
        connected = true;
        flowIfComplete();
    }

    /** What it starts from is durable. Another thread may learn that before this one is through with connecting. */
    synchronized void startSaved() {
        saved = true;
        flowIfComplete();
    }

    private void flowIfComplete() {
        if (connected && saved) {
            started();
        }
    }

    /** It flows, or is tried again in the background, or has been stopped. */
    synchronized void started() {
        known.countDown();
    }

    /** Somebody has to change something first. */
    synchronized void refused(CdcException cause) {
        if (known.getCount() > 0) {
            refused = cause;
            known.countDown();
        }
    }

    void await() throws InterruptedException {
        known.await();
        synchronized (this) {
            if (refused != null) {
                throw refused;
            }
        }
    }
}
