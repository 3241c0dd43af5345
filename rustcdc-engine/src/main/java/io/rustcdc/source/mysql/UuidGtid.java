package io.rustcdc.source.mysql;

import java.util.UUID;

/**
 * A GTID of MySQL: {@code uuid:number}.
 *
 * @param server where the transaction was first committed, by {@code server_uuid}
 * @param number from 1
 */
record UuidGtid(UUID server, long number) implements Gtid {

    /** The greatest number that a server gives. */
    static final long LAST = Long.MAX_VALUE - 1;

    UuidGtid {
        if (number < 1 || number > LAST) {
            throw new IllegalArgumentException(
                    "Expected a transaction number of at least 1 behind %s, found %d".formatted(server, number));
        }
    }

    static UuidGtid parse(String text) {
        return new UuidGtidText(text.strip()).gtid();
    }

    @Override
    public String toString() {
        return server + ":" + number;
    }
}
