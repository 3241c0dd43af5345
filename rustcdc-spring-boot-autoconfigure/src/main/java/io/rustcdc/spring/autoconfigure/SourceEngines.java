package io.rustcdc.spring.autoconfigure;

import io.rustcdc.CdcEngine;
import io.rustcdc.delivery.Subscription;
import io.rustcdc.spring.CdcEngines;
import io.rustcdc.spring.CdcListenerRegistry;
import io.rustcdc.spring.listener.ListenerDefinition;
import io.rustcdc.spring.listener.ListenerScanner;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.SmartInitializingSingleton;

/** Joins sources and listeners when all singletons exist, and keeps the engines. */
final class SourceEngines implements CdcEngines, CdcListenerRegistry, SmartInitializingSingleton {

    private final ConfiguredSources sources;
    private final ListenerSources listenerSources;
    private final ListenerScanner scanner;
    private final RowEvents rowEvents;
    private final Subscriptions subscriptions;
    private final EngineFactory factory;
    private volatile List<Listener> registered = List.of();
    private volatile @Nullable Map<String, CdcEngine> engines;

    SourceEngines(
            ConfiguredSources sources,
            ListenerScanner scanner,
            RowEvents rowEvents,
            Subscriptions subscriptions,
            EngineFactory factory) {
        this.sources = sources;
        this.listenerSources = new ListenerSources(sources);
        this.scanner = scanner;
        this.rowEvents = rowEvents;
        this.subscriptions = subscriptions;
        this.factory = factory;
    }

    @Override
    public void afterSingletonsInstantiated() {
        List<ListenerDefinition> definitions = scanner.scan();
        Map<String, List<ListenerDefinition>> bySource = bySource(definitions);
        Map<String, CdcEngine> built = new LinkedHashMap<>();
        rowEvents.prepare(sources.areAllTransactional());
        for (ConfiguredSource source : sources) {
            List<ListenerDefinition> listeners = bySource.getOrDefault(source.name(), List.of());
            List<String> typedTables = sources.size() == 1 ? rowEvents.tables() : List.of();
            CapturedTables tables = new CapturedTables(source, listeners, typedTables, rowEvents.isEnabled());
            if (source.settings().getDelivery().isTransactional()) {
                listeners.forEach(listener -> listener.requireInTransaction(source.key()));
            }
            List<Subscription> receivers = subscriptions.of(source, listeners, factory.hasDeadLetters());
            built.put(source.name(), factory.create(source, tables.filter(factory.ownSchema(source)), receivers));
        }
        registered = definitions.stream()
                .map(definition -> definition.describe(sourceOf(definition)))
                .toList();
        engines = built;
    }

    private Map<String, List<ListenerDefinition>> bySource(List<ListenerDefinition> listeners) {
        Map<String, List<ListenerDefinition>> bySource = new LinkedHashMap<>();
        for (ListenerDefinition listener : listeners) {
            bySource.computeIfAbsent(sourceOf(listener), name -> new ArrayList<>())
                    .add(listener);
        }
        return bySource;
    }

    private String sourceOf(ListenerDefinition listener) {
        return listenerSources.find(listener.source(), listener.method()).name();
    }

    @Override
    public Set<String> names() {
        return sources.names();
    }

    @Override
    public List<Listener> listeners() {
        built();
        return registered;
    }

    @Override
    public Listener listener(String id) {
        return listeners().stream()
                .filter(listener -> listener.id().equals(id))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("There is no listener '%s'; the listeners are %s"
                        .formatted(id, registered.stream().map(Listener::id).toList())));
    }

    private Map<String, CdcEngine> built() {
        Map<String, CdcEngine> built = engines;
        if (built == null) {
            throw new IllegalStateException("The engines do not exist before all singletons are created");
        }
        return built;
    }

    @Override
    public CdcEngine get(String source) {
        CdcEngine engine = built().get(source);
        if (engine == null) {
            throw new IllegalArgumentException(
                    "There is no source '%s'; the sources are %s".formatted(source, names()));
        }
        return engine;
    }

    /** All engines in the order of the configuration; none before they exist. */
    List<CdcEngine> all() {
        Map<String, CdcEngine> built = engines;
        return built == null ? List.of() : List.copyOf(built.values());
    }

    /** Those that none of their listeners keeps from starting with the application. */
    List<CdcEngine> startingWithApplication() {
        return all().stream()
                .filter(engine -> registered.stream()
                        .filter(listener ->
                                listener.source().equals(engine.source().name()))
                        .allMatch(Listener::autoStartup))
                .toList();
    }
}
