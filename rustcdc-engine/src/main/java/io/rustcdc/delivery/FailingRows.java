package io.rustcdc.delivery;

import io.rustcdc.deadletter.ParkedRow;
import java.util.HashSet;
import java.util.Set;

/** The rows that one listener has failed for since it has succeeded last. Thread-safe. */
final class FailingRows {

    private final int limit;
    private final Set<ParkedRow> rows = new HashSet<>();
    private volatile boolean some;
    private boolean broken;

    /** @param limit from so many rows on it is not the rows */
    FailingRows(int limit) {
        this.limit = limit;
    }

    /** One more row fails; false when it is not the row. */
    synchronized boolean isTheRow(ParkedRow row) {
        if (rows.size() >= limit) {
            return false;
        }
        rows.add(row);
        some = true;
        return true;
    }

    /** It is not the rows; true when that is news. */
    synchronized boolean broken() {
        boolean news = !broken;
        broken = true;
        return news;
    }

    int limit() {
        return limit;
    }

    /** A call has succeeded; true when the listener was broken. */
    boolean succeeded() {
        return some && clear();
    }

    private synchronized boolean clear() {
        boolean mended = broken;
        rows.clear();
        some = false;
        broken = false;
        return mended;
    }
}
