package io.rustcdc.source.sqlserver;

import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.EventSource;
import io.rustcdc.event.Operation;
import io.rustcdc.event.Row;
import io.rustcdc.event.Transaction;
import io.rustcdc.schema.AcknowledgedSchema;
import io.rustcdc.schema.SchemaChange;
import io.rustcdc.source.ChangeSink;
import io.rustcdc.source.internal.SchemaWatch;
import java.time.Instant;
import java.time.LocalDateTime;
import org.jspecify.annotations.Nullable;

/**
 * Hands changes over as transactions: all of one commit LSN are one. One change is always held back, until the next one or the end of
 * what was captured tells whether it is the last of its transaction.
 *
 * <p>Why no crash loses or repeats a change: the offset of a change is its place, and reading goes on behind a place; the end of a
 * transaction is an LSN, and reading goes on behind it. The end comes after the last change was handed over, and is known only once
 * all up to the end of the window has been captured. A SCHEMA_CHANGE has the offset of what comes before it.
 *
 * <p>For the reader's thread; after an exception it must not be used again.
 */
final class ChangeHandover {

    /** The objects around one change: event, offset and queue entry. */
    private static final int EVENT_BYTES = 250;

    private static final int SCHEMA_EVENT_BYTES = 2000;

    private final EventSource source;
    private final InstanceSet instances;
    private final SchemaWatch<Lsn> schemas;
    private final ServerClock clock;
    private SqlServerOffset position;
    private @Nullable Open open;
    private @Nullable LoggedChange held;

    /** The transaction at hand, and how many of its changes were taken. */
    private static final class Open {
        private final Lsn commit;
        private final long id;
        private final Instant commitTime;
        private final KnownInstances known;
        private long changes;

        private Open(Lsn commit, long id, Instant commitTime, KnownInstances known) {
            this.commit = commit;
            this.id = id;
            this.commitTime = commitTime;
            this.known = known;
        }
    }

    /**
     * @param start where reading begins
     * @param schemas knows the shapes that listeners have acknowledged
     */
    ChangeHandover(
            EventSource source,
            SqlServerOffset start,
            InstanceSet instances,
            SchemaWatch<Lsn> schemas,
            ServerClock clock) {
        this.source = source;
        this.position = start;
        this.instances = instances;
        this.schemas = schemas;
        this.clock = clock;
    }

    /** Up to where all has been handed over but the change that is held back. */
    SqlServerOffset position() {
        return position;
    }

    /** Takes the next change. */
    void accept(LoggedChange change, ChangeSink sink) {
        Lsn commit = change.position().commit();
        Open current = open;
        if (current != null && !current.commit.equals(commit)) {
            end(sink);
            current = null;
        }
        if (current == null) {
            current = begin(change, sink);
        } else {
            handOver(current, false, sink);
        }
        if (!change.table().isAnnounced()) {
            announce(change, current, sink);
        }
        held = change;
        current.changes++;
    }

    private Open begin(LoggedChange change, ChangeSink sink) {
        Lsn commit = change.position().commit();
        KnownInstances known = instances.known(commit.previous());
        Open next = new Open(commit, change.transaction().id(), commitTime(change), known);
        if (position.isInsideTransaction() && position.lsn().equals(commit)) {
            next.changes = position.txChangesDone();
        }
        open = next;
        sink.begin(new SqlServerMark(commit));
        return next;
    }

    /** What has been cleaned up is old, but not how old. */
    private Instant commitTime(LoggedChange change) {
        LocalDateTime local = change.transaction().commitTime();
        Instant now = Instant.now();
        return local == null ? now : clock.instant(local, now);
    }

    /** All up to here has been taken: whatever is at hand is complete. */
    void end(Lsn upTo, ChangeSink sink) {
        end(sink);
        if (position.isInsideTransaction() || position.lsn().isBefore(upTo)) {
            position = SqlServerOffset.at(Lsn.max(upTo, position.lsn()), instances.known(upTo));
        }
    }

    private void end(ChangeSink sink) {
        Open current = open;
        if (current == null) {
            return;
        }
        handOver(current, true, sink);
        open = null;
        position = SqlServerOffset.at(current.commit, instances.known(current.commit));
        sink.commit(position, current.commitTime);
    }

    private void handOver(Open current, boolean last, ChangeSink sink) {
        LoggedChange change = held;
        if (change == null) {
            return;
        }
        held = null;
        position = SqlServerOffset.inside(change.position(), current.changes, current.known);
        sink.change(
                ChangeEvent.of(source, change.operation(), change.table().id())
                        .before(change.before(), false)
                        .after(change.after())
                        .offset(position)
                        .commitTime(current.commitTime)
                        .transaction(new Transaction(current.id, current.changes - 1, last))
                        .build(),
                change.bytes() + EVENT_BYTES);
    }

    private void announce(LoggedChange next, Open current, ChangeSink sink) {
        Lsn commit = current.commit;
        SchemaWatch.News news = schemas.look(next.table(), commit);
        SchemaChange change = news.change();
        AcknowledgedSchema schema = news.next();
        if (change != null && schema != null) {
            String statement = instances.statementBefore(change.table(), commit);
            sink.schemaChange(schemaEvent(change.madeBy(statement), current), schema, SCHEMA_EVENT_BYTES);
        } else if (schema != null) {
            sink.schema(schema);
        }
    }

    private ChangeEvent<Row> schemaEvent(SchemaChange change, Open current) {
        return ChangeEvent.of(source, Operation.SCHEMA_CHANGE, change.table())
                .after(change.toRow())
                .offset(position)
                .commitTime(current.commitTime)
                .transaction(new Transaction(current.id, current.changes, false))
                .build();
    }
}
