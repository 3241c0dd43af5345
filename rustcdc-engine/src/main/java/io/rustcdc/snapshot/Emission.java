package io.rustcdc.snapshot;

import io.rustcdc.checkpoint.SnapshotState;
import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.EventSource;
import io.rustcdc.event.Offset;
import io.rustcdc.event.Operation;
import io.rustcdc.event.Row;
import io.rustcdc.event.SnapshotInfo;
import io.rustcdc.event.TableId;
import java.time.Instant;
import java.util.List;
import java.util.OptionalInt;

/** The rows of one chunk on their way to the sink, which may not have room for all of them at once. */
final class Emission {

    /** The objects around one row: event, row and queue entry. */
    private static final int EVENT_BYTES = 200;

    private final Origin origin;
    private final List<Row> rows;
    private final OptionalInt endedChunk;
    private final int bytesPerRow;
    private final ChangeEvent.Builder event;
    private final SnapshotState next;
    private int done;

    /** What the events of one chunk have in common. */
    record Origin(EventSource source, TableId table, SnapshotInfo info, Instant readAt) {}

    /**
     * @param portion to be handed over
     * @param offset the place in the stream
     * @param next how far the reading has got behind them
     */
    Emission(Origin origin, Portion portion, Offset offset, SnapshotState next) {
        this.origin = origin;
        this.rows = portion.rows();
        this.endedChunk = portion.endedChunk();
        this.bytesPerRow = EVENT_BYTES + (rows.isEmpty() ? 0 : (int) Math.min(portion.bytes() / rows.size(), 1 << 30));
        this.event = ChangeEvent.of(origin.source(), Operation.READ, origin.table())
                .offset(offset)
                .commitTime(origin.readAt())
                .snapshot(origin.info());
        this.next = next;
    }

    TableId table() {
        return origin.table();
    }

    /** As {@link Portion#endedChunk()}. */
    OptionalInt endedChunk() {
        return endedChunk;
    }

    SnapshotState next() {
        return next;
    }

    /** How many rows have been handed over. */
    int done() {
        return done;
    }

    /** Hands rows over while there is room; true when all have been. */
    boolean emit(SnapshotSink out) {
        while (done < rows.size() && out.hasRoom()) {
            out.change(event.after(rows.get(done++)).build(), bytesPerRow);
        }
        return done == rows.size();
    }
}
