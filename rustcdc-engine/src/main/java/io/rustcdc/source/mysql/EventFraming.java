package io.rustcdc.source.mysql;

import io.rustcdc.source.SourceException;
import java.util.zip.CRC32;

/**
 * Makes events of payloads: checks their sizes and their checksums. Whether events carry a checksum is a property of each file,
 * which its format description tells. An event that a server makes itself before that is judged by whether its last four bytes are a
 * checksum of the others. For one thread.
 */
final class EventFraming {

    private static final int IN_USE = 0x01;
    private static final int FLAGS_AT = 17;
    private static final int CHECKSUM_NONE = 0;
    private static final int CHECKSUM_CRC32 = 1;

    private boolean checksums;

    /** @param payload an OK byte and the event; must not change afterwards */
    BinlogEvent frame(byte[] payload) {
        int start = 1;
        int end = payload.length;
        if (end - start < BinlogEvent.HEADER_BYTES) {
            throw damaged("an event of %d bytes is shorter than its header".formatted(end - start));
        }
        BinlogEvent whole = new BinlogEvent(payload, start, end);
        if (whole.size() != end - start) {
            throw damaged("an event says that it has %d bytes and has %d".formatted(whole.size(), end - start));
        }
        if (whole.type() == EventType.FORMAT_DESCRIPTION) {
            return formatDescription(whole);
        }
        if (whole.type() == EventType.ROTATE && whole.isArtificial()) {
            return hasChecksum(whole, false) ? withoutChecksum(whole) : whole;
        }
        if (!checksums) {
            return whole;
        }
        if (!hasChecksum(whole, false)) {
            throw damaged("the checksum of an %s is wrong".formatted(whole));
        }
        return withoutChecksum(whole);
    }

    /** Always ends with the kind of checksums of its file and room for one. */
    private BinlogEvent formatDescription(BinlogEvent whole) {
        if (whole.bodySize() < BinlogEvent.CHECKSUM_BYTES + 1) {
            throw damaged("a format description of %d bytes is too short".formatted(whole.bodySize()));
        }
        int kind = whole.bytes()[whole.bodyEnd() - BinlogEvent.CHECKSUM_BYTES - 1] & 0xff;
        if (kind != CHECKSUM_NONE && kind != CHECKSUM_CRC32) {
            throw damaged("checksums of kind %d are unknown".formatted(kind));
        }
        checksums = kind == CHECKSUM_CRC32;
        if (checksums && !hasChecksum(whole, true)) {
            throw damaged("the checksum of a format description is wrong");
        }
        return withoutChecksum(whole);
    }

    /**
     * @param closed whether the sum was made when the flag of a file in use was not set, as it is for format descriptions
     */
    private static boolean hasChecksum(BinlogEvent event, boolean closed) {
        int start = event.bodyStart() - BinlogEvent.HEADER_BYTES;
        int end = event.bodyEnd() - BinlogEvent.CHECKSUM_BYTES;
        if (end < event.bodyStart()) {
            return false;
        }
        byte[] bytes = event.bytes();
        CRC32 crc = new CRC32();
        if (closed) {
            crc.update(bytes, start, FLAGS_AT);
            crc.update(bytes[start + FLAGS_AT] & ~IN_USE);
            crc.update(bytes, start + FLAGS_AT + 1, end - start - FLAGS_AT - 1);
        } else {
            crc.update(bytes, start, end - start);
        }
        return crc.getValue() == LittleEndian.uint32(bytes, end);
    }

    private static BinlogEvent withoutChecksum(BinlogEvent event) {
        return new BinlogEvent(
                event.bytes(),
                event.bodyStart() - BinlogEvent.HEADER_BYTES,
                event.bodyEnd() - BinlogEvent.CHECKSUM_BYTES);
    }

    /** The stream cannot be understood, so nothing more of it can be trusted. */
    static SourceException damaged(String found) {
        return SourceException.terminal(
                "The binlog cannot be read on: " + found,
                "Check the binlog at the server (mysqlbinlog --verify-binlog-checksum <file>). If it is sound, please report this; to go on behind the damage, reset the source.");
    }
}
