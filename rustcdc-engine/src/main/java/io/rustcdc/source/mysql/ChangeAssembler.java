package io.rustcdc.source.mysql;

import io.rustcdc.event.EventSource;
import io.rustcdc.event.TableId;
import io.rustcdc.source.ChangeSink;
import io.rustcdc.source.internal.SchemaWatch;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Makes changes out of the events of one connection. A new connection needs a new assembler: what this one holds back has been
 * handed to nobody, is covered by no offset, and is sent again.
 *
 * <p>Why no crash loses or repeats a change. The offset of a row says how many rows of its transaction are done, itself included,
 * and leaves file position and GTID set at the end of the transaction before. Every row is counted as the server sends it, those of
 * tables that nobody wants included, so the same log gives the same count. The end of the transaction alone moves position and
 * set, after the last row was handed over. A reader that resumes at a row's offset gets the whole transaction again and skips
 * exactly the counted ones; one that resumes at an end's offset never gets the transaction again. A SCHEMA_CHANGE is not counted:
 * its offset is that of the change before it, and whether it is announced again depends on the acknowledged schema alone.
 *
 * <p>The rows of an XA transaction stand in the log where it is prepared. They are handed over where it is committed, as rows of that
 * place, and until then the GTID under which they stand does not count as executed: so a later connection gets them again.
 *
 * <p>Not thread-safe; after an exception it must not be used again.
 */
final class ChangeAssembler implements AutoCloseable {

    private final boolean byGtid;
    private final LoggedTables tables;
    private final TransactionRows rows;
    private final ResumePoint resume;
    private final Definitions definitions;
    private final LogPlace place;
    private final XaTransactions xa = new XaTransactions();

    /** What begins before this place was handed over by an earlier connection. */
    private final @Nullable BinlogPosition reread;

    /** Whether the transaction at hand was. */
    private boolean done;

    private MySqlOffset end;
    private @Nullable OpenTransaction transaction;
    private @Nullable BinlogPosition transactionBegin;

    /** What is being looked at: events inside of one that came. */
    private @Nullable EventSequence events;

    private long written;

    /** Whether all ends when {@link #events} does. */
    private boolean endsWithEvents;

    /** @param schemas knows the shapes that listeners have acknowledged */
    ChangeAssembler(Begin begin, LoggedTables tables, SchemaWatch<BinlogPosition> schemas, Definitions definitions) {
        MySqlOffset start = begin.offset();
        this.byGtid = begin.byGtid();
        this.end = start.transactionStart();
        this.tables = tables;
        this.definitions = definitions;
        this.resume = new ResumePoint(start, definitions.lost());
        this.place = new LogPlace(start.position());
        this.reread = begin.rereads() ? start.position() : null;
        this.rows = new TransactionRows(begin.source(), tables, schemas, definitions.log(), resume);
    }

    /** What is thought of statements. */
    record Definitions(DefinitionLog log, StatementWatch watch, PositionLost lost) {}

    /**
     * Where a stream begins.
     *
     * @param byGtid whether positions are sets of transactions, too. If not, they have none, and must keep none
     * @param rereads whether the server sends the log from before the offset, from where the oldest XA transaction was prepared
     *     that still waits for its end. Of what lies before the offset, all but the rows of those was handed over
     */
    record Begin(EventSource source, MySqlOffset offset, boolean byGtid, boolean rereads) {}

    /** Whether a transaction has begun whose end has not come yet. No idle position exists then. */
    boolean isInsideTransaction() {
        return transaction != null;
    }

    /** Where the stream is, for messages and for those who look from outside; null before anything is known. */
    @Nullable
    BinlogPosition position() {
        return place.position();
    }

    /** How far the stream has read; what is being read is not counted. */
    LogReach reach() {
        return new LogReach(end, written == 0 ? null : Instant.ofEpochSecond(written));
    }

    /** The position to hand over as idle or reached; null if there is none. */
    @Nullable
    MySqlOffset idle() {
        BinlogPosition position = place.position();
        if (transaction != null || resume.isPending() || position == null) {
            return null;
        }
        if (!position.equals(end.position())) {
            end = endAt(position, end.executed());
        }
        return end;
    }

    /** Hands over rows that are in hand, as far as there is room; false when nothing is in hand. */
    boolean advance(ChangeSink sink) {
        if (rows.areInHand()) {
            rows.advance(requireOpen("a change"), sink);
            return true;
        }
        EventSequence sequence = events;
        if (sequence == null) {
            return false;
        }
        BinlogEvent next = sequence.next();
        if (next != null) {
            look(next, sink);
        } else {
            sequence.close();
            events = null;
            if (endsWithEvents) {
                endsWithEvents = false;
                endTransaction(sink);
            }
        }
        return true;
    }

    /**
     * Takes the next event; nothing may be in hand.
     *
     * @throws io.rustcdc.source.SourceException TERMINAL if the event is none or does not fit, POSITION_LOST if a transaction
     *     that must come is another one now
     */
    void accept(BinlogEvent event, ChangeSink sink) {
        place.pass(event);
        if (event.timestamp() > 0) {
            written = event.timestamp();
        }
        look(event, sink);
    }

    private void look(BinlogEvent event, ChangeSink sink) {
        int type = event.type();
        PreparedTransaction prepared = xa.beginning();
        if (prepared != null && isOfRows(type)) {
            prepared.add(event);
            return;
        }
        if (done && transaction != null && isOfRows(type)) {
            return;
        }
        switch (type) {
            case EventType.TABLE_MAP -> tables.put(event);
            case EventType.WRITE_ROWS,
                    EventType.UPDATE_ROWS,
                    EventType.DELETE_ROWS,
                    EventType.WRITE_ROWS_V1,
                    EventType.UPDATE_ROWS_V1,
                    EventType.DELETE_ROWS_V1 -> rows.take(event, requireOpen("a change"), place);
            case EventType.GTID, EventType.ANONYMOUS_GTID, EventType.MARIADB_GTID -> begin(event, sink);
            case EventType.XID -> endTransaction(sink);
            case EventType.QUERY -> query(QueryEvent.read(event), event, sink);
            case EventType.TRANSACTION_PAYLOAD -> events = CompressedTransaction.open(event);
            case EventType.XA_PREPARE -> prepare(event, sink);
            case EventType.ROTATE -> place.rotate(event);
            case EventType.HEARTBEAT -> heartbeat(event);
            default -> other(event, sink);
        }
    }

    private void other(BinlogEvent event, ChangeSink sink) {
        if (MariaDbCompression.isCompressed(event.type())) {
            look(MariaDbCompression.uncompressed(event), sink);
        } else {
            definitions.watch().other(event, place.position());
        }
    }

    private static boolean isOfRows(int type) {
        return type == EventType.TABLE_MAP
                || (type >= EventType.WRITE_ROWS_V1 && type <= EventType.DELETE_ROWS_V1)
                || (type >= EventType.WRITE_ROWS && type <= EventType.DELETE_ROWS)
                || (MariaDbCompression.isCompressed(type) && type != EventType.MARIADB_QUERY_COMPRESSED);
    }

    private void heartbeat(BinlogEvent event) {
        if (transaction == null) {
            place.heartbeat(event);
        }
    }

    private void begin(BinlogEvent event, ChangeSink sink) {
        if (transaction != null) {
            throw EventFraming.damaged("a transaction begins inside of another");
        }
        GtidEvent gtid = GtidEvent.read(event);
        begin(gtid, gtid.commitTime() == null ? Instant.ofEpochSecond(event.timestamp()) : gtid.commitTime(), sink);
    }

    private OpenTransaction begin(GtidEvent gtid, Instant commitTime, ChangeSink sink) {
        BinlogPosition at = place.begin();
        done = reread != null && at.isBefore(reread);
        beginInItsFile(at);
        long number = gtid.gtid() == null ? place.start() : gtid.gtid().number();
        boolean begun = Boolean.FALSE.equals(gtid.standalone());
        OpenTransaction open = new OpenTransaction(end, gtid.gtid(), number, commitTime, begun);
        transaction = open;
        transactionBegin = at;
        if (gtid.prepares() != null) {
            xa.begin(gtid.prepares(), gtid.gtid(), at);
        }
        if (!done) {
            sink.begin(new MySqlMark(end.origin(), gtid.gtid(), at));
        }
        return open;
    }

    /**
     * What is inside of a transaction is told by its file, which need not be that of the end before. Neither is known for the first
     * one after a failover: what lies before it here is what was executed there.
     */
    private void beginInItsFile(BinlogPosition begin) {
        BinlogPosition before = end.position();
        if (before == null || (!before.file().equals(begin.file()) && before.isBefore(begin))) {
            end = endAt(begin, end.executed());
        }
    }

    private void query(QueryEvent query, BinlogEvent event, ChangeSink sink) {
        Statement statement = Statement.of(query);
        OpenTransaction open = transaction;
        if (open == null) {
            // Before GTIDs, or from a server that writes none: the statement itself is the begin.
            open = begin(GtidEvent.NONE, Instant.ofEpochSecond(event.timestamp()), sink);
        }
        if (done && !statement.kind().isOfTransactions()) {
            endUnlessBegun(open, sink);
            return;
        }
        switch (statement.kind()) {
            case BEGIN -> open.begin();
            case XA_START -> {
                open.begin();
                xa.begin(XaTransactions.id(statement), open.gtid(), Objects.requireNonNull(transactionBegin));
            }
            case XA_END, SAVEPOINT -> {}
            case COMMIT -> endTransaction(sink);
            case ROLLBACK -> {
                definitions.watch().takenBack(open, place.position());
                endTransaction(sink);
            }
            case ROLLBACK_TO_SAVEPOINT -> definitions.watch().takenBack(open, place.position());
            case XA_COMMIT -> endPrepared(statement, open, true, sink);
            case XA_ROLLBACK -> endPrepared(statement, open, false, sink);
            case TRUNCATE -> truncate(statement, open, sink);
            case CHANGE_OF_ROWS -> definitions.watch().loggedAsStatement(statement, place.position());
            case OTHER -> define(statement, open, sink);
        }
    }

    /** One statement that is a group of its own, as definitions are, unless rows of it follow. */
    private void define(Statement statement, OpenTransaction open, ChangeSink sink) {
        definitions.log().add(statement);
        definitions.watch().defined(statement);
        tables.forget();
        if (!open.isBegun() && !statement.isPartOfTransaction()) {
            endTransaction(sink);
        } else {
            open.begin();
        }
    }

    private void truncate(Statement statement, OpenTransaction open, ChangeSink sink) {
        TableId named = statement.truncated();
        TableId table = named == null ? null : tables.wanted(named);
        rows.truncate(table, open, place, sink);
        endUnlessBegun(open, sink);
    }

    private void endUnlessBegun(OpenTransaction open, ChangeSink sink) {
        if (!open.isBegun()) {
            endTransaction(sink);
        }
    }

    /** Of one phase, or the first of two. */
    private void prepare(BinlogEvent event, ChangeSink sink) {
        boolean onePhase = event.bodySize() > 0 && event.bytes()[event.bodyStart()] != 0;
        OpenTransaction open = requireOpen("the end of an XA transaction");
        if (onePhase) {
            events = xa.commitAtOnce();
            endsWithEvents = true;
        } else {
            xa.prepare();
            end(open, end.executed(), sink);
        }
    }

    private void endPrepared(Statement statement, OpenTransaction open, boolean commit, ChangeSink sink) {
        PreparedTransaction prepared = xa.end(statement);
        if (prepared == null) {
            if (commit && !done) {
                throw definitions.watch().preparedBefore(statement, place.position());
            }
            endTransaction(sink);
            return;
        }
        if (prepared.gtid() != null) {
            open.alsoExecutes(prepared.gtid());
        }
        if (commit && !done) {
            events = prepared;
            endsWithEvents = true;
        } else {
            prepared.close();
            endTransaction(sink);
        }
    }

    private void endTransaction(ChangeSink sink) {
        OpenTransaction open = requireOpen("the end of a transaction");
        end(open, byGtid ? open.executedAfter(end.executed()) : end.executed(), sink);
    }

    private void end(OpenTransaction open, GtidSet executed, ChangeSink sink) {
        transaction = null;
        if (done) {
            return;
        }
        rows.end(open, sink);
        end = endAt(Objects.requireNonNull(place.position()), executed);
        sink.commit(end, open.commitTime());
    }

    private MySqlOffset endAt(BinlogPosition position, GtidSet executed) {
        return MySqlOffset.at(end.origin(), position, executed).withPreparedFrom(xa.oldest());
    }

    private OpenTransaction requireOpen(String what) {
        OpenTransaction open = transaction;
        if (open == null) {
            throw EventFraming.damaged(what + " comes outside of a transaction");
        }
        return open;
    }

    @Override
    public void close() {
        xa.close();
        EventSequence sequence = events;
        if (sequence != null) {
            sequence.close();
        }
    }
}
