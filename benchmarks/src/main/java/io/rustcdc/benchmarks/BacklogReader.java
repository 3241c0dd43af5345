package io.rustcdc.benchmarks;

import java.sql.SQLException;

/** Reads a backlog in one of the compared ways. */
interface BacklogReader extends AutoCloseable {

    /** Begins the measurement, connects, reads, counts each row; returns at the last one, with the connection open. */
    void read(Measurement measurement) throws Exception;

    /** Ends the connection. */
    @Override
    void close() throws SQLException;
}
