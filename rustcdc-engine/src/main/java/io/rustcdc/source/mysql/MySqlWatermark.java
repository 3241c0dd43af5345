package io.rustcdc.source.mysql;

import io.rustcdc.event.Offset;
import io.rustcdc.source.SourceException;
import io.rustcdc.source.TransactionMark;
import io.rustcdc.source.Watermark;

/**
 * A view of a MySQL or MariaDB server, between two states of its binlog: what is below the lower one is visible for sure, what is
 * visible is below the upper one.
 *
 * <p>Why there are two. A transaction is written to the binlog first, which is when the stream has it, and becomes visible when the
 * engine commits it; with a semi-synchronous replica, seconds later. So the view may lack what is in the binlog already, and no
 * place in the binlog tells what it shows.
 *
 * <p>The lower state, by flavour, read before the view is opened or, on MariaDB, with it:
 *
 * <ul>
 *   <li>MySQL, a transaction with a GTID: {@code gtid_executed}. A GTID gets there when the engine has committed, be the order of
 *       commits that of the binlog or not.
 *   <li>MySQL, one without: a place in the binlog all before which had committed when the view was opened, as far as the server
 *       tells who is committing: see {@link UnfinishedCommits}.
 *   <li>MariaDB: {@code binlog_snapshot_position}, the exact place of the view. The binlog takes part in the consistent snapshot as
 *       an engine does, and both are taken under the lock under which transactions commit. Only XA COMMIT commits outside of it,
 *       moments later.
 * </ul>
 *
 * <p>A transaction that commits between the lower state and the view is visible and yet not included. That is right as well:
 * its changes come before the rows, since the upper state is read later, and whoever merges rows with changes that they
 * do not include leaves out the rows that those touched. A row that it changed has come with the change, or, of an update that did
 * not bring all columns, is merged with what it shows already. One that it deleted is not in the view. What is left of a
 * table behind a TRUNCATE that the view shows has come as changes. Nothing can be merged where a table has no key, so there
 * the view is opened anew until nothing commits in between: see {@link Views#open}.
 *
 * <p>The upper state is the end of the binlog after the view was opened; after the rows were read, where the engine has no views
 * (MyISAM, Aria, MEMORY): a reader of such a table waits for the table lock of a writer, who keeps it until the change is
 * in the binlog.
 *
 * @param origin the server that was read
 * @param executed what is visible for sure of the transactions with GTIDs; empty where places in the binlog say it
 * @param low the place in the binlog all before which is visible, as far as {@code executed} does not say it
 * @param high the place in the binlog before which all is that is visible
 */
record MySqlWatermark(Origin origin, GtidSet executed, BinlogPosition low, BinlogPosition high) implements Watermark {

    @Override
    public boolean includes(TransactionMark transaction) {
        MySqlMark mark = mark(transaction);
        Gtid gtid = mark.gtid();
        if (gtid != null && origin.flavor() == Flavor.MYSQL) {
            return executed.contains(gtid); // on whatever server it was read
        }
        requireSame(mark.origin());
        return mark.begin().isBefore(low);
    }

    @Override
    public boolean isPassedBy(TransactionMark next) {
        MySqlMark mark = mark(next);
        requireSame(mark.origin());
        return !mark.begin().isBefore(high);
    }

    @Override
    public boolean isPassedBy(Offset position) {
        if (!(position instanceof MySqlOffset offset)) {
            throw new IllegalArgumentException("'%s' is no offset of a binlog".formatted(position));
        }
        BinlogPosition place = offset.position();
        if (place == null || !offset.origin().isKnown()) {
            return false; // as it was written by hand; the stream says more with its first event
        }
        requireSame(offset.origin());
        return !place.isBefore(high);
    }

    /** Places in the binlogs of two servers have nothing to do with each other. */
    private void requireSame(Origin other) {
        if (!origin.isSameServer(other)) {
            throw SourceException.transientFailure(
                    "Rows were read from the server with %s, changes from the one with %s".formatted(origin, other),
                    null);
        }
    }

    private static MySqlMark mark(TransactionMark transaction) {
        if (transaction instanceof MySqlMark mark) {
            return mark;
        }
        throw new IllegalArgumentException("'%s' is no transaction of a binlog".formatted(transaction));
    }
}
