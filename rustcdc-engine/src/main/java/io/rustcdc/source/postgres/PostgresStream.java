package io.rustcdc.source.postgres;

import io.rustcdc.event.Offset;
import io.rustcdc.source.ChangeSink;
import io.rustcdc.source.SourceException;
import io.rustcdc.source.SourceStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.time.Duration;
import org.postgresql.replication.PGReplicationStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An open replication stream. For the reader thread. */
final class PostgresStream implements SourceStream {

    private static final Logger logger = LoggerFactory.getLogger(PostgresStream.class);

    /** After so many messages the reader gets a chance to confirm, even if there are more. */
    private static final int MESSAGES_PER_READ = 4096;

    private static final Duration LONGEST_FAREWELL = Duration.ofSeconds(3);

    private final ReplicationSession session;
    private final PGReplicationStream stream;
    private final PostgresOffset start;
    private final ChangeAssembler assembler;
    private final PostgresErrors errors;
    private final StandbyStatus status;
    private final BacklogGathering gathering = new BacklogGathering();
    private final IdleAdvance idleAdvance;
    private boolean drained = true;

    /** What came with the answer to START_REPLICATION is in the driver's buffer, where waiting for the socket misses it. */
    private boolean first = true;

    /** Whether somebody wants to know the position, so that it is worth an object. */
    private boolean asked;
    /** Whether anything came out of the slot by this stream. */
    private boolean readable;

    private boolean broken;
    private boolean closed;

    PostgresStream(
            ReplicationSession session,
            PostgresOffset start,
            ChangeAssembler assembler,
            IdleAdvance idleAdvance,
            PostgresErrors errors) {
        this.session = session;
        this.stream = session.stream();
        this.start = start;
        this.assembler = assembler;
        this.errors = errors;
        this.status = new StandbyStatus(stream, session.statusInterval());
        this.idleAdvance = idleAdvance;
        session.streaming(() -> insideMessage(status));
    }

    @Override
    public Offset start() {
        return start;
    }

    @Override
    public boolean read(ChangeSink sink, Duration maxWait) {
        try {
            status.send(System.nanoTime());
            if (drained && !first && !await(maxWait)) {
                advance(sink);
                noteProgress();
                return false;
            }
            int count = take(sink);
            if (drained) {
                advance(sink);
            }
            noteProgress();
            return count > 0;
        } catch (IOException e) {
            broken = true;
            throw errors.streamBroken(e);
        } catch (SQLException e) {
            broken = true;
            SourceException oversized = OversizedChange.atServer(e, place());
            throw oversized == null ? errors.reading(e) : oversized;
        } catch (OutOfMemoryError e) {
            broken = true;
            throw OversizedChange.inHeap(e, PendingMessage.size(session.connection()), place());
        } catch (RuntimeException e) {
            broken = true;
            throw e;
        }
    }

    /** An answer to a status message says how far the server has read and sent. */
    @Override
    public void askPosition() {
        asked = true;
        try {
            status.askAt(System.nanoTime());
        } catch (SQLException e) {
            broken = true;
            throw errors.failed("ask how far the stream has got", e);
        }
    }

    @Override
    public void keepAlive() {
        tell();
        try {
            session.socket().requireLivingServerUnread();
        } catch (IOException e) {
            broken = true;
            throw errors.streamBroken(e);
        }
    }

    @Override
    public void confirm(Offset offset) {
        if (!(offset instanceof PostgresOffset durable)) {
            throw new IllegalArgumentException("'%s' is no PostgreSQL offset".formatted(offset));
        }
        status.confirm(durable.lsn());
        idleAdvance.moved(durable.lsn());
        tell();
    }

    /**
     * Says farewell where the server can answer at once, so that the slot is free when this returns; in the middle of data
     * the connection is cut, since the server would send the whole transaction first.
     */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        try {
            if (!broken && status.isUnsent()) {
                status.sendNow();
            }
            if (!broken && drained && !assembler.isInsideTransaction()) {
                session.socket().finishWithin(LONGEST_FAREWELL);
                stream.close();
            } else {
                session.socket().close();
            }
        } catch (SQLException | IOException e) {
            logger.debug("The replication stream of {} was not closed in order", start, e);
        }
        PostgresConnections.closeQuietly(session.connection());
        PostgresConnections.closeQuietly(session.socket());
    }

    private void tell() {
        try {
            status.send(System.nanoTime());
        } catch (SQLException e) {
            broken = true;
            throw errors.failed("keep the replication stream alive", e);
        }
    }

    /** The server hears from us while we take in a large message, too. */
    private static void insideMessage(StandbyStatus status) throws IOException {
        try {
            status.send(System.nanoTime());
        } catch (SQLException e) {
            throw new IOException("the connection is lost: " + e.getMessage(), e);
        }
    }

    private OversizedChange.Place place() {
        return errors.place(assembler.lastLsn(), assembler.openCommitLsn());
    }

    private boolean await(Duration maxWait) throws IOException {
        gathering.gather(session.socket().lastArrived());
        long now = System.nanoTime();
        long wait = Math.min(maxWait.toNanos(), status.nanosUntilDue(now));
        if (session.socket().awaitReadable(Duration.ofNanos(wait))) {
            return true;
        }
        session.socket().requireLivingServer();
        return false;
    }

    /** Takes what has arrived, as far as there is room. */
    private int take(ChangeSink sink) throws SQLException {
        int count = 0;
        ByteBuffer last = null;
        drained = false;
        first = false;
        while (count < MESSAGES_PER_READ && sink.hasRoom()) {
            ByteBuffer message = stream.readPending();
            requireNothingSkipped();
            if (message == null) {
                drained = true;
                break;
            }
            gathering.message(message);
            assembler.accept(message, stream.getLastReceiveLSN().asLong(), sink);
            last = message;
            count++;
        }
        if (last != null) {
            gathering.caughtUp(last);
        }
        return count;
    }

    /**
     * Changes that the server left out are announced by a warning between the messages, and by nothing else. So it is looked
     * for before the message that came behind it is handed over: once that were saved, nobody would learn of the gap again.
     */
    private void requireNothingSkipped() throws SQLException {
        SQLWarning warning = session.connection().getWarnings();
        if (warning == null) {
            return;
        }
        session.connection().clearWarnings();
        SourceException skipped = errors.warned(warning);
        if (skipped != null) {
            throw skipped;
        }
        logger.warn("The server says while it sends the stream of {}: {}", start, warning.getMessage());
    }

    /** A slot that gave a whole transaction or a later position is sound, whatever was wrong with it before. */
    private void noteProgress() {
        if (!readable && Lsn.isBefore(start.lsn(), assembler.end())) {
            readable = true;
            errors.slotReadable();
        }
    }

    /**
     * Moves an idle source on. All that arrived has been taken, in the order in which the server sent it; outside of a
     * transaction its last position therefore has nothing before it that is still to come.
     */
    private void advance(ChangeSink sink) {
        long position = stream.getLastReceiveLSN().asLong();
        if (assembler.isInsideTransaction() || !sink.hasRoom()) {
            return;
        }
        boolean due = idleAdvance.isDue(position);
        if (!due && !asked) {
            return;
        }
        PostgresOffset reached = assembler.idle(position);
        if (reached == null) {
            return;
        }
        if (due) {
            idleAdvance.moved(position);
            sink.idle(reached);
        } else {
            sink.reached(reached);
        }
    }
}
