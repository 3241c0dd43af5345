package io.rustcdc.sample.page;

import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.Row;
import io.rustcdc.spring.CdcListener;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/**
 * Hands each change to all connected browsers without ever waiting for one: every browser has a bounded queue and a
 * thread of its own, and what does not fit is left out of its view. Thread-safe.
 */
@Component
class LiveFeed implements SmartLifecycle {

    private static final int REMEMBERED_CHANGES = 60;
    private static final int MOST_BROWSERS = 50;

    private final ExecutorService threads = Executors.newCachedThreadPool(work -> {
        Thread thread = new Thread(work, "live-feed");
        thread.setDaemon(true);
        return thread;
    });
    private final Clock clock = Clock.systemUTC();
    private final Object lock = new Object();
    private final List<Browser> browsers = new ArrayList<>();
    private final Deque<LiveChange> recent = new ArrayDeque<>();
    private long changes;
    private boolean running;

    @CdcListener(
            source = "shop",
            tables = {"orders", "customers"})
    void onChange(ChangeEvent<Row> change) {
        synchronized (lock) {
            LiveChange line = LiveChange.of(++changes, change, clock.millis());
            recent.addLast(line);
            if (recent.size() > REMEMBERED_CHANGES) {
                recent.removeFirst();
            }
            browsers.forEach(browser -> browser.offer(line));
        }
    }

    /**
     * Connects a browser, which gets the last few changes at once.
     *
     * @throws TooManyBrowsersException if no more can be served, or the application is closing
     */
    SseEmitter connect() {
        Browser browser = new Browser();
        synchronized (lock) {
            if (!running || browsers.size() >= MOST_BROWSERS) {
                throw new TooManyBrowsersException();
            }
            recent.forEach(browser::offer);
            browsers.add(browser);
        }
        threads.execute(() -> {
            try {
                browser.serve();
            } finally {
                synchronized (lock) {
                    browsers.remove(browser);
                }
            }
        });
        return browser.emitter();
    }

    int browsers() {
        synchronized (lock) {
            return browsers.size();
        }
    }

    @Override
    public void start() {
        synchronized (lock) {
            running = true;
        }
    }

    /** Ends the browsers' requests, for which the web server would otherwise wait when it shuts down. */
    @Override
    public void stop() {
        synchronized (lock) {
            running = false;
        }
        threads.shutdownNow();
    }

    @Override
    public boolean isRunning() {
        synchronized (lock) {
            return running;
        }
    }
}
