package io.rustcdc.source.postgres;

import java.sql.SQLException;
import java.time.Duration;
import org.postgresql.replication.LogSequenceNumber;
import org.postgresql.replication.PGReplicationStream;

/**
 * What the server is told: that we live, and up to where everything is durable. Each message asks for an answer, so a
 * living server is never silent for longer than an interval. Confirmations that come fast are sent together.
 *
 * <p>For one thread.
 */
final class StandbyStatus {

    private static final long SPACING_NANOS = Duration.ofMillis(50).toNanos();

    private static final long ASKING_NANOS = Duration.ofMillis(2).toNanos();

    private final PGReplicationStream stream;
    private final long intervalNanos;
    private long confirmed;
    private boolean unsent;
    private long sentAt;

    StandbyStatus(PGReplicationStream stream, Duration interval) {
        this.stream = stream;
        this.intervalNanos = interval.toNanos();
        this.sentAt = System.nanoTime() - intervalNanos;
    }

    /** Confirms that all up to here is durable; a position that is behind what was confirmed before changes nothing. */
    void confirm(long lsn) {
        if (Lsn.isBefore(confirmed, lsn)) {
            confirmed = lsn;
            unsent = true;
        }
    }

    boolean isUnsent() {
        return unsent;
    }

    /** Sends what is due at this time. */
    void send(long now) throws SQLException {
        if (now - sentAt >= (unsent ? SPACING_NANOS : intervalNanos)) {
            sendNow();
        }
    }

    /** Sends one that asks for the server's position, unless one was sent just now. */
    void askAt(long now) throws SQLException {
        if (now - sentAt >= ASKING_NANOS) {
            sendNow();
        }
    }

    /**
     * A confirmed position is told once. A server that shuts down waits until a flush position it was told last reaches the
     * end of its log, which ours need not do on a quiet source; without one it waits for what we received.
     */
    void sendNow() throws SQLException {
        LogSequenceNumber news = unsent ? LogSequenceNumber.valueOf(confirmed) : LogSequenceNumber.INVALID_LSN;
        tell(news);
        stream.forceUpdateStatus();
        tell(LogSequenceNumber.INVALID_LSN);
        unsent = false;
        sentAt = System.nanoTime();
    }

    private void tell(LogSequenceNumber durable) {
        stream.setFlushedLSN(durable);
        stream.setAppliedLSN(durable);
    }

    /** The longest that the reader may wait before {@link #send} is due. */
    long nanosUntilDue(long now) {
        return Math.max(0, sentAt + (unsent ? SPACING_NANOS : intervalNanos) - now);
    }
}
