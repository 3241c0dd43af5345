package io.rustcdc.spring.autoconfigure;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationPropertiesSource;
import org.springframework.boot.convert.DurationUnit;

/**
 * One source on MySQL or MariaDB. Host, port and database, and likewise user and password, default to those of the
 * application's own connection, if none of the group is set.
 */
@ConfigurationPropertiesSource
public class MySqlProperties extends DatabaseProperties {

    /**
     * Host name or address of the server whose binlog is read.
     */
    private @Nullable String host;

    /**
     * Port of the server. 3306 unless set.
     */
    private @Nullable Integer port;

    /**
     * Database in which names of tables without one count, and whose tables "*" means. Tables of other databases can be
     * captured too, by their qualified names.
     */
    private @Nullable String database;

    /**
     * User to connect as. Needs SELECT on the tables, REPLICATION SLAVE and REPLICATION CLIENT (MariaDB: BINLOG MONITOR).
     */
    private @Nullable String user;

    /**
     * Password of the user.
     */
    private @Nullable String password;

    /**
     * Number that the source reads the binlog under, 1 to 4294967295. Must be set, and be another one than those of the
     * server, its replicas and its other readers.
     */
    private @Nullable Long serverId;

    /**
     * Whether positions are GTID sets, which hold on every server of a replication group. Unless set, they are where the
     * server has GTIDs; true demands them; false never uses them.
     */
    private @Nullable Boolean gtidModeEnabled;

    /**
     * Whether a server with another binlog_format than ROW is refused. Without it, a statement that was not logged as rows
     * still stops the source when it is read.
     */
    private boolean binlogFormatCheck = true;

    /**
     * Time the server may be silent on the stream before the connection counts as lost and is made anew, 2 s at least. If a
     * duration suffix is not specified, seconds will be used.
     */
    @DurationUnit(ChronoUnit.SECONDS)
    private Duration silenceTimeout = Duration.ofSeconds(60);

    /**
     * Whether the server may tell the key that the password is encrypted with, where there is no TLS. Somebody in between
     * could tell another key. As in the application's JDBC URL where the connection is taken from it; else only on a
     * loopback address, unless set.
     */
    private @Nullable Boolean allowPublicKeyRetrieval;

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

    public @Nullable Long getServerId() {
        return serverId;
    }

    public void setServerId(@Nullable Long serverId) {
        this.serverId = serverId;
    }

    public @Nullable Boolean getGtidModeEnabled() {
        return gtidModeEnabled;
    }

    public void setGtidModeEnabled(@Nullable Boolean gtidModeEnabled) {
        this.gtidModeEnabled = gtidModeEnabled;
    }

    public boolean isBinlogFormatCheck() {
        return binlogFormatCheck;
    }

    public void setBinlogFormatCheck(boolean binlogFormatCheck) {
        this.binlogFormatCheck = binlogFormatCheck;
    }

    public Duration getSilenceTimeout() {
        return silenceTimeout;
    }

    public void setSilenceTimeout(Duration silenceTimeout) {
        this.silenceTimeout = silenceTimeout;
    }

    public @Nullable Boolean getAllowPublicKeyRetrieval() {
        return allowPublicKeyRetrieval;
    }

    public void setAllowPublicKeyRetrieval(@Nullable Boolean allowPublicKeyRetrieval) {
        this.allowPublicKeyRetrieval = allowPublicKeyRetrieval;
    }
}
