package io.rustcdc.delivery;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A call in the line of one lane, or of two whose keys it touches: then the lane that comes to it last makes it, and the other one
 * waits. Since all lanes have their calls in the order of these numbers, the call with the lowest number can always be made, and
 * lanes never wait for each other in a circle.
 */
final class Turn {

    private static final Logger logger = LoggerFactory.getLogger(Turn.class);

    private final long number;
    private final LaneCall call;
    private final AtomicInteger missing;
    private final CountDownLatch done = new CountDownLatch(1);

    /**
     * @param number the higher the later in the order of the commits
     * @param lanes in so many lines it stands
     */
    Turn(long number, LaneCall call, int lanes) {
        this.number = number;
        this.call = call;
        this.missing = new AtomicInteger(lanes);
    }

    long number() {
        return number;
    }

    LaneCall call() {
        return call;
    }

    /** A lane has come to it; returns true to the last one, which has to call {@link #done()}, to others after that. */
    boolean isLastToCome() {
        if (missing.decrementAndGet() == 0) {
            return true;
        }
        boolean waiting = true;
        while (waiting) {
            try {
                done.await();
                waiting = false;
            } catch (InterruptedException e) {
                logger.debug("An interrupt does not end this wait: the lane that makes the call is interrupted, too");
            }
        }
        return false;
    }

    void done() {
        done.countDown();
    }
}
