package io.rustcdc.spring.autoconfigure;

import io.rustcdc.source.mysql.Flavor;
import io.rustcdc.source.sqlserver.SqlServerOptions;
import io.rustcdc.spring.CdcConfigurationException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import org.springframework.boot.context.properties.bind.BindHandler;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.core.env.Environment;

/** All sources of the configuration, each with {@code rustcdc.defaults} below its own settings. Immutable. */
final class ConfiguredSources implements Iterable<ConfiguredSource> {

    private final List<ConfiguredSource> sources;

    private ConfiguredSources(List<ConfiguredSource> sources) {
        this.sources = List.copyOf(sources);
    }

    /**
     * Completes the bound settings, in place, so that they show what counts.
     *
     * @throws CdcConfigurationException if two sources have one name
     */
    static ConfiguredSources of(CdcProperties properties, Environment environment) {
        List<ConfiguredSource> sources = new ArrayList<>();
        add(PostgresSourceFactory.TYPE, properties.getPostgres(), PostgresProperties::new, environment, sources);
        add(Flavor.MYSQL.type(), properties.getMysql(), MySqlProperties::new, environment, sources);
        add(Flavor.MARIADB.type(), properties.getMariadb(), MySqlProperties::new, environment, sources);
        add(SqlServerOptions.TYPE, properties.getSqlserver(), SqlServerProperties::new, environment, sources);
        requireDistinct(sources);
        return new ConfiguredSources(sources);
    }

    private static <S extends DatabaseProperties> void add(
            String type,
            Map<String, S> bound,
            Supplier<S> untouched,
            Environment environment,
            List<ConfiguredSource> sources) {
        Binder binder = Binder.get(environment);
        ConfigurationPropertyName parent = ConfigurationPropertyName.of(CdcProperties.PREFIX + "." + type);
        Map<String, ConfigurationPropertyName> places =
                new SourceNames(ConfigurationPropertySources.get(environment), parent).of(bound.keySet());
        bound.keySet().retainAll(places.keySet());
        places.forEach((name, place) -> bound.put(name, complete(binder, place, untouched.get())));
        bound.forEach((name, settings) -> sources.add(
                new ConfiguredSource(type, name, Objects.requireNonNull(places.get(name), "place"), settings)));
    }

    /** The source's settings are bound over the defaults, so nothing has to know which ones were set. */
    private static <S extends DatabaseProperties> S complete(
            Binder binder, ConfigurationPropertyName name, S settings) {
        Bindable<S> target = Bindable.ofInstance(settings);
        binder.bind(CdcProperties.PREFIX + ".defaults", target);
        binder.bind(name, target, new EmptySourceBindHandler(BindHandler.DEFAULT));
        return settings;
    }

    private static void requireDistinct(List<ConfiguredSource> sources) {
        Map<String, ConfiguredSource> byName = new LinkedHashMap<>();
        for (ConfiguredSource source : sources) {
            ConfiguredSource other = byName.putIfAbsent(ConfiguredSource.canonical(source.name()), source);
            if (other != null) {
                throw new CdcConfigurationException(
                        "Two sources have one name: %s and %s (case, '-' and '_' do not count)"
                                .formatted(other.key(), source.key()),
                        "Give one of them another name.");
            }
        }
    }

    Set<String> names() {
        Set<String> names = new LinkedHashSet<>();
        sources.forEach(source -> names.add(source.name()));
        return names;
    }

    int size() {
        return sources.size();
    }

    /** Whether the changes of all of them are delivered in transactions of the application. */
    boolean areAllTransactional() {
        return sources.stream()
                .allMatch(source -> source.settings().getDelivery().isTransactional());
    }

    @Override
    public Iterator<ConfiguredSource> iterator() {
        return sources.iterator();
    }
}
