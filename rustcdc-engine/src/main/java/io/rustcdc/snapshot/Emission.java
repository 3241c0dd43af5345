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

/** The rows of one chunk on their way to the sink, which may not have room for all of them at once. */
final class Emission {

    /** The objects around one row: event, row and queue entry. */
    private static final int EVENT_BYTES = 200;

    private final Origin origin;
    private final List<Row> rows;
    private final int bytesPerRow;
    private final Offset offset;
    private final SnapshotState next;
    private int done;

    /** What the events of one chunk have in common. */
    record Origin(EventSource source, TableId table, SnapshotInfo info, Instant readAt) {}

    /**
     * @param rows to be handed over
     * @param bytes roughly the memory they hold
     * @param offset the place in the stream
     * @param next what is durable once they are acknowledged
     */
    Emission(Origin origin, List<Row> rows, long bytes, Offset offset, SnapshotState next) {
        this.origin = origin;
        this.rows = rows;
        this.bytesPerRow = EVENT_BYTES + (rows.isEmpty() ? 0 : (int) Math.min(bytes / rows.size(), 1 << 30));
        this.offset = offset;
        this.next = next;
    }

    TableId table() {
        return origin.table();
    }

    int size() {
        return rows.size();
    }

    SnapshotState next() {
        return next;
    }

    /** Hands rows over while there is room; true when all have been. */
    boolean emit(SnapshotSink out) {
        while (done < rows.size() && out.hasRoom()) {
            ChangeEvent<Row> event = ChangeEvent.of(origin.source(), Operation.READ, origin.table())
                    .after(rows.get(done++))
                    .offset(offset)
                    .commitTime(origin.readAt())
                    .snapshot(origin.info())
                    .build();
            out.change(event, bytesPerRow);
        }
        return done == rows.size();
    }
}
