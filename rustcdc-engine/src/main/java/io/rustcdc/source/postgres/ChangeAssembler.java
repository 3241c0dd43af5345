package io.rustcdc.source.postgres;

import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.EventSource;
import io.rustcdc.event.Operation;
import io.rustcdc.event.Row;
import io.rustcdc.event.TableId;
import io.rustcdc.event.Transaction;
import io.rustcdc.schema.AcknowledgedSchema;
import io.rustcdc.schema.SchemaChange;
import io.rustcdc.source.ChangeSink;
import io.rustcdc.source.internal.SchemaWatch;
import java.nio.ByteBuffer;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Makes changes out of the messages of one connection. A new connection needs a new assembler: what this one holds back
 * has been handed to nobody, is covered by no offset, and is sent again.
 *
 * <p>Why no crash loses or repeats a change. The offset of a change says how many changes of its transaction are done,
 * itself included, and leaves the LSN at the end of the transaction before. Every change is counted as the server sends
 * it, before any filter, so the same log gives the same count. COMMIT alone moves the LSN, after the last change was
 * handed over. A reader that resumes at a change's offset gets the whole transaction again and skips exactly the counted
 * ones; one that resumes at a commit's offset never gets the transaction again. A SCHEMA_CHANGE is not counted: its offset
 * is that of the change before it, and whether it is announced again depends on the acknowledged schema alone.
 *
 * <p>Not thread-safe; after an exception it must not be used again.
 */
final class ChangeAssembler {

    /** The objects around the bytes of one change: event, row, offset, column boundaries and queue entry. */
    private static final int EVENT_BYTES = 320;

    private static final int SCHEMA_EVENT_BYTES = 2048;

    private final EventSource source;
    private final SlotId slot;
    private final Relations relations;
    private final SchemaWatch<Lsn> schemas;
    private final ResumePoint resume;
    private final HeldChange held;
    private long end;
    private @Nullable OpenTransaction transaction;

    /**
     * @param start where the stream was started, with the identity of the server it was started on
     * @param acknowledged the schemas that listeners have acknowledged
     */
    ChangeAssembler(
            EventSource source,
            PostgresOffset start,
            Map<TableId, AcknowledgedSchema> acknowledged,
            Relations relations) {
        this.source = source;
        this.slot = start.slot();
        this.end = start.lsn();
        this.resume = new ResumePoint(start, source.name());
        this.schemas = new SchemaWatch<>(acknowledged, Lsn::parse);
        this.relations = relations;
        this.held = new HeldChange(source);
    }

    /**
     * Takes the next message.
     *
     * @param message the payload of one XLogData message, position to limit; must not change afterwards, since rows keep
     *     its bytes
     * @param lsn the start of WAL data in the message's header: of a change, its LSN
     * @throws io.rustcdc.source.SourceException TERMINAL if the message is no message or does not fit, POSITION_LOST
     *     if a transaction that must come is another one now
     */
    void accept(ByteBuffer message, long lsn, ChangeSink sink) {
        int size = message.remaining();
        PgOutputMessage decoded = PgOutputDecoder.decode(message.hasArray() ? message : copy(message));
        if (decoded instanceof PgOutputMessage.RowChange change) {
            row(change, lsn, size, sink);
        } else if (decoded instanceof PgOutputMessage.Begin begin) {
            begin(begin, sink);
        } else if (decoded instanceof PgOutputMessage.Commit commit) {
            commit(commit, sink);
        } else if (decoded instanceof PgOutputMessage.Relation relation) {
            relations.put(relation);
        } else if (decoded instanceof PgOutputMessage.TypeName type) {
            relations.put(type);
        } else if (decoded instanceof PgOutputMessage.Truncate truncate) {
            for (int relation : truncate.relations()) {
                truncate(relation, lsn, sink);
            }
        } else if (decoded instanceof PgOutputMessage.LogicalMessage logical && logical.transactional()) {
            // Counted as all changes are, but no row: the held one may still be the last row.
            OpenTransaction open = requireOpen("a change");
            open.count(lsn);
            resume.skips(open);
        }
        // An Origin says nothing that a listener gets; a message outside of transactions is nobody's change.
    }

    /** Whether a transaction has begun whose COMMIT has not come yet. No idle position exists then. */
    boolean isInsideTransaction() {
        return transaction != null;
    }

    /** At which the transaction commits that is being read; 0 outside of a transaction. */
    long openCommitLsn() {
        OpenTransaction open = transaction;
        return open == null ? 0 : open.commitLsn();
    }

    /** Of the last change that was read, or the end of the transaction before if none of this one was. */
    long lastLsn() {
        OpenTransaction open = transaction;
        return open == null || open.changes() == 0 ? end : open.lastChangeLsn();
    }

    /** All that ends up to here has been handed over. */
    long end() {
        return end;
    }

    /**
     * Moves on while the server has nothing to send.
     *
     * @param walEnd the end of the log that the server has read and sent from, as its keepalive says; never the end of the
     *     log that it has written
     * @return the position to hand over as idle; null if there is none or it is not new
     * @throws io.rustcdc.source.SourceException POSITION_LOST if a transaction that must come can come no more
     */
    @Nullable
    PostgresOffset idle(long walEnd) {
        if (transaction != null || !Lsn.isBefore(end, walEnd)) {
            return null;
        }
        resume.idle(walEnd);
        if (resume.isPending()) {
            return null;
        }
        end = walEnd;
        return PostgresOffset.at(slot, end);
    }

    private void begin(PgOutputMessage.Begin begin, ChangeSink sink) {
        if (transaction != null) {
            throw PgOutputDecoder.undecodable(
                    "BEGIN of transaction %d inside transaction %d".formatted(begin.xid(), transaction.id()));
        }
        if (Lsn.isBefore(begin.finalLsn(), end)) {
            throw PgOutputDecoder.undecodable(
                    "the transaction that commits at %s comes although all up to %s is finished"
                            .formatted(Lsn.format(begin.finalLsn()), Lsn.format(end)));
        }
        resume.begin(begin.finalLsn());
        transaction = new OpenTransaction(begin);
        sink.begin(new PostgresMark((int) begin.xid(), begin.finalLsn()));
    }

    private void commit(PgOutputMessage.Commit commit, ChangeSink sink) {
        OpenTransaction open = requireOpen("COMMIT");
        if (commit.commitLsn() != open.commitLsn() || !Lsn.isBefore(commit.commitLsn(), commit.endLsn())) {
            throw PgOutputDecoder.undecodable("COMMIT at %s to %s, BEGIN announced %s"
                    .formatted(
                            Lsn.format(commit.commitLsn()), Lsn.format(commit.endLsn()), Lsn.format(open.commitLsn())));
        }
        resume.commit(open);
        held.handOver(open, true, sink);
        end = commit.endLsn();
        transaction = null;
        sink.commit(PostgresOffset.at(slot, end), open.commitTime());
    }

    private void row(PgOutputMessage.RowChange change, long lsn, int size, ChangeSink sink) {
        CapturedTable table = relations.find(change.relation());
        if (isNext(lsn, sink) && table != null) {
            hold(table, change.operation(), change.images(), size, sink);
        }
    }

    private void truncate(int relation, long lsn, ChangeSink sink) {
        CapturedTable table = relations.find(relation);
        if (isNext(lsn, sink) && table != null) {
            hold(table, Operation.TRUNCATE, null, 0, sink);
        }
    }

    /** Counts a change, which proves that the held one is not the last. False when it was done before a restart. */
    private boolean isNext(long lsn, ChangeSink sink) {
        OpenTransaction open = requireOpen("a change");
        held.handOver(open, false, sink);
        open.count(lsn);
        return !resume.skips(open);
    }

    private void hold(CapturedTable table, Operation operation, @Nullable RowImages images, int size, ChangeSink sink) {
        OpenTransaction open = requireOpen("a change");
        SchemaWatch.News news = schemas.look(table, new Lsn(open.lastChangeLsn()));
        SchemaChange change = news.change();
        AcknowledgedSchema next = news.next();
        if (change != null && next != null) {
            sink.schemaChange(schemaEvent(change, open), next, SCHEMA_EVENT_BYTES);
        } else if (next != null) {
            sink.schema(next);
        }
        PostgresOffset offset =
                PostgresOffset.inside(slot, end, open.commitLsn(), open.changes(), open.lastChangeLsn());
        held.hold(table, operation, images, offset, size + EVENT_BYTES);
    }

    /** Stands before the change that was just counted: none is done that was not done before. */
    private ChangeEvent<Row> schemaEvent(SchemaChange change, OpenTransaction open) {
        long done = open.changes() - 1;
        return ChangeEvent.of(source, Operation.SCHEMA_CHANGE, change.table())
                .after(change.toRow())
                .offset(PostgresOffset.inside(slot, end, open.commitLsn(), done, open.previousChangeLsn())
                        .shownAt(open.lastChangeLsn()))
                .commitTime(open.commitTime())
                .transaction(new Transaction(open.id(), done, false))
                .build();
    }

    private static ByteBuffer copy(ByteBuffer message) {
        return ByteBuffer.allocate(message.remaining()).put(message).flip();
    }

    private OpenTransaction requireOpen(String what) {
        OpenTransaction open = transaction;
        if (open == null) {
            throw PgOutputDecoder.undecodable(what + " outside of a transaction");
        }
        return open;
    }
}
