package io.rustcdc.source.mysql;

import java.time.Instant;
import java.util.HexFormat;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The begin of a group of events: a transaction, or one statement that is none.
 *
 * @param gtid null for a transaction without one
 * @param commitTime when it was committed, to the microsecond; null where only the header knows, to the second
 * @param standalone whether the group is one statement without an end of its own; null where its first statement tells
 * @param prepares the id of the XA transaction that the group prepares; null when it prepares none, or a statement tells
 */
record GtidEvent(
        @Nullable Gtid gtid,
        @Nullable Instant commitTime,
        @Nullable Boolean standalone,
        @Nullable String prepares) {

    /** A group that begins with a statement, as servers without GTIDs write them. */
    static final GtidEvent NONE = new GtidEvent(null, null, null, null);

    private static final int STANDALONE = 0x01;
    private static final int GROUP_COMMIT_ID = 0x02;
    private static final int PREPARED_XA = 0x40;

    /** MySQL: flags 1, uuid 16, number 8, kind of times 1, two logical times of 8, commit times of 7. */
    private static final int MYSQL_TIMES_AT = 25;

    private static final int LOGICAL_TIMES = 2;
    private static final long TIME_BITS = (1L << 55) - 1;

    static GtidEvent read(BinlogEvent event) {
        return switch (event.type()) {
            case EventType.MARIADB_GTID -> mariaDb(event);
            case EventType.GTID, EventType.ANONYMOUS_GTID -> mySql(event);
            default -> throw new IllegalArgumentException("%s begins no group".formatted(event));
        };
    }

    private static GtidEvent mySql(BinlogEvent event) {
        byte[] bytes = event.bytes();
        int at = event.bodyStart();
        require(event, MYSQL_TIMES_AT);
        Gtid gtid = null;
        if (event.type() == EventType.GTID) {
            UUID server = new UUID(bigEndian(bytes, at + 1), bigEndian(bytes, at + 9));
            gtid = new UuidGtid(server, LittleEndian.int64(bytes, at + 17));
        }
        int times = at + MYSQL_TIMES_AT;
        boolean hasTime = event.bodySize() >= MYSQL_TIMES_AT + 1 + 16 + 7 && bytes[times] == LOGICAL_TIMES;
        Instant commitTime = hasTime ? micros(LittleEndian.uint56(bytes, times + 17) & TIME_BITS) : null;
        return new GtidEvent(gtid, commitTime, null, null);
    }

    /** MariaDB: sequence 8, domain 4, flags 1; the server is that of the header. */
    private static GtidEvent mariaDb(BinlogEvent event) {
        require(event, 13);
        byte[] bytes = event.bytes();
        int at = event.bodyStart();
        int flags = bytes[at + 12] & 0xff;
        Gtid gtid = new DomainGtid(LittleEndian.uint32(bytes, at + 8), event.serverId(), LittleEndian.int64(bytes, at));
        String prepares = (flags & PREPARED_XA) == 0 ? null : xaId(event, (flags & GROUP_COMMIT_ID) == 0 ? 13 : 21);
        return new GtidEvent(gtid, null, (flags & STANDALONE) != 0, prepares);
    }

    /** Number of the format 4, lengths of both parts 1 each, the parts. In the form of {@link XaTransactions#id}. */
    private static String xaId(BinlogEvent event, int at) {
        require(event, at + 6);
        byte[] bytes = event.bytes();
        int from = event.bodyStart() + at;
        int first = bytes[from + 4] & 0xff;
        int second = bytes[from + 5] & 0xff;
        require(event, at + 6 + first + second);
        HexFormat hex = HexFormat.of();
        return "x'%s',x'%s',%d"
                .formatted(
                        hex.formatHex(bytes, from + 6, from + 6 + first),
                        hex.formatHex(bytes, from + 6 + first, from + 6 + first + second),
                        LittleEndian.uint32(bytes, from));
    }

    private static void require(BinlogEvent event, int bytes) {
        if (event.bodySize() < bytes) {
            throw EventFraming.damaged(
                    "the begin of a transaction has %d bytes, expected at least %d".formatted(event.bodySize(), bytes));
        }
    }

    private static long bigEndian(byte[] bytes, int at) {
        return Long.reverseBytes(LittleEndian.int64(bytes, at));
    }

    private static Instant micros(long micros) {
        return Instant.ofEpochSecond(Math.floorDiv(micros, 1_000_000L), Math.floorMod(micros, 1_000_000L) * 1000);
    }
}
