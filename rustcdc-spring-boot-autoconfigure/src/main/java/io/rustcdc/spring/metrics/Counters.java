package io.rustcdc.spring.metrics;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.rustcdc.event.EventSource;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArraySet;
import java.util.concurrent.atomic.LongAdder;

/** Counts that are registered when they are first needed, in all registries. Thread-safe. */
final class Counters {

    private final Map<Key, LongAdder> counts = new ConcurrentHashMap<>();
    private final Set<MeterRegistry> registries = new CopyOnWriteArraySet<>();

    private record Key(CdcMetric metric, Tags tags) {}

    /** It is there from the start, at 0. */
    void prepare(CdcMetric metric, Tags tags) {
        counts.put(new Key(metric, tags), new LongAdder());
    }

    void bindTo(MeterRegistry registry) {
        registries.add(registry);
        counts.forEach((key, count) -> register(registry, key, count));
    }

    void add(CdcMetric metric, Tags tags, long number) {
        Key key = new Key(metric, tags);
        LongAdder count = counts.get(key);
        if (count == null) {
            count = counts.computeIfAbsent(key, first -> new LongAdder());
            // Registering what is registered changes nothing, so it does not matter who of two comes first.
            for (MeterRegistry registry : registries) {
                register(registry, key, count);
            }
        }
        count.add(number);
    }

    private static void register(MeterRegistry registry, Key key, LongAdder count) {
        FunctionCounter.builder(key.metric.meterName(), count, LongAdder::doubleValue)
                .description(key.metric.description())
                .tags(key.tags)
                .register(registry);
    }

    static Tags tags(EventSource source) {
        return Tags.of("source", source.name(), "source_type", source.type());
    }
}
