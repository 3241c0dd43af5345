package io.rustcdc.source.sqlserver;

import io.rustcdc.source.sqlserver.ChangeCatalog.Progress;
import io.rustcdc.source.sqlserver.ChangeCatalog.Segment;
import io.rustcdc.source.sqlserver.ChangePages.ChangeSource;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Reads the change tables window by window: from where all was read, which is not in the window, to the newest captured LSN. One short
 * statement tells that there is none; one more, whatever the number of tables, which of them have changes in it. The end of a window
 * is not chosen but captured: whatever was committed up to it can be read when the window opens, so behind the window nothing comes up
 * to there. For one thread.
 */
final class ChangeWindows {

    private static final int LEAST_ROWS = 50;
    private static final long MOST_BYTES = 8L << 20;
    private static final long LEAST_BYTES = 64L << 10;

    private final SqlServerOptions options;
    private final ChangeSource source;
    private final ChangeCatalog catalog;
    private final InstanceSet instances;
    private final Feedback feedback;
    private final ScanProof proof;
    private ChangeCatalog.@Nullable State state;
    private @Nullable ChangeMerge merge;
    private @Nullable SqlServerOffset resume;
    private Lsn end = Lsn.ZERO;
    private @Nullable Lsn drained;

    /**
     * Who learns what the polls show.
     *
     * @param clock learns how far the server is from UTC
     * @param reach learns how long each look took, and how far all was read
     */
    record Feedback(ServerClock clock, CaptureReach reach) {}

    /** @param instances as they were loaded with the state */
    ChangeWindows(
            SqlServerOptions options,
            ChangeSource source,
            InstanceSet instances,
            Feedback feedback,
            ChangeCatalog.State state) {
        this.options = options;
        this.source = source;
        this.catalog = new ChangeCatalog(source.connection(), source.sql());
        this.instances = instances;
        this.feedback = feedback;
        this.state = state;
        this.proof = new ScanProof(source.connection());
    }

    boolean isOpen() {
        return merge != null;
    }

    /** Up to where it is known that nothing is left; null where that is not known since the last window. */
    @Nullable
    Lsn drainedTo() {
        return merge == null ? drained : null;
    }

    /** Up to where the log holds nothing else that would have to be captured. */
    Lsn scannedTo() {
        return proof.settled();
    }

    /**
     * Looks whether there is something to be read.
     *
     * @param from where all was read
     * @param asked whether somebody wants to know how far the log was captured
     * @return whether a window with changes is open now
     */
    boolean open(SqlServerOffset from, boolean asked) throws SQLException {
        long begin = System.nanoTime();
        if (asked) {
            proof.look();
        }
        Progress progress = catalog.progress();
        feedback.reach().polled(System.nanoTime() - begin);
        feedback.reach().reached(from, instances.lineages());
        feedback.clock().measured(progress.utcOffsetMinutes());
        Lsn done = from.completed();
        Lsn max = progress.max();
        if (max == null || !done.isBefore(max)) {
            drained = done;
            if (!from.isInsideTransaction()) {
                proof.drained();
            }
            return false;
        }
        refresh(done);
        List<Segment> changed = changed(instances.segments(done, max));
        if (changed.isEmpty()) {
            drained = max;
            proof.drained();
            return false;
        }
        drained = null;
        end = max;
        resume = from.isInsideTransaction() ? from : null;
        merge = merge(changed);
        return true;
    }

    /** Instances that have changes up to the newest LSN were in the catalog before these were. */
    private void refresh(Lsn done) throws SQLException {
        ChangeCatalog.State now = catalog.state();
        if (!now.equals(state)) {
            instances.update(new WantedTables(options).of(catalog.instances()), catalog.statements(), done, false);
            state = now;
        }
    }

    private List<Segment> changed(List<Segment> segments) throws SQLException {
        List<Segment> changed = new ArrayList<>();
        for (int index : catalog.changed(segments)) {
            changed.add(segments.get(index));
        }
        return changed;
    }

    /** What is kept of all tables together is not much more than of one. */
    private ChangeMerge merge(List<Segment> segments) {
        int tables = segments.size();
        ChangePages.Limits limits = new ChangePages.Limits(
                Math.max(Math.min(LEAST_ROWS, options.maxEventsPerPoll()), options.maxEventsPerPoll() / tables),
                Math.max(LEAST_BYTES, MOST_BYTES / tables));
        SqlServerOffset from = resume;
        ChangePosition behind = from == null ? null : from.change();
        ChangePosition seek = behind != null && behind.hasCommand() ? behind : null;
        List<ChangePages> pages = new ArrayList<>();
        for (Segment segment : segments) {
            boolean holdsIt = seek != null
                    && segment.after().isBefore(seek.commit())
                    && seek.commit().compareTo(segment.upTo()) <= 0;
            pages.add(new ChangePages(
                    source, segment, instances.versions(segment.instance()), limits, holdsIt ? seek : null));
        }
        return new ChangeMerge(pages);
    }

    /** The next change of the window; null at its end. */
    @Nullable
    LoggedChange next() throws SQLException {
        LoggedChange change = Objects.requireNonNull(merge).next();
        while (change != null && wasDone(change)) {
            change = merge.next();
        }
        return change;
    }

    /** A place that the original saved, or an operator wrote, has no command; then the order of the log says what was done. */
    private boolean wasDone(LoggedChange change) {
        SqlServerOffset from = resume;
        ChangePosition behind = from == null ? null : from.change();
        if (behind == null || behind.hasCommand() || !change.position().commit().equals(behind.commit())) {
            return false;
        }
        int operation = behind.operation() == ChangePosition.UPDATE_OLD ? ChangePosition.INSERT : behind.operation();
        return change.position().isNotAfterInLog(behind.seqval(), operation);
    }

    /** Closes the window, of which all was taken, and gives its end. */
    Lsn close() {
        merge = null;
        resume = null;
        drained = end;
        return end;
    }

    /** Ends the connection. */
    void end() {
        merge = null;
        JdbcConnections.closeQuietly(source.connection());
    }
}
