package io.rustcdc.source.mysql;

import java.nio.charset.StandardCharsets;

/**
 * A statement in the log.
 *
 * @param database the default database of its session, empty for none
 * @param sql the text, as UTF-8; in another character set names may be unreadable, keywords are not
 */
record QueryEvent(String database, String sql) {

    /** Thread 4, duration 4, length of the database's name 1, error 2, length of the variables 2. */
    private static final int FIXED_BYTES = 13;

    static QueryEvent read(BinlogEvent event) {
        byte[] bytes = event.bytes();
        int at = event.bodyStart();
        if (event.bodySize() < FIXED_BYTES) {
            throw EventFraming.damaged("a statement has %d bytes".formatted(event.bodySize()));
        }
        int database = at + FIXED_BYTES + LittleEndian.uint16(bytes, at + 11);
        int databaseEnd = database + (bytes[at + 8] & 0xff);
        if (databaseEnd >= event.bodyEnd()) {
            throw EventFraming.damaged("a statement ends before its text");
        }
        return new QueryEvent(
                new String(bytes, database, databaseEnd - database, StandardCharsets.UTF_8),
                new String(bytes, databaseEnd + 1, event.bodyEnd() - databaseEnd - 1, StandardCharsets.UTF_8));
    }
}
