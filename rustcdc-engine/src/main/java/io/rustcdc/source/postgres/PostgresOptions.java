package io.rustcdc.source.postgres;

import io.rustcdc.source.Credentials;
import io.rustcdc.source.SourceException;
import io.rustcdc.source.TableFilter;
import io.rustcdc.source.Transport;
import io.rustcdc.source.internal.ServerAddress;
import io.rustcdc.source.internal.SettingChecks;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a PostgreSQL source needs to know. Immutable and thread-safe; prints no secret.
 */
public final class PostgresOptions {

    private final SettingChecks checks;
    private final ConnectionOptions connection;
    private final SlotOptions slot;
    private final PublicationOptions publication;
    private final ReadingOptions reading;

    private PostgresOptions(
            SettingChecks checks,
            ConnectionOptions connection,
            SlotOptions slot,
            PublicationOptions publication,
            ReadingOptions reading) {
        this.checks = checks;
        this.connection = connection;
        this.slot = slot;
        this.publication = publication;
        this.reading = reading;
    }

    /** A builder with the defaults of all that has one. */
    public static Builder builder(String sourceName) {
        return new Builder(sourceName);
    }

    /** The source's name, also the end of the server-side application name. */
    public String sourceName() {
        return checks.sourceName();
    }

    /** The servers, one of which is the primary, as {@code host:port}; an IPv6 address has brackets. */
    public List<String> servers() {
        return connection.servers().stream().map(ServerAddress::toString).toList();
    }

    List<ServerAddress> addresses() {
        return connection.servers();
    }

    public String database() {
        return connection.database();
    }

    public Credentials.Provider credentials() {
        return connection.credentials();
    }

    public Transport transport() {
        return connection.transport();
    }

    public Duration connTimeout() {
        return connection.timeout();
    }

    public String replicationSlotName() {
        return slot.name();
    }

    /** Whether standbys keep a copy of the slot; null where it is created and the server has that. */
    public @Nullable Boolean failoverSlot() {
        return slot.failover();
    }

    public String publicationName() {
        return publication.name();
    }

    public boolean createPublication() {
        return publication.create();
    }

    public TableFilter tables() {
        return reading.tables();
    }

    public Duration streamPollInterval() {
        return reading.pollInterval();
    }

    /**
     * How long the server may be silent on the stream before the connection counts as lost; null for 60 s or twice the
     * server's {@code wal_sender_timeout}, whichever is longer.
     */
    public @Nullable Duration silenceTimeout() {
        return reading.silenceTimeout();
    }

    /** The same for one server alone: from then on messages name that one. */
    PostgresOptions at(ServerAddress server) {
        return new PostgresOptions(checks, connection.at(server), slot, publication, reading);
    }

    /** {@code host:port}, with commas between several, for messages. */
    String server() {
        return connection.servers().stream().map(ServerAddress::toString).collect(Collectors.joining(","));
    }

    /** {@code host:port/database}, for messages. */
    String target() {
        return server() + "/" + database();
    }

    /** The key of a setting in {@code application.yml}. */
    String key(String name) {
        return checks.key(name);
    }

    @Override
    public String toString() {
        return "PostgresOptions[source=%s, target=%s, slot=%s, publication=%s, transport=%s]"
                .formatted(
                        sourceName(),
                        target(),
                        replicationSlotName(),
                        publicationName(),
                        transport().mode());
    }

    /** Collects the options of one source. Not thread-safe. */
    public static final class Builder {

        private final String sourceName;
        private String host = "localhost";
        private int port = 5432;
        private String database = "";
        private Credentials.@Nullable Provider credentials;
        private String replicationSlotName = "";
        private String publicationName = "";
        private TableFilter tables = TableFilter.all();
        private Duration connTimeout = Duration.ofSeconds(30);
        private Duration streamPollInterval = Duration.ofMillis(250);
        private @Nullable Duration silenceTimeout;
        private Transport transport = Transport.tls();
        private boolean createPublication = true;
        private @Nullable Boolean failoverSlot;

        private Builder(String sourceName) {
            this.sourceName = sourceName;
        }

        /**
         * A name or an address; localhost unless said. Several with commas where one of them is the primary and the
         * others its standbys; each may have a port of its own: {@code db1,db2:5433,[::1]:5434}.
         */
        public Builder host(String host) {
            this.host = host;
            return this;
        }

        /** The port of each host without one of its own: from 1 to 65535; 5432 unless said. */
        public Builder port(int port) {
            this.port = port;
            return this;
        }

        /** The database to capture from. */
        public Builder database(String database) {
            this.database = database;
            return this;
        }

        /** Asked at each connection. */
        public Builder credentials(Credentials.Provider credentials) {
            this.credentials = credentials;
            return this;
        }

        /** Created on a fresh start when missing: lower-case letters, digits and {@code _}, as the server demands. */
        public Builder replicationSlotName(String name) {
            this.replicationSlotName = name;
            return this;
        }

        /**
         * Whether standbys keep a copy of the slot, so that it outlives a failover (PostgreSQL 17 and later): true demands
         * it, also of a slot that exists; false never; null, the default, for a slot that is created where the server has
         * it.
         */
        public Builder failoverSlot(@Nullable Boolean failover) {
            this.failoverSlot = failover;
            return this;
        }

        /** Letters, digits and {@code _}, case counts. */
        public Builder publicationName(String name) {
            this.publicationName = name;
            return this;
        }

        /** Which tables to capture, all unless said; partitions are captured through their partitioned table. */
        public Builder tables(TableFilter tables) {
            this.tables = tables;
            return this;
        }

        /**
         * For a whole handshake, or the search for the primary among several hosts, and for each statement of the checks:
         * 1 to 300 s, 30 s unless said.
         */
        public Builder connTimeout(Duration timeout) {
            this.connTimeout = timeout;
            return this;
        }

        /** The longest idle sleep of the reader: 1 ms to 60 s, 250 ms unless said. */
        public Builder streamPollInterval(Duration interval) {
            this.streamPollInterval = interval;
            return this;
        }

        /** TLS unless said otherwise. */
        public Builder transport(Transport transport) {
            this.transport = transport;
            return this;
        }

        /**
         * How long the server may be silent on the stream before the connection counts as lost, 2 s to 1 h. Shorter than
         * the longest pause of this JVM it would end living connections. Null, the default, for 60 s or twice the server's
         * {@code wal_sender_timeout}, whichever is longer.
         */
        public Builder silenceTimeout(@Nullable Duration timeout) {
            this.silenceTimeout = timeout;
            return this;
        }

        /** Whether a missing publication is created, and a missing table added to it, where the role may; true unless said. */
        public Builder createPublication(boolean create) {
            this.createPublication = create;
            return this;
        }

        /**
         * The options of these parts.
         *
         * @throws SourceException of kind CONFIGURATION that names the key below {@code rustcdc.postgres} to mend
         */
        public PostgresOptions build() {
            SettingChecks checks = new SettingChecks(PostgresConnector.TYPE, sourceName);
            if (credentials == null) {
                throw SourceException.configuration(
                        "Source '%s' has no user".formatted(sourceName), "Set " + checks.key("user"));
            }
            return new PostgresOptions(
                    checks,
                    ConnectionOptions.checked(
                            checks,
                            ServerAddress.parse(checks, host, port),
                            database,
                            credentials,
                            transport,
                            connTimeout),
                    SlotOptions.checked(checks, replicationSlotName, failoverSlot),
                    PublicationOptions.checked(checks, publicationName, createPublication),
                    ReadingOptions.checked(checks, tables, streamPollInterval, silenceTimeout));
        }
    }
}
