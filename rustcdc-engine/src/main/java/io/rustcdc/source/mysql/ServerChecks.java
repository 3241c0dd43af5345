package io.rustcdc.source.mysql;

import io.rustcdc.event.FailureKind;
import io.rustcdc.event.Remedy;
import io.rustcdc.source.SourceException;
import io.rustcdc.source.internal.Checklist;
import io.rustcdc.source.internal.Checklist.Finding;
import java.sql.SQLException;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a server must be before anything is asked of it. Each refusal says what to run; what is only unwise is said once. Thread-safe.
 */
final class ServerChecks {

    private static final Logger logger = LoggerFactory.getLogger(ServerChecks.class);

    private final MySqlOptions options;
    private final MySqlErrors errors;
    private final Set<Checklist.Item> told = ConcurrentHashMap.newKeySet();

    ServerChecks(MySqlOptions options) {
        this.options = options;
        this.errors = new MySqlErrors(options);
    }

    /** The checks of a start. */
    Checklist atStart() {
        return Checklist.untilFailure((check, finding) -> {
            Remedy remedy = finding.remedy();
            if (told.add(check)) {
                logger.warn(
                        "Source '{}': {}{}",
                        options.sourceName(),
                        finding.found(),
                        remedy == null ? "" : ". " + remedy.text());
            }
        });
    }

    /** Checks what the server says of itself. */
    void check(Checklist checks, ServerFacts facts) throws SQLException {
        checks.check(MySqlCheck.VERSION, () -> version(facts.version()));
        checks.check(MySqlCheck.LOG_BIN, () -> logging(facts));
        checks.check(MySqlCheck.SERVER_ID, () -> serverId(facts));
        checks.check(MySqlCheck.BINLOG_FORMAT, () -> format(facts));
        checks.check(MySqlCheck.BINLOG_ROW_VALUE_OPTIONS, () -> json(facts));
        checks.check(MySqlCheck.GTID_MODE, () -> gtidMode(facts));
        checks.check(MySqlCheck.BINLOG_ROW_IMAGE, () -> rowImage(facts));
        checks.check(MySqlCheck.LOG_REPLICA_UPDATES, () -> replicaUpdates(facts));
    }

    /**
     * Looks at the log, and with it at the rights that reading it takes.
     *
     * @param facts that were checked
     * @return null if a check has failed that was not to be thrown
     */
    @Nullable
    BinlogView look(Checklist checks, ServerFacts facts, BinlogCatalog catalog) throws SQLException {
        BinlogView[] view = new BinlogView[1];
        checks.check(MySqlCheck.BINLOG_RIGHTS, () -> {
            view[0] = view(facts, catalog);
            return replicationRight(facts, catalog.grants());
        });
        checks.check(MySqlCheck.LOGGED_DATABASES, () -> logged(facts, catalog.loggedDatabases(facts)));
        return view[0];
    }

    private BinlogView view(ServerFacts facts, BinlogCatalog catalog) throws SQLException {
        try {
            return catalog.view(facts, facts.hasGtids() && !Boolean.FALSE.equals(options.gtidModeEnabled()));
        } catch (IllegalArgumentException e) {
            throw refused(
                    facts,
                    "has GTIDs that cannot be read: %s".formatted(e.getMessage()),
                    Remedy.words(
                            "Write without tags (SET GTID_NEXT = 'AUTOMATIC';); for what is there already, go by file and position: %s: false"
                                    .formatted(options.key("gtid-mode-enabled"))));
        } catch (SQLException e) {
            if (!MySqlErrors.isMissingRight(e)) {
                throw e;
            }
            throw SourceException.of(
                    FailureKind.CONFIGURATION,
                    errors.failed("look at the binlog", e).description(),
                    grants(facts),
                    e);
        }
    }

    private Finding replicationRight(ServerFacts facts, Grants grants) {
        if (!grants.has("REPLICATION SLAVE") && !grants.hasRoles()) {
            throw refused(facts, "does not let user %s read the binlog".formatted(facts.account()), grants(facts));
        }
        return Finding.ok("user %s may read the binlog".formatted(facts.account()));
    }

    private Remedy grants(ServerFacts facts) {
        return Remedies.grants(options.flavor(), Remedies.grantee(facts.account()));
    }

    /** What is not logged would be missed without a word. */
    private Finding logged(ServerFacts facts, LoggedDatabases logged) {
        WantedTables wanted = new WantedTables(options);
        for (String database : wanted.databases()) {
            if (!logged.contains(database)) {
                throw refused(
                        facts,
                        "does not log changes of database '%s' (%s)".formatted(database, logged),
                        Remedy.words(
                                "Remove binlog_do_db and binlog_ignore_db from the server's my.cnf and restart it, or do not capture that database"));
            }
        }
        return logged.areAll()
                ? Finding.ok("changes of all databases are logged")
                : Finding.warning(
                        "%s does not log changes of all databases (%s): those of the others are not captured"
                                .formatted(options.target(), logged),
                        null);
    }

    private Finding version(ServerVersion version) {
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
        return Finding.ok(version.toString());
    }

    private Finding logging(ServerFacts facts) {
        if (!facts.isLogging()) {
            throw refused(facts, "has log_bin = OFF, expected a binlog", Remedies.log(facts.serverId()));
        }
        return Finding.ok("log_bin = ON");
    }

    private Finding serverId(ServerFacts facts) {
        if (facts.serverId() == options.serverId()) {
            throw refused(
                    facts,
                    "has server_id = %d itself".formatted(facts.serverId()),
                    ServerIdHolder.another(options)
                            .say("Any number that neither the server nor any replica or other reader of it has."));
        }
        return Finding.ok("the server is %d, this source reads as %d".formatted(facts.serverId(), options.serverId()));
    }

    private Finding format(ServerFacts facts) {
        String format = facts.variables().text("binlog_format");
        if (facts.variables().is("binlog_format", "ROW")) {
            return Finding.ok("binlog_format = ROW");
        }
        if (!options.binlogFormatCheck()) {
            return Finding.ok("binlog_format = %s, and %s is false: only what is logged as rows is captured"
                    .formatted(format, options.key("binlog-format-check")));
        }
        throw refused(
                facts,
                "has binlog_format = %s, expected ROW: changes that are logged as statements cannot be captured"
                        .formatted(format),
                Remedies.format(facts.flavor())
                        .say("(%s: false reads what is logged as rows nevertheless.)"
                                .formatted(options.key("binlog-format-check"))));
    }

    private Finding json(ServerFacts facts) {
        String json = facts.variables().text("binlog_row_value_options");
        if (json != null && json.toUpperCase(Locale.ROOT).contains("PARTIAL_JSON")) {
            throw refused(
                    facts,
                    "has binlog_row_value_options = PARTIAL_JSON: updates of JSON documents are logged in part only",
                    Remedies.persistent(facts.flavor(), "binlog_row_value_options", "''"));
        }
        return Finding.ok("JSON documents are logged as a whole");
    }

    private Finding gtidMode(ServerFacts facts) {
        if (Boolean.TRUE.equals(options.gtidModeEnabled()) && !facts.hasGtids()) {
            throw refused(
                    facts,
                    "has gtid_mode = %s, expected ON, since %s is true"
                            .formatted(facts.variables().text("gtid_mode"), options.key("gtid-mode-enabled")),
                    Remedies.gtids().say("Or remove " + options.key("gtid-mode-enabled")));
        }
        return Finding.ok(
                facts.hasGtids() ? "transactions have GTIDs" : "without GTIDs, a failover loses the position");
    }

    private Finding rowImage(ServerFacts facts) {
        String image = facts.variables().text("binlog_row_image");
        return "FULL".equalsIgnoreCase(image)
                ? Finding.ok("binlog_row_image = FULL")
                : Finding.warning(
                        "binlog_row_image is %s on %s: columns that a change does not need are absent from its rows"
                                .formatted(image, options.target()),
                        Remedies.rowImage(facts.flavor()));
    }

    private Finding replicaUpdates(ServerFacts facts) {
        String replicated = facts.variables().text("gtid_slave_pos");
        boolean silent = replicated != null
                && !replicated.isBlank()
                && !facts.variables().isOn("log_slave_updates")
                && !facts.variables().isOn("log_replica_updates");
        return silent
                ? Finding.warning(
                        "%s is or was a replica and has log_slave_updates = OFF: what it replicates is not in its binlog and is not captured"
                                .formatted(options.target()),
                        Remedy.file("my.cnf, section [mariadb]", "log_slave_updates = ON")
                                .thenRestart())
                : Finding.ok("no changes of a replica are missing");
    }

    private SourceException refused(ServerFacts facts, String found, Remedy remedy) {
        return SourceException.configuration("%s (%s) %s".formatted(options.target(), facts.version(), found), remedy);
    }
}
