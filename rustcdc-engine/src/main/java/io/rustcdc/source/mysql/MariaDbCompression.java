package io.rustcdc.source.mysql;

import java.util.Arrays;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Makes ordinary events of those that MariaDB writes under {@code log_bin_compress}. A compressed part begins with one byte (highest
 * bit set; 3 bits for the algorithm, of which only 0, zlib, exists; the rest for how many bytes the length has), then the length,
 * highest byte first, then zlib (MariaDB source, log_event.cc, binlog_buf_uncompress).
 */
final class MariaDbCompression {

    /** What is compressed was no longer than an event may be. */
    private static final long LONGEST = 1L << 30;

    private static final int TABLE_ID_AND_FLAGS = 8;

    private MariaDbCompression() {}

    static boolean isCompressed(int type) {
        return type >= EventType.MARIADB_QUERY_COMPRESSED && type <= EventType.MARIADB_DELETE_ROWS_COMPRESSED;
    }

    static BinlogEvent uncompressed(BinlogEvent event) {
        int type = plainType(event.type());
        int from = type == EventType.QUERY ? textStart(event) : rowsStart(event, type);
        byte[] plain = inflate(event.bytes(), from, event.bodyEnd());
        int start = event.bodyStart() - BinlogEvent.HEADER_BYTES;
        byte[] whole = Arrays.copyOfRange(event.bytes(), start, from + plain.length);
        System.arraycopy(plain, 0, whole, from - start, plain.length);
        whole[4] = (byte) type;
        return new BinlogEvent(whole, 0, whole.length);
    }

    private static int plainType(int type) {
        return switch (type) {
            case EventType.MARIADB_QUERY_COMPRESSED -> EventType.QUERY;
            case EventType.MARIADB_WRITE_ROWS_COMPRESSED_V1 -> EventType.WRITE_ROWS_V1;
            case EventType.MARIADB_UPDATE_ROWS_COMPRESSED_V1 -> EventType.UPDATE_ROWS_V1;
            case EventType.MARIADB_DELETE_ROWS_COMPRESSED_V1 -> EventType.DELETE_ROWS_V1;
            case EventType.MARIADB_WRITE_ROWS_COMPRESSED -> EventType.WRITE_ROWS;
            case EventType.MARIADB_UPDATE_ROWS_COMPRESSED -> EventType.UPDATE_ROWS;
            case EventType.MARIADB_DELETE_ROWS_COMPRESSED -> EventType.DELETE_ROWS;
            default -> throw new IllegalArgumentException("Event type %d is not compressed".formatted(type));
        };
    }

    /** Behind the fixed part, the variables, and the database's name with its end. */
    private static int textStart(BinlogEvent event) {
        byte[] bytes = event.bytes();
        int at = event.bodyStart();
        require(event, 13);
        return at + 13 + LittleEndian.uint16(bytes, at + 11) + (bytes[at + 8] & 0xff) + 1;
    }

    /** Behind the fixed part, the number of columns, and one or two sets of columns. */
    private static int rowsStart(BinlogEvent event, int type) {
        byte[] bytes = event.bytes();
        require(event, TABLE_ID_AND_FLAGS + 3);
        int at = event.bodyStart() + TABLE_ID_AND_FLAGS;
        if (type >= EventType.WRITE_ROWS) {
            at += LittleEndian.uint16(bytes, at);
        }
        if (at + 3 > event.bodyEnd()) {
            throw EventFraming.damaged("compressed rows end too early");
        }
        int columns = bytes[at] & 0xff;
        if (columns == 0xfc) {
            columns = LittleEndian.uint16(bytes, at + 1);
            at += 2;
        }
        boolean update = type == EventType.UPDATE_ROWS || type == EventType.UPDATE_ROWS_V1;
        return at + 1 + ((columns + 7) / 8) * (update ? 2 : 1);
    }

    private static byte[] inflate(byte[] bytes, int start, int end) {
        if (start + 2 > end || (bytes[start] & 0x80) == 0 || (bytes[start] & 0x70) != 0) {
            throw EventFraming.damaged("a compressed event is compressed in an unknown way");
        }
        int lengthBytes = bytes[start] & 0x07;
        long length = 0;
        for (int i = 1; i <= lengthBytes && start + i < end; i++) {
            length = (length << 8) | (bytes[start + i] & 0xff);
        }
        if (length > LONGEST) {
            throw EventFraming.damaged("a compressed event holds %d bytes".formatted(length));
        }
        Inflater inflater = new Inflater();
        try {
            int from = start + 1 + lengthBytes;
            inflater.setInput(bytes, from, end - from);
            byte[] plain = new byte[(int) length];
            int done = 0;
            while (done < plain.length) {
                int count = inflater.inflate(plain, done, plain.length - done);
                if (count == 0) {
                    throw EventFraming.damaged("a compressed event ends too early");
                }
                done += count;
            }
            if (inflater.inflate(new byte[1]) > 0 || !inflater.finished()) {
                throw EventFraming.damaged("a compressed event has another length than it says");
            }
            return plain;
        } catch (DataFormatException e) {
            throw EventFraming.damaged("a compressed event is damaged: " + e.getMessage());
        } finally {
            inflater.end();
        }
    }

    private static void require(BinlogEvent event, int bytes) {
        if (event.bodySize() < bytes) {
            throw EventFraming.damaged("a compressed event has %d bytes".formatted(event.bodySize()));
        }
    }
}
