package io.rustcdc.sample.page;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.MediaType;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/** One connected browser: a bounded queue, and a loop that sends what has gathered in it. */
final class Browser {

    private static final Logger logger = LoggerFactory.getLogger(Browser.class);
    private static final int QUEUE_SIZE = 500;
    private static final long KEEP_ALIVE_SECONDS = 10;

    private final SseEmitter emitter = new SseEmitter(0L);
    private final BlockingQueue<LiveChange> queue = new ArrayBlockingQueue<>(QUEUE_SIZE);

    SseEmitter emitter() {
        return emitter;
    }

    /** Never waits; a change for which there is no room is not shown. The page sees the gap by the numbers. */
    void offer(LiveChange change) {
        if (!queue.offer(change)) {
            logger.trace("A browser is too slow for change {}", change.number());
        }
    }

    /** Sends until the browser is gone or the thread is interrupted. */
    void serve() {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                sendNext();
            }
            emitter.complete();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            emitter.complete();
        } catch (IOException | IllegalStateException e) {
            logger.debug("A browser is gone: {}", e.toString());
            emitter.completeWithError(e);
        }
    }

    private void sendNext() throws IOException, InterruptedException {
        LiveChange first = queue.poll(KEEP_ALIVE_SECONDS, TimeUnit.SECONDS);
        if (first == null) {
            // Only a write tells that a browser has gone.
            emitter.send(SseEmitter.event().comment("nothing new"));
            return;
        }
        List<LiveChange> batch = new ArrayList<>();
        batch.add(first);
        queue.drainTo(batch);
        emitter.send(SseEmitter.event().name("changes").data(batch, MediaType.APPLICATION_JSON));
    }
}
