package io.rustcdc.source;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** One connection for reading rows. For one thread, except for {@link #cancel()}. */
public interface SnapshotReader extends AutoCloseable {

    /**
     * Reads the first rows of a range. Takes no lock that an application could notice, writes nothing, and leaves no
     * transaction open.
     *
     * @param condition an SQL condition over the table's columns that the rows must meet; null for none
     * @param limit the largest number of rows; fewer are read when they are large
     * @throws SourceException when the rows cannot be read; TERMINAL if they never will
     * @throws TableGoneException if the table does not exist any more
     */
    SnapshotChunk read(SnapshotTable table, KeyRange range, @Nullable String condition, int limit);

    /**
     * Reads all rows of a range in one transaction, in portions of at most {@code limit} rows which all carry the same
     * watermark. The first portion is handed over before any row is read, so that its watermark is known early; it is empty.
     *
     * @param portions takes each portion; may block, and ends the reading by returning false
     * @throws SourceException as for {@link #read}
     */
    void readThrough(SnapshotTable table, KeyRange range, @Nullable String condition, int limit, PortionSink portions);

    /**
     * The transactions of the server that have changed something and have not ended, so that rows which are read now may lack
     * what they did. None where the stream brings all changes of a table that has joined it, also those that a transaction had made
     * before.
     *
     * @throws SourceException when that cannot be known
     */
    default List<RunningTransaction> running() {
        return List.of();
    }

    /** Ends a running read with an exception. For any thread; does nothing when none runs. */
    void cancel();

    @Override
    void close();

    /** Takes the portions of a pass. */
    @FunctionalInterface
    interface PortionSink {

        /** Takes the next portion; false when no more are wanted. */
        boolean accept(SnapshotChunk portion);
    }
}
