package io.rustcdc.source.mysql;

import io.rustcdc.event.FailureKind;
import io.rustcdc.event.TableId;
import io.rustcdc.source.SourceException;
import io.rustcdc.source.TableGoneException;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** Tells what it means that rows cannot be read, by the server's error numbers. */
final class ReadErrors {

    private static final int NO_SUCH_DATABASE = 1049;
    private static final int NO_SUCH_TABLE = 1146;
    private static final int SELECT_DENIED = 1142;
    private static final int COLUMN_DENIED = 1143;
    private static final int DATABASE_DENIED = 1044;

    private final MySqlOptions options;
    private final MySqlErrors errors;

    ReadErrors(MySqlOptions options, MySqlErrors errors) {
        this.options = options;
        this.errors = errors;
    }

    /** Nothing could be read at all. */
    SourceException failed(SQLException e) {
        return errors.failed("read rows", e);
    }

    /** @param condition under which the rows were being read; null for none */
    RuntimeException failed(TableId table, @Nullable String condition, SQLException e) {
        switch (e.getErrorCode()) {
            case NO_SUCH_TABLE, NO_SUCH_DATABASE -> {
                if (condition == null) {
                    return new TableGoneException(table, "does not exist any more");
                }
            }
            case SELECT_DENIED, COLUMN_DENIED, DATABASE_DENIED -> {
                if (condition == null) {
                    return unreadable(table, e);
                }
            }
            default -> {}
        }
        if (condition != null && isAboutCondition(e)) {
            // Saved with the request, so a failure of the source would outlast every restart.
            return new TableGoneException(table, "cannot be read under its condition: %s".formatted(withoutValues(e)));
        }
        return errors.failed("read the rows of '%s'".formatted(table), e);
    }

    private SourceException unreadable(TableId table, SQLException e) {
        return new SourceException(
                FailureKind.CONFIGURATION,
                "Cannot read the rows of '%s' on %s (error %d)".formatted(table, options.target(), e.getErrorCode()),
                "GRANT SELECT ON %s TO <user>; <user> is the one of %s"
                        .formatted(ReadableTable.quoted(table), options.key("user")),
                e);
    }

    /** Syntax, names, rights and values; the last line are those that have no state of their own. */
    private static boolean isAboutCondition(SQLException e) {
        String state = String.valueOf(e.getSQLState());
        return state.startsWith("42")
                || state.startsWith("22")
                || state.startsWith("21")
                || switch (e.getErrorCode()) {
                    case 1111, 1267, 1270, 1271, 1525, 1582, 1584 -> true;
                    default -> false;
                };
    }

    /** What the server says of a value holds the value. */
    private static String withoutValues(SQLException e) {
        String state = String.valueOf(e.getSQLState());
        String first = MySqlErrors.text(e).lines().findFirst().orElse("");
        boolean aboutNames = state.startsWith("42") || state.startsWith("21");
        return aboutNames
                ? "%s (error %d)".formatted(first, e.getErrorCode())
                : "a value of the table does not fit it (error %d)".formatted(e.getErrorCode());
    }
}
