package io.rustcdc.spring.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.rustcdc.event.CdcException;
import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.EventSource;
import io.rustcdc.event.FailureKind;
import io.rustcdc.event.Row;
import io.rustcdc.event.TransformRule;
import io.rustcdc.observe.EngineState;
import io.rustcdc.spring.app.Changes;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class TransformMetricsTests {

    private static final EventSource SHOP = new EventSource("shop", "postgres");
    private static final TransformRule TYPO = new TransformRule("r.mask", "mask", "public.orders:\"crad\\\n");
    private static final ChangeEvent<Row> CHANGE = Changes.insert(1, "a");

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final TransformMetrics metrics = new TransformMetrics(Map.of("shop", "postgres", "other", "mysql"));

    @BeforeEach
    void bind() {
        metrics.bindTo(registry);
    }

    @Test
    @DisplayName(
            "RT-17 what is filtered and skipped is counted from 0 on; what stops the source is not counted as skipped")
    void countsWhatNoListenerGets() {
        assertThat(count("filtered")).isZero();
        assertThat(count("skipped")).isZero();
        CdcException failure = new CdcException(FailureKind.TERMINAL, "failed", null, null);
        metrics.changeFiltered(SHOP, "r", CHANGE.table(), CHANGE.offset());
        metrics.changeFiltered(SHOP, "r", CHANGE.table(), CHANGE.offset());
        metrics.transformFailed(SHOP, "r", failure, true);
        metrics.transformFailed(SHOP, "r", failure, false);
        assertThat(count("filtered")).isEqualTo(2);
        assertThat(count("skipped")).isEqualTo(1);
    }

    @Test
    @DisplayName(
            "TF-10 a rule that matches nothing has a metric with what it says as labels, until it matches or the source is stopped")
    void showsRulesThatMatchNothing() {
        assertThat(unmatched()).isNull();
        metrics.transformUnmatched(SHOP, TYPO);
        Gauge gauge = unmatched();
        assertThat(gauge.value()).isEqualTo(1);
        Meter.Id id = gauge.getId();
        assertThat(id.getTag("source")).isEqualTo("shop");
        assertThat(id.getTag("transform")).isEqualTo("r.mask");
        assertThat(id.getTag("kind")).isEqualTo("mask");
        assertThat(id.getTag("rule")).isEqualTo(TYPO.rule());
        metrics.transformMatched(SHOP, TYPO);
        assertThat(unmatched()).isNull();
        metrics.transformUnmatched(SHOP, TYPO);
        metrics.stateChanged(SHOP, EngineState.STOPPING, EngineState.STOPPED);
        assertThat(unmatched()).isNull();
    }

    private double count(String what) {
        FunctionCounter counter = registry.find("cdc.runtime.events." + what)
                .tags("source", "shop", "source_type", "postgres")
                .functionCounter();
        return counter.count();
    }

    private Gauge unmatched() {
        return registry.find("cdc.transform.rules.unmatched").gauge();
    }
}
