package io.rustcdc.spring.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.rustcdc.event.EventSource;
import io.rustcdc.event.Offset;
import io.rustcdc.event.TableId;
import io.rustcdc.observe.DeadLetterEvent;
import io.rustcdc.observe.DeadLetterEvent.Kind;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DeadLetterMetricsTests {

    private static final EventSource SHOP = new EventSource("shop", "postgres");

    private record Somewhere(String text) implements Offset {

        @Override
        public Map<String, Object> fields() {
            return Map.of();
        }

        @Override
        public boolean isBefore(Offset other) {
            return false;
        }
    }

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final DeadLetterMetrics metrics = new DeadLetterMetrics();

    private void tell(Kind kind, int changes) {
        metrics.deadLetter(
                SHOP,
                new DeadLetterEvent(
                        kind, "mail", new TableId("public", "orders"), new Somewhere("0/1"), changes, null));
    }

    private double count(CdcMetric metric) {
        return registry.get(metric.meterName())
                .tags("source", "shop", "source_type", "postgres", "listener", "mail")
                .functionCounter()
                .count();
    }

    @Test
    void countsWhatBecameOfChanges() {
        tell(Kind.PARKED, 1);
        metrics.bindTo(registry);
        tell(Kind.PARKED_BEHIND, 1);
        tell(Kind.SKIPPED, 3);
        tell(Kind.REPLAYED, 1);
        tell(Kind.DISCARDED, 1);
        tell(Kind.SUPERSEDED, 7);

        assertThat(count(CdcMetric.EVENTS_PARKED)).isEqualTo(2);
        assertThat(count(CdcMetric.DELIVERY_SKIPPED)).isEqualTo(3);
        assertThat(count(CdcMetric.DEAD_LETTERS_REPLAYED)).isEqualTo(1);
        assertThat(count(CdcMetric.DEAD_LETTERS_DISCARDED)).isEqualTo(1);
        assertThat(count(CdcMetric.DEAD_LETTERS_SUPERSEDED)).isEqualTo(7);
    }
}
