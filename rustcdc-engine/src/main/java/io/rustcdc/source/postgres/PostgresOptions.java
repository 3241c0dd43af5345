package io.rustcdc.source.postgres;

import io.rustcdc.source.Credentials;
import io.rustcdc.source.SourceException;
import io.rustcdc.source.TableFilter;
import io.rustcdc.source.Transport;
import java.time.Duration;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a PostgreSQL source needs to know. Immutable; prints no secret.
 *
 * @param sourceName the source's name, also the end of the server-side application name
 * @param host a name or an address
 * @param port 1 to 65535
 * @param database the database to capture from
 * @param credentials asked at each connection
 * @param replicationSlotName created on a fresh start when missing: lower-case letters, digits and {@code _}, as the server
 *     demands
 * @param publicationName letters, digits and {@code _}, case counts
 * @param tables which tables to capture; partitions are captured through their partitioned table
 * @param connTimeout for a whole handshake and for each statement of the checks; 1 to 300 s
 * @param streamPollInterval the longest idle sleep of the reader; 1 ms to 60 s
 * @param transport TLS unless said otherwise
 * @param silenceTimeout how long the server may be silent on the stream before the connection counts as lost; 2 s to 1 h;
 *     null for 60 s or twice the server's {@code wal_sender_timeout}, whichever is longer
 * @param createPublication whether a missing publication is created, and a missing table added to it, where the role may
 */
public record PostgresOptions(
        String sourceName,
        String host,
        int port,
        String database,
        Credentials.Provider credentials,
        String replicationSlotName,
        String publicationName,
        TableFilter tables,
        Duration connTimeout,
        Duration streamPollInterval,
        Transport transport,
        @Nullable Duration silenceTimeout,
        boolean createPublication) {

    private static final int NAME_LENGTH = 63;
    private static final Pattern SLOT_NAME = Pattern.compile("[a-z0-9_]+");
    private static final Pattern PUBLICATION_NAME = Pattern.compile("[A-Za-z0-9_]+");

    /**
     * @throws SourceException of kind CONFIGURATION that names the key below {@code rustcdc.postgres} to mend
     */
    public PostgresOptions {
        Objects.requireNonNull(credentials, "credentials");
        Objects.requireNonNull(tables, "tables");
        Objects.requireNonNull(transport, "transport");
        requireText(sourceName, "host", host);
        requireText(sourceName, "database", database);
        requireName(
                sourceName,
                "replication-slot-name",
                replicationSlotName,
                SLOT_NAME,
                "lower-case letters, digits and _");
        requireName(sourceName, "publication-name", publicationName, PUBLICATION_NAME, "letters, digits and _");
        if (port < 1 || port > 65535) {
            throw refused(sourceName, "port", Integer.toString(port), "a port from 1 to 65535");
        }
        requireWithin(sourceName, "conn-timeout", connTimeout, Duration.ofSeconds(1), Duration.ofSeconds(300));
        requireWithin(
                sourceName, "stream-poll-interval", streamPollInterval, Duration.ofMillis(1), Duration.ofSeconds(60));
        if (silenceTimeout != null) {
            requireWithin(sourceName, "silence-timeout", silenceTimeout, Duration.ofSeconds(2), Duration.ofHours(1));
        }
    }

    /** A builder with the defaults of all that has one. */
    public static Builder builder(String sourceName) {
        return new Builder(sourceName);
    }

    /** {@code host:port/database}, for messages. */
    String target() {
        return host + ":" + port + "/" + database;
    }

    /** The key of a setting in {@code application.yml}. */
    String key(String name) {
        return key(sourceName, name);
    }

    private static String key(String sourceName, String name) {
        return "rustcdc.postgres." + sourceName + "." + name;
    }

    @Override
    public String toString() {
        return "PostgresOptions[source=%s, target=%s, slot=%s, publication=%s, transport=%s]"
                .formatted(sourceName, target(), replicationSlotName, publicationName, transport.mode());
    }

    private static void requireText(String sourceName, String name, @Nullable String value) {
        if (value == null || value.isBlank()) {
            throw SourceException.configuration(
                    "Source '%s' has no %s".formatted(sourceName, name), "Set " + key(sourceName, name));
        }
    }

    private static void requireName(
            String sourceName, String name, @Nullable String value, Pattern pattern, String allowed) {
        requireText(sourceName, name, value);
        String text = Objects.requireNonNull(value);
        if (text.length() > NAME_LENGTH || !pattern.matcher(text).matches()) {
            throw refused(sourceName, name, text, "up to " + NAME_LENGTH + " " + allowed);
        }
    }

    private static void requireWithin(String sourceName, String name, Duration value, Duration least, Duration most) {
        if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
            throw refused(sourceName, name, text(value), text(least) + " to " + text(most));
        }
    }

    private static String text(Duration duration) {
        return duration.toMillis() % 1000 == 0 ? duration.toSeconds() + " s" : duration.toMillis() + " ms";
    }

    private static SourceException refused(String sourceName, String name, String found, String expected) {
        return SourceException.configuration(
                "%s is '%s', expected %s".formatted(key(sourceName, name), found, expected),
                "Change " + key(sourceName, name));
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
        private Transport transport = Transport.tls();
        private @Nullable Duration silenceTimeout;
        private boolean createPublication = true;

        private Builder(String sourceName) {
            this.sourceName = sourceName;
        }

        public Builder host(String host) {
            this.host = host;
            return this;
        }

        public Builder port(int port) {
            this.port = port;
            return this;
        }

        public Builder database(String database) {
            this.database = database;
            return this;
        }

        public Builder credentials(Credentials.Provider credentials) {
            this.credentials = credentials;
            return this;
        }

        public Builder replicationSlotName(String name) {
            this.replicationSlotName = name;
            return this;
        }

        public Builder publicationName(String name) {
            this.publicationName = name;
            return this;
        }

        public Builder tables(TableFilter tables) {
            this.tables = tables;
            return this;
        }

        public Builder connTimeout(Duration timeout) {
            this.connTimeout = timeout;
            return this;
        }

        public Builder streamPollInterval(Duration interval) {
            this.streamPollInterval = interval;
            return this;
        }

        public Builder transport(Transport transport) {
            this.transport = transport;
            return this;
        }

        public Builder silenceTimeout(@Nullable Duration timeout) {
            this.silenceTimeout = timeout;
            return this;
        }

        public Builder createPublication(boolean create) {
            this.createPublication = create;
            return this;
        }

        /**
         * The options of these parts.
         *
         * @throws SourceException of kind CONFIGURATION that names the key to mend
         */
        public PostgresOptions build() {
            if (credentials == null) {
                throw SourceException.configuration(
                        "Source '%s' has no user".formatted(sourceName), "Set " + key(sourceName, "user"));
            }
            return new PostgresOptions(
                    sourceName,
                    host,
                    port,
                    database,
                    credentials,
                    replicationSlotName,
                    publicationName,
                    tables,
                    connTimeout,
                    streamPollInterval,
                    transport,
                    silenceTimeout,
                    createPublication);
        }
    }
}
