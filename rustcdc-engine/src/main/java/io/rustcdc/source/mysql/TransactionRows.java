package io.rustcdc.source.mysql;

import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.EventSource;
import io.rustcdc.event.Operation;
import io.rustcdc.event.Row;
import io.rustcdc.event.TableId;
import io.rustcdc.schema.AcknowledgedSchema;
import io.rustcdc.schema.SchemaChange;
import io.rustcdc.source.ChangeSink;
import io.rustcdc.source.internal.SchemaWatch;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The rows of the transaction at hand: counts them all, and hands over those of captured tables that were not done before, each once
 * the next event tells whether it is the last. For one thread.
 */
final class TransactionRows {

    /** The objects around the bytes of one change: event, row, offset, column boundaries and queue entry. */
    private static final int EVENT_BYTES = 256;

    private static final int SCHEMA_EVENT_BYTES = 2048;

    private final EventSource source;
    private final LoggedTables tables;
    private final SchemaWatch<BinlogPosition> schemas;
    private final DefinitionLog definitions;
    private final ResumePoint resume;
    private final HeldChange held;

    /** The event that is being looked at, row by row. */
    private @Nullable RowsCursor rows;

    private LoggedTables.@Nullable Entry table;
    private @Nullable BinlogPosition place;
    private long previousEventEnd;

    /** @param schemas knows the shapes that listeners have acknowledged */
    TransactionRows(
            EventSource source,
            LoggedTables tables,
            SchemaWatch<BinlogPosition> schemas,
            DefinitionLog definitions,
            ResumePoint resume) {
        this.source = source;
        this.tables = tables;
        this.schemas = schemas;
        this.definitions = definitions;
        this.resume = resume;
        this.held = new HeldChange(source);
    }

    /** Whether rows of an event are left. */
    boolean areInHand() {
        return rows != null;
    }

    /** Takes an event with rows; none of another may be left. */
    void take(BinlogEvent event, OpenTransaction open, LogPlace at) {
        LoggedTables.Entry described =
                tables.find(RowsCursor.tableId(event.bytes(), event.bodyStart(), event.bodyEnd()));
        rows = RowsCursor.open(event.type(), described.map(), event.bytes(), event.bodyStart(), event.bodyEnd());
        table = described;
        place = at.begin();
        previousEventEnd = open.eventEnd();
        open.rowsAt(at);
    }

    /** Looks at the rows in hand as long as there is room. */
    void advance(OpenTransaction open, ChangeSink sink) {
        RowsCursor cursor = Objects.requireNonNull(rows);
        CapturedTable captured = Objects.requireNonNull(table).table();
        while (sink.hasRoom()) {
            if (!cursor.next()) {
                rows = null;
                table = null;
                return;
            }
            row(cursor, captured, open, sink);
        }
    }

    /** @param emptied the table of which all rows went; null when it is not captured */
    void truncate(@Nullable TableId emptied, OpenTransaction open, LogPlace at, ChangeSink sink) {
        open.rowsAt(at);
        if (isNext(open, sink) && emptied != null) {
            held.hold(emptied, Operation.TRUNCATE, HeldChange.Images.NONE, open.offset(), EVENT_BYTES);
        }
    }

    /** Hands the last one over, at the end of the transaction. */
    void end(OpenTransaction open, ChangeSink sink) {
        resume.commit(open);
        held.handOver(open, true, sink);
    }

    private void row(RowsCursor cursor, @Nullable CapturedTable captured, OpenTransaction open, ChangeSink sink) {
        if (isNext(open, sink) && captured != null) {
            if (!captured.isAnnounced()) {
                announce(captured, open, sink);
            }
            HeldChange.Images images = HeldChange.Images.of(captured, cursor);
            held.hold(captured.id(), cursor.operation(), images, open.offset(), cursor.bytes() + EVENT_BYTES);
        }
        previousEventEnd = open.eventEnd();
    }

    /** Counts a change, which proves that the held one is not the last. False when it was done before a restart. */
    private boolean isNext(OpenTransaction open, ChangeSink sink) {
        held.handOver(open, false, sink);
        open.count();
        return !resume.skips(open);
    }

    private void announce(CapturedTable captured, OpenTransaction open, ChangeSink sink) {
        SchemaWatch.News news = schemas.look(captured, Objects.requireNonNull(place));
        SchemaChange change = news.change();
        AcknowledgedSchema next = news.next();
        if (change != null && next != null) {
            String statement = definitions.of(captured.id());
            sink.schemaChange(schemaEvent(change.madeBy(statement), open), next, SCHEMA_EVENT_BYTES);
        } else if (next != null) {
            sink.schema(next);
        }
    }

    /** Stands before the row that was just counted: none is done that was not done before. */
    private ChangeEvent<Row> schemaEvent(SchemaChange change, OpenTransaction open) {
        return ChangeEvent.of(source, Operation.SCHEMA_CHANGE, change.table())
                .after(change.toRow())
                .offset(open.offsetBefore(previousEventEnd))
                .commitTime(open.commitTime())
                .transaction(open.at(open.changes() - 1, false))
                .build();
    }
}
