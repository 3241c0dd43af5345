package io.rustcdc.runtime;

import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.EventSource;
import io.rustcdc.event.Offset;
import io.rustcdc.event.Row;
import io.rustcdc.event.TableId;
import io.rustcdc.observe.EngineObserver;
import io.rustcdc.schema.AcknowledgedSchema;
import io.rustcdc.source.ChangeSink;
import io.rustcdc.source.TransactionMark;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Counts the changes of each table that the stream hands over on their way to the queue, and tells them after each read: one
 * call per table, not per change. Of the reader thread.
 */
final class Arrivals implements ChangeSink {

    /** Of so many tables in one read the counts are kept apart; one more has those told before. */
    private static final int MOST_TABLES = 16;

    private final EventSource source;
    private final EngineObserver observer;
    private final ChangeSink next;
    private final @Nullable TableId[] tables = new @Nullable TableId[MOST_TABLES];
    private final @Nullable Offset[] offsets = new @Nullable Offset[MOST_TABLES];
    private final int[] counts = new int[MOST_TABLES];
    private int known;
    private int latest;

    Arrivals(EventSource source, EngineObserver observer, ChangeSink next) {
        this.source = source;
        this.observer = observer;
        this.next = next;
    }

    /** Tells what has arrived since the last call. */
    void tell() {
        for (int i = 0; i < known; i++) {
            TableId table = tables[i];
            Offset offset = offsets[i];
            if (table != null && offset != null) {
                observer.changesReceived(source, table, counts[i], offset);
            }
            tables[i] = null;
            offsets[i] = null;
        }
        known = 0;
    }

    private void count(ChangeEvent<Row> event) {
        int at = find(event.table());
        counts[at]++;
        offsets[at] = event.offset();
        latest = at;
    }

    private int find(TableId table) {
        if (latest < known && table.equals(tables[latest])) {
            return latest;
        }
        for (int i = 0; i < known; i++) {
            if (table.equals(tables[i])) {
                return i;
            }
        }
        if (known == MOST_TABLES) {
            tell();
        }
        tables[known] = table;
        counts[known] = 0;
        return known++;
    }

    @Override
    public boolean hasRoom() {
        return next.hasRoom();
    }

    @Override
    public void change(ChangeEvent<Row> event, int bytes) {
        count(event);
        next.change(event, bytes);
    }

    @Override
    public void schema(AcknowledgedSchema schema) {
        next.schema(schema);
    }

    @Override
    public void schemaChange(ChangeEvent<Row> event, AcknowledgedSchema schema, int bytes) {
        count(event);
        next.schemaChange(event, schema, bytes);
    }

    @Override
    public void begin(TransactionMark transaction) {
        next.begin(transaction);
    }

    @Override
    public void commit(Offset end, Instant commitTime) {
        next.commit(end, commitTime);
    }

    @Override
    public void idle(Offset position) {
        next.idle(position);
    }

    @Override
    public void reached(Offset position) {
        next.reached(position);
    }
}
