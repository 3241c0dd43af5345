package io.rustcdc.spring.autoconfigure;

import io.rustcdc.runtime.OnPositionLost;
import io.rustcdc.snapshot.SnapshotMode;
import io.rustcdc.source.Transport.Mode;
import java.nio.file.Path;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationPropertiesSource;
import org.springframework.boot.context.properties.NestedConfigurationProperty;
import org.springframework.boot.convert.DurationUnit;
import org.springframework.util.unit.DataSize;

/** What can be set for a source of any database, and for all of them below {@code rustcdc.defaults}. */
@ConfigurationPropertiesSource
public class SourceProperties {

    /**
     * Comma-separated list of the tables to capture, as globs over qualified names. The tables that the listeners name
     * unless set.
     */
    private List<String> tables = new ArrayList<>();

    /**
     * Comma-separated list of tables to leave out, as globs over qualified names.
     */
    private List<String> excludeTables = new ArrayList<>();

    /**
     * Time to wait for a connection. If a duration suffix is not specified, seconds will be used.
     */
    @DurationUnit(ChronoUnit.SECONDS)
    private Duration connTimeout = Duration.ofSeconds(30);

    /**
     * Longest idle sleep of the reader. Never delays a change that has arrived. If a duration suffix is not specified,
     * milliseconds will be used.
     */
    @DurationUnit(ChronoUnit.MILLIS)
    private Duration streamPollInterval = Duration.ofMillis(250);

    /**
     * Largest number of changes between two checkpoints.
     */
    private int maxEventsPerPoll = 16_384;

    /**
     * Time after which something that does not move on is reported as stalled. If a duration suffix is not specified,
     * seconds will be used.
     */
    @DurationUnit(ChronoUnit.SECONDS)
    private Duration stallThreshold = Duration.ofSeconds(30);

    /**
     * What to do when the changes that come next cannot be read any more. "fail" to wait for a decision; "resnapshot" to go
     * on where that is possible and to deliver all existing rows again. Rows that were deleted meanwhile are not reported.
     */
    private OnPositionLost onPositionLost = OnPositionLost.FAIL;

    private final Queue queue = new Queue();

    private final RetainedLog retainedLog = new RetainedLog();

    private final Transport transport = new Transport();

    @NestedConfigurationProperty
    private final DeliveryProperties delivery = new DeliveryProperties();

    private final Snapshot snapshot = new Snapshot();

    @NestedConfigurationProperty
    private final OutboxProperties outbox = new OutboxProperties();

    @NestedConfigurationProperty
    private final TransformProperties transforms = new TransformProperties();

    public List<String> getTables() {
        return tables;
    }

    public void setTables(List<String> tables) {
        this.tables = tables;
    }

    public List<String> getExcludeTables() {
        return excludeTables;
    }

    public void setExcludeTables(List<String> excludeTables) {
        this.excludeTables = excludeTables;
    }

    public Duration getConnTimeout() {
        return connTimeout;
    }

    public void setConnTimeout(Duration connTimeout) {
        this.connTimeout = connTimeout;
    }

    public Duration getStreamPollInterval() {
        return streamPollInterval;
    }

    public void setStreamPollInterval(Duration streamPollInterval) {
        this.streamPollInterval = streamPollInterval;
    }

    public int getMaxEventsPerPoll() {
        return maxEventsPerPoll;
    }

    public void setMaxEventsPerPoll(int maxEventsPerPoll) {
        this.maxEventsPerPoll = maxEventsPerPoll;
    }

    public Duration getStallThreshold() {
        return stallThreshold;
    }

    public void setStallThreshold(Duration stallThreshold) {
        this.stallThreshold = stallThreshold;
    }

    public OnPositionLost getOnPositionLost() {
        return onPositionLost;
    }

    public void setOnPositionLost(OnPositionLost onPositionLost) {
        this.onPositionLost = onPositionLost;
    }

    public Queue getQueue() {
        return queue;
    }

    public RetainedLog getRetainedLog() {
        return retainedLog;
    }

    public Transport getTransport() {
        return transport;
    }

    public DeliveryProperties getDelivery() {
        return delivery;
    }

    public OutboxProperties getOutbox() {
        return outbox;
    }

    public Snapshot getSnapshot() {
        return snapshot;
    }

    public TransformProperties getTransforms() {
        return transforms;
    }

    /** What is kept in memory between the database and the listeners. */
    public static class Queue {

        /**
         * Largest number of changes in memory.
         */
        private int maxEvents = 32_768;

        /**
         * Largest size of the changes in memory. A single larger change still passes.
         */
        private DataSize maxBytes = DataSize.ofMegabytes(16);

        public int getMaxEvents() {
            return maxEvents;
        }

        public void setMaxEvents(int maxEvents) {
            this.maxEvents = maxEvents;
        }

        public DataSize getMaxBytes() {
            return maxBytes;
        }

        public void setMaxBytes(DataSize maxBytes) {
            this.maxBytes = maxBytes;
        }
    }

    /** When the log that the server keeps for the source is too much. */
    public static class RetainedLog {

        /**
         * Size from which on a warning is logged and shown in the health. 0 for never.
         */
        private DataSize warn = DataSize.ofGigabytes(1);

        /**
         * Size from which on the source counts as stalled, so that its health is DOWN. Never unless set.
         */
        private @Nullable DataSize down;

        public DataSize getWarn() {
            return warn;
        }

        public void setWarn(DataSize warn) {
            this.warn = warn;
        }

        public @Nullable DataSize getDown() {
            return down;
        }

        public void setDown(@Nullable DataSize down) {
            this.down = down;
        }
    }

    /** How the connection is protected. */
    public static class Transport {

        /**
         * Protection of the connection. TLS with verification unless set, or plaintext for a server on a loopback
         * address.
         */
        private @Nullable Mode mode;

        /**
         * PEM file with the certificate authorities to trust. Those of the Java runtime unless set.
         */
        private @Nullable Path caCertPath;

        /**
         * Whether the server's certificate must carry the host name that is connected to. Without it, any server with a
         * certificate of a trusted authority is accepted.
         */
        private boolean verifyHostname = true;

        /**
         * PEM file with the certificate to show to the server, followed by those up to the authority that the server
         * trusts.
         */
        private @Nullable Path clientCertPath;

        /**
         * File with the private key of the client certificate, in PKCS#8.
         */
        private @Nullable Path clientKeyPath;

        /**
         * Password of the private key if it is encrypted.
         */
        private @Nullable String clientKeyPassword;

        /**
         * Name of an SSL bundle (spring.ssl.bundle) with the authorities to trust and the certificate to show, instead of
         * files.
         */
        private @Nullable String sslBundle;

        public @Nullable Mode getMode() {
            return mode;
        }

        public void setMode(@Nullable Mode mode) {
            this.mode = mode;
        }

        public @Nullable Path getCaCertPath() {
            return caCertPath;
        }

        public void setCaCertPath(@Nullable Path caCertPath) {
            this.caCertPath = caCertPath;
        }

        public boolean isVerifyHostname() {
            return verifyHostname;
        }

        public void setVerifyHostname(boolean verifyHostname) {
            this.verifyHostname = verifyHostname;
        }

        public @Nullable Path getClientCertPath() {
            return clientCertPath;
        }

        public void setClientCertPath(@Nullable Path clientCertPath) {
            this.clientCertPath = clientCertPath;
        }

        public @Nullable Path getClientKeyPath() {
            return clientKeyPath;
        }

        public void setClientKeyPath(@Nullable Path clientKeyPath) {
            this.clientKeyPath = clientKeyPath;
        }

        public @Nullable String getClientKeyPassword() {
            return clientKeyPassword;
        }

        public void setClientKeyPassword(@Nullable String clientKeyPassword) {
            this.clientKeyPassword = clientKeyPassword;
        }

        public @Nullable String getSslBundle() {
            return sslBundle;
        }

        public void setSslBundle(@Nullable String sslBundle) {
            this.sslBundle = sslBundle;
        }
    }

    /** How the rows are read that exist already. */
    public static class Snapshot {

        /**
         * Which existing rows are delivered without being asked for. "initial" for those of each table once, when the source
         * or the table is new; "never" for none; "initial-only" for those, and then the source stops.
         */
        private SnapshotMode mode = SnapshotMode.INITIAL;

        /**
         * Number of rows per read. Adapts to the speed of the database unless set.
         */
        private @Nullable Integer chunkSize;

        /**
         * Number of connections that read in parallel at the first start.
         */
        private int workers = 2;

        /**
         * Largest number of rows to read in a second. No limit unless set.
         */
        private @Nullable Long maxRowsPerSecond;

        /**
         * SQL conditions by name, which a snapshot that is requested through the endpoint can be limited to.
         */
        private final Map<String, String> conditions = new LinkedHashMap<>();

        public SnapshotMode getMode() {
            return mode;
        }

        public void setMode(SnapshotMode mode) {
            this.mode = mode;
        }

        public @Nullable Integer getChunkSize() {
            return chunkSize;
        }

        public void setChunkSize(@Nullable Integer chunkSize) {
            this.chunkSize = chunkSize;
        }

        public int getWorkers() {
            return workers;
        }

        public void setWorkers(int workers) {
            this.workers = workers;
        }

        public @Nullable Long getMaxRowsPerSecond() {
            return maxRowsPerSecond;
        }

        public void setMaxRowsPerSecond(@Nullable Long maxRowsPerSecond) {
            this.maxRowsPerSecond = maxRowsPerSecond;
        }

        public Map<String, String> getConditions() {
            return conditions;
        }
    }
}
