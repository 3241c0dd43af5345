package io.rustcdc.test.databases.sqlserver;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** What a server tells of itself, and of what its user may do. */
final class StandInServerFacts {

    static final int DATABASE_ID = 5;

    private static final Map<String, StandInServerFacts> byDatabase = new ConcurrentHashMap<>();

    private final SqlServerStandIn database;
    private final Map<String, String> properties = new ConcurrentHashMap<>(
            Map.of("PRODUCTMAJORVERSION", "16", "PRODUCTVERSION", "16.0.4165.4", "EDITION", "Stand-in"));

    /** What the user may not do: names of rights, and names of tables that must not be read. */
    private final Set<String> denied = ConcurrentHashMap.newKeySet();

    StandInServerFacts(SqlServerStandIn database) {
        this.database = database;
        byDatabase.put(database.name(), this);
    }

    static StandInServerFacts of(String database) {
        StandInServerFacts facts = byDatabase.get(database);
        if (facts == null) {
            throw new IllegalStateException("There is no stand-in for SQL Server with the database " + database);
        }
        return facts;
    }

    static void forget(String database) {
        byDatabase.remove(database);
    }

    Instant now() {
        return database.now();
    }

    LocalDateTime local(Instant time) {
        return database.local(time);
    }

    @Nullable
    String property(String name) {
        return properties.get(name.toUpperCase(Locale.ROOT));
    }

    void property(String name, String value) {
        properties.put(name.toUpperCase(Locale.ROOT), value);
    }

    void deny(String right) {
        denied.add(right);
    }

    void grant(String right) {
        denied.remove(right);
    }

    boolean isDenied(String right) {
        return denied.contains(right);
    }

    /** Refuses a statement that reads what the user may not read. */
    void requireRight(String sql) throws SQLException {
        for (String right : denied) {
            if (right.equals("VIEW SERVER STATE") && sql.contains("sys.dm_")) {
                throw StandInErrors.of(StandInErrors.numbered(
                        300, "VIEW SERVER STATE permission was denied on object 'server', database 'master'."));
            }
            String name = right.substring(right.indexOf('.') + 1);
            if (right.contains(".") && (sql.contains("[" + name + "]") || sql.contains(right))) {
                throw StandInErrors.of(StandInErrors.numbered(
                        229, "The SELECT permission was denied on the object '%s'.".formatted(name)));
            }
        }
    }

    @Nullable
    Integer permission(@Nullable String securable, String type, String permission) {
        if (securable == null) {
            return null;
        }
        String name = securable.replace("[", "").replace("]", "");
        return isDenied(type.equals("DATABASE") ? permission : name) ? 0 : 1;
    }

    void describe(Connection connection) throws SQLException {
        StandInCatalog.run(
                connection,
                "INSERT INTO sys.databases VALUES (?, ?, TRUE, 1, 'ON', FALSE, 'FULL', 150, LOCALTIMESTAMP, ?,"
                        + " 'SQL_Latin1_General_CP1_CI_AS')",
                DATABASE_ID,
                database.name(),
                UUID.randomUUID());
        StandInCatalog.run(connection, "INSERT INTO sys.schemas VALUES (1, 'dbo'), (4, 'sys'), (5, 'cdc')");
        for (Map.Entry<String, Integer> type : StandInType.IDS.entrySet()) {
            StandInCatalog.run(
                    connection,
                    "INSERT INTO sys.types VALUES (?, ?, ?, 4, FALSE)",
                    type.getKey(),
                    type.getValue(),
                    type.getValue());
        }
        StandInCatalog.run(
                connection,
                "INSERT INTO sys.dm_server_services VALUES ('SQL Server (MSSQLSERVER)', 2, 'Automatic', 4, 'Running',"
                        + " 1), ('SQL Server Agent (MSSQLSERVER)', 2, 'Automatic', 4, 'Running', 2)");
        StandInCatalog.run(
                connection,
                "INSERT INTO \"msdb.dbo\".cdc_jobs VALUES (?, 'capture', ?, 500, 10, TRUE, 5, 0, 0), (?, 'cleanup', ?,"
                        + " 0, 0, FALSE, 0, 4320, 5000)",
                DATABASE_ID,
                UUID.randomUUID(),
                DATABASE_ID,
                UUID.randomUUID());
    }
}
