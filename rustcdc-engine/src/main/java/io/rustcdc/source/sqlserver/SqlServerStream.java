package io.rustcdc.source.sqlserver;

import io.rustcdc.event.Offset;
import io.rustcdc.source.ChangeSink;
import io.rustcdc.source.SourceStream;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/**
 * An open stream of the change tables. The server forgets by its own clock and not by what it is told, so there is nothing to confirm.
 * For the reader's thread.
 */
final class SqlServerStream implements SourceStream {

    /** After so many changes the reader gets a chance to do other things, even if there are more. */
    private static final int CHANGES_PER_READ = 4096;

    /** A position that only moves since others change things is saved this often, so that the clean-up does not pass it. */
    private static final Duration IDLE_SAVE = Duration.ofSeconds(30);

    private final ChangeWindows windows;
    private final ChangeHandover handover;
    private final PollPacing pacing;
    private final SqlServerErrors errors;
    private final Offset start;
    private SqlServerOffset told;
    private long toldAt = System.nanoTime();

    SqlServerStream(ChangeWindows windows, ChangeHandover handover, PollPacing pacing, SqlServerErrors errors) {
        this.windows = windows;
        this.handover = handover;
        this.pacing = pacing;
        this.errors = errors;
        this.told = handover.position();
        this.start = told;
    }

    @Override
    public Offset start() {
        return start;
    }

    @Override
    public boolean read(ChangeSink sink, Duration maxWait) {
        try {
            if (!windows.isOpen() && !poll(maxWait)) {
                rest(sink);
                return false;
            }
            return take(sink);
        } catch (SQLException e) {
            throw errors.failed("read the changes", e);
        }
    }

    /** Whether a window with changes has opened. */
    private boolean poll(Duration maxWait) throws SQLException {
        long left = pacing.nanosLeft(System.nanoTime());
        if (left > 0) {
            LockSupport.parkNanos(Math.min(left, maxWait.toNanos()));
            if (pacing.nanosLeft(System.nanoTime()) > 0) {
                return false;
            }
        }
        boolean opened = windows.open(handover.position(), pacing.isAsked());
        if (opened) {
            pacing.found(System.nanoTime());
        } else {
            pacing.foundNothing(System.nanoTime());
        }
        return opened;
    }

    private boolean take(ChangeSink sink) throws SQLException {
        int count = 0;
        while (count < CHANGES_PER_READ && sink.hasRoom()) {
            LoggedChange change = windows.next();
            if (change == null) {
                handover.end(windows.close(), sink);
                break;
            }
            handover.accept(change, sink);
            count++;
        }
        return count > 0;
    }

    /** All that was captured has been taken. */
    private void rest(ChangeSink sink) {
        Lsn drained = windows.drainedTo();
        if (drained == null || !sink.hasRoom()) {
            return;
        }
        handover.end(drained, sink);
        SqlServerOffset here = handover.position().scannedTo(windows.scannedTo());
        long now = System.nanoTime();
        if (!here.equals(told) && now - toldAt > IDLE_SAVE.toNanos()) {
            told = here;
            toldAt = now;
            sink.idle(here);
        } else if (pacing.isAsked()) {
            sink.reached(here);
        }
        pacing.answered();
    }

    @Override
    public void askPosition() {
        pacing.ask();
    }

    /** The server does not mind how long nobody asks. */
    @Override
    public void keepAlive() {}

    @Override
    public void confirm(Offset offset) {
        if (!(offset instanceof SqlServerOffset)) {
            throw new IllegalArgumentException("'%s' is no position in change tables".formatted(offset));
        }
    }

    @Override
    public void close() {
        windows.end();
    }
}
