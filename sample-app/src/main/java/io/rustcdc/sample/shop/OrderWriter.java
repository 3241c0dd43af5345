package io.rustcdc.sample.shop;

import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/**
 * Writes orders at the configured rate, from when the application is ready (so that the capture has been told where to
 * begin) until it closes.
 */
@Component
class OrderWriter {

    private static final Logger logger = LoggerFactory.getLogger(OrderWriter.class);
    private static final int ORDERS_BETWEEN_ARCHIVING = 100;

    private final OrderDesk desk;
    private final ShopProperties properties;
    private final ScheduledExecutorService executor =
            Executors.newSingleThreadScheduledExecutor(work -> new Thread(work, "order-writer"));
    private final ReentrantLock quiet = new ReentrantLock(true);
    private @Nullable ScheduledFuture<?> schedule;
    private long orders;
    private boolean failing;

    OrderWriter(OrderDesk desk, ShopProperties properties) {
        this.desk = desk;
        this.properties = properties;
    }

    @EventListener(ApplicationReadyEvent.class)
    void start() {
        if (properties.ordersPerSecond() > 0) {
            long nanos = (long) (1e9 / properties.ordersPerSecond());
            schedule = executor.scheduleAtFixedRate(this::work, 0, nanos, TimeUnit.NANOSECONDS);
        }
    }

    private void work() {
        quiet.lock();
        try {
            desk.work();
            if (++orders % ORDERS_BETWEEN_ARCHIVING == 0) {
                desk.archive(properties.keptOrders());
            }
            failing = false;
        } catch (RuntimeException e) {
            // The database may come back; an exception that left here would end the schedule.
            if (!failing) {
                logger.warn("Orders cannot be written for now", e);
            }
            failing = true;
        } finally {
            quiet.unlock();
        }
    }

    /** Writes nothing while the given work is done. */
    <T> T holdWhile(Supplier<T> work) {
        quiet.lock();
        try {
            return work.get();
        } finally {
            quiet.unlock();
        }
    }

    @EventListener(ContextClosedEvent.class)
    void stop() throws InterruptedException {
        if (schedule != null) {
            schedule.cancel(false);
        }
        executor.shutdown();
        if (!executor.awaitTermination(10, TimeUnit.SECONDS)) {
            logger.warn("The order writer did not end within 10 s");
        }
    }
}
