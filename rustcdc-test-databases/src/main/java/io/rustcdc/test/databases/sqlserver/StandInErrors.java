package io.rustcdc.test.databases.sqlserver;

import java.sql.SQLException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Errors with the numbers and states that SQL Server and its driver give them. */
final class StandInErrors {

    /** How functions of the stand-in, which H2 runs, hand a number through. */
    private static final Pattern NUMBERED = Pattern.compile("SQL Server error (\\d+): ([^\\n\"]*)");

    private static final int TABLE_NOT_FOUND = 42102;
    private static final int TABLE_NOT_FOUND_WITH_CANDIDATES = 42103;
    private static final int TABLE_NOT_FOUND_EMPTY = 42104;
    private static final int SCHEMA_NOT_FOUND = 90079;
    private static final int FUNCTION_NOT_FOUND = 90022;
    private static final int COLUMN_NOT_FOUND = 42122;
    private static final int DUPLICATE_KEY = 23505;
    private static final int DEADLOCK = 40001;
    private static final int RIGHT_MISSING = 90096;
    private static final int CONNECTION_BROKEN = 90067;
    private static final int DATABASE_CLOSED = 90098;
    private static final int OBJECT_CLOSED = 90007;
    private static final int SESSION_ABORTED = 90135;
    private static final int LOCK_TIMEOUT = 50200;

    private StandInErrors() {}

    static SQLException of(SQLException failure) {
        Matcher numbered = NUMBERED.matcher(String.valueOf(failure.getMessage()));
        if (numbered.find()) {
            return with(failure, numbered.group(2), "S0001", Integer.parseInt(numbered.group(1)));
        }
        return switch (failure.getErrorCode()) {
            case TABLE_NOT_FOUND, TABLE_NOT_FOUND_WITH_CANDIDATES, TABLE_NOT_FOUND_EMPTY, SCHEMA_NOT_FOUND ->
                with(failure, "S0002", 208);
            case FUNCTION_NOT_FOUND -> with(failure, "S0010", 195);
            case COLUMN_NOT_FOUND -> with(failure, "S0001", 207);
            case DUPLICATE_KEY -> with(failure, "23000", 2627);
            case DEADLOCK -> with(failure, "40001", 1205);
            case RIGHT_MISSING -> with(failure, "S0005", 229);
            case LOCK_TIMEOUT -> with(failure, "S0051", 1222);
            // The driver has no number for these.
            case CONNECTION_BROKEN, DATABASE_CLOSED, OBJECT_CLOSED, SESSION_ABORTED -> with(failure, "08S01", 0);
            default -> failure;
        };
    }

    /** An error to be thrown in a function that H2 runs. */
    static SQLException numbered(int number, String message) {
        return new SQLException("SQL Server error " + number + ": " + message, "S0001", number);
    }

    private static SQLException with(SQLException cause, String state, int number) {
        return with(cause, String.valueOf(cause.getMessage()), state, number);
    }

    private static SQLException with(SQLException cause, String message, String state, int number) {
        return new SQLException(message, state, number, cause);
    }
}
