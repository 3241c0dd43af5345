package io.rustcdc.source.postgres;

import io.rustcdc.event.Offset;
import io.rustcdc.source.TransactionMark;
import io.rustcdc.source.Watermark;
import java.util.Arrays;

/**
 * A snapshot as {@code pg_current_snapshot()} writes it, {@code xmin:xmax:running,...} (manual 9.27.9, Transaction ID and Snapshot
 * Information Functions), and the end of the log after it was taken. Whatever the snapshot shows had written its commit
 * record by then.
 *
 * <p>The stream names transactions by the lower 32 bits of their numbers. Both lie within half the range of each other, so the
 * difference tells which one is meant.
 */
final class PostgresWatermark implements Watermark {

    /** The longest header of a page of the log, in which no record ends (XLogLongPageHeaderData). */
    private static final int LONGEST_PAGE_HEADER = 40;

    private final long xmin;
    private final long xmax;
    private final long[] running;
    private final long logEnd;

    private PostgresWatermark(long xmin, long xmax, long[] running, long logEnd) {
        this.xmin = xmin;
        this.xmax = xmax;
        this.running = running;
        this.logEnd = logEnd;
    }

    /**
     * @param snapshot the text of a pg_snapshot
     * @param insertLsn where the log went on after the snapshot was taken
     * @param walBlockSize the size of the log's pages
     * @throws IllegalArgumentException if the text is no pg_snapshot
     */
    static PostgresWatermark of(String snapshot, long insertLsn, int walBlockSize) {
        String[] parts = snapshot.split(":", -1);
        if (parts.length != 3) {
            throw new IllegalArgumentException("'%s' is no snapshot, expected xmin:xmax:list".formatted(snapshot));
        }
        long[] running = parts[2].isEmpty()
                ? new long[0]
                : Arrays.stream(parts[2].split(",", -1))
                        .mapToLong(Long::parseUnsignedLong)
                        .toArray();
        Arrays.sort(running);
        return new PostgresWatermark(
                Long.parseUnsignedLong(parts[0]),
                Long.parseUnsignedLong(parts[1]),
                running,
                lastRecordEnd(insertLsn, walBlockSize));
    }

    /**
     * The log goes on behind the header of a page that is still empty, while the stream stops where the last record ended,
     * before that header. Without this, the stream of an idle server would never get here.
     */
    private static long lastRecordEnd(long insertLsn, int walBlockSize) {
        long inPage = insertLsn & (walBlockSize - 1);
        return inPage <= LONGEST_PAGE_HEADER ? insertLsn - inPage : insertLsn;
    }

    @Override
    public boolean includes(TransactionMark transaction) {
        // Modulo 2^32, as a signed distance from xmax.
        long xid = xmax + (mark(transaction).xid() - (int) xmax);
        if (Long.compareUnsigned(xid, xmin) < 0) {
            return true;
        }
        return Long.compareUnsigned(xid, xmax) < 0 && Arrays.binarySearch(running, xid) < 0;
    }

    @Override
    public boolean isPassedBy(TransactionMark next) {
        return !Lsn.isBefore(mark(next).commitLsn(), logEnd);
    }

    @Override
    public boolean isPassedBy(Offset position) {
        if (!(position instanceof PostgresOffset offset)) {
            throw new IllegalArgumentException("'%s' is no PostgreSQL offset".formatted(position));
        }
        return isPassedBy(offset.lsn());
    }

    /** Whether every transaction that the rows show has its commit record before this place in the log. */
    boolean isPassedBy(long lsn) {
        return !Lsn.isBefore(lsn, logEnd);
    }

    private static PostgresMark mark(TransactionMark transaction) {
        if (transaction instanceof PostgresMark mark) {
            return mark;
        }
        throw new IllegalArgumentException("'%s' is no PostgreSQL transaction".formatted(transaction));
    }
}
