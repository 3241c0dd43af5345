package io.rustcdc.source.sqlserver;

import io.rustcdc.event.FailureKind;
import io.rustcdc.event.Remedy;
import io.rustcdc.event.TableId;
import io.rustcdc.source.SourceException;
import io.rustcdc.source.internal.Checklist;
import io.rustcdc.source.internal.Checklist.Finding;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Checks at a start what the source needs of the server, and names what mends it. */
final class ServerChecks {

    private static final Logger logger = LoggerFactory.getLogger(ServerChecks.class);

    private static final int SQL_SERVER_2016 = 13;

    private final SqlServerOptions options;
    private final SqlServerErrors errors;
    private final SqlServerSql sql;
    private volatile boolean toldTruncate;

    ServerChecks(SqlServerOptions options, SqlServerErrors errors, SqlServerSql sql) {
        this.options = options;
        this.errors = errors;
        this.sql = sql;
    }

    /** What the user may read of one instance. */
    record Rights(String instance, @Nullable TableId table, boolean changes, boolean rows) {}

    void check(Checklist checks, ServerFacts facts) throws SQLException {
        checks.check(SqlServerCheck.VERSION, () -> version(facts));
        checks.check(SqlServerCheck.CDC_ENABLED, () -> enabled(facts));
    }

    private Finding version(ServerFacts facts) {
        if (facts.majorVersion() < SQL_SERVER_2016) {
            throw SourceException.configuration(
                    "%s has version %s, expected SQL Server 2016 (13) or later"
                            .formatted(options.target(), facts.version()),
                    "Upgrade the server");
        }
        return Finding.ok("version " + facts.version());
    }

    private Finding enabled(ServerFacts facts) {
        if (options.cdcEnabled() && !facts.cdcEnabled()) {
            throw SourceException.configuration(
                    "Change data capture is not enabled in the database of %s".formatted(options.target()),
                    Remedies.enableDatabase(options.database()));
        }
        return Finding.ok("database '%s' is enabled for change data capture".formatted(options.database()));
    }

    Map<TableId, Boolean> tables(Connection connection) throws SQLException {
        Map<TableId, Boolean> tables = new LinkedHashMap<>();
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(SqlServerSql.TABLES)) {
            while (row.next()) {
                tables.put(
                        new TableId(row.getString("table_schema"), row.getString("table_name")),
                        row.getBoolean("is_tracked_by_cdc"));
            }
        }
        return tables;
    }

    List<Rights> rights(Connection connection) throws SQLException {
        List<Rights> rights = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql.readRights())) {
            while (row.next()) {
                String table = row.getString("source_table");
                rights.add(new Rights(
                        row.getString("capture_instance"),
                        table == null ? null : new TableId(row.getString("source_schema"), table),
                        row.getInt("reads_changes") == 1,
                        row.getInt("reads_rows") == 1));
            }
        }
        return rights;
    }

    /**
     * What the user may read of the wanted instances.
     *
     * @param rows whether the rows that exist are to be read, too
     */
    void requireRights(
            Checklist checks, List<CaptureInstance> wanted, List<Rights> rights, ServerFacts facts, boolean rows)
            throws SQLException {
        List<String> names = wanted.stream().map(CaptureInstance::name).toList();
        List<Rights> ours = rights.stream()
                .filter(right -> right.table() != null && names.contains(right.instance()))
                .toList();
        checks.check(SqlServerCheck.CHANGE_RIGHTS, () -> changes(rights, ours, facts));
        if (rows) {
            checks.check(SqlServerCheck.READ_RIGHTS, () -> rows(ours, facts));
        }
    }

    private Finding changes(List<Rights> all, List<Rights> ours, ServerFacts facts) {
        for (Rights right : ours) {
            if (!right.changes()) {
                throw SourceException.configuration(
                        "The user must not read the changes of '%s' on %s (change table of '%s')"
                                .formatted(right.table(), options.target(), right.instance()),
                        Remedies.readChanges(options.cdcSchema(), SqlServerSql.quoted(facts.user())));
            }
        }
        List<String> unknown = all.stream()
                .filter(right -> right.table() == null)
                .map(Rights::instance)
                .toList();
        return unknown.isEmpty()
                ? Finding.ok("user '%s' may read the change tables".formatted(facts.user()))
                : Finding.warning(
                        "The user may not know which tables the capture instances %s belong to, so they are not captured"
                                .formatted(unknown),
                        Remedy.words("Grant SELECT on the tables"));
    }

    private Finding rows(List<Rights> ours, ServerFacts facts) {
        for (Rights right : ours) {
            if (!right.rows()) {
                throw SourceException.configuration(
                        "The user must not read the rows of '%s' on %s, which %s asks for"
                                .formatted(right.table(), options.target(), options.key("snapshot.mode")),
                        Remedies.readRows(Objects.requireNonNull(right.table()), SqlServerSql.quoted(facts.user())));
            }
        }
        return Finding.ok("user '%s' may read the rows".formatted(facts.user()));
    }

    /**
     * The trigger for TRUNCATE.
     *
     * @param mayCreate whether the user may create it
     * @param installed whether it is there
     */
    record Trigger(boolean mayCreate, boolean installed) {

        static Trigger of(Connection connection) throws SQLException {
            try (Statement statement = connection.createStatement();
                    ResultSet row = statement.executeQuery(SqlServerSql.TRUNCATE_TRIGGER)) {
                row.next();
                return new Trigger(row.getInt("may_create") == 1, row.getInt("installed") > 0);
            }
        }
    }

    Finding trigger(Trigger trigger, ServerFacts facts) {
        if (!trigger.installed() && !trigger.mayCreate()) {
            throw SourceException.configuration(
                    "%s is true, but the user must not create the DDL trigger rustcdc_truncate_capture on %s"
                            .formatted(options.key("capture-truncate-events"), options.target()),
                    triggerRemedy(facts));
        }
        return Finding.ok(
                trigger.installed()
                        ? "the DDL trigger rustcdc_truncate_capture is there"
                        : "a start creates the DDL trigger rustcdc_truncate_capture");
    }

    private Remedy triggerRemedy(ServerFacts facts) {
        return Remedies.createTrigger(SqlServerSql.quoted(facts.user()))
                .say(
                        "Or set %s: false, which loses nothing, since SQL Server refuses TRUNCATE TABLE on a captured table"
                                .formatted(options.key("capture-truncate-events")));
    }

    /** Sees to the trigger for TRUNCATE, and says what it can do. */
    void prepareTruncate(Checklist checks, Connection connection, ServerFacts facts) throws SQLException {
        if (!options.captureTruncateEvents()) {
            return;
        }
        Trigger trigger = Trigger.of(connection);
        checks.check(SqlServerCheck.TRUNCATE_TRIGGER, () -> trigger(trigger, facts));
        if (!trigger.installed()) {
            createTrigger(connection, facts);
        }
        if (!toldTruncate) {
            toldTruncate = true;
            logger.warn(
                    "Source '{}': {} is true and the DDL trigger rustcdc_truncate_capture is in place, but no TRUNCATE event will come: SQL Server refuses TRUNCATE TABLE on a captured table (error 4711), and has no DDL event for it. Who disables capture to truncate, and enables it again, makes a gap that this source reports",
                    options.sourceName(),
                    options.key("capture-truncate-events"));
        }
    }

    private void createTrigger(Connection connection, ServerFacts facts) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(SqlServerSql.CREATE_TRUNCATE_TRIGGER);
        } catch (SQLException e) {
            SourceException failure = errors.failed("create the DDL trigger rustcdc_truncate_capture", e);
            throw failure.kind() == FailureKind.TRANSIENT && e.getErrorCode() == 0
                    ? failure
                    : SourceException.of(FailureKind.CONFIGURATION, failure.description(), triggerRemedy(facts), e);
        }
    }
}
