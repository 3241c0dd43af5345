package io.rustcdc.spring.autoconfigure;

import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.NestedConfigurationProperty;

/** All settings. Unknown keys are refused, so that a misspelt one cannot be overlooked. */
@ConfigurationProperties(prefix = CdcProperties.PREFIX, ignoreUnknownFields = false)
public class CdcProperties {

    static final String PREFIX = "rustcdc";

    /**
     * Whether to capture changes.
     */
    private boolean enabled = true;

    private final Events events = new Events();

    private final Observations observations = new Observations();

    private final Checkpoint checkpoint = new Checkpoint();

    @NestedConfigurationProperty
    private final SourceProperties defaults = new SourceProperties();

    /**
     * Sources on PostgreSQL, by name.
     */
    private final Map<String, PostgresProperties> postgres = new LinkedHashMap<>();

    /**
     * Sources on MySQL, by name.
     */
    private final Map<String, MySqlProperties> mysql = new LinkedHashMap<>();

    /**
     * Sources on MariaDB, by name.
     */
    private final Map<String, MySqlProperties> mariadb = new LinkedHashMap<>();

    public boolean isEnabled() {
        return enabled;
    }

    public void setEnabled(boolean enabled) {
        this.enabled = enabled;
    }

    public Events getEvents() {
        return events;
    }

    public Observations getObservations() {
        return observations;
    }

    public Checkpoint getCheckpoint() {
        return checkpoint;
    }

    public SourceProperties getDefaults() {
        return defaults;
    }

    public Map<String, PostgresProperties> getPostgres() {
        return postgres;
    }

    public Map<String, MySqlProperties> getMysql() {
        return mysql;
    }

    public Map<String, MySqlProperties> getMariadb() {
        return mariadb;
    }

    /** Changes as application events. */
    public static class Events {

        /**
         * Whether to publish each change as a RowChanged application event.
         */
        private boolean enabled;

        public boolean isEnabled() {
            return enabled;
        }

        public void setEnabled(boolean enabled) {
            this.enabled = enabled;
        }
    }

    /** Calls of listeners as observations. */
    public static class Observations {

        /**
         * Whether to make an observation of each call of a listener.
         */
        private boolean enabled;

        public boolean isEnabled() {
            return enabled;
        }

        public void setEnabled(boolean enabled) {
            this.enabled = enabled;
        }
    }

    /** Where positions are kept. */
    public static class Checkpoint {

        /**
         * Directory of the checkpoints, with a folder for each source. Relative to the working directory.
         */
        private String directory = "rustcdc";

        public String getDirectory() {
            return directory;
        }

        public void setDirectory(String directory) {
            this.directory = directory;
        }
    }
}
