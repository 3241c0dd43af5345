package io.rustcdc.source.mysql;

import io.rustcdc.source.SourceException;
import java.nio.charset.StandardCharsets;

/** Reads the numbers and names of an event one after the other. What would lie beyond its end is damage, told as such. */
final class BinlogBytes {

    private final byte[] bytes;
    private final int end;
    private int position;

    BinlogBytes(byte[] bytes, int start, int end) {
        if (start < 0 || end > bytes.length || start > end) {
            throw undecodable("an event claims the bytes %d to %d of %d".formatted(start, end, bytes.length));
        }
        this.bytes = bytes;
        this.position = start;
        this.end = end;
    }

    static SourceException undecodable(String what) {
        return SourceException.terminal(
                "Undecodable binlog data: " + what,
                "Nothing after it can be read without a gap. Check that no proxy alters the replication connection, and "
                        + "restart; if it comes again, report it with the server's version.");
    }

    /** All of them, of which {@link #position()} is the next one. */
    byte[] bytes() {
        return bytes;
    }

    int position() {
        return position;
    }

    int remaining() {
        return end - position;
    }

    /** The position of so many bytes that are stepped over. */
    int skip(long count) {
        if (count < 0 || count > end - position) {
            throw undecodable(
                    "a field claims %s bytes, %d are there".formatted(Long.toUnsignedString(count), end - position));
        }
        int start = position;
        position += (int) count;
        return start;
    }

    int u8() {
        return bytes[skip(1)] & 0xFF;
    }

    /** A number of so many bytes, the lowest first. */
    long unsigned(int size) {
        return Numbers.littleEndian(bytes, skip(size), size);
    }

    int u16() {
        return (int) unsigned(2);
    }

    /** A number of one to nine bytes, as lengths and counts are written. */
    long packed() {
        int first = u8();
        return switch (first) {
            case 252 -> unsigned(2);
            case 253 -> unsigned(3);
            case 254 -> unsigned(8);
            case 251, 255 -> throw undecodable("a number begins with 0x%02X".formatted(first));
            default -> first;
        };
    }

    /** A count of things that take at least one byte each, or one bit if they are bits. */
    int count(int perByte) {
        long count = packed();
        if (count < 0 || count > (long) remaining() * perByte) {
            throw undecodable("%s things are counted in %d bytes".formatted(Long.toUnsignedString(count), remaining()));
        }
        return (int) count;
    }

    /** A name: its length and its characters. */
    String name() {
        int length = count(1);
        return new String(bytes, skip(length), length, StandardCharsets.UTF_8);
    }

    byte[] copy(int length) {
        int start = skip(length);
        byte[] copy = new byte[length];
        System.arraycopy(bytes, start, copy, 0, length);
        return copy;
    }

    /** The next part as a reader of its own. */
    BinlogBytes slice(long length) {
        int start = skip(length);
        return new BinlogBytes(bytes, start, position);
    }
}
