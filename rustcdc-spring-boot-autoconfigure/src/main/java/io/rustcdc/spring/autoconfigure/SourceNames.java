package io.rustcdc.spring.autoconfigure;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName.Form;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.IterableConfigurationPropertySource;
import org.springframework.core.env.SystemEnvironmentPropertySource;

/**
 * The names of the sources as the configuration spells them. The variable {@code RUSTCDC_POSTGRES_MYSHOP_PASSWORD} makes
 * binding see a source {@code myshop} beside {@code my-shop}; it is one source, and the spelling of the file counts.
 */
final class SourceNames {

    private final Map<String, ConfigurationPropertyName> spelledOut = new LinkedHashMap<>();
    private final Map<String, ConfigurationPropertyName> inVariables = new LinkedHashMap<>();

    SourceNames(Iterable<ConfigurationPropertySource> sources, ConfigurationPropertyName parent) {
        for (ConfigurationPropertySource source : sources) {
            if (source instanceof IterableConfigurationPropertySource iterable) {
                boolean variables = source.getUnderlyingSource() instanceof SystemEnvironmentPropertySource;
                collect(iterable, parent, variables ? inVariables : spelledOut);
            }
        }
    }

    private static void collect(
            IterableConfigurationPropertySource source,
            ConfigurationPropertyName parent,
            Map<String, ConfigurationPropertyName> names) {
        int depth = parent.getNumberOfElements();
        source.stream()
                .filter(parent::isAncestorOf)
                .forEach(name -> names.putIfAbsent(name.getElement(depth, Form.ORIGINAL), name.chop(depth + 1)));
    }

    /** The bound names with their places, without those that are only a variable's way to write another one. */
    Map<String, ConfigurationPropertyName> of(Collection<String> bound) {
        Map<String, List<String>> groups = new LinkedHashMap<>();
        for (String name : bound) {
            groups.computeIfAbsent(ConfiguredSource.canonical(name), key -> new ArrayList<>())
                    .add(name);
        }
        Map<String, ConfigurationPropertyName> names = new LinkedHashMap<>();
        for (List<String> group : groups.values()) {
            List<String> spelled =
                    group.stream().filter(spelledOut::containsKey).toList();
            for (String name : spelled.isEmpty() ? group : spelled) {
                ConfigurationPropertyName place = spelledOut.getOrDefault(name, inVariables.get(name));
                if (place != null) {
                    names.put(name, place);
                }
            }
        }
        return names;
    }
}
