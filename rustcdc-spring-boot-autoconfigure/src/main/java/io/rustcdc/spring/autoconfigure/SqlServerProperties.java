package io.rustcdc.spring.autoconfigure;

import io.rustcdc.source.sqlserver.TuningProfile;
import java.time.Duration;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationPropertiesSource;
import org.springframework.boot.convert.DurationUnit;

/**
 * One source on SQL Server. Host, port, instance and database, and likewise user and password, default to those of the application's
 * own connection, if none of the group is set.
 */
@ConfigurationPropertiesSource
public class SqlServerProperties extends DatabaseProperties {

    /**
     * Host name or address of the server.
     */
    private @Nullable String host;

    /**
     * Port of the server. 1433 unless set; not used with an instance name.
     */
    private @Nullable Integer port;

    /**
     * Named instance, whose port the SQL Server Browser tells. The one at the port unless set.
     */
    private @Nullable String instanceName;

    /**
     * Database to capture from, with change data capture enabled.
     */
    private @Nullable String database;

    /**
     * User to connect as. Needs SELECT on the schema of the change tables and on the captured tables; VIEW DATABASE
     * STATE shows how the capture job does.
     */
    private @Nullable String user;

    /**
     * Password of the user.
     */
    private @Nullable String password;

    /**
     * Whether any certificate is taken for that of the server, such as the one that it makes for itself. As in the
     * application's JDBC URL where the connection is taken from it, else false, unless set.
     */
    private @Nullable Boolean trustServerCertificate;

    /**
     * Whether a database that does not say that change data capture is enabled is refused at the start.
     */
    private boolean cdcEnabled = true;

    /**
     * Schema of the change tables.
     */
    private String cdcSchema = "cdc";

    /**
     * Whether the DDL trigger rustcdc_truncate_capture is required, and created where it is missing. SQL Server
     * refuses TRUNCATE TABLE on a captured table, so no event comes of it.
     */
    private boolean captureTruncateEvents;

    /**
     * Time zone of the server's clock, such as Europe/Berlin. Unless set, its present distance from UTC counts, also
     * for changes from before the clocks were changed.
     */
    private @Nullable ZoneId serverTimeZone;

    /**
     * Time the server may take to answer the stream before the connection counts as lost and is made anew, 2 s at
     * least. If a duration suffix is not specified, seconds will be used.
     */
    @DurationUnit(ChronoUnit.SECONDS)
    private Duration silenceTimeout = Duration.ofSeconds(60);

    /**
     * Starting point for the poll interval, the events per poll and the pool of the checks: "low-latency" (250 ms,
     * 5000, 4), "balanced" (1 s, 10000, 4) or "throughput" (2 s, 20000, 8). Each of them can be set by itself, too.
     */
    private TuningProfile tuningProfile = TuningProfile.BALANCED;

    /**
     * Time between two looks at the change tables when nothing happens; after a while of that up to four times as
     * long. That of the tuning profile unless set. If a duration suffix is not specified, milliseconds will be used.
     */
    @DurationUnit(ChronoUnit.MILLIS)
    private @Nullable Duration streamPollInterval;

    /**
     * Largest number of changes that are read of a table at once, and between two checkpoints. That of the tuning
     * profile unless set.
     */
    private @Nullable Integer maxEventsPerPoll;

    /**
     * Largest number of connections that the checks at a start use at the same time, 1 to 64. That of the tuning
     * profile unless set.
     */
    private @Nullable Integer prereqPoolSize;

    @Override
    public @Nullable String getHost() {
        return host;
    }

    public void setHost(@Nullable String host) {
        this.host = host;
    }

    @Override
    public @Nullable Integer getPort() {
        return port;
    }

    public void setPort(@Nullable Integer port) {
        this.port = port;
    }

    public @Nullable String getInstanceName() {
        return instanceName;
    }

    public void setInstanceName(@Nullable String instanceName) {
        this.instanceName = instanceName;
    }

    @Override
    public @Nullable String getDatabase() {
        return database;
    }

    public void setDatabase(@Nullable String database) {
        this.database = database;
    }

    @Override
    public @Nullable String getUser() {
        return user;
    }

    public void setUser(@Nullable String user) {
        this.user = user;
    }

    @Override
    public @Nullable String getPassword() {
        return password;
    }

    public void setPassword(@Nullable String password) {
        this.password = password;
    }

    public @Nullable Boolean getTrustServerCertificate() {
        return trustServerCertificate;
    }

    public void setTrustServerCertificate(@Nullable Boolean trustServerCertificate) {
        this.trustServerCertificate = trustServerCertificate;
    }

    public boolean isCdcEnabled() {
        return cdcEnabled;
    }

    public void setCdcEnabled(boolean cdcEnabled) {
        this.cdcEnabled = cdcEnabled;
    }

    public String getCdcSchema() {
        return cdcSchema;
    }

    public void setCdcSchema(String cdcSchema) {
        this.cdcSchema = cdcSchema;
    }

    public boolean isCaptureTruncateEvents() {
        return captureTruncateEvents;
    }

    public void setCaptureTruncateEvents(boolean captureTruncateEvents) {
        this.captureTruncateEvents = captureTruncateEvents;
    }

    public @Nullable ZoneId getServerTimeZone() {
        return serverTimeZone;
    }

    public void setServerTimeZone(@Nullable ZoneId serverTimeZone) {
        this.serverTimeZone = serverTimeZone;
    }

    public Duration getSilenceTimeout() {
        return silenceTimeout;
    }

    public void setSilenceTimeout(Duration silenceTimeout) {
        this.silenceTimeout = silenceTimeout;
    }

    public TuningProfile getTuningProfile() {
        return tuningProfile;
    }

    public void setTuningProfile(TuningProfile tuningProfile) {
        this.tuningProfile = tuningProfile;
    }

    @Override
    public Duration getStreamPollInterval() {
        return streamPollInterval == null ? tuningProfile.streamPollInterval() : streamPollInterval;
    }

    @Override
    public void setStreamPollInterval(Duration streamPollInterval) {
        this.streamPollInterval = streamPollInterval;
    }

    @Override
    public int getMaxEventsPerPoll() {
        return maxEventsPerPoll == null ? tuningProfile.maxEventsPerPoll() : maxEventsPerPoll;
    }

    @Override
    public void setMaxEventsPerPoll(int maxEventsPerPoll) {
        this.maxEventsPerPoll = maxEventsPerPoll;
    }

    public @Nullable Integer getPrereqPoolSize() {
        return prereqPoolSize;
    }

    public void setPrereqPoolSize(@Nullable Integer prereqPoolSize) {
        this.prereqPoolSize = prereqPoolSize;
    }
}
