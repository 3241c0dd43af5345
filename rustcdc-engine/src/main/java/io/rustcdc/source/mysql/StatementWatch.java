package io.rustcdc.source.mysql;

import io.rustcdc.source.SourceException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Judges what else the log has than rows, so that no change of a captured table is passed over in silence: it is either harmless, or
 * worth a warning, or ends the stream with what to do.
 */
final class StatementWatch {

    private static final Logger logger = LoggerFactory.getLogger(StatementWatch.class);

    private final MySqlOptions options;
    private final WantedTables wanted;

    StatementWatch(MySqlOptions options, WantedTables wanted) {
        this.options = options;
        this.wanted = wanted;
    }

    /** An event that neither has rows nor begins or ends anything. */
    void other(BinlogEvent event, @Nullable BinlogPosition position) {
        switch (event.type()) {
            case EventType.FORMAT_DESCRIPTION,
                    EventType.PREVIOUS_GTIDS,
                    EventType.STOP,
                    EventType.INTVAR,
                    EventType.RAND,
                    EventType.USER_VAR,
                    EventType.ROWS_QUERY,
                    EventType.IGNORABLE,
                    EventType.HEARTBEAT_V2,
                    EventType.TRANSACTION_CONTEXT,
                    EventType.VIEW_CHANGE,
                    EventType.MARIADB_ANNOTATE_ROWS,
                    EventType.MARIADB_BINLOG_CHECKPOINT,
                    EventType.MARIADB_GTID_LIST,
                    EventType.MARIADB_START_ENCRYPTION -> {}
            case EventType.INCIDENT ->
                throw stopped(
                        "an incident: the server has lost events that should stand here",
                        position,
                        "Look at the server's error log. What is missing can be had by reading the rows again.");
            case EventType.PARTIAL_UPDATE_ROWS ->
                throw stopped(
                        "an update that has only parts of a JSON document",
                        position,
                        "On the server: SET PERSIST binlog_row_value_options = ''; and have sessions connect anew that set it themselves.");
            case EventType.GTID_TAGGED ->
                throw stopped(
                        "a transaction with a tagged GTID, which cannot be read yet",
                        position,
                        "Do not set gtid_next to AUTOMATIC:<tag> on the server.");
            case EventType.APPEND_BLOCK,
                    EventType.DELETE_FILE,
                    EventType.BEGIN_LOAD_QUERY,
                    EventType.EXECUTE_LOAD_QUERY -> throw asStatement("LOAD DATA", position);
            default -> unknown(event, position);
        }
    }

    private void unknown(BinlogEvent event, @Nullable BinlogPosition position) {
        if (!event.isIgnorable()) {
            throw stopped(
                    "an event of type %d, which is not known".formatted(event.type()),
                    position,
                    "Please report this with the server's version.");
        }
    }

    /** Rows were changed and the log has the statement in their place. */
    void loggedAsStatement(Statement statement, @Nullable BinlogPosition position) {
        if (statement.mayConcern(wanted)) {
            throw asStatement("a statement that changes rows", position);
        }
        logger.debug("A change was logged as a statement at {}; it names no captured table", position);
    }

    /** Definitions were changed; with a table or a partition rows go that the log does not show. */
    void defined(Statement statement) {
        if (statement.dropsRowsUnseen() && statement.mayConcern(wanted)) {
            logger.warn(
                    "Source '{}': rows went with a table or a partition, which the log does not show as deletes: {}",
                    options.sourceName(),
                    statement.sql());
        }
    }

    /** What was logged before in this transaction is taken back. */
    void takenBack(OpenTransaction open, @Nullable BinlogPosition position) {
        if (open.changes() > 0) {
            throw stopped(
                    "a rollback behind rows of the same transaction, which were delivered",
                    position,
                    "The transaction changed tables of an engine without transactions together with others. Look at the rows of both and mend what was copied.");
        }
    }

    /** An XA transaction is committed whose rows the log had before this stream began. */
    SourceException preparedBefore(Statement statement, @Nullable BinlogPosition position) {
        return stopped(
                "the commit of an XA transaction that was prepared before this source began to read (%s)"
                        .formatted(statement.sql()),
                position,
                "Its rows cannot be told from the log. Have the rows of the tables read again that it changed.");
    }

    private SourceException asStatement(String what, @Nullable BinlogPosition position) {
        return stopped(
                "%s: its rows are not in the log".formatted(what),
                position,
                "A session has another binlog_format than ROW. On the server: SET GLOBAL binlog_format = 'ROW'; and have such sessions connect anew. Have the rows of the tables read again that the statement changed.");
    }

    private SourceException stopped(String found, @Nullable BinlogPosition position, String action) {
        return SourceException.terminal(
                "The binlog of %s has, before %s, %s".formatted(options.target(), position, found),
                action
                        + " To go on behind it, reset the source: stop it, remove its checkpoint, start it; unless snapshot.mode is never, all rows are read again then.");
    }
}
