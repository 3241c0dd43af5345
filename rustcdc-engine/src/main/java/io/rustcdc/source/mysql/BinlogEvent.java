package io.rustcdc.source.mysql;

/**
 * One event of the binlog, without its checksum, which was right. Its bytes must not change any more: rows keep them.
 *
 * <p>The header (19 bytes, little endian): timestamp 4, type 1, server id 4, size 4, end position 4, flags 2.
 */
final class BinlogEvent {

    static final int HEADER_BYTES = 19;
    static final int CHECKSUM_BYTES = 4;

    /** Made by the sending server: it stands in no file, and its position says nothing. */
    private static final int ARTIFICIAL = 0x20;

    /** Whoever does not know the type may pass over it. */
    private static final int IGNORABLE = 0x80;

    private final byte[] bytes;
    private final int start;
    private final int end;

    /**
     * @param start where the header begins
     * @param end where the body ends
     */
    BinlogEvent(byte[] bytes, int start, int end) {
        this.bytes = bytes;
        this.start = start;
        this.end = end;
    }

    byte[] bytes() {
        return bytes;
    }

    int bodyStart() {
        return start + HEADER_BYTES;
    }

    int bodyEnd() {
        return end;
    }

    int bodySize() {
        return end - bodyStart();
    }

    int type() {
        return bytes[start + 4] & 0xff;
    }

    /** Seconds since 1970, when the statement began; 0 where that is not known. */
    long timestamp() {
        return LittleEndian.uint32(bytes, start);
    }

    long serverId() {
        return LittleEndian.uint32(bytes, start + 5);
    }

    /** With header and checksum, as it stands in the file. */
    long size() {
        return LittleEndian.uint32(bytes, start + 9);
    }

    /** Where the next event begins in the file, the lower 32 bits of it; 0 where that is not known. */
    long nextPosition() {
        return LittleEndian.uint32(bytes, start + 13);
    }

    boolean isArtificial() {
        return (flags() & ARTIFICIAL) != 0;
    }

    boolean isIgnorable() {
        return (flags() & IGNORABLE) != 0;
    }

    private int flags() {
        return LittleEndian.uint16(bytes, start + 17);
    }

    @Override
    public String toString() {
        return "event of type %d, %d bytes".formatted(type(), size());
    }
}
