package io.rustcdc.source.mysql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.airlift.compress.zstd.ZstdCompressor;
import io.rustcdc.source.SourceException;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.Deflater;
import org.junit.jupiter.api.Test;

/** Transactions as MySQL compresses them, and events as MariaDB does. */
class CompressionTests {

    @Test
    void readsTheEventsOfACompressedTransactionOneByOneMYR11() {
        assertThat(events(payload(true))).containsExactly("BEGIN", "x".repeat(100_000), "COMMIT");
        assertThat(events(payload(false))).containsExactly("BEGIN", "x".repeat(100_000), "COMMIT");
    }

    @Test
    void damageOfACompressedTransactionIsNeverAnythingButAnEnd() {
        BinlogEvent whole = payload(true);
        Random random = new Random(1);
        for (int i = 0; i < 2000; i++) {
            byte[] bytes = Arrays.copyOf(whole.bytes(), whole.bytes().length);
            bytes[BinlogEvent.HEADER_BYTES + random.nextInt(bytes.length - BinlogEvent.HEADER_BYTES)] =
                    (byte) random.nextInt();
            int end =
                    random.nextBoolean() ? bytes.length : BinlogEvent.HEADER_BYTES + random.nextInt(bytes.length - 19);
            try {
                CompressedTransaction transaction = CompressedTransaction.open(new BinlogEvent(bytes, 0, end));
                for (BinlogEvent event = transaction.next(); event != null; event = transaction.next()) {
                    assertThat(event.bytes()).isNotEmpty();
                }
            } catch (SourceException e) {
                assertThat(e.action()).isNotNull();
            }
        }
    }

    @Test
    void readsStatementsAsMariaDbCompressesThem() {
        BinlogEvent plain = BinlogWriter.query("shop", "y".repeat(1000)).event();
        BinlogEvent compressed = compressed(plain, EventType.MARIADB_QUERY_COMPRESSED, 13 + 4 + 1);
        assertThat(MariaDbCompression.isCompressed(compressed.type())).isTrue();
        BinlogEvent read = MariaDbCompression.uncompressed(compressed);
        assertThat(read.type()).isEqualTo(EventType.QUERY);
        assertThat(QueryEvent.read(read)).isEqualTo(new QueryEvent("shop", "y".repeat(1000)));
    }

    @Test
    void readsRowsAsMariaDbCompressesThemMYR12() {
        byte[] rows = new byte[5000];
        new Random(3).nextBytes(rows);
        BinlogEvent plain = BinlogWriter.event(EventType.UPDATE_ROWS_V1)
                .number(42, 6)
                .number(1, 2)
                .number(9, 1)
                .number(0x1ff, 2)
                .number(0x1ff, 2)
                .bytes(rows)
                .event();
        BinlogEvent read = MariaDbCompression.uncompressed(
                compressed(plain, EventType.MARIADB_UPDATE_ROWS_COMPRESSED_V1, 8 + 1 + 4));
        assertThat(read.type()).isEqualTo(EventType.UPDATE_ROWS_V1);
        assertThat(Arrays.copyOfRange(read.bytes(), read.bodyStart(), read.bodyEnd()))
                .isEqualTo(Arrays.copyOfRange(plain.bytes(), plain.bodyStart(), plain.bodyEnd()));
    }

    @Test
    void damageOfACompressedEventEndsTheStream() {
        BinlogEvent compressed = compressed(
                BinlogWriter.query("shop", "y".repeat(1000)).event(), EventType.MARIADB_QUERY_COMPRESSED, 18);
        assertThatThrownBy(() -> MariaDbCompression.uncompressed(
                        new BinlogEvent(compressed.bytes(), 0, compressed.bodyEnd() - 5)))
                .isInstanceOf(SourceException.class);
        compressed.bytes()[BinlogEvent.HEADER_BYTES + 18] = 0x10;
        assertThatThrownBy(() -> MariaDbCompression.uncompressed(compressed)).isInstanceOf(SourceException.class);
    }

    private static List<String> events(BinlogEvent payload) {
        CompressedTransaction transaction = CompressedTransaction.open(payload);
        List<String> statements = new ArrayList<>();
        for (BinlogEvent event = transaction.next(); event != null; event = transaction.next()) {
            statements.add(QueryEvent.read(event).sql());
        }
        return statements;
    }

    private static BinlogEvent payload(boolean zstd) {
        ByteArrayOutputStream plain = new ByteArrayOutputStream();
        for (String sql : List.of("BEGIN", "x".repeat(100_000), "COMMIT")) {
            plain.writeBytes(BinlogWriter.query("shop", sql).event().bytes());
        }
        byte[] content = plain.toByteArray();
        if (zstd) {
            ZstdCompressor compressor = new ZstdCompressor();
            byte[] room = new byte[compressor.maxCompressedLength(content.length)];
            content = Arrays.copyOf(room, compressor.compress(content, 0, content.length, room, 0, room.length));
        }
        return BinlogWriter.event(EventType.TRANSACTION_PAYLOAD)
                .number(2, 1)
                .number(zstd ? 1 : 3, 1)
                .number(zstd ? 0 : 0xfc, 1)
                .number(255, zstd ? 0 : 2)
                .number(1, 1)
                .number(1, 1)
                .number(5, 1)
                .number(0, 1)
                .bytes(content)
                .event();
    }

    /** @param plainBytes of the body that stay as they are */
    private static BinlogEvent compressed(BinlogEvent plain, int type, int plainBytes) {
        int from = plain.bodyStart() + plainBytes;
        byte[] content = Arrays.copyOfRange(plain.bytes(), from, plain.bodyEnd());
        Deflater deflater = new Deflater();
        deflater.setInput(content);
        deflater.finish();
        byte[] room = new byte[content.length + 100];
        int size = deflater.deflate(room);
        deflater.end();
        return BinlogWriter.event(type)
                .bytes(Arrays.copyOfRange(plain.bytes(), plain.bodyStart(), from))
                .number(0x82, 1)
                .number(content.length >> 8, 1)
                .number(content.length, 1)
                .bytes(Arrays.copyOf(room, size))
                .event();
    }
}
