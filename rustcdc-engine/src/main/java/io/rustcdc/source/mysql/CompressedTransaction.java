package io.rustcdc.source.mysql;

import io.airlift.compress.zstd.ZstdInputStream;
import io.rustcdc.event.FailureKind;
import io.rustcdc.source.SourceException;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/**
 * The events inside of a TRANSACTION_PAYLOAD event, which a server writes under {@code binlog_transaction_compression} (MySQL
 * source documentation, "Compression": fields of type, length and value, then events without checksums). They are decompressed
 * one by one, so that a large transaction is never whole in memory but compressed. For one thread.
 */
final class CompressedTransaction implements EventSequence {

    private static final int END_OF_FIELDS = 0;
    private static final int COMPRESSION = 2;
    private static final int ZSTD = 0;
    private static final int NOT_COMPRESSED = 255;

    private final InputStream events;

    private CompressedTransaction(InputStream events) {
        this.events = events;
    }

    static CompressedTransaction open(BinlogEvent payload) {
        Fields fields = new Fields(payload.bytes(), payload.bodyStart(), payload.bodyEnd());
        long compression = NOT_COMPRESSED;
        for (long type = fields.number(); type != END_OF_FIELDS; type = fields.number()) {
            int length = fields.length();
            if (type == COMPRESSION) {
                compression = fields.number();
            } else {
                fields.at += length;
            }
        }
        InputStream raw = new ByteArrayInputStream(payload.bytes(), fields.at, payload.bodyEnd() - fields.at);
        if (compression == NOT_COMPRESSED) {
            return new CompressedTransaction(raw);
        }
        if (compression == ZSTD) {
            return new CompressedTransaction(zstd(raw));
        }
        throw EventFraming.damaged("a transaction is compressed in an unknown way (%d)".formatted(compression));
    }

    private static InputStream zstd(InputStream raw) {
        try {
            return new ZstdInputStream(raw);
        } catch (NoClassDefFoundError e) {
            throw new SourceException(
                    FailureKind.CONFIGURATION,
                    "The binlog has compressed transactions, and what reads them is not on the class path",
                    "Add the dependency io.airlift:aircompressor (rustcdc-spring-boot-starter has it)",
                    e);
        }
    }

    @Override
    public @Nullable BinlogEvent next() {
        try {
            byte[] header = events.readNBytes(BinlogEvent.HEADER_BYTES);
            if (header.length == 0) {
                return null;
            }
            if (header.length < BinlogEvent.HEADER_BYTES) {
                throw new EOFException("an event of %d bytes".formatted(header.length));
            }
            long size = new BinlogEvent(header, 0, header.length).size();
            if (size < header.length || size > Integer.MAX_VALUE - 8) {
                throw new IOException("an event of %d bytes".formatted(size));
            }
            byte[] body = events.readNBytes((int) size - header.length);
            if (body.length < size - header.length) {
                throw new EOFException("an event of %d bytes where there should be %d".formatted(body.length, size));
            }
            byte[] event = new byte[(int) size];
            System.arraycopy(header, 0, event, 0, header.length);
            System.arraycopy(body, 0, event, header.length, body.length);
            return new BinlogEvent(event, 0, event.length);
        } catch (IOException | RuntimeException e) { // a damaged stream makes the decompressor throw anything
            throw EventFraming.damaged("a compressed transaction is damaged: " + e.getMessage());
        }
    }

    /** Numbers as the protocol writes them, in 1, 3, 4 or 9 bytes. */
    private static final class Fields {

        private final byte[] bytes;
        private final int end;
        private int at;

        Fields(byte[] bytes, int start, int end) {
            this.bytes = bytes;
            this.at = start;
            this.end = end;
        }

        int length() {
            long length = number();
            if (length < 0 || length > end - at) {
                throw EventFraming.damaged("a field of a compressed transaction has %d bytes".formatted(length));
            }
            return (int) length;
        }

        long number() {
            require(1);
            int first = bytes[at++] & 0xff;
            int more = first < 0xfb ? 0 : first == 0xfc ? 2 : first == 0xfd ? 3 : 8;
            require(more);
            long number = switch (more) {
                case 0 -> first;
                case 2 -> LittleEndian.uint16(bytes, at);
                case 3 -> LittleEndian.uint24(bytes, at);
                default -> LittleEndian.int64(bytes, at);
            };
            at += more;
            return number;
        }

        private void require(int more) {
            if (end - at < more) {
                throw EventFraming.damaged("a compressed transaction ends in its fields");
            }
        }
    }
}
