package io.rustcdc.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * Editors know every setting. Those of a source lie in a map, for whose values the annotation processor writes nothing, so
 * they are additional metadata, kept equal to what the processor finds out about their types.
 */
class MetadataTests {

    private static final List<String> MAPS =
            List.of("rustcdc.postgres", "rustcdc.mysql", "rustcdc.mariadb", "rustcdc.sqlserver");

    private static final Map<String, String> TYPES =
            Map.of("rustcdc.postgres", "PostgresProperties", "rustcdc.sqlserver", "SqlServerProperties");

    private static final String RULES = ".transforms.rules";

    private static final JsonMapper json =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    @Test
    void theSettingsOfASourceAreThoseOfTheirTypes() throws IOException {
        String expected = json.writeValueAsString(Map.of("properties", sourceSettings())) + "\n";
        Path found = Path.of("src/main/resources/META-INF/additional-spring-configuration-metadata.json");
        Path generated = Path.of("target/additional-spring-configuration-metadata.json");
        Files.writeString(generated, expected);

        assertThat(Files.exists(found) ? Files.readString(found) : "")
                .as("Copy %s to %s", generated, found)
                .isEqualTo(expected);
    }

    @Test
    void everySettingIsDescribed() throws IOException {
        List<JsonNode> properties = properties("META-INF/spring-configuration-metadata.json");

        assertThat(properties)
                .hasSizeGreaterThan(40)
                .allSatisfy(property -> assertThat(property.path("description").asString(""))
                        .as(property.path("name").asString())
                        .isNotEmpty()
                        .endsWith(".")
                        .doesNotStartWith("The ")
                        .doesNotStartWith("A "));
    }

    @Test
    void everySettingHasItsMetadata() throws IOException {
        List<String> names = properties("META-INF/spring-configuration-metadata.json").stream()
                .map(property -> property.path("name").asString())
                .toList();
        List<String> leaves = new ArrayList<>();
        collect("rustcdc", leaves);

        assertThat(names).containsAll(leaves);
        assertThat(leaves)
                .contains(
                        "rustcdc.postgres.*.host",
                        "rustcdc.mysql.*.server-id",
                        "rustcdc.mariadb.*.server-id",
                        "rustcdc.sqlserver.*.prereq-pool-size",
                        "rustcdc.sqlserver.*.transforms.rules.*.mask-with",
                        "rustcdc.defaults.transforms.rules.*.hash",
                        "rustcdc.defaults.delivery.retry.attempts");
    }

    @Test
    void defaultsAreInTheMetadata() throws IOException {
        Map<String, String> defaults = new TreeMap<>();
        for (JsonNode property : properties("META-INF/spring-configuration-metadata.json")) {
            if (property.has("defaultValue")) {
                defaults.put(
                        property.path("name").asString(),
                        property.path("defaultValue").asString());
            }
        }
        assertThat(defaults)
                .containsEntry("rustcdc.enabled", "true")
                .containsEntry("rustcdc.events.enabled", "false")
                .containsEntry("rustcdc.checkpoint.directory", "rustcdc")
                .containsEntry("rustcdc.defaults.conn-timeout", "30s")
                .containsEntry("rustcdc.postgres.*.stream-poll-interval", "250ms")
                .containsEntry("rustcdc.postgres.*.queue.max-bytes", "16MB")
                .containsEntry("rustcdc.postgres.*.create-publication", "true")
                .containsEntry("rustcdc.mysql.*.silence-timeout", "60s")
                .containsEntry("rustcdc.mariadb.*.binlog-format-check", "true")
                .containsEntry("rustcdc.sqlserver.*.cdc-schema", "cdc")
                .doesNotContainKey("rustcdc.mysql.*.server-id");
    }

    private static void collect(String prefix, List<String> leaves) {
        for (String key : KnownSettings.below(ConfigurationPropertyName.of(prefix.replace("*", "any")))) {
            String name = prefix + "." + key;
            String group = MAPS.contains(name) || name.endsWith(RULES) ? name + ".*" : name;
            int before = leaves.size();
            collect(group, leaves);
            if (leaves.size() == before) {
                leaves.add(name);
            }
        }
    }

    private static List<Map<String, Object>> sourceSettings() throws IOException {
        Map<String, Map<String, Object>> settings = new TreeMap<>();
        for (String map : MAPS) {
            collect(map, "SourceProperties", settings);
            collect(map, TYPES.getOrDefault(map, "MySqlProperties"), settings);
            collect(map + ".*" + RULES, "TransformRuleProperties", settings);
        }
        collect("rustcdc.defaults" + RULES, "TransformRuleProperties", settings);
        return List.copyOf(settings.values());
    }

    private static void collect(String map, String type, Map<String, Map<String, Object>> settings) throws IOException {
        String path = "META-INF/spring/configuration-metadata/io.rustcdc.spring.autoconfigure." + type + ".json";
        for (JsonNode property : properties(path)) {
            Map<String, Object> setting = new LinkedHashMap<>();
            setting.put("name", map + ".*." + property.path("name").asString());
            for (String field : List.of("type", "description", "defaultValue")) {
                if (property.has(field)) {
                    setting.put(field, json.treeToValue(property.get(field), Object.class));
                }
            }
            settings.put((String) setting.get("name"), setting);
        }
    }

    private static List<JsonNode> properties(String path) throws IOException {
        List<JsonNode> properties = new ArrayList<>();
        try (InputStream file = MetadataTests.class.getClassLoader().getResourceAsStream(path)) {
            assertThat(file).as(path).isNotNull();
            json.readTree(file).path("properties").forEach(properties::add);
        }
        return properties.stream()
                .filter(property -> !property.path("name").asString().startsWith("management."))
                .toList();
    }
}
