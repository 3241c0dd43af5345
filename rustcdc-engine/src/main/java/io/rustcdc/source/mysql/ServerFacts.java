package io.rustcdc.source.mysql;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a server says about itself and about who is connected.
 *
 * @param version its name and number
 * @param origin which server its files belong to
 * @param account the account that was found for the user, as {@code user@host}
 * @param variables its settings
 */
record ServerFacts(ServerVersion version, Origin origin, String account, ServerVariables variables) {

    static ServerFacts of(ServerVersion version, String account, ServerVariables variables) {
        Origin origin = new Origin(version.flavor(), variables.text("server_uuid"), variables.number("server_id"));
        return new ServerFacts(version, origin, account, variables);
    }

    Flavor flavor() {
        return version.flavor();
    }

    /** What the server is called by in replication; not our own. */
    long serverId() {
        return variables.number("server_id");
    }

    boolean isLogging() {
        return variables.isOn("log_bin");
    }

    /** Whether the server can be asked for all but a set of transactions: on MariaDB always. */
    boolean hasGtids() {
        return flavor() == Flavor.MARIADB || variables.is("gtid_mode", "ON");
    }

    /** Whether table maps say all about their columns. */
    boolean hasFullMetadata() {
        return variables.is("binlog_row_metadata", "FULL");
    }

    /** How the names of databases and tables are stored and compared: 0, 1 or 2. */
    int lowerCaseTableNames() {
        return (int) variables.number("lower_case_table_names");
    }

    /** After which the server gives up a reader that takes nothing. */
    Duration netWriteTimeout() {
        return Duration.ofSeconds(variables.number("net_write_timeout"));
    }

    /** The age at which the server removes a file that it no longer writes to; null when it never does. */
    @Nullable
    Duration logExpiry() {
        boolean purges = variables.text("binlog_expire_logs_auto_purge") == null
                || variables.isOn("binlog_expire_logs_auto_purge");
        long seconds = variables.number("binlog_expire_logs_seconds");
        if (seconds == 0) {
            seconds = Duration.ofDays(variables.number("expire_logs_days")).toSeconds();
        }
        return purges && seconds > 0 ? Duration.ofSeconds(seconds) : null;
    }

    /** The size of all files above which the server removes the oldest; null without a limit. Not in MySQL of Oracle. */
    @Nullable
    Long logSizeLimit() {
        long limit = Math.max(variables.number("max_binlog_total_size"), variables.number("binlog_space_limit"));
        return limit > 0 ? limit : null;
    }
}
