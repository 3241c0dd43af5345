package io.rustcdc.source.postgres;

import java.time.Instant;

/** The transaction whose messages are being read. Counts its changes as the server sends them, before any filter. */
final class OpenTransaction {

    private final PgOutputMessage.Begin begin;
    private long changes;
    private long lastChangeLsn;
    private long previousChangeLsn;

    OpenTransaction(PgOutputMessage.Begin begin) {
        this.begin = begin;
    }

    long id() {
        return begin.xid();
    }

    long commitLsn() {
        return begin.finalLsn();
    }

    Instant commitTime() {
        return begin.commitTime();
    }

    void count(long changeLsn) {
        changes++;
        previousChangeLsn = lastChangeLsn;
        lastChangeLsn = changeLsn;
    }

    long changes() {
        return changes;
    }

    long lastChangeLsn() {
        return lastChangeLsn;
    }

    /** Of the change before the last one; 0 when there is none. */
    long previousChangeLsn() {
        return previousChangeLsn;
    }
}
