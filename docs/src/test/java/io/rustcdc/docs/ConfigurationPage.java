package io.rustcdc.docs;

import io.rustcdc.docs.Metadata.Property;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The generated parts of docs/configuration.md: a table for each place where settings stand. */
final class ConfigurationPage {

    private static final String EVERY_SOURCE = "io.rustcdc.spring.autoconfigure.SourceProperties";
    private static final String RULE = "io.rustcdc.spring.autoconfigure.TransformRuleProperties";
    private static final String MAP = "java.util.Map<java.lang.String,";
    private static final String DEFAULTS = "rustcdc.defaults.";

    private ConfigurationPage() {}

    /** Texts under names that are free. */
    private static final String TEXTS = MAP + "java.lang.String>";

    private static final String RULES = MAP + RULE + ">";

    /** The tables by the name that their markers carry; maps with the same settings have one. */
    static Map<String, String> tables() {
        List<Property> all = Metadata.ofClassPath().below("rustcdc.").properties();
        List<Property> everySource = Metadata.ofType(EVERY_SOURCE).properties();
        Set<String> shared = everySource.stream().map(Property::name).collect(Collectors.toSet());
        Map<String, String> tables = new LinkedHashMap<>();
        tables.put(
                "global",
                table(all.stream()
                        .filter(property -> !property.name().startsWith(DEFAULTS))
                        .filter(property -> !isMapOfSources(property) && !isOfOneSource(property))
                        .toList()));
        Set<String> types = new HashSet<>();
        all.stream()
                .filter(ConfigurationPage::isMapOfSources)
                .sorted(Comparator.comparing(Property::name).reversed())
                .filter(database -> types.add(valueType(database)))
                .forEach(database -> tables.put(
                        database.name().substring("rustcdc.".length()),
                        table(Metadata.ofType(valueType(database)).properties().stream()
                                .filter(property -> !shared.contains(property.name()))
                                .toList())));
        tables.put("source", table(everySource));
        tables.put("rule", table(Metadata.ofType(RULE).properties()));
        return tables;
    }

    /** {@code rustcdc.postgres} and its siblings: the sources of one database by name. */
    static boolean isMapOfSources(Property property) {
        return property.type().startsWith(MAP)
                && !property.type().equals(TEXTS)
                && !property.type().equals(RULES);
    }

    /** {@code rustcdc.postgres.*.host}: listed without what stands before it. */
    static boolean isOfOneSource(Property property) {
        return property.name().contains(".*.");
    }

    static String valueType(Property map) {
        return map.type().substring(MAP.length(), map.type().length() - 1);
    }

    private static String table(Iterable<Property> properties) {
        StringBuilder table = new StringBuilder("| key | type | default | meaning |\n|---|---|---|---|\n");
        for (Property property : properties) {
            table.append("| `%s` | %s | %s | %s |%n"
                    .formatted(
                            property.name(),
                            type(property.type()),
                            value(property.defaultValue()),
                            property.description()));
        }
        return table.toString();
    }

    private static String value(@Nullable String value) {
        return value == null ? "" : "`" + value + "`";
    }

    /** As a person who writes YAML would say it. */
    private static String type(String type) {
        return switch (type) {
            case "java.lang.Boolean" -> "true or false";
            case "java.lang.Integer", "java.lang.Long", "java.lang.Double" -> "number";
            case "java.lang.String" -> "text";
            case "java.time.Duration" -> "duration";
            case "java.nio.file.Path" -> "path";
            case "java.util.List<java.lang.String>" -> "list";
            case TEXTS -> "texts by name";
            case RULES -> "rules by name";
            case "io.rustcdc.spring.autoconfigure.TransformProperties$OnError" -> "halt or skip";
            case "io.rustcdc.snapshot.SnapshotMode" -> "initial, never or initial-only";
            case "io.rustcdc.runtime.OnPositionLost" -> "fail or resnapshot";
            case "io.rustcdc.runtime.TransactionBoundary" -> "split or preserve";
            case "org.springframework.util.unit.DataSize" -> "size";
            case "io.rustcdc.spring.autoconfigure.CdcProperties$Checkpoint$Store" -> "file or jdbc";
            case "io.rustcdc.spring.autoconfigure.CdcProperties$Doctor" -> "off or report";
            case "io.rustcdc.spring.autoconfigure.CdcProperties$Checkpoint$InitializeSchema" ->
                "always, embedded or never";
            case "io.rustcdc.spring.autoconfigure.DeadLetterProperties$Store" -> "none or jdbc";
            case "io.rustcdc.delivery.FailurePolicy$Action" -> "stop, skip or park";
            case "java.time.ZoneId" -> "time zone";
            case "io.rustcdc.source.sqlserver.TuningProfile" -> "low-latency, balanced or throughput";
            case "io.rustcdc.source.Transport$Mode" -> "tls or plaintext";
            default -> throw new IllegalStateException("Say here what '%s' is to a person".formatted(type));
        };
    }
}
