package io.rustcdc.spring.autoconfigure;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.NestedConfigurationProperty;
import org.springframework.boot.convert.DurationUnit;

/** All settings. Unknown keys are refused, so that a misspelt one cannot be overlooked. */
@ConfigurationProperties(prefix = CdcProperties.PREFIX, ignoreUnknownFields = false)
public class CdcProperties {

    static final String PREFIX = "rustcdc";

    /**
     * Whether to capture changes.
     */
    private boolean enabled = true;

    /**
     * What the doctor does: off, or report. In report, no source starts; the application prints the prerequisites of all sources
     * and ends, with exit status 2 if one of them has failed.
     */
    private Doctor doctor = Doctor.OFF;

    private final Events events = new Events();

    private final Observations observations = new Observations();

    private final Checkpoint checkpoint = new Checkpoint();

    private final Lease lease = new Lease();

    @NestedConfigurationProperty
    private final DeadLetterProperties deadLetters = new DeadLetterProperties();

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

    /**
     * Sources on SQL Server, by name.
     */
    private final Map<String, SqlServerProperties> sqlserver = new LinkedHashMap<>();

    public boolean isEnabled() {
        return enabled;
    }

    public void setEnabled(boolean enabled) {
        this.enabled = enabled;
    }

    public Doctor getDoctor() {
        return doctor;
    }

    public void setDoctor(Doctor doctor) {
        this.doctor = doctor;
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

    public Lease getLease() {
        return lease;
    }

    public DeadLetterProperties getDeadLetters() {
        return deadLetters;
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

    public Map<String, SqlServerProperties> getSqlserver() {
        return sqlserver;
    }

    /** What the doctor does. */
    public enum Doctor {
        /** Nothing: the application starts. */
        OFF,
        /** Prints the prerequisites of all sources, and ends the application. */
        REPORT
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
         * Where positions are kept: in files, or in a database that several instances share.
         */
        private Store store = Store.FILE;

        private final Jdbc jdbc = new Jdbc();

        /**
         * Directory of the checkpoints, with a folder for each source. Relative to the working directory.
         */
        private String directory = "rustcdc";

        public Store getStore() {
            return store;
        }

        public void setStore(Store store) {
            this.store = store;
        }

        public Jdbc getJdbc() {
            return jdbc;
        }

        public String getDirectory() {
            return directory;
        }

        public void setDirectory(String directory) {
            this.directory = directory;
        }

        /** A kind of place. */
        public enum Store {
            FILE,
            JDBC
        }

        /** Positions in a database. */
        public static class Jdbc {

            /**
             * Name of the DataSource bean for the positions. Unless set, the application's only or primary one.
             */
            private @Nullable String dataSource;

            /**
             * Beginning of the names of the tables, perhaps with a schema and a dot before it.
             */
            private String tablePrefix = "rustcdc_";

            /**
             * When to create and update the tables by scripts. Where the application uses Flyway, it does that instead,
             * unless this is never.
             */
            private InitializeSchema initializeSchema = InitializeSchema.EMBEDDED;

            public @Nullable String getDataSource() {
                return dataSource;
            }

            public void setDataSource(@Nullable String dataSource) {
                this.dataSource = dataSource;
            }

            public String getTablePrefix() {
                return tablePrefix;
            }

            public void setTablePrefix(String tablePrefix) {
                this.tablePrefix = tablePrefix;
            }

            public InitializeSchema getInitializeSchema() {
                return initializeSchema;
            }

            public void setInitializeSchema(InitializeSchema initializeSchema) {
                this.initializeSchema = initializeSchema;
            }
        }

        /** When tables are created. */
        public enum InitializeSchema {
            ALWAYS,
            /** In a database within the process only. */
            EMBEDDED,
            NEVER
        }
    }

    /** Who captures a source that several instances of the application share. */
    public static class Lease {

        /**
         * Time without a sign of life after which another instance takes over. If a duration suffix is not specified,
         * seconds will be used. Applies to checkpoints in a database.
         */
        @DurationUnit(ChronoUnit.SECONDS)
        private Duration duration = Duration.ofSeconds(10);

        public Duration getDuration() {
            return duration;
        }

        public void setDuration(Duration duration) {
            this.duration = duration;
        }
    }
}
