package io.rustcdc.test.databases;

import static org.awaitility.Awaitility.await;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/** One database of a {@link PostgresServer}, with short cuts for tests. Each call uses a connection of its own. */
public final class PostgresDatabase implements AutoCloseable {

    private final PostgresServer server;
    private final String name;

    PostgresDatabase(PostgresServer server, String name) {
        this.server = server;
        this.name = name;
    }

    public PostgresServer server() {
        return server;
    }

    public String name() {
        return name;
    }

    public String jdbcUrl() {
        return "jdbc:postgresql://" + server.host() + ":" + server.port() + "/" + name;
    }

    /** A connection of the superuser. */
    public Connection connect() {
        return connect(PostgresServer.SUPERUSER, "");
    }

    public Connection connect(String user, String password) {
        Properties properties = new Properties();
        properties.setProperty("user", user);
        properties.setProperty("password", password);
        try {
            return server.connect(name, properties);
        } catch (SQLException e) {
            throw new IllegalStateException("Cannot connect to " + jdbcUrl() + " as " + user, e);
        }
    }

    /** Runs statements as the superuser, each in a transaction of its own; one text may hold several in one. */
    public void sql(String... statements) {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        } catch (SQLException e) {
            throw new IllegalStateException("Failed: " + String.join("; ", statements), e);
        }
    }

    /** Runs statements as the superuser in one transaction. */
    public void transaction(String... statements) {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            for (String sql : statements) {
                statement.execute(sql);
            }
            connection.commit();
        } catch (SQLException e) {
            throw new IllegalStateException("Failed: " + String.join("; ", statements), e);
        }
    }

    /** All rows of a query, each value as the driver gives it. */
    public List<List<@Nullable Object>> query(String sql) {
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            List<List<@Nullable Object>> rows = new ArrayList<>();
            int columns = result.getMetaData().getColumnCount();
            while (result.next()) {
                List<@Nullable Object> row = new ArrayList<>(columns);
                for (int column = 1; column <= columns; column++) {
                    row.add(result.getObject(column));
                }
                rows.add(Collections.unmodifiableList(row));
            }
            return rows;
        } catch (SQLException e) {
            throw new IllegalStateException("Failed: " + sql, e);
        }
    }

    /** The first column of the first row as text; null where it is NULL or there is no row. */
    public @Nullable String value(String sql) {
        List<List<@Nullable Object>> rows = query(sql);
        if (rows.isEmpty()) {
            return null;
        }
        Object value = rows.get(0).get(0);
        return value == null ? null : value.toString();
    }

    /** Drops a slot once its last reader has let go of it, which may be a moment after that was closed. */
    public void dropSlot(String slot) {
        await().until(() -> query(
                        "SELECT 1 FROM pg_replication_slots WHERE active AND slot_name = '%s'".formatted(slot))
                .isEmpty());
        sql("SELECT pg_drop_replication_slot('%s')".formatted(slot));
    }

    /** Ends the sessions in this database, walsenders included, drops its replication slots and the database. */
    @Override
    public void close() {
        PostgresDatabase admin = server.database("postgres");
        admin.sql("""
                DO $$DECLARE slot record;
                BEGIN
                  FOR slot IN SELECT slot_name, active_pid FROM pg_replication_slots WHERE database = '%1$s' LOOP
                    IF slot.active_pid IS NOT NULL THEN PERFORM pg_terminate_backend(slot.active_pid, 10000); END IF;
                    PERFORM pg_drop_replication_slot(slot.slot_name);
                  END LOOP;
                END$$
                """.formatted(name));
        admin.sql("DROP DATABASE IF EXISTS " + name + " WITH (FORCE)");
    }
}
