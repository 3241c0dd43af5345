package io.rustcdc.source.sqlserver;

import io.rustcdc.event.FailureKind;
import io.rustcdc.event.TableId;
import io.rustcdc.source.SourceException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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

    void check(ServerFacts facts) {
        if (facts.majorVersion() < SQL_SERVER_2016) {
            throw SourceException.configuration(
                    "%s has version %s, expected SQL Server 2016 (13) or later"
                            .formatted(options.target(), facts.version()),
                    "Upgrade the server");
        }
        if (options.cdcEnabled() && !facts.cdcEnabled()) {
            throw SourceException.configuration(
                    "Change data capture is not enabled in the database of %s".formatted(options.target()),
                    Remedies.enableDatabase(options.database()));
        }
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

    /** @param rows whether the rows that exist are to be read, too */
    void requireRights(List<CaptureInstance> wanted, List<Rights> rights, boolean rows) {
        List<String> names = wanted.stream().map(CaptureInstance::name).toList();
        for (Rights right : rights) {
            TableId table = right.table();
            if (table == null) {
                logger.warn(
                        "Source '{}': the user may not know which table the capture instance '{}' belongs to, so it is not captured. Grant SELECT on the table",
                        options.sourceName(),
                        right.instance());
            } else if (names.contains(right.instance())) {
                if (!right.changes()) {
                    throw SourceException.configuration(
                            "The user must not read the changes of '%s' on %s (change table of '%s')"
                                    .formatted(table, options.target(), right.instance()),
                            errors.grants());
                }
                if (rows && !right.rows()) {
                    throw SourceException.configuration(
                            "The user must not read the rows of '%s' on %s, which %s asks for"
                                    .formatted(table, options.target(), options.key("snapshot.mode")),
                            errors.grantRows(table));
                }
            }
        }
    }

    /** Sees to the trigger for TRUNCATE, and says what it can do. */
    void prepareTruncate(Connection connection) throws SQLException {
        if (!options.captureTruncateEvents()) {
            return;
        }
        boolean mayCreate;
        boolean installed;
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(SqlServerSql.TRUNCATE_TRIGGER)) {
            row.next();
            mayCreate = row.getInt("may_create") == 1;
            installed = row.getInt("installed") > 0;
        }
        if (!installed) {
            createTrigger(connection, mayCreate);
        }
        if (!toldTruncate) {
            toldTruncate = true;
            logger.warn(
                    "Source '{}': {} is true and the DDL trigger rustcdc_truncate_capture is in place, but no TRUNCATE event will come: SQL Server refuses TRUNCATE TABLE on a captured table (error 4711), and has no DDL event for it. Who disables capture to truncate, and enables it again, makes a gap that this source reports",
                    options.sourceName(),
                    options.key("capture-truncate-events"));
        }
    }

    private void createTrigger(Connection connection, boolean mayCreate) throws SQLException {
        String action =
                "As a member of db_owner: GRANT ALTER ANY DATABASE DDL TRIGGER TO <user>; <user> is the one of %s. Or set %s: false, which loses nothing, since SQL Server refuses TRUNCATE TABLE on a captured table"
                        .formatted(options.key("user"), options.key("capture-truncate-events"));
        if (!mayCreate) {
            throw SourceException.configuration(
                    "%s is true, but the user must not create the DDL trigger rustcdc_truncate_capture on %s"
                            .formatted(options.key("capture-truncate-events"), options.target()),
                    action);
        }
        try (Statement statement = connection.createStatement()) {
            statement.execute(SqlServerSql.CREATE_TRUNCATE_TRIGGER);
        } catch (SQLException e) {
            SourceException failure = errors.failed("create the DDL trigger rustcdc_truncate_capture", e);
            throw failure.kind() == FailureKind.TRANSIENT && e.getErrorCode() == 0
                    ? failure
                    : SqlServerErrors.configuration(failure.description(), action, e);
        }
    }
}
