package io.rustcdc.source.mysql;

import io.rustcdc.source.Credentials;
import io.rustcdc.source.SourceException;
import io.rustcdc.source.TableFilter;
import io.rustcdc.source.Transport;
import io.rustcdc.source.internal.ServerAddress;
import io.rustcdc.source.internal.SettingChecks;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a MySQL or MariaDB source needs to know. Immutable and thread-safe; prints no secret.
 */
public final class MySqlOptions {

    private final Flavor flavor;
    private final SettingChecks checks;
    private final ConnectionOptions connection;
    private final BinlogOptions binlog;
    private final ReadingOptions reading;

    private MySqlOptions(
            Flavor flavor,
            SettingChecks checks,
            ConnectionOptions connection,
            BinlogOptions binlog,
            ReadingOptions reading) {
        this.flavor = flavor;
        this.checks = checks;
        this.connection = connection;
        this.binlog = binlog;
        this.reading = reading;
    }

    /** A builder with the defaults of all that has one. */
    public static Builder builder(Flavor flavor, String sourceName) {
        return new Builder(flavor, sourceName);
    }

    public Flavor flavor() {
        return flavor;
    }

    /** The source's name, also a part of what the server shows of its connections. */
    public String sourceName() {
        return checks.sourceName();
    }

    /** The server as {@code host:port}; an IPv6 address has brackets. */
    public String target() {
        return connection.server().toString();
    }

    ServerAddress server() {
        return connection.server();
    }

    /** The database in which names of tables without one count; null for none. */
    public @Nullable String database() {
        return connection.database();
    }

    public Credentials.Provider credentials() {
        return connection.credentials();
    }

    public Transport transport() {
        return connection.transport();
    }

    public boolean allowPublicKeyRetrieval() {
        return connection.allowPublicKeyRetrieval();
    }

    public Duration connTimeout() {
        return connection.timeout();
    }

    /** What the reader is called by at the server, as a replica would be. */
    public long serverId() {
        return binlog.serverId();
    }

    /** Whether positions are GTID sets: true demands it, false never; null where the server has them. */
    public @Nullable Boolean gtidModeEnabled() {
        return binlog.gtidMode();
    }

    /** Whether another binlog_format than ROW is refused. */
    public boolean binlogFormatCheck() {
        return binlog.formatCheck();
    }

    /** Which tables to capture; names without a database are those of {@link #database()}. */
    public TableFilter tables() {
        return reading.tables();
    }

    public Duration streamPollInterval() {
        return reading.pollInterval();
    }

    /** How long the server may be silent on the stream before the connection counts as lost. */
    public Duration silenceTimeout() {
        return reading.silenceTimeout();
    }

    /** The key of a setting in {@code application.yml}. */
    public String key(String name) {
        return checks.key(name);
    }

    @Override
    public String toString() {
        return "MySqlOptions[source=%s, flavor=%s, target=%s, serverId=%d, transport=%s]"
                .formatted(
                        sourceName(), flavor, target(), serverId(), transport().mode());
    }

    /** Collects the options of one source. Not thread-safe. */
    public static final class Builder {

        private final Flavor flavor;
        private final String sourceName;
        private String host = "localhost";
        private int port = 3306;
        private @Nullable String database;
        private Credentials.@Nullable Provider credentials;
        private Transport transport = Transport.tls();
        private boolean allowPublicKeyRetrieval;
        private Duration connTimeout = Duration.ofSeconds(30);
        private long serverId;
        private @Nullable Boolean gtidModeEnabled;
        private boolean binlogFormatCheck = true;
        private TableFilter tables = TableFilter.all();
        private Duration streamPollInterval = Duration.ofMillis(250);
        private Duration silenceTimeout = Duration.ofSeconds(60);

        private Builder(Flavor flavor, String sourceName) {
            this.flavor = flavor;
            this.sourceName = sourceName;
        }

        /** A name or an address; localhost unless said. */
        public Builder host(String host) {
            this.host = host;
            return this;
        }

        /** From 1 to 65535; 3306 unless said. */
        public Builder port(int port) {
            this.port = port;
            return this;
        }

        /**
         * The database in which names of tables without one count, and whose tables are all captured where no tables are
         * named. Null, the default, for all databases but the server's own.
         */
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
         * Whether the server may tell its RSA key over a connection without TLS, so that {@code caching_sha2_password} can send
         * the password under it. Somebody in between could put another key there. False unless said; not needed on a
         * loopback address.
         */
        public Builder allowPublicKeyRetrieval(boolean allow) {
            this.allowPublicKeyRetrieval = allow;
            return this;
        }

        /** For a whole handshake and for each statement of the checks: 1 to 300 s, 30 s unless said. */
        public Builder connTimeout(Duration timeout) {
            this.connTimeout = timeout;
            return this;
        }

        /** 1 to 4294967295, other than that of the server, of its replicas and of its other readers. There is no default. */
        public Builder serverId(long id) {
            this.serverId = id;
            return this;
        }

        /** Whether positions are GTID sets: true demands it, false never; null, the default, where the server has them. */
        public Builder gtidModeEnabled(@Nullable Boolean enabled) {
            this.gtidModeEnabled = enabled;
            return this;
        }

        /** Whether another {@code binlog_format} than ROW is refused; true unless said. */
        public Builder binlogFormatCheck(boolean check) {
            this.binlogFormatCheck = check;
            return this;
        }

        /** Which tables to capture, all unless said. */
        public Builder tables(TableFilter tables) {
            this.tables = tables;
            return this;
        }

        /** The longest idle sleep of the reader: 1 ms to 60 s, 250 ms unless said. */
        public Builder streamPollInterval(Duration interval) {
            this.streamPollInterval = interval;
            return this;
        }

        /**
         * How long the server may be silent on the stream before the connection counts as lost, 2 s to 1 h; 60 s unless said. The
         * server is asked for heartbeats, so a living one is never silent for long.
         */
        public Builder silenceTimeout(Duration timeout) {
            this.silenceTimeout = timeout;
            return this;
        }

        /**
         * The options of these parts.
         *
         * @throws SourceException of kind CONFIGURATION that names the key below {@code rustcdc.mysql} or
         *     {@code rustcdc.mariadb} to mend
         */
        public MySqlOptions build() {
            SettingChecks checks = new SettingChecks(flavor.type(), sourceName);
            if (credentials == null) {
                throw SourceException.configuration(
                        "Source '%s' has no user".formatted(sourceName), "Set " + checks.key("user"));
            }
            List<ServerAddress> servers = ServerAddress.parse(checks, host, port);
            if (servers.size() > 1) {
                throw checks.refused("host", host, "one host name or address");
            }
            return new MySqlOptions(
                    flavor,
                    checks,
                    new ConnectionOptions(
                            servers.get(0),
                            database == null || database.isBlank() ? null : database.strip(),
                            credentials,
                            new ConnectionOptions.Protection(transport, allowPublicKeyRetrieval),
                            checks.within("conn-timeout", connTimeout, Duration.ofSeconds(1), Duration.ofSeconds(300))),
                    BinlogOptions.checked(checks, serverId, gtidModeEnabled, binlogFormatCheck),
                    ReadingOptions.checked(checks, tables, streamPollInterval, silenceTimeout));
        }
    }
}
