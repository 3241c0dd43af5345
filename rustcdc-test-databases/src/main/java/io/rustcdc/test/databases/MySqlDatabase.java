package io.rustcdc.test.databases;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One database of a {@link MySqlServer}, with short cuts for tests. Each call uses a connection of its own. */
public final class MySqlDatabase implements AutoCloseable {

    private final MySqlServer server;
    private final String name;

    MySqlDatabase(MySqlServer server, String name) {
        this.server = server;
        this.name = name;
    }

    public MySqlServer server() {
        return server;
    }

    public String name() {
        return name;
    }

    public String jdbcUrl() {
        return "jdbc:mariadb://" + server.host() + ":" + server.port() + "/" + name;
    }

    /** A connection of the superuser. */
    public Connection connect() {
        return connect(MySqlServer.SUPERUSER, "");
    }

    public Connection connect(String user, String password) {
        return connect(user, password, Map.of());
    }

    /** A connection with properties of MariaDB Connector/J, such as {@code sslMode}. */
    public Connection connect(String user, String password, Map<String, String> properties) {
        try {
            return server.connect(name, user, password, properties);
        } catch (SQLException e) {
            throw new IllegalStateException("Cannot connect to " + jdbcUrl() + " as " + user, e);
        }
    }

    /** Runs statements as the superuser, each in a transaction of its own; one text may hold several. */
    public void sql(String... statements) {
        run(true, statements);
    }

    /** Runs statements as the superuser in one transaction. */
    public void transaction(String... statements) {
        run(false, statements);
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

    /** Ends the sessions in this database and drops it. */
    @Override
    public void close() {
        MySqlDatabase admin = server.database("mysql");
        for (List<@Nullable Object> session :
                admin.query("SELECT id FROM information_schema.processlist WHERE db = '" + name + "'")) {
            try {
                admin.sql("KILL " + session.get(0));
            } catch (IllegalStateException e) {
                // It ended by itself meanwhile; a session that holds a lock fails the next statement.
            }
        }
        admin.sql("SET lock_wait_timeout = 20", "DROP DATABASE IF EXISTS `" + name + "`");
    }

    private void run(boolean autoCommit, String... statements) {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(autoCommit);
            for (String sql : statements) {
                statement.execute(sql);
            }
            if (!autoCommit) {
                connection.commit();
            }
        } catch (SQLException e) {
            throw new IllegalStateException("Failed: " + String.join("; ", statements), e);
        }
    }
}
