package io.rustcdc.chaos;

import io.rustcdc.source.SourceArguments;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;

/** A server of its own with tables that are written and captured, an audit of what was committed, and faults. */
interface ChaosDatabase extends AutoCloseable {

    /** The captured tables, as they are reached through a port. */
    SourceArguments source(int port);

    int port();

    /** The captured tables. */
    List<String> tables();

    ChaosWriter writer(int number, long seed, BooleanSupplier writing);

    /** One row with a negative key in each table, after all the others: when it has arrived, everything has. */
    void mark();

    /** The rows of a table as they are, by their keys, as {@link Digest} writes them. */
    Map<String, String> rows(String table);

    /** Whether a repeated change can be applied by its row write alone. */
    boolean isRepeatable(String table);

    /** What was committed until now. */
    Audit audit();

    /** Ends the session that sends the log to the consumer. */
    void killReader();

    /** Begins a new file of the log. */
    void rotateLog();

    /** Kills the server and starts it again. */
    void killServer();

    @Override
    void close();
}
