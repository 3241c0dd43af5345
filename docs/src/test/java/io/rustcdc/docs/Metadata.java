package io.rustcdc.docs;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URL;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What is known of settings: the metadata that Boot's processor makes of the properties' types. */
record Metadata(List<Property> properties) {

    private static final String MAIN = "META-INF/spring-configuration-metadata.json";
    private static final String OF_A_TYPE = "META-INF/spring/configuration-metadata/%s.json";

    /**
     * One setting.
     *
     * @param type the full name of the Java type
     */
    record Property(
            String name,
            String type,
            String description,
            @Nullable String defaultValue) {}

    /** The settings of all libraries on the class path. */
    static Metadata ofClassPath() {
        try {
            List<Property> properties = new ArrayList<>();
            for (URL url : Collections.list(Metadata.class.getClassLoader().getResources(MAIN))) {
                properties.addAll(read(url));
            }
            return new Metadata(properties);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The settings of one type, named below the place where it is used. */
    static Metadata ofType(String type) {
        URL url = Metadata.class.getClassLoader().getResource(OF_A_TYPE.formatted(type));
        if (url == null) {
            throw new IllegalStateException("There is no metadata for " + type);
        }
        return new Metadata(read(url));
    }

    /** Whether a setting is known, by its name or as a key of a map. */
    boolean knows(String key) {
        String name = key.replaceAll("\\[\\d+]", "");
        return properties.stream()
                .anyMatch(property -> property.name().equals(name)
                        || (property.type().startsWith("java.util.Map") && name.startsWith(property.name() + ".")));
    }

    Metadata below(String prefix) {
        return new Metadata(properties.stream()
                .filter(property -> property.name().startsWith(prefix))
                .toList());
    }

    private static List<Property> read(URL url) {
        try (InputStream in = url.openStream()) {
            List<Property> properties = new ArrayList<>();
            for (JsonNode node : JsonMapper.shared().readTree(in).path("properties")) {
                properties.add(new Property(
                        node.path("name").asString(),
                        node.path("type").asString(""),
                        node.path("description").asString(""),
                        node.has("defaultValue") ? text(node.get("defaultValue")) : null));
            }
            return properties;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String text(JsonNode value) {
        return value.isArray() ? value.toString() : value.asString();
    }
}
