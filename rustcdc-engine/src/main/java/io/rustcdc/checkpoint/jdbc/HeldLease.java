package io.rustcdc.checkpoint.jdbc;

import io.rustcdc.checkpoint.Wish;
import java.time.Duration;

/** A lease that was won, as this process knows of it. Written by whoever asked the database, read by anybody. */
final class HeldLease {

    private final String source;
    private final String owner;
    private final long token;
    private final boolean takenOver;
    private volatile long confirmedAt;
    private volatile boolean lost;
    private volatile Wish wish;

    /** @param askedAt when the statement was sent that won it, by {@link System#nanoTime()} */
    HeldLease(String source, String owner, LeaseTable.Won won, long askedAt) {
        this.source = source;
        this.owner = owner;
        this.token = won.token();
        this.takenOver = won.takenOver();
        this.wish = won.wish();
        this.confirmedAt = askedAt;
    }

    String source() {
        return source;
    }

    String owner() {
        return owner;
    }

    long token() {
        return token;
    }

    boolean takenOver() {
        return takenOver;
    }

    Wish wish() {
        return wish;
    }

    void wish(Wish now) {
        wish = now;
    }

    boolean isLost() {
        return lost;
    }

    void lost() {
        lost = true;
    }

    /** The row was ours when a statement that was sent at that time arrived. */
    void confirmed(long askedAt) {
        confirmedAt = askedAt;
    }

    /**
     * Whether nobody can have taken it over yet. The server counts the lease from when the statement arrived, which is later
     * than when it was sent, so this ends first; no clock is compared with another one.
     */
    boolean isCertain(Duration duration) {
        return !lost && System.nanoTime() - confirmedAt < duration.toNanos();
    }
}
