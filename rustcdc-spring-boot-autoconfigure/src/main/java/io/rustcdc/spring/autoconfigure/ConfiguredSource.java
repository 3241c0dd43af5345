package io.rustcdc.spring.autoconfigure;

import java.util.Locale;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;

/**
 * One source of the configuration.
 *
 * @param type the database, as in {@code rustcdc.<type>.<name>}
 * @param place where its settings are looked up
 * @param settings its own ones over {@code rustcdc.defaults}
 */
record ConfiguredSource(String type, String name, ConfigurationPropertyName place, DatabaseProperties settings) {

    /** For a name that is the same in the configuration. */
    static ConfiguredSource of(String type, String name, DatabaseProperties settings) {
        return new ConfiguredSource(
                type, name, ConfigurationPropertyName.of(CdcProperties.PREFIX + "." + type + "." + name), settings);
    }

    /** The place in the configuration, for messages. */
    String key() {
        return CdcProperties.PREFIX + "." + type + "." + name;
    }

    /** The settings as those of its database. */
    <S extends DatabaseProperties> S settings(Class<S> database) {
        return database.cast(settings);
    }

    /** Two names that differ in nothing else are one and the same to relaxed binding, and often to a file system. */
    static String canonical(String name) {
        return name.replace("-", "").replace("_", "").toLowerCase(Locale.ROOT);
    }
}
