package io.rustcdc.spring.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.rustcdc.event.EventSource;
import io.rustcdc.event.PollTimes;
import io.rustcdc.observe.EngineState;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PollMetricsTests {

    private static final EventSource SHOP = new EventSource("shop", "sqlserver");

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final PollMetrics metrics = new PollMetrics();

    @BeforeEach
    void bind() {
        metrics.bindTo(registry);
    }

    @Test
    void showsWhatWasMeasuredLast() {
        metrics.pollsMeasured(SHOP, new PollTimes(Duration.ofMillis(3), Duration.ofMillis(40), Duration.ofSeconds(7)));
        metrics.pollsMeasured(SHOP, new PollTimes(Duration.ofMillis(4), Duration.ofMillis(50), null));

        assertThat(value("cdc.runtime.poll.latency.p95.ms")).isEqualTo(4.0);
        assertThat(value("cdc.runtime.poll.latency.p99.ms")).isEqualTo(50.0);
        assertThat(value("cdc.runtime.capture.latency.ms")).isNull();
    }

    @Test
    void goesWithTheSource() {
        metrics.pollsMeasured(SHOP, new PollTimes(Duration.ofMillis(3), Duration.ofMillis(40), Duration.ofSeconds(7)));
        assertThat(value("cdc.runtime.capture.latency.ms")).isEqualTo(7000.0);

        metrics.stateChanged(SHOP, EngineState.STOPPING, EngineState.STOPPED);

        assertThat(value("cdc.runtime.poll.latency.p95.ms")).isNull();
    }

    private @Nullable Double value(String name) {
        Gauge gauge = registry.find(name)
                .tags("source", "shop", "source_type", "sqlserver")
                .gauge();
        return gauge == null ? null : gauge.value();
    }
}
