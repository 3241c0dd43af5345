package io.rustcdc.snapshot;

import io.rustcdc.checkpoint.TableSnapshot;
import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.Row;
import io.rustcdc.event.TableId;
import io.rustcdc.source.KeyRange;
import io.rustcdc.source.SnapshotChunk;
import io.rustcdc.source.TransactionMark;
import io.rustcdc.source.Watermark;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * Reads a table without a key, in one view of the database. Nothing can tell a change's row among those that were read, so
 * the stream gives way instead: what the view includes is left out of it, and at the first transaction that the view does not include
 * the stream stands still until all rows are handed over. Each row so arrives once, and each later change behind it.
 *
 * <p>There is no cursor: a crash begins the table anew.
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
    private boolean read;
    private boolean failed;
    private boolean passed;

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
        Watermark current = view;
        if (read && current != null && !passed) {
            passed = place.isBehind(current);
        }
        if (read || failed || !place.isBoundary()) {
            return null;
        }
        PortionFeed.Read next = rate.isAllowed() ? feed.poll() : null;
        if (next == null) {
            return null;
        }
        if (current == null) {
            begin(next.chunk().watermark());
            return null;
        }
        rate.spend(next.chunk().rows().size());
        TableSnapshot before = progress;
        read = next.chunk().atEnd();
        SnapshotChunk chunk = next.chunk();
        KeyRange rest = read ? null : range;
        OptionalInt endedChunk = fill.add(chunk, rest);
        progress = before.after(range, rest, chunk.rows().size(), endedChunk.isPresent());
        return new Portion(before, progress, chunk.rows(), chunk.bytes(), chunk.readAt(), endedChunk);
    }

    /** The view is taken. What was handed over before must be in it, or the rows would lack it for ever. */
    private void begin(Watermark taken) {
        view = taken;
        failed = recent.isLackingIn(taken, begunBefore) || early.stream().anyMatch(mark -> !taken.includes(mark));
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
        return !current.includes(mark);
    }

    @Override
    public boolean holdsStream(Place place) {
        TransactionMark next = place.upcoming();
        Watermark current = view;
        return next != null && current != null && !current.includes(next) && !read && !failed;
    }

    @Override
    public boolean awaitsPosition() {
        return read;
    }

    @Override
    public boolean concerns(TableId table) {
        return progress.table().equals(table);
    }

    /** What the view includes may still be on its way when all rows are handed over. */
    @Override
    public boolean isDone() {
        return failed || (read && passed);
    }

    /** Cannot concern this: no row is read by its key. */
    @Override
    public void progressed(TableSnapshot changed) {}

    @Override
    public void close() {
        feed.close();
    }
}
