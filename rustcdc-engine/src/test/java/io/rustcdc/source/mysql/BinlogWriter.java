package io.rustcdc.source.mysql;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;

/** Writes events as servers do. */
final class BinlogWriter {

    private final ByteArrayOutputStream body = new ByteArrayOutputStream();
    private final int type;
    private long timestamp = 1_750_000_000L;
    private long end;
    private int flags;

    private BinlogWriter(int type) {
        this.type = type;
    }

    static BinlogWriter event(int type) {
        return new BinlogWriter(type);
    }

    static BinlogWriter rotate(String file, long position) {
        return event(EventType.ROTATE).number(position, 8).text(file).artificial();
    }

    static BinlogWriter formatDescription(boolean checksums) {
        return event(EventType.FORMAT_DESCRIPTION).number(4, 2).text("8.0.33").number(checksums ? 1 : 0, 1);
    }

    static BinlogWriter query(String database, String sql) {
        return event(EventType.QUERY)
                .number(7, 4)
                .number(0, 4)
                .number(database.length(), 1)
                .number(0, 2)
                .number(0, 2)
                .text(database)
                .number(0, 1)
                .text(sql);
    }

    BinlogWriter number(long value, int bytes) {
        for (int i = 0; i < bytes; i++) {
            body.write((int) (value >>> (8 * i)));
        }
        return this;
    }

    BinlogWriter text(String text) {
        body.writeBytes(text.getBytes(StandardCharsets.UTF_8));
        return this;
    }

    BinlogWriter bytes(byte[] bytes) {
        body.writeBytes(bytes);
        return this;
    }

    BinlogWriter endingAt(long position) {
        end = position;
        return this;
    }

    BinlogWriter artificial() {
        flags |= 0x20;
        return this;
    }

    BinlogWriter flags(int more) {
        flags |= more;
        return this;
    }

    /** An OK byte and the event; a format description always has a checksum. */
    byte[] payload(boolean checksum) {
        byte[] event = whole(checksum ? BinlogEvent.CHECKSUM_BYTES : 0);
        if (checksum) {
            CRC32 crc = new CRC32();
            crc.update(event, 0, event.length - 4);
            for (int i = 0; i < 4; i++) {
                event[event.length - 4 + i] = (byte) (crc.getValue() >>> (8 * i));
            }
        }
        byte[] payload = new byte[event.length + 1];
        System.arraycopy(event, 0, payload, 1, event.length);
        return payload;
    }

    BinlogEvent event() {
        byte[] event = whole(0);
        return new BinlogEvent(event, 0, event.length);
    }

    private byte[] whole(int more) {
        byte[] content = body.toByteArray();
        BinlogWriter header = new BinlogWriter(type)
                .number(timestamp, 4)
                .number(type, 1)
                .number(1, 4)
                .number(BinlogEvent.HEADER_BYTES + content.length + more, 4)
                .number(end, 4)
                .number(flags, 2)
                .bytes(content)
                .bytes(new byte[more]);
        return header.body.toByteArray();
    }
}
