package io.rustcdc.spring.autoconfigure;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationPropertiesSource;
import org.springframework.boot.convert.DurationUnit;

/**
 * One source on PostgreSQL. Host, port and database, and likewise user and password, default to those of the application's
 * own connection to PostgreSQL, if none of the group is set.
 */
@ConfigurationPropertiesSource
public class PostgresProperties extends DatabaseProperties {

    /**
     * Host name or address of the server. Several with commas, each with a port of its own if it needs one, where one of
     * them is the primary and the others its standbys.
     */
    private @Nullable String host;

    /**
     * Port of the server. 5432 unless set.
     */
    private @Nullable Integer port;

    /**
     * Database to capture from.
     */
    private @Nullable String database;

    /**
     * Role to connect as. Needs the REPLICATION attribute.
     */
    private @Nullable String user;

    /**
     * Password of the role.
     */
    private @Nullable String password;

    /**
     * Name of the replication slot, created when missing. The source's name followed by "_cdc" unless set.
     */
    private @Nullable String replicationSlotName;

    /**
     * Name of the publication. The source's name followed by "_cdc" unless set.
     */
    private @Nullable String publicationName;

    /**
     * Time the server may be silent on the stream before the connection counts as lost and is made anew, 2 s at least. 60
     * s, or twice the server's wal_sender_timeout if that is longer, unless set. If a duration suffix is not specified,
     * seconds will be used.
     */
    @DurationUnit(ChronoUnit.SECONDS)
    private @Nullable Duration silenceTimeout;

    /**
     * Whether a missing publication is created and missing tables are added to it.
     */
    private boolean createPublication = true;

    /**
     * Whether standbys keep a copy of the replication slot, so that it outlives a failover (PostgreSQL 17 or later). Unless
     * set, a slot that is created has it where the server can; true demands it, also of a slot that exists; false never.
     */
    private @Nullable Boolean failoverSlot;

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

    public @Nullable String getReplicationSlotName() {
        return replicationSlotName;
    }

    public void setReplicationSlotName(@Nullable String replicationSlotName) {
        this.replicationSlotName = replicationSlotName;
    }

    public @Nullable String getPublicationName() {
        return publicationName;
    }

    public void setPublicationName(@Nullable String publicationName) {
        this.publicationName = publicationName;
    }

    public @Nullable Boolean getFailoverSlot() {
        return failoverSlot;
    }

    public void setFailoverSlot(@Nullable Boolean failoverSlot) {
        this.failoverSlot = failoverSlot;
    }

    public @Nullable Duration getSilenceTimeout() {
        return silenceTimeout;
    }

    public void setSilenceTimeout(@Nullable Duration silenceTimeout) {
        this.silenceTimeout = silenceTimeout;
    }

    public boolean isCreatePublication() {
        return createPublication;
    }

    public void setCreatePublication(boolean createPublication) {
        this.createPublication = createPublication;
    }
}
