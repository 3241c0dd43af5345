package io.rustcdc.spring.autoconfigure;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.UnboundConfigurationPropertiesException;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/**
 * Says what an unknown key should be. Comes before Boot's own analyzer, which would print the value: a misspelt
 * {@code password} has a secret for its value.
 */
@Order(Ordered.HIGHEST_PRECEDENCE)
final class UnknownSettingFailureAnalyzer extends AbstractFailureAnalyzer<UnboundConfigurationPropertiesException> {

    /** The names of the operator's runbook and of Spring's own settings, without separators. */
    private static final Map<String, String> MEANT = Map.ofEntries(
            Map.entry("conntimeoutsecs", "conn-timeout (a bare number is in seconds)"),
            Map.entry("streampollintervalms", "stream-poll-interval (a bare number is in milliseconds)"),
            Map.entry("username", "user"),
            Map.entry("url", "host, port and database"),
            Map.entry("jdbcurl", "host, port and database"),
            Map.entry("table", "tables"),
            Map.entry("slotname", "replication-slot-name"),
            Map.entry("publication", "publication-name"),
            Map.entry("gtidmode", "gtid-mode-enabled"),
            Map.entry("sslmode", "transport.mode"));

    @Override
    protected @Nullable FailureAnalysis analyze(Throwable rootFailure, UnboundConfigurationPropertiesException cause) {
        List<ConfigurationProperty> unknown = cause.getUnboundProperties().stream()
                .filter(property -> KnownSettings.ROOT.isAncestorOf(property.getName()))
                .toList();
        if (unknown.isEmpty()) {
            return null;
        }
        List<String> found = new ArrayList<>();
        List<String> remedies = new ArrayList<>();
        for (ConfigurationProperty property : unknown) {
            found.add("    %s (%s)".formatted(property.getName(), property.getOrigin()));
            remedies.add(remedy(property.getName()));
        }
        return new FailureAnalysis(
                "There is no such setting:%n%n%s".formatted(String.join(System.lineSeparator(), found)),
                String.join(System.lineSeparator(), remedies.stream().distinct().toList()),
                cause);
    }

    private static String remedy(ConfigurationPropertyName name) {
        String last =
                name.getLastElement(ConfigurationPropertyName.Form.UNIFORM).replace("_", "");
        String meant = MEANT.get(last.toLowerCase(Locale.ROOT));
        if (meant != null) {
            return "Write %s.%s instead of %s.".formatted(name.getParent(), meant, name);
        }
        if (name.getParent()
                .getLastElement(ConfigurationPropertyName.Form.UNIFORM)
                .equals("rename")) {
            return "Write %s as a list of old=new, since a key could not hold every column's name, for instance: tel=phone, cust_name=name."
                    .formatted(name.getParent());
        }
        ConfigurationPropertyName parent = KnownSettings.deepestParent(name);
        return "Correct or remove %s. Below %s there are: %s."
                .formatted(name, parent, String.join(", ", KnownSettings.below(parent)));
    }
}
