package io.rustcdc.spring.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.rustcdc.event.EventSource;
import io.rustcdc.event.LogRetention;
import io.rustcdc.event.LogRetention.Safety;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class RetainedLogMetricsTests {

    private static final EventSource SHOP = new EventSource("shop", "postgres");
    private static final EventSource STOCK = new EventSource("stock", "postgres");

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final RetainedLogMetrics metrics = new RetainedLogMetrics();

    @Test
    @DisplayName("PG-12: a metric is absent until it was measured, and again when it is not measured any more")
    void absentUnlessMeasured() {
        metrics.bindTo(registry);
        assertThat(names()).isEmpty();

        metrics.logMeasured(SHOP, kept(7, null, Safety.SAFE));
        assertThat(names())
                .containsExactlyInAnyOrder(
                        "cdc.replication.slot.lag.bytes",
                        "cdc.runtime.retained.log.bytes",
                        "cdc.runtime.retained.log.safe");
        assertThat(value("cdc.runtime.retained.log.bytes", "shop")).isEqualTo(7);
        assertThat(value("cdc.replication.slot.lag.bytes", "shop")).isEqualTo(3);
        assertThat(value("cdc.runtime.retained.log.safe", "shop")).isEqualTo(1);

        metrics.logMeasured(SHOP, null);
        assertThat(names()).isEmpty();
    }

    @Test
    void followsTheMeasurementsOfEachSource() {
        metrics.logMeasured(SHOP, kept(7, 100L, Safety.SAFE));
        metrics.bindTo(registry);
        metrics.logMeasured(STOCK, kept(9, null, Safety.SAFE));
        metrics.logMeasured(SHOP, kept(50, 57L, Safety.ENDANGERED));

        assertThat(value("cdc.runtime.retained.log.bytes", "shop")).isEqualTo(50);
        assertThat(value("cdc.runtime.retained.log.bytes", "stock")).isEqualTo(9);
        assertThat(value("cdc.runtime.retained.log.safe.bytes", "shop")).isEqualTo(57);
        assertThat(value("cdc.runtime.retained.log.safe", "shop")).isZero();
        assertThat(registry.find("cdc.runtime.retained.log.runway.seconds").gauges())
                .isEmpty();
        metrics.logMeasured(SHOP, kept(50, 57L, Safety.SAFE).withRunway(Duration.ofMinutes(5)));
        assertThat(value("cdc.runtime.retained.log.runway.seconds", "shop")).isEqualTo(300);
        metrics.logMeasured(SHOP, null);
        assertThat(value("cdc.runtime.retained.log.bytes", "stock")).isEqualTo(9);
        assertThat(registry.find("cdc.runtime.retained.log.bytes").gauges()).hasSize(1);
    }

    private List<String> names() {
        return registry.getMeters().stream()
                .map(Meter::getId)
                .map(Meter.Id::getName)
                .toList();
    }

    private double value(String name, String source) {
        return registry.get(name)
                .tag("source", source)
                .tag("source_type", "postgres")
                .gauge()
                .value();
    }

    private static LogRetention kept(long bytes, @Nullable Long safeBytes, Safety safety) {
        return new LogRetention(3, bytes, safeBytes, null, "reserved", safety, true, Instant.EPOCH, "");
    }
}
