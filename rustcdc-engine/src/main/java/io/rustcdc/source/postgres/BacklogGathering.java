package io.rustcdc.source.postgres;

import java.nio.ByteBuffer;
import java.util.concurrent.locks.LockSupport;

/**
 * Lets data gather in the socket for a moment before it is read, while there is a backlog.
 *
 * <p>A walsender sends each row by itself. A reader that waits in the socket is woken by each of them, which costs the
 * walsender about as much again as the row, and both sides a change of context; a reader that looks after a moment finds
 * hundreds of rows and disturbed nobody. That is worth a delay only where rows are late anyway. They are when the server
 * sends them long after they were committed, both by the server's own clock: each message carries the time at which it was
 * sent, each BEGIN that of the commit (manual 55.4 and 55.9). So a reader that keeps up never waits.
 *
 * <p>For one thread.
 */
final class BacklogGathering {

    /** Short, so that the socket buffer does not fill up and stop the server. */
    static final long MOMENT_NANOS = 1_000_000;

    /** Well above what a slow commit takes between its time stamp and its row's way out. */
    static final long BACKLOG_MICROS = 100_000;

    /** With so much in one piece, more is waiting already. */
    static final int PLENTY_BYTES = 64 * 1024;

    private static final int XLOG_DATA_HEADER = 25;
    private static final int SEND_TIME = 17;
    private static final int BEGIN_COMMIT_TIME = 9;

    private long commitTime = Long.MAX_VALUE;
    private boolean backlog;

    /** Looks at a message before it is decoded. */
    void message(ByteBuffer message) {
        if (message.get(0) == 'B' && message.limit() >= BEGIN_COMMIT_TIME + Long.BYTES) {
            commitTime = message.getLong(BEGIN_COMMIT_TIME);
        }
    }

    /**
     * All that had arrived has been read.
     *
     * @param last the last message of it
     */
    void caughtUp(ByteBuffer last) {
        int header = last.arrayOffset() - XLOG_DATA_HEADER;
        // The driver hands out the part of its array behind the header; should it ever copy, nothing gathers.
        if (header < 0 || last.array()[header] != 'w' || commitTime == Long.MAX_VALUE) {
            backlog = false;
        } else {
            backlog = ByteBuffer.wrap(last.array()).getLong(header + SEND_TIME) - commitTime > BACKLOG_MICROS;
        }
    }

    boolean isBacklog() {
        return backlog;
    }

    /**
     * Waits for a moment if there is a backlog.
     *
     * @param lastArrived how many bytes came in one piece last
     */
    void gather(int lastArrived) {
        if (backlog && lastArrived < PLENTY_BYTES) {
            LockSupport.parkNanos(MOMENT_NANOS);
        }
    }
}
