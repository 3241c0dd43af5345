package io.rustcdc.source.sqlserver;

import io.rustcdc.source.Credentials;
import io.rustcdc.source.SourceException;
import io.rustcdc.source.TableFilter;
import io.rustcdc.source.Transport;
import io.rustcdc.source.internal.ServerAddress;
import io.rustcdc.source.internal.SettingChecks;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a SQL Server source needs to know. Immutable and thread-safe; prints no secret.
 */
public final class SqlServerOptions {

    /** The source type, in configuration keys and in events. */
    public static final String TYPE = "sqlserver";

    private final SettingChecks checks;
    private final ConnectionOptions connection;
    private final CaptureOptions capture;
    private final PollOptions poll;

    private SqlServerOptions(
            SettingChecks checks, ConnectionOptions connection, CaptureOptions capture, PollOptions poll) {
        this.checks = checks;
        this.connection = connection;
        this.capture = capture;
        this.poll = poll;
    }

    /** A builder with the defaults of all that has one. */
    public static Builder builder(String sourceName) {
        return new Builder(sourceName);
    }

    /** The source's name, also a part of what the server shows of its connections. */
    public String sourceName() {
        return checks.sourceName();
    }

    /** The server and the database as {@code host:port/database}, or {@code host\instance/database}. */
    public String target() {
        return connection.target() + "/" + database();
    }

    ServerAddress server() {
        return connection.server();
    }

    /** The named instance, whose port the SQL Server Browser tells; null for the one at the port. */
    public @Nullable String instanceName() {
        return connection.instanceName();
    }

    /** The database whose tables are captured. */
    public String database() {
        return capture.database();
    }

    public Credentials.Provider credentials() {
        return connection.credentials();
    }

    public Transport transport() {
        return connection.protection().transport();
    }

    /** Whether any certificate of the server is taken for the right one. */
    public boolean trustServerCertificate() {
        return connection.protection().trustServerCertificate();
    }

    public Duration connTimeout() {
        return connection.timing().connect();
    }

    /** How long the server may take to answer the stream before the connection counts as lost. */
    public Duration silenceTimeout() {
        return connection.timing().silence();
    }

    /** Whether a database that does not say that it has change data capture is refused. */
    public boolean cdcEnabled() {
        return capture.features().cdcEnabled();
    }

    /** The schema of the change tables. */
    public String cdcSchema() {
        return capture.cdcSchema();
    }

    /** Whether the DDL trigger {@code rustcdc_truncate_capture} has to be there. */
    public boolean captureTruncateEvents() {
        return capture.features().truncateEvents();
    }

    /** The time zone of the server's clock; null when only its present distance from UTC is known. */
    public @Nullable ZoneId serverTimeZone() {
        return capture.serverTimeZone();
    }

    /** Which tables to capture. */
    public TableFilter tables() {
        return capture.tables();
    }

    /** Between two looks at a database in which nothing happens; longer when that lasts. */
    public Duration streamPollInterval() {
        return poll.interval();
    }

    /** The largest page that is read of a change table. */
    public int maxEventsPerPoll() {
        return poll.maxEvents();
    }

    /** The most connections that the checks at a start use at the same time. */
    public int prereqPoolSize() {
        return poll.poolSize();
    }

    /** The key of a setting in {@code application.yml}. */
    public String key(String name) {
        return checks.key(name);
    }

    @Override
    public String toString() {
        return "SqlServerOptions[source=%s, target=%s, transport=%s]"
                .formatted(sourceName(), target(), transport().mode());
    }

    /** Collects the options of one source. Not thread-safe. */
    public static final class Builder {

        private final String sourceName;
        private String host = "localhost";
        private int port = 1433;
        private @Nullable String instanceName;
        private @Nullable String database;
        private Credentials.@Nullable Provider credentials;
        private Transport transport = Transport.tls();
        private boolean trustServerCertificate;
        private Duration connTimeout = Duration.ofSeconds(30);
        private Duration silenceTimeout = Duration.ofSeconds(60);
        private boolean cdcEnabled = true;
        private String cdcSchema = "cdc";
        private boolean captureTruncateEvents;
        private @Nullable ZoneId serverTimeZone;
        private TableFilter tables = TableFilter.all();
        private TuningProfile tuningProfile = TuningProfile.BALANCED;
        private @Nullable Duration streamPollInterval;
        private @Nullable Integer maxEventsPerPoll;
        private @Nullable Integer prereqPoolSize;

        private Builder(String sourceName) {
            this.sourceName = sourceName;
        }

        /** A name or an address; localhost unless said. */
        public Builder host(String host) {
            this.host = host;
            return this;
        }

        /** From 1 to 65535; 1433 unless said. Not used with {@link #instanceName}. */
        public Builder port(int port) {
            this.port = port;
            return this;
        }

        /** A named instance, whose port the SQL Server Browser tells; null, the default, for the one at the port. */
        public Builder instanceName(@Nullable String instanceName) {
            this.instanceName = instanceName;
            return this;
        }

        /** The database whose tables are captured. There is no default. */
        public Builder database(@Nullable String database) {
            this.database = database;
            return this;
        }

        /** Asked at each connection. */
        public Builder credentials(Credentials.Provider credentials) {
            this.credentials = credentials;
            return this;
        }

        /** TLS unless said otherwise. */
        public Builder transport(Transport transport) {
            this.transport = transport;
            return this;
        }

        /**
         * Whether any certificate of the server is taken for the right one, such as the one that it makes for itself: then somebody in
         * between can read along. False unless said.
         */
        public Builder trustServerCertificate(boolean trust) {
            this.trustServerCertificate = trust;
            return this;
        }

        /** For a whole handshake and for each statement of the checks: 1 to 300 s, 30 s unless said. */
        public Builder connTimeout(Duration timeout) {
            this.connTimeout = timeout;
            return this;
        }

        /** How long the server may take to answer the stream before the connection counts as lost: 2 s to 1 h, 60 s unless said. */
        public Builder silenceTimeout(Duration timeout) {
            this.silenceTimeout = timeout;
            return this;
        }

        /** Whether a database that does not say that it has change data capture is refused at the start; true unless said. */
        public Builder cdcEnabled(boolean enabled) {
            this.cdcEnabled = enabled;
            return this;
        }

        /** The schema of the change tables; {@code cdc} unless said. */
        public Builder cdcSchema(String schema) {
            this.cdcSchema = schema;
            return this;
        }

        /**
         * Whether the DDL trigger {@code rustcdc_truncate_capture} has to be there, and is created where it is not. SQL Server refuses
         * TRUNCATE TABLE on a captured table, so no event will come from it. False unless said.
         */
        public Builder captureTruncateEvents(boolean capture) {
            this.captureTruncateEvents = capture;
            return this;
        }

        /**
         * The time zone of the server's clock, by which it notes when transactions were committed. Null, the default, takes its present
         * distance from UTC, which is wrong for changes from before the clocks were changed last.
         */
        public Builder serverTimeZone(@Nullable ZoneId zone) {
            this.serverTimeZone = zone;
            return this;
        }

        /** Which tables to capture, all unless said. */
        public Builder tables(TableFilter tables) {
            this.tables = tables;
            return this;
        }

        /** What the next three are unless they are said; {@link TuningProfile#BALANCED} unless said. */
        public Builder tuningProfile(TuningProfile profile) {
            this.tuningProfile = profile;
            return this;
        }

        /** Between two looks at a database in which nothing happens: 1 ms to 60 s; null for the profile's. */
        public Builder streamPollInterval(@Nullable Duration interval) {
            this.streamPollInterval = interval;
            return this;
        }

        /** The largest page that is read of a change table: 1 to 100000; null for the profile's. */
        public Builder maxEventsPerPoll(@Nullable Integer events) {
            this.maxEventsPerPoll = events;
            return this;
        }

        /** The most connections that the checks at a start use at the same time: 1 to 64; null for the profile's. */
        public Builder prereqPoolSize(@Nullable Integer size) {
            this.prereqPoolSize = size;
            return this;
        }

        /**
         * The options of these parts.
         *
         * @throws SourceException of kind CONFIGURATION that names the key below {@code rustcdc.sqlserver} to mend
         */
        public SqlServerOptions build() {
            SettingChecks checks = new SettingChecks(TYPE, sourceName);
            if (credentials == null) {
                throw SourceException.configuration(
                        "Source '%s' has no user".formatted(sourceName), "Set " + checks.key("user"));
            }
            return new SqlServerOptions(
                    checks,
                    new ConnectionOptions(
                            server(checks),
                            instanceName == null || instanceName.isBlank() ? null : instanceName.strip(),
                            credentials,
                            new ConnectionOptions.Protection(transport, trustServerCertificate),
                            timing(checks)),
                    new CaptureOptions(
                            checks.text("database", database).strip(),
                            tables,
                            checks.text("cdc-schema", cdcSchema).strip(),
                            new CaptureOptions.Features(cdcEnabled, captureTruncateEvents),
                            serverTimeZone),
                    PollOptions.checked(checks, tuningProfile, streamPollInterval, maxEventsPerPoll, prereqPoolSize));
        }

        private ServerAddress server(SettingChecks checks) {
            List<ServerAddress> servers = ServerAddress.parse(checks, host, port);
            if (servers.size() > 1) {
                throw checks.refused("host", host, "one host name or address");
            }
            return servers.get(0);
        }

        private ConnectionOptions.Timing timing(SettingChecks checks) {
            return new ConnectionOptions.Timing(
                    checks.within("conn-timeout", connTimeout, Duration.ofSeconds(1), Duration.ofSeconds(300)),
                    checks.within("silence-timeout", silenceTimeout, Duration.ofSeconds(2), Duration.ofHours(1)));
        }
    }
}
