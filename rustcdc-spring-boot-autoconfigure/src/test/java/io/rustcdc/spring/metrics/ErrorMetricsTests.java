package io.rustcdc.spring.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.rustcdc.event.EventSource;
import io.rustcdc.event.Offset;
import io.rustcdc.source.SourceException;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ErrorMetricsTests {

    private static final EventSource SHOP = new EventSource("shop", "postgres");
    private static final Offset OFFSET = new Offset() {
        @Override
        public Map<String, Object> fields() {
            return Map.of("lsn", "0/1");
        }

        @Override
        public String text() {
            return "0/1";
        }

        @Override
        public boolean isBefore(Offset other) {
            return false;
        }
    };

    private final ErrorMetrics metrics = new ErrorMetrics(Map.of("shop", "postgres"));
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

    @Test
    @DisplayName("errors of connections and checkpoints are counted from 0 on, so that the first one is an increase")
    void areThereBeforeTheFirstError() {
        metrics.bindTo(registry);
        assertThat(count(CdcMetric.CONNECTION_ERRORS)).isZero();
        assertThat(count(CdcMetric.CHECKPOINT_ERRORS)).isZero();
        assertThat(registry.find(CdcMetric.DELIVERY_ERRORS.meterName()).meters())
                .isEmpty();
    }

    @Test
    void countsEachKindForItself() {
        metrics.connectionFailed(SHOP, SourceException.transientFailure("refused", null));
        metrics.bindTo(registry);
        metrics.connectionFailed(SHOP, SourceException.transientFailure("refused", null));
        metrics.checkpointFailed(SHOP, SourceException.transientFailure("disk full", null));
        assertThat(count(CdcMetric.CONNECTION_ERRORS)).isEqualTo(2);
        assertThat(count(CdcMetric.CHECKPOINT_ERRORS)).isEqualTo(1);
    }

    @Test
    void countsFailuresOfEachListenerInEveryRegistry() {
        SimpleMeterRegistry other = new SimpleMeterRegistry();
        metrics.deliveryFailed(SHOP, "orders", OFFSET, 1, new IllegalStateException());
        metrics.bindTo(registry);
        metrics.bindTo(other);
        metrics.deliveryFailed(SHOP, "orders", OFFSET, 2, new IllegalStateException());
        metrics.deliveryFailed(SHOP, "customers", OFFSET, 1, new IllegalStateException());
        for (SimpleMeterRegistry each : new SimpleMeterRegistry[] {registry, other}) {
            assertThat(failures(each, "orders")).isEqualTo(2);
            assertThat(failures(each, "customers")).isEqualTo(1);
        }
    }

    @Test
    @DisplayName("OB-02 a name with a quote, a backslash or a line break leaves the exposition readable")
    void anyNameIsWrittenSoThatItCanBeRead() {
        PrometheusMeterRegistry prometheus = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        metrics.bindTo(prometheus);
        metrics.deliveryFailed(
                new EventSource("shop \"a\"\n}", "postgres"),
                "say \"hi\" \\ \n{x=\"1\"} 5",
                OFFSET,
                1,
                new IllegalStateException());
        assertThat(prometheus.scrape().lines())
                .contains(
                        "cdc_runtime_delivery_errors_total{listener=\"say \\\"hi\\\" \\\\ \\n{x=\\\"1\\\"} 5\",source=\"shop \\\"a\\\"\\n}\",source_type=\"postgres\"} 1.0")
                .allMatch(line ->
                        line.matches("#.*|\\w+(\\{(\\w+=\"([^\"\\\\]|\\\\[\"\\\\n])*\",?)*})? [-+0-9.EeNaInf]+"));
    }

    private double count(CdcMetric metric) {
        return registry.get(metric.meterName())
                .tag("source", "shop")
                .tag("source_type", "postgres")
                .functionCounter()
                .count();
    }

    private static double failures(SimpleMeterRegistry registry, String listener) {
        return registry.get(CdcMetric.DELIVERY_ERRORS.meterName())
                .tag("source", "shop")
                .tag("listener", listener)
                .functionCounter()
                .count();
    }
}
