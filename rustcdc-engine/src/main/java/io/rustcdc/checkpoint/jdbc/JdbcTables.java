package io.rustcdc.checkpoint.jdbc;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import javax.sql.DataSource;

/**
 * The tables that {@link JdbcCheckpoints} and {@link JdbcDeadLetters} need. There is one set of scripts for each database, named as Flyway wants them.
 * Each of them can be run again and does nothing then, so tables of an older version become those of this one by
 * running all of them, in order.
 */
public final class JdbcTables {

    /** What the scripts have in place of {@link JdbcOptions#tablePrefix()}, as Flyway's placeholder {@code prefix}. */
    public static final String PREFIX_PLACEHOLDER = "${prefix}";

    private static final String ROOT = "io/rustcdc/checkpoint/jdbc/";

    private static final List<String> SCRIPTS =
            List.of("V1__checkpoint_and_lease.sql", "V2__checkpoint_archive.sql", "V3__dead_letter.sql");

    private JdbcTables() {}

    /**
     * The folder on the class path with the scripts for the database behind the connection.
     *
     * @throws io.rustcdc.checkpoint.CheckpointException CONFIGURATION if it is of a kind for which there are none
     */
    public static String folder(Connection connection) throws SQLException {
        return ROOT + Dialect.of(connection).folder();
    }

    /** The scripts of such a folder on the class path, in the order in which they are to be run. */
    public static List<String> scripts(String folder) {
        return SCRIPTS.stream().map(name -> folder + "/" + name).toList();
    }

    /** The statements of a script, in order, with this prefix. */
    public static List<String> statements(String script, String tablePrefix) {
        try (InputStream in = JdbcTables.class.getClassLoader().getResourceAsStream(script)) {
            if (in == null) {
                throw new IllegalArgumentException("There is no script '%s' on the class path".formatted(script));
            }
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            return List.of(text.replace(PREFIX_PLACEHOLDER, tablePrefix).split(";\\s*(\\R|$)")).stream()
                    .map(String::strip)
                    .filter(statement -> !statement.isEmpty())
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Creates what is missing and brings what is older up to this version. */
    public static void create(DataSource dataSource, JdbcOptions options) throws SQLException {
        try (Connection connection = dataSource.getConnection()) {
            for (String script : scripts(folder(connection))) {
                for (String statement : statements(script, options.tablePrefix())) {
                    Statements.execute(connection, statement);
                }
            }
            if (!connection.getAutoCommit()) {
                connection.commit();
            }
        }
    }
}
