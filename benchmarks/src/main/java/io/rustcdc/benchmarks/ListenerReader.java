package io.rustcdc.benchmarks;

import io.rustcdc.event.Operation;
import io.rustcdc.spring.CdcListener;
import java.math.BigDecimal;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * What a user writes: a Spring context with the starter, and a listener that takes each row as a record with all columns
 * of the table, one by one or in batches. The measurement begins when the context has started everything else and comes to the source.
 */
final class ListenerReader implements BacklogReader {

    private final Target target;
    private final Class<?> listener;
    private @Nullable ConfigurableApplicationContext context;

    /** @param listener the listening bean */
    ListenerReader(Target target, Class<?> listener) {
        this.target = target;
        this.listener = listener;
    }

    @Override
    public void read(Measurement measurement) throws InterruptedException {
        SpringApplication application = new SpringApplication(Application.class, listener);
        application.setWebApplicationType(WebApplicationType.NONE);
        application.setDefaultProperties(properties());
        application.addInitializers(
                starting -> starting.getBeanFactory().registerSingleton("measurement", measurement));
        context = application.run();
        measurement.awaitLastRow();
    }

    private Map<String, Object> properties() {
        Map<String, Object> properties = new HashMap<>(Map.of(
                "spring.main.banner-mode", "off",
                "rustcdc.checkpoint.directory", target.directory(),
                "bench.table", target.table()));
        target.properties().forEach((name, value) -> properties.put("rustcdc." + name, value));
        return properties;
    }

    @Override
    public void close() {
        if (context != null) {
            context.close();
        }
    }

    /** A row of the backlog, all of its columns. */
    record Order(long id, int customerId, String status, BigDecimal amount) {}

    /** The application. */
    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Application {

        @Bean
        Beginning beginning(Measurement measurement) {
            return new Beginning(measurement);
        }
    }

    /** The listening bean. */
    static final class OrderCounter {

        private final Measurement measurement;

        OrderCounter(Measurement measurement) {
            this.measurement = measurement;
        }

        @CdcListener(tables = "${bench.table}", operations = Operation.INSERT)
        void onOrder(Order order) {
            if (order.id() >= 0) {
                measurement.row();
            }
        }
    }

    /** The bean that listens to batches. */
    static final class OrderBatchCounter {

        private final Measurement measurement;

        OrderBatchCounter(Measurement measurement) {
            this.measurement = measurement;
        }

        @CdcListener(tables = "${bench.table}", operations = Operation.INSERT)
        void onOrders(List<Order> orders) {
            for (Order order : orders) {
                if (order.id() >= 0) {
                    measurement.row();
                }
            }
        }
    }

    /** Starts just before the sources. */
    static final class Beginning implements SmartLifecycle {

        private final Measurement measurement;
        private volatile boolean running;

        Beginning(Measurement measurement) {
            this.measurement = measurement;
        }

        @Override
        public int getPhase() {
            return DEFAULT_PHASE - 1;
        }

        @Override
        public void start() {
            running = true;
            measurement.begin();
        }

        @Override
        public void stop() {
            running = false;
        }

        @Override
        public boolean isRunning() {
            return running;
        }
    }
}
