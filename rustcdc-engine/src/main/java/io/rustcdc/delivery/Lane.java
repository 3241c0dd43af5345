package io.rustcdc.delivery;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadFactory;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A thread with the calls that it makes one after the other. The delivery thread puts them down and publishes them; many at a time,
 * while the lane has enough to do.
 */
final class Lane implements Runnable {

    private static final Logger logger = LoggerFactory.getLogger(Lane.class);

    private static final int PUBLISH_AT = 64;

    private final String name;
    private final ThreadFactory threads;
    private final Turns turns;

    /** Owned by the delivery thread. */
    private List<Turn> filling = new ArrayList<>();

    private List<Turn> published = new ArrayList<>();
    private @Nullable Thread thread;
    private boolean closed;
    private volatile boolean idle = true;

    /** Decides about each call when its turn has come, and makes it. */
    interface Turns {

        void take(Turn turn);
    }

    Lane(String name, ThreadFactory threads, Turns turns) {
        this.name = name;
        this.threads = threads;
        this.turns = turns;
    }

    void add(Turn turn) {
        filling.add(turn);
        if (idle || filling.size() >= PUBLISH_AT) {
            publish();
        }
    }

    void publish() {
        if (filling.isEmpty()) {
            return;
        }
        synchronized (this) {
            published.addAll(filling);
            idle = false;
            if (thread == null) {
                Thread made = threads.newThread(this);
                made.setName(name);
                made.setDaemon(true);
                thread = made;
                made.start();
            }
            notifyAll();
        }
        filling = new ArrayList<>();
    }

    synchronized void interrupt() {
        if (thread != null) {
            thread.interrupt();
        }
    }

    /** Nothing more is put down: the thread ends when it has done what there is. */
    synchronized void close() {
        closed = true;
        notifyAll();
    }

    @Override
    public void run() {
        for (List<Turn> next = next(); !next.isEmpty(); next = next()) {
            next.forEach(turns::take);
        }
    }

    /** Waits for calls; none at the end. */
    private synchronized List<Turn> next() {
        while (published.isEmpty() && !closed) {
            idle = true;
            try {
                wait();
            } catch (InterruptedException e) {
                logger.debug("An interrupt does not end lane '{}': it was meant for a call that has ended", name);
            }
        }
        List<Turn> next = published;
        published = new ArrayList<>();
        return next;
    }
}
