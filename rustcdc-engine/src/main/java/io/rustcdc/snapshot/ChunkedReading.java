package io.rustcdc.snapshot;

import io.rustcdc.checkpoint.TableSnapshot;
import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.Row;
import io.rustcdc.event.TableId;
import io.rustcdc.source.KeyRange;
import io.rustcdc.source.SnapshotChunk;
import io.rustcdc.source.SnapshotTable;
import io.rustcdc.source.TransactionMark;
import java.util.ArrayDeque;
import java.util.List;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * Reads one table chunk by chunk while the stream flows. While one chunk waits for its place, the next one is read, each with
 * a window of its own.
 */
final class ChunkedReading implements Reading {

    private static final int MOST_AT_ONCE = 2;

    private final SnapshotTable table;
    private final ChunkReads reads;
    private final RecentTransactions recent;
    private final ArrayDeque<ChunkRead> pending = new ArrayDeque<>();
    private TableSnapshot progress;

    ChunkedReading(SnapshotTable table, TableSnapshot progress, ChunkReads reads, RecentTransactions recent) {
        this.table = table;
        this.progress = progress;
        this.reads = reads;
        this.recent = recent;
    }

    @Override
    public @Nullable Portion advance(Place place) {
        ChunkRead first = pending.peek();
        if (first != null && first.isRead() && !isUsable(first)) {
            close();
            first = null;
        }
        readAhead(place);
        if (first == null || !first.isRead()) {
            return null;
        }
        SnapshotChunk chunk = first.result();
        if (!place.isBehind(chunk.watermark())) {
            return null;
        }
        pending.remove();
        reads.inTime();
        TableSnapshot before = progress;
        progress = before.after(
                first.range(), chunk.atEnd() ? null : first.rest(), chunk.rows().size(), true);
        List<Row> rows = first.window().resolve(chunk);
        return new Portion(before, progress, rows, chunk.bytes(), chunk.readAt(), OptionalInt.of(rows.size()));
    }

    private boolean isUsable(ChunkRead read) {
        boolean sound = read.isSound(recent);
        if (sound) {
            return true;
        }
        if (read.window().isUnusable()) {
            reads.tooSlow();
        } else {
            reads.tooEarly();
        }
        return false;
    }

    /** A window is opened between transactions only, so that it has all or nothing of each. */
    private void readAhead(Place place) {
        if (!place.isBoundary() || pending.size() == MOST_AT_ONCE) {
            return;
        }
        KeyRange range = next();
        if (range != null && reads.isAllowed()) {
            ChunkWindow window = new ChunkWindow(table);
            long begunBefore = recent.count();
            pending.add(new ChunkRead(range, window, begunBefore, reads.submit(table, range, progress.condition())));
        }
    }

    private @Nullable KeyRange next() {
        ChunkRead last = pending.peekLast();
        if (last == null) {
            return progress.remaining().isEmpty() ? null : progress.remaining().get(0);
        }
        return last.isRead() && !last.result().atEnd() ? last.rest() : null;
    }

    @Override
    public boolean admits(ChangeEvent<Row> event, int bytes, TransactionMark mark) {
        for (ChunkRead read : pending) {
            read.record(event, mark, bytes);
        }
        return true;
    }

    @Override
    public boolean holdsStream(Place place) {
        return false;
    }

    @Override
    public boolean awaitsPosition() {
        ChunkRead first = pending.peek();
        return first != null && first.isRead();
    }

    /** Each chunk is read in a view of its own, which has ended by now. */
    @Override
    public boolean holdsView() {
        return false;
    }

    @Override
    public boolean isEnding() {
        return false;
    }

    @Override
    public boolean concerns(TableId id) {
        return table.id().equals(id);
    }

    @Override
    public void progressed(TableSnapshot changed) {
        if (concerns(changed.table())) {
            progress = changed;
            ChunkRead first = pending.peek();
            boolean anew = changed.singleKeys() == 0; // also the range that a pending chunk is the begin of
            if (first != null && (anew || !changed.remaining().contains(first.range()))) {
                close();
            }
        }
    }

    @Override
    public boolean goesOnWithout(TableId gone) {
        return false;
    }

    @Override
    public boolean isDone() {
        return pending.isEmpty() && progress.remaining().isEmpty();
    }

    @Override
    public void close() {
        pending.forEach(ChunkRead::cancel);
        pending.clear();
    }
}
