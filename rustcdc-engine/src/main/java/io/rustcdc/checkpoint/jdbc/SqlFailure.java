package io.rustcdc.checkpoint.jdbc;

import io.rustcdc.checkpoint.CheckpointException;
import io.rustcdc.deadletter.DeadLetterException;
import io.rustcdc.event.FailureKind;
import java.sql.SQLException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a database's refusal means for a checkpoint. The messages of drivers hold no passwords, but may hold values: not ours. */
final class SqlFailure {

    /** PostgreSQL, MySQL and MariaDB, SQL Server (by its code), H2. */
    private static final Set<String> NO_TABLE = Set.of("42P01", "42S02", "42S03", "42S04", "3F000");

    private static final Set<String> DENIED = Set.of("42501", "90096");
    private static final Set<Integer> MYSQL_DENIED = Set.of(1142, 1143, 1044);
    private static final Set<Integer> SQLSERVER_NO_TABLE = Set.of(208);
    private static final Set<Integer> SQLSERVER_DENIED = Set.of(229, 230);

    private SqlFailure() {}

    /**
     * @param what that has failed, such as "The checkpoint of source 'shop' could not be saved in table 'rustcdc_checkpoint'"
     */
    static CheckpointException of(String what, SQLException e, JdbcOptions options) {
        Meaning meaning = meaning(what, e, options);
        return new CheckpointException(meaning.kind, meaning.message, meaning.action, e);
    }

    /** The same where it is dead letters that are in the table. */
    static DeadLetterException ofDeadLetters(String what, SQLException e, JdbcOptions options) {
        if (state(e).startsWith("22")) {
            return new DeadLetterException(
                    FailureKind.TERMINAL,
                    "%s: %s".formatted(what, e.getMessage()),
                    "The database does not take what is to be kept, and would not the next time. Mend the listener, or leave the table of this change out.",
                    e);
        }
        Meaning meaning = meaning(what, e, options);
        return new DeadLetterException(meaning.kind, meaning.message, meaning.action, e);
    }

    private record Meaning(FailureKind kind, String message, String action) {}

    private static Meaning meaning(String what, SQLException e, JdbcOptions options) {
        String found = "%s: %s".formatted(what, e.getMessage());
        if (isDenied(e)) {
            return new Meaning(
                    FailureKind.CONFIGURATION,
                    found,
                    "Grant the user of the data source SELECT, INSERT, UPDATE and DELETE on the tables %s, %s, %s and %s."
                            .formatted(
                                    options.checkpointTable(),
                                    options.leaseTable(),
                                    options.archiveTable(),
                                    options.deadLetterTable()));
        }
        if (isNoTable(e)) {
            return new Meaning(
                    FailureKind.CONFIGURATION,
                    found,
                    "The tables %s* are missing. Create them with the scripts in io/rustcdc/checkpoint/jdbc of the rustcdc-engine jar; with Spring Boot, let Flyway do it, or set rustcdc.checkpoint.jdbc.initialize-schema to always."
                            .formatted(options.tablePrefix()));
        }
        return new Meaning(
                FailureKind.TRANSIENT, found, "Check the database that holds the checkpoints. It is tried again.");
    }

    static boolean isDuplicate(SQLException e) {
        String state = e.getSQLState();
        return state != null && state.startsWith("23");
    }

    private static boolean isDenied(SQLException e) {
        return DENIED.contains(state(e))
                || MYSQL_DENIED.contains(e.getErrorCode())
                || SQLSERVER_DENIED.contains(e.getErrorCode());
    }

    private static boolean isNoTable(SQLException e) {
        return NO_TABLE.contains(state(e)) || SQLSERVER_NO_TABLE.contains(e.getErrorCode());
    }

    private static String state(SQLException e) {
        @Nullable String state = e.getSQLState();
        return state == null ? "" : state;
    }
}
