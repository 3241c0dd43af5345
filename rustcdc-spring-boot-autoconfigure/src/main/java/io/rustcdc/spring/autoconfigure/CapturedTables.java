package io.rustcdc.spring.autoconfigure;

import io.rustcdc.event.TableId;
import io.rustcdc.source.TableFilter;
import io.rustcdc.spring.CdcConfigurationException;
import io.rustcdc.spring.listener.ListenerDefinition;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Decides which tables a source captures: those that are configured, else those that somebody waits for. */
final class CapturedTables {

    private final ConfiguredSource source;
    private final List<ListenerDefinition> listeners;
    private final List<String> typedTables;
    private final boolean eventsEnabled;

    /**
     * @param listeners of this source
     * @param typedTables of application events
     */
    CapturedTables(
            ConfiguredSource source,
            List<ListenerDefinition> listeners,
            List<String> typedTables,
            boolean eventsEnabled) {
        this.source = source;
        this.listeners = listeners;
        this.typedTables = typedTables;
        this.eventsEnabled = eventsEnabled;
    }

    /** @param ownSchema where names without a schema count; null if in any */
    TableFilter filter(@Nullable String ownSchema) {
        if (listeners.isEmpty() && !eventsEnabled) {
            throw new CdcConfigurationException(
                    "Nothing listens to source '%s': its changes would be passed over for good"
                            .formatted(source.name()),
                    "Annotate a method of a bean with @CdcListener, set rustcdc.events.enabled=true, or rustcdc.enabled=false to capture nothing here.");
        }
        TableFilter filter = new TableFilter(included(), source.settings().getExcludeTables());
        TableFilter reachable = qualified(filter, ownSchema);
        listeners.forEach(listener -> requireReachable(listener, reachable));
        return filter;
    }

    private List<String> included() {
        List<String> configured = source.settings().getTables();
        if (!configured.isEmpty()) {
            return configured;
        }
        List<String> named = new ArrayList<>(typedTables);
        for (ListenerDefinition listener : listeners) {
            if (listener.tables().isEmpty()) {
                return List.of();
            }
            named.addAll(listener.tables());
        }
        if (named.isEmpty()) {
            throw new CdcConfigurationException(
                    "It is not known which tables of source '%s' to capture: there is neither a list of tables, nor a @CdcListener, nor a @CdcTable type for it"
                            .formatted(source.name()),
                    "Set %s.tables, for instance to orders (or to \"*\" for all).".formatted(source.key()));
        }
        return named.stream().distinct().toList();
    }

    private static TableFilter qualified(TableFilter filter, @Nullable String schema) {
        if (schema == null) {
            return filter;
        }
        List<String> include = filter.include().isEmpty() ? List.of("*") : filter.include();
        return new TableFilter(qualified(include, schema), qualified(filter.exclude(), schema));
    }

    private static List<String> qualified(List<String> patterns, String schema) {
        return patterns.stream()
                .map(pattern -> pattern.indexOf('.') < 0 ? schema + "." + pattern : pattern)
                .toList();
    }

    /** Whether a pattern matches some table cannot be known here, but a table that is named can be checked. */
    private void requireReachable(ListenerDefinition listener, TableFilter filter) {
        for (String table : listener.tables()) {
            if (TableFilter.isQualifiedName(table) && !filter.matches(TableId.parse(table))) {
                throw new CdcConfigurationException(
                        "Listener %s waits for table '%s', which source '%s' does not capture (tables: %s, exclude-tables: %s)"
                                .formatted(
                                        listener.method(),
                                        table,
                                        source.name(),
                                        String.join(", ", filter.include()),
                                        String.join(", ", filter.exclude())),
                        "Add it to %s.tables, or correct the listener.".formatted(source.key()));
            }
        }
    }
}
