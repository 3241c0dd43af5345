package io.rustcdc.spring.autoconfigure;

import io.rustcdc.CdcEngine;
import io.rustcdc.spring.event.SourceEventPublisher;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.springframework.context.SmartLifecycle;

/**
 * Starts the engines after all other beans and stops them before all others, so that listeners can use everything. The
 * engines stop side by side, each within its own timeout. When one cannot start, those that did are stopped again.
 */
final class EngineLifecycle implements SmartLifecycle {

    private static final Duration EVENTS_TIMEOUT = Duration.ofSeconds(2);

    private final SourceEngines engines;
    private final SourceEventPublisher events;
    private volatile boolean running;

    EngineLifecycle(SourceEngines engines, SourceEventPublisher events) {
        this.engines = engines;
        this.events = events;
    }

    @Override
    public void start() {
        List<CdcEngine> started = new ArrayList<>();
        for (CdcEngine engine : engines.startingWithApplication()) {
            try {
                started.add(engine);
                engine.start();
            } catch (RuntimeException | Error e) {
                stopAll(started);
                throw e;
            }
        }
        running = true;
    }

    @Override
    public void stop() {
        running = false;
        stopAll(engines.all());
    }

    @Override
    public void stop(Runnable callback) {
        Thread thread = new Thread(
                () -> {
                    try {
                        stop();
                    } finally {
                        callback.run();
                    }
                },
                "rustcdc-stop");
        thread.start();
    }

    private void stopAll(List<CdcEngine> stopping) {
        CompletableFuture.allOf(stopping.stream()
                        .map(engine -> CompletableFuture.runAsync(
                                engine::stop,
                                task -> new Thread(
                                                task,
                                                "rustcdc-stop-"
                                                        + engine.source().name())
                                        .start()))
                        .toArray(CompletableFuture<?>[]::new))
                .join();
        try {
            events.drain(EVENTS_TIMEOUT);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public boolean isRunning() {
        return running;
    }
}
