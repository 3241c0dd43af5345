package io.rustcdc.snapshot;

import io.rustcdc.checkpoint.TableSnapshot;
import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.Row;
import io.rustcdc.event.TableId;
import io.rustcdc.source.KeyRange;
import io.rustcdc.source.SnapshotChunk;
import io.rustcdc.source.TransactionMark;
import io.rustcdc.source.Watermark;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * Reads a table without a key, in one view of the database. Nothing can tell a change's row among those that were read, so
 * the stream gives way instead. The rows belong where all that the view includes has come, or before the first transaction
 * that it does not include; whichever the stream gets to first. Until then all changes are handed over as ever, since the rows
 * stand for them again. There the stream stands still until all rows are handed over.
 *
 * <p>Behind the rows a few transactions may still come that the view includes: one became visible in another order than it got
 * into the log. Their changes are left out, so that what comes behind the rows is what the rows do not show. Nothing is lost by that,
 * whatever happens next: a saved offset behind such a change lies behind all the rows, too, so the rows were acknowledged, and
 * they show it. Only rows under a condition need not show it; then no change is left out, and one may come behind its row.
 *
 * <p>The table stays pending until the last of these has come: before, a restart would bring them behind the rows. There is
 * no cursor: after a crash the table begins anew.
 */
final class OnePassReading implements Reading {

    private final PortionFeed feed;
    private final RowRate rate;
    private final RecentTransactions recent;
    private final long begunBefore;
    private final KeyRange range = KeyRange.all();
    private final ChunkFill fill;
    private final List<TransactionMark> early = new ArrayList<>();
    private TableSnapshot progress;
    private @Nullable Watermark view;
    private Instant readAt = Instant.EPOCH;
    private boolean tooEarly;
    private boolean inPlace;
    private boolean read;
    private boolean done;

    /**
     * @param feed reads this table alone and was started just now, between two transactions of the stream
     * @param chunkRows after how many rows the progress is saved
     */
    OnePassReading(TableSnapshot progress, PortionFeed feed, int chunkRows, RecentTransactions recent, RowRate rate) {
        this.progress = progress;
        this.feed = feed;
        this.rate = rate;
        this.recent = recent;
        this.begunBefore = recent.count();
        this.fill = new ChunkFill(range, chunkRows);
    }

    @Override
    public @Nullable Portion advance(Place place) {
        if (isDone() || !place.isBoundary()) {
            return null;
        }
        Watermark current = view;
        if (current == null) {
            lookForView();
            return null;
        }
        boolean behind = place.isBehind(current);
        if (read) {
            return behind ? portion(List.of(), 0, true) : null;
        }
        inPlace |= behind || holdsStream(place);
        PortionFeed.Read next = inPlace && rate.isAllowed() ? feed.poll() : null;
        if (next == null) {
            return null;
        }
        SnapshotChunk chunk = next.chunk();
        rate.spend(chunk.rows().size());
        readAt = chunk.readAt();
        read = chunk.atEnd();
        return portion(chunk.rows(), chunk.bytes(), read && behind);
    }

    private Portion portion(List<Row> rows, long bytes, boolean last) {
        done = last;
        TableSnapshot before = progress;
        KeyRange rest = last ? null : range;
        OptionalInt endedChunk = fill.add(rows.size(), bytes, rest);
        progress = before.after(range, rest, rows.size(), endedChunk.isPresent());
        return new Portion(before, progress, rows, bytes, readAt, endedChunk);
    }

    /** What was handed over before must be in the view: its rows stand for all that came before them. */
    private void lookForView() {
        PortionFeed.Read first = feed.poll();
        if (first == null) {
            return;
        }
        Watermark taken = first.chunk().watermark();
        tooEarly = recent.isLackingIn(taken, begunBefore) || early.stream().anyMatch(mark -> !taken.includes(mark));
        view = taken;
        early.clear();
    }

    @Override
    public boolean admits(ChangeEvent<Row> event, int bytes, TransactionMark mark) {
        if (!event.table().equals(progress.table())) {
            return true;
        }
        Watermark current = view;
        if (current == null) {
            if (early.isEmpty() || !early.get(early.size() - 1).equals(mark)) {
                early.add(mark);
            }
            return true;
        }
        return !read || progress.condition() != null || !current.includes(mark);
    }

    @Override
    public boolean holdsStream(Place place) {
        TransactionMark next = place.upcoming();
        Watermark current = view;
        return next != null && current != null && !current.includes(next) && !read;
    }

    /** The rows wait for their place, or the table's end for the last of what the view includes. */
    @Override
    public boolean awaitsPosition() {
        return view != null && !done && (read || !inPlace);
    }

    @Override
    public boolean holdsView() {
        return view != null && !read;
    }

    @Override
    public boolean isEnding() {
        return read && !done;
    }

    @Override
    public boolean concerns(TableId table) {
        return progress.table().equals(table);
    }

    @Override
    public boolean goesOnWithout(TableId gone) {
        return false;
    }

    @Override
    public boolean isDone() {
        return done || tooEarly;
    }

    /** Cannot concern this: no row is read by its key. */
    @Override
    public void progressed(TableSnapshot changed) {}

    @Override
    public void close() {
        feed.close();
    }
}
