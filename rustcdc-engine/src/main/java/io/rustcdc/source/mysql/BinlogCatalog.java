package io.rustcdc.source.mysql;

import io.rustcdc.source.SourceException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Asks a server about itself and its log. For the thread that has the connection. */
final class BinlogCatalog {

    /**
     * By SHOW and not by SELECT, which fails for all when one is unknown, and of which the driver then logs a warning.
     */
    private static final List<String> VARIABLES = List.of(
            "version",
            "version_comment",
            "server_id",
            "server_uuid",
            "log_bin",
            "log_slave_updates",
            "log_replica_updates",
            "binlog_format",
            "binlog_row_image",
            "binlog_row_metadata",
            "binlog_row_value_options",
            "binlog_checksum",
            "binlog_transaction_compression",
            "log_bin_compress",
            "binlog_encryption",
            "encrypt_binlog",
            "binlog_expire_logs_seconds",
            "binlog_expire_logs_auto_purge",
            "expire_logs_days",
            "binlog_space_limit",
            "max_binlog_total_size",
            "gtid_mode",
            "gtid_slave_pos",
            "lower_case_table_names",
            "net_write_timeout",
            "max_allowed_packet");

    private static final Duration WORTH_WAITING = Duration.ofSeconds(1);

    private final Connection connection;

    BinlogCatalog(Connection connection) {
        this.connection = connection;
    }

    ServerFacts facts() throws SQLException {
        Map<String, String> values = new HashMap<>();
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(
                        "SHOW GLOBAL VARIABLES WHERE Variable_name IN ('" + String.join("','", VARIABLES) + "')")) {
            while (row.next()) {
                String value = row.getString(2);
                values.put(row.getString(1), value == null ? "" : value);
            }
        }
        ServerVersion version =
                ServerVersion.parse(values.getOrDefault("version", ""), values.getOrDefault("version_comment", ""));
        return ServerFacts.of(version, text("SELECT CURRENT_USER()"), new ServerVariables(values));
    }

    /** What the user was granted. */
    Grants grants() throws SQLException {
        return Grants.of(connection);
    }

    /**
     * The log as it is now.
     *
     * @param facts of this server, which logs
     * @param useGtids whether to look at transactions, too
     * @throws IllegalArgumentException if the server has GTIDs that cannot be read
     */
    BinlogView view(ServerFacts facts, boolean useGtids) throws SQLException {
        BinlogFiles files = files();
        if (!useGtids) {
            return new BinlogView(
                    files, null, MySqlOffset.at(facts.origin(), end(facts.version()), GtidSet.empty(facts.flavor())));
        }
        return switch (facts.flavor()) {
            case MYSQL -> mySqlView(facts, files);
            case MARIADB -> mariaDbView(facts, files);
        };
    }

    BinlogFiles files() throws SQLException {
        List<BinlogFiles.File> files = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SHOW BINARY LOGS")) {
            while (row.next()) {
                files.add(new BinlogFiles.File(row.getString(1), row.getLong(2)));
            }
        }
        return new BinlogFiles(files);
    }

    /**
     * What of the given transactions, which were all read, the server still has to send and can not.
     *
     * @param files of this server
     */
    GtidSet purgedWithout(GtidSet read, BinlogFiles files) throws SQLException {
        if (read instanceof UuidGtidSet) {
            return uuidGtids().purgedWithout(read);
        }
        GtidSet purged = executedBefore(files.start());
        return purged == null ? GtidSet.empty(Flavor.MARIADB) : purged.minus(read);
    }

    /** What was executed before a place on MariaDB; null where the server finds no event that begins there. */
    @Nullable
    GtidSet executedBefore(BinlogPosition position) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("SELECT BINLOG_GTID_POS(?, ?)")) {
            statement.setString(1, position.file());
            statement.setLong(2, position.offset());
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                String text = row.getString(1);
                return text == null ? null : DomainGtidSet.parse(text);
            }
        }
    }

    /**
     * Transactions that are in the log may not be executed yet. So the set is read last, when those before the position are: what is
     * before the position and not in the set comes again, where rows that show it may have been handed over already.
     */
    private BinlogView mySqlView(ServerFacts facts, BinlogFiles files) throws SQLException {
        BinlogPosition end = end(facts.version());
        new UnfinishedCommits(connection).awaitEnd(WORTH_WAITING);
        UuidGtidState gtids = uuidGtids();
        return new BinlogView(files, gtids, MySqlOffset.at(facts.origin(), end, gtids.executed()));
    }

    private UuidGtidState uuidGtids() throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(
                        "SELECT @@GLOBAL.gtid_owned, @@GLOBAL.gtid_executed, @@GLOBAL.gtid_purged")) {
            row.next();
            return new UuidGtidState(
                    UuidGtidSet.parse(row.getString(2)),
                    UuidGtidSet.parse(row.getString(1).replaceAll("#\\d+", "")),
                    UuidGtidSet.parse(row.getString(3)));
        }
    }

    private BinlogView mariaDbView(ServerFacts facts, BinlogFiles files) throws SQLException {
        GtidSet purged = executedBefore(files.start());
        BinlogPosition end = end(facts.version());
        GtidSet executed = executedBefore(end);
        if (purged == null || executed == null) {
            throw SourceException.transientFailure(
                    "The server changed its binlog files while they were looked at", null);
        }
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT @@GLOBAL.gtid_binlog_state, @@GLOBAL.gtid_slave_pos")) {
            row.next();
            DomainGtidState gtids = new DomainGtidState(
                    (DomainGtidSet) executed,
                    DomainGtidState.parseLogged(row.getString(1)),
                    DomainGtidSet.parse(row.getString(2)),
                    (DomainGtidSet) purged);
            return new BinlogView(files, gtids, MySqlOffset.at(facts.origin(), end, executed));
        }
    }

    private BinlogPosition end(ServerVersion version) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(statusStatement(version))) {
            if (!row.next()) {
                throw SourceException.transientFailure("The server shows no end of its binlog", null);
            }
            return new BinlogPosition(row.getString(1), row.getLong(2));
        }
    }

    /** Which databases the log has changes of, by {@code binlog_do_db} and {@code binlog_ignore_db}. */
    LoggedDatabases loggedDatabases(ServerFacts facts) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(statusStatement(facts.version()))) {
            return row.next() ? LoggedDatabases.of(row.getString(3), row.getString(4)) : LoggedDatabases.of(null, null);
        }
    }

    private static String statusStatement(ServerVersion version) {
        return switch (version.flavor()) {
            case MYSQL -> version.isAtLeast(8, 4) ? "SHOW BINARY LOG STATUS" : "SHOW MASTER STATUS";
            case MARIADB -> "SHOW BINLOG STATUS";
        };
    }

    private String text(String query) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            row.next();
            return String.valueOf(row.getString(1));
        }
    }
}
