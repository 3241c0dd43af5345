package io.rustcdc.source.mysql;

import io.rustcdc.source.SourceException;
import java.sql.SQLException;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a server must be before anything is asked of it. Each refusal says what to run; what is only unwise is said once. Thread-safe.
 */
final class ServerChecks {

    private static final Logger logger = LoggerFactory.getLogger(ServerChecks.class);

    private final MySqlOptions options;
    private final Set<String> told = ConcurrentHashMap.newKeySet();

    ServerChecks(MySqlOptions options) {
        this.options = options;
    }

    /** Checks what the server says of itself. */
    void check(ServerFacts facts) {
        checkVersion(facts.version());
        if (!facts.isLogging()) {
            throw refused(facts, "has log_bin = OFF, expected a binlog", MySqlErrors.loggingAction());
        }
        checkServerId(facts);
        checkFormat(facts);
        checkGtidMode(facts);
        warn(facts);
    }

    /**
     * Looks at the log, and with it at the rights that reading it takes.
     *
     * @param facts that were checked
     */
    BinlogView look(ServerFacts facts, BinlogCatalog catalog) throws SQLException {
        checkLogged(facts, catalog.loggedDatabases(facts));
        try {
            return catalog.view(facts, useGtids(facts));
        } catch (IllegalArgumentException e) {
            throw unreadableGtids(facts, e);
        }
    }

    /** Whether positions are sets of transactions. */
    private boolean useGtids(ServerFacts facts) {
        return facts.hasGtids() && !Boolean.FALSE.equals(options.gtidModeEnabled());
    }

    /** What is not logged would be missed without a word. */
    private void checkLogged(ServerFacts facts, LoggedDatabases logged) {
        WantedTables wanted = new WantedTables(options);
        for (String database : wanted.databases()) {
            if (!logged.contains(database)) {
                throw refused(
                        facts,
                        "does not log changes of database '%s' (%s)".formatted(database, logged),
                        "Remove binlog_do_db and binlog_ignore_db from the server's my.cnf and restart it, or do not capture that database");
            }
        }
        if (!logged.areAll()) {
            tell(
                    "binlog_do_db",
                    "%s does not log changes of all databases (%s): those of the others are not captured"
                            .formatted(options.target(), logged));
        }
    }

    private void checkVersion(ServerVersion version) {
        if (version.flavor() != options.flavor()) {
            throw SourceException.configuration(
                    "%s is %s, expected %s"
                            .formatted(
                                    options.target(), version, options.flavor().product()),
                    "Move the settings of this source from rustcdc.%s.%s to rustcdc.%s.%s, or correct %s and %s"
                            .formatted(
                                    options.flavor().type(),
                                    options.sourceName(),
                                    version.flavor().type(),
                                    options.sourceName(),
                                    options.key("host"),
                                    options.key("port")));
        }
        boolean young = version.flavor() == Flavor.MYSQL ? version.isAtLeast(8, 0) : version.isAtLeast(10, 5);
        if (!young) {
            throw SourceException.configuration(
                    "%s is %s, expected %s or later"
                            .formatted(options.target(), version, version.flavor() == Flavor.MYSQL ? "8.0" : "10.5"),
                    "Upgrade the server");
        }
    }

    private void checkServerId(ServerFacts facts) {
        if (facts.serverId() == options.serverId()) {
            throw refused(
                    facts,
                    "has server_id = %d itself".formatted(facts.serverId()),
                    "Set %s to a number that neither the server nor any replica or other reader of it has"
                            .formatted(options.key("server-id")));
        }
    }

    private void checkFormat(ServerFacts facts) {
        ServerVariables variables = facts.variables();
        if (options.binlogFormatCheck() && !variables.is("binlog_format", "ROW")) {
            throw refused(
                    facts,
                    "has binlog_format = %s, expected ROW: changes that are logged as statements cannot be captured"
                            .formatted(variables.text("binlog_format")),
                    persistent(facts, "binlog_format = 'ROW'")
                            + " Sessions that are connected keep the old one until they connect anew. (%s: false reads what is logged as rows nevertheless.)"
                                    .formatted(options.key("binlog-format-check")));
        }
        String json = variables.text("binlog_row_value_options");
        if (json != null && json.toUpperCase(Locale.ROOT).contains("PARTIAL_JSON")) {
            throw refused(
                    facts,
                    "has binlog_row_value_options = PARTIAL_JSON: updates of JSON documents are logged in part only",
                    persistent(facts, "binlog_row_value_options = ''"));
        }
    }

    private void checkGtidMode(ServerFacts facts) {
        if (Boolean.TRUE.equals(options.gtidModeEnabled()) && !facts.hasGtids()) {
            throw refused(
                    facts,
                    "has gtid_mode = %s, expected ON, since %s is true"
                            .formatted(facts.variables().text("gtid_mode"), options.key("gtid-mode-enabled")),
                    "On every server of the replication, one step after the other: SET PERSIST enforce_gtid_consistency = ON; SET PERSIST gtid_mode = OFF_PERMISSIVE; SET PERSIST gtid_mode = ON_PERMISSIVE; SET PERSIST gtid_mode = ON; Or remove "
                            + options.key("gtid-mode-enabled"));
        }
    }

    private void warn(ServerFacts facts) {
        ServerVariables variables = facts.variables();
        if (!variables.is("binlog_row_image", "FULL")) {
            tell(
                    "binlog_row_image",
                    "binlog_row_image is %s on %s: columns that a change does not need are absent from its rows. For all columns: %s"
                            .formatted(
                                    variables.text("binlog_row_image"),
                                    options.target(),
                                    persistent(facts, "binlog_row_image = 'FULL'")));
        }
        if (isReplicaThatDoesNotLog(facts)) {
            tell(
                    "log_slave_updates",
                    "%s is or was a replica and has log_slave_updates = OFF: what it replicates is not in its binlog and is not captured. Set log_slave_updates = ON in its my.cnf and restart it"
                            .formatted(options.target()));
        }
    }

    private static boolean isReplicaThatDoesNotLog(ServerFacts facts) {
        String replicated = facts.variables().text("gtid_slave_pos");
        return replicated != null
                && !replicated.isBlank()
                && !facts.variables().isOn("log_slave_updates")
                && !facts.variables().isOn("log_replica_updates");
    }

    private void tell(String subject, String text) {
        if (told.add(subject)) {
            logger.warn("Source '{}': {}", options.sourceName(), text);
        }
    }

    private SourceException unreadableGtids(ServerFacts facts, IllegalArgumentException e) {
        return refused(
                facts,
                "has GTIDs that cannot be read: %s".formatted(e.getMessage()),
                "Write without tags (SET GTID_NEXT = 'AUTOMATIC';); for what is there already, go by file and position: %s: false"
                        .formatted(options.key("gtid-mode-enabled")));
    }

    /** MariaDB has no SET PERSIST. */
    static String persistent(ServerFacts facts, String assignment) {
        return facts.flavor() == Flavor.MYSQL
                ? "SET PERSIST " + assignment + ";"
                : "SET GLOBAL " + assignment
                        + "; and the same in the server's my.cnf, section [mariadb], for its next start.";
    }

    private SourceException refused(ServerFacts facts, String found, String action) {
        return SourceException.configuration("%s (%s) %s".formatted(options.target(), facts.version(), found), action);
    }
}
