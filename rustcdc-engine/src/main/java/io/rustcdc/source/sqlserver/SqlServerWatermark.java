package io.rustcdc.source.sqlserver;

import io.rustcdc.event.Offset;
import io.rustcdc.source.TransactionMark;
import io.rustcdc.source.Watermark;

/**
 * A view of the rows, between two places in the log: what was committed up to the lower one is visible for sure, what is visible was
 * committed up to the upper one.
 *
 * <p>The lower one is the newest LSN that the capture process had written before the rows were read: it reads only what is on disk, and
 * writes it down long after its locks are gone. The upper one is the end of the transaction log when the rows had been read. The
 * capture process may be seconds behind it, so rows show what no change table has yet; whoever would take the newest captured LSN for
 * it would hand such a row over before older changes of it. A transaction between the two is not included, as it should be: its
 * changes come before the rows, and a row that they touched is left out of them.
 *
 * @param low the newest captured LSN before the rows were read
 * @param high the end of the log after they were read
 */
record SqlServerWatermark(Lsn low, Lsn high) implements Watermark {

    @Override
    public boolean includes(TransactionMark transaction) {
        return !low.isBefore(commit(transaction));
    }

    @Override
    public boolean isPassedBy(TransactionMark next) {
        return high.isBefore(commit(next));
    }

    @Override
    public boolean isPassedBy(Offset position) {
        if (position instanceof SqlServerOffset offset) {
            return !offset.scanned().isBefore(high);
        }
        throw new IllegalArgumentException("'%s' is no position in change tables".formatted(position));
    }

    private static Lsn commit(TransactionMark transaction) {
        if (transaction instanceof SqlServerMark mark) {
            return mark.commit();
        }
        throw new IllegalArgumentException("'%s' is no transaction of change tables".formatted(transaction));
    }
}
