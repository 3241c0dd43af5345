package io.rustcdc.spring.metrics;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.MultiGauge.Row;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.rustcdc.event.CdcException;
import io.rustcdc.event.EventSource;
import io.rustcdc.event.Offset;
import io.rustcdc.event.TableId;
import io.rustcdc.event.TransformRule;
import io.rustcdc.observe.EngineObserver;
import io.rustcdc.observe.EngineState;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * What transforms keep from listeners since the process started, and which rules match nothing in this run of a source. The counts are
 * there from the start, at 0, so that the first change shows as an increase.
 */
public final class TransformMetrics implements MeterBinder, EngineObserver {

    private final Map<String, String> sourceTypes;
    private final Map<String, LongAdder> filtered = new ConcurrentHashMap<>();
    private final Map<String, LongAdder> skipped = new ConcurrentHashMap<>();
    private final Map<EventSource, Set<TransformRule>> unmatched = new LinkedHashMap<>();
    private final List<MultiGauge> gauges = new ArrayList<>();

    /** @param sourceTypes the types of the sources by name */
    public TransformMetrics(Map<String, String> sourceTypes) {
        this.sourceTypes = sourceTypes;
    }

    @Override
    public synchronized void bindTo(MeterRegistry registry) {
        sourceTypes.forEach((name, type) -> {
            Tags source = Tags.of("source", name, "source_type", type);
            counter(registry, CdcMetric.EVENTS_FILTERED, source, of(filtered, name));
            counter(registry, CdcMetric.EVENTS_SKIPPED, source, of(skipped, name));
        });
        gauges.add(MultiGauge.builder(CdcMetric.RULES_UNMATCHED.meterName())
                .description(CdcMetric.RULES_UNMATCHED.description())
                .register(registry));
        refresh();
    }

    @Override
    public void changeFiltered(EventSource source, String transform, TableId table, Offset offset) {
        of(filtered, source.name()).increment();
    }

    @Override
    public void transformFailed(EventSource source, String transform, CdcException failure, boolean setAside) {
        if (setAside) {
            of(skipped, source.name()).increment();
        }
    }

    @Override
    public synchronized void transformUnmatched(EventSource source, TransformRule rule) {
        unmatched.computeIfAbsent(source, first -> new LinkedHashSet<>()).add(rule);
        refresh();
    }

    @Override
    public synchronized void transformMatched(EventSource source, TransformRule rule) {
        Set<TransformRule> rules = unmatched.get(source);
        if (rules != null && rules.remove(rule)) {
            refresh();
        }
    }

    /** The next run finds out anew. */
    @Override
    public synchronized void stateChanged(EventSource source, EngineState from, EngineState to) {
        if ((to == EngineState.STOPPED || to == EngineState.FAILED) && unmatched.remove(source) != null) {
            refresh();
        }
    }

    private void refresh() {
        List<Row<?>> rows = new ArrayList<>();
        unmatched.forEach((source, rules) -> rules.forEach(rule -> rows.add(Row.of(tags(source, rule), 1))));
        gauges.forEach(gauge -> gauge.register(rows, true));
    }

    private static Tags tags(EventSource source, TransformRule rule) {
        List<String> names = CdcMetric.RULES_UNMATCHED.tags();
        return Tags.of("source", source.name(), "source_type", source.type())
                .and(names.get(0), rule.transform())
                .and(names.get(1), rule.kind())
                .and(names.get(2), rule.rule());
    }

    private static LongAdder of(Map<String, LongAdder> counts, String source) {
        return counts.computeIfAbsent(source, name -> new LongAdder());
    }

    private static void counter(MeterRegistry registry, CdcMetric metric, Tags tags, LongAdder count) {
        FunctionCounter.builder(metric.meterName(), count, LongAdder::doubleValue)
                .description(metric.description())
                .tags(tags)
                .register(registry);
    }
}
