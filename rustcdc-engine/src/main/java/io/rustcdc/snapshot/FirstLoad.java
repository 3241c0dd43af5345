package io.rustcdc.snapshot;

import io.rustcdc.checkpoint.TableSnapshot;
import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.Row;
import io.rustcdc.event.TableId;
import io.rustcdc.source.KeyRange;
import io.rustcdc.source.SnapshotChunk;
import io.rustcdc.source.TransactionMark;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * Reads all tables in parallel in the view that the stream begins with. The stream stands still meanwhile, so no change can
 * overtake a row. When it is interrupted, or a part of it fails, the chunks go on from the cursors.
 */
final class FirstLoad implements Reading {

    private final PortionFeed feed;
    private final RowRate rate;
    private final Map<TableId, TableSnapshot> progress;
    private final Map<PortionFeed.Task, ChunkFill> chunks = new HashMap<>();
    private final int chunkRows;

    /**
     * @param feed reads all that remains of these tables
     * @param chunkRows how many rows of a range may be read again after a crash
     */
    FirstLoad(Map<TableId, TableSnapshot> progress, PortionFeed feed, int chunkRows, RowRate rate) {
        this.progress = new HashMap<>(progress);
        this.feed = feed;
        this.rate = rate;
        this.chunkRows = chunkRows;
    }

    @Override
    public @Nullable Portion advance(Place place) {
        PortionFeed.Read next = rate.isAllowed() ? feed.poll() : null;
        if (next == null) {
            return null;
        }
        SnapshotChunk chunk = next.chunk();
        if (chunk.rows().isEmpty() && !chunk.atEnd()) {
            return null; // tells the view, which is the stream's beginning
        }
        PortionFeed.Task task = next.task();
        TableId table = task.table().id();
        TableSnapshot before = progress.get(table);
        if (before == null) {
            return null; // the table is gone
        }
        rate.spend(chunk.rows().size());
        ChunkFill fill = chunks.computeIfAbsent(task, begun -> new ChunkFill(begun.range(), chunkRows));
        KeyRange range = Objects.requireNonNull(fill.range(), "range");
        KeyRange rest = chunk.atEnd() ? null : chunk.lastKey().isEmpty() ? range : range.startingAfter(chunk.lastKey());
        OptionalInt endedChunk = fill.add(chunk.rows().size(), chunk.bytes(), rest);
        TableSnapshot after = before.after(range, rest, chunk.rows().size(), endedChunk.isPresent());
        progress.put(table, after);
        return new Portion(before, after, chunk.rows(), chunk.bytes(), chunk.readAt(), endedChunk);
    }

    @Override
    public boolean admits(ChangeEvent<Row> event, int bytes, TransactionMark mark) {
        throw new IllegalStateException("The stream was to stand still until the rows are read");
    }

    @Override
    public boolean holdsStream(Place place) {
        return !isDone();
    }

    @Override
    public boolean awaitsPosition() {
        return false;
    }

    @Override
    public boolean holdsView() {
        return true;
    }

    @Override
    public boolean isEnding() {
        return false;
    }

    @Override
    public boolean concerns(TableId table) {
        return progress.containsKey(table);
    }

    @Override
    public boolean isDone() {
        return feed.isOver();
    }

    @Override
    public boolean goesOnWithout(TableId table) {
        progress.remove(table);
        return !progress.isEmpty();
    }

    /** Cannot concern this: no row is read by its key. */
    @Override
    public void progressed(TableSnapshot changed) {}

    @Override
    public void close() {
        feed.close();
    }
}
