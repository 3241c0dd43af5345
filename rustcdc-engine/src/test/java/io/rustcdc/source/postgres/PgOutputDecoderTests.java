package io.rustcdc.source.postgres;

import static io.rustcdc.source.postgres.PgOutputWriter.UNCHANGED;
import static io.rustcdc.source.postgres.PgOutputWriter.message;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

import io.rustcdc.event.FailureKind;
import io.rustcdc.event.Operation;
import io.rustcdc.source.SourceException;
import io.rustcdc.source.postgres.PgOutputMessage.RowChange;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class PgOutputDecoderTests {

    private static final Instant TIME = Instant.parse("2024-05-06T07:08:09.123456Z");

    private static final List<ByteBuffer> SAMPLES = List.of(
            PgOutputWriter.begin(500, TIME, 771),
            PgOutputWriter.commit(500, 560, TIME),
            PgOutputWriter.relation(16385, "public", "orders", 'd', "*id 20", "note 25", "amount 1700 786438"),
            PgOutputWriter.type(16390, "public", "mood"),
            PgOutputWriter.insert(16385, "1", null, "12.50"),
            PgOutputWriter.update(16385, "1", UNCHANGED, "12.50"),
            message('U')
                    .int32(16385)
                    .tuple('O', "1", "a", "2")
                    .tuple('N', "1", "b", "2")
                    .bytes(),
            PgOutputWriter.delete(16385, 'K', "1", null, null),
            PgOutputWriter.truncate(16385, 16386),
            PgOutputWriter.origin("upstream"),
            PgOutputWriter.logical(true, 480, "hello"));

    @Test
    void readsTheEndsOfATransaction() {
        assertThat(decode(PgOutputWriter.begin(500, TIME, -1)))
                .isEqualTo(new PgOutputMessage.Begin(500, TIME, 4294967295L));
        assertThat(decode(PgOutputWriter.commit(500, 560, TIME))).isEqualTo(new PgOutputMessage.Commit(500, 560));
    }

    @Test
    void readsCommitTimesBeforeTheEpochOfTheServer() {
        Instant old = Instant.parse("1999-12-31T23:59:59.999999Z");

        assertThat(decode(PgOutputWriter.begin(500, old, 1))).isEqualTo(new PgOutputMessage.Begin(500, old, 1));
    }

    @Test
    void readsDescriptions() {
        assertThat(decode(PgOutputWriter.relation(-2, "", "t", 'f', "*id 23", "größe 16390 5")))
                .isEqualTo(new PgOutputMessage.Relation(
                        -2,
                        "pg_catalog",
                        "t",
                        'f',
                        List.of(
                                new PgOutputMessage.Column(true, "id", 23, -1),
                                new PgOutputMessage.Column(false, "größe", 16390, 5))));
        assertThat(decode(PgOutputWriter.type(16390, "public", "mood")))
                .isEqualTo(new PgOutputMessage.TypeName(16390, "public", "mood"));
    }

    @Test
    void readsWhatIsNoRow() {
        assertThat(decode(PgOutputWriter.truncate(1, 2))).isEqualTo(new PgOutputMessage.Truncate(List.of(1, 2)));
        assertThat(decode(PgOutputWriter.origin("up"))).isEqualTo(new PgOutputMessage.Origin("up"));
        assertThat(decode(PgOutputWriter.logical(false, 480, "hello")))
                .isEqualTo(new PgOutputMessage.LogicalMessage(false, 480, "app"));
    }

    @Test
    void readsTheImagesOfEachKindOfRow() {
        assertImages(PgOutputWriter.insert(7, "1"), Operation.INSERT, false, false, true);
        assertImages(PgOutputWriter.update(7, "1"), Operation.UPDATE, false, false, true);
        assertImages(PgOutputWriter.delete(7, 'O', "1"), Operation.DELETE, false, true, false);
        assertImages(PgOutputWriter.delete(7, 'K', "1"), Operation.DELETE, true, true, false);
        assertImages(message('U').int32(7).tuple('K', "1").tuple('N', "2").bytes(), Operation.UPDATE, true, true, true);
        assertImages(
                message('U').int32(7).tuple('O', "1").tuple('N', "2").bytes(), Operation.UPDATE, false, true, true);
    }

    @Test
    void refusesImagesThatDoNotFitTheOperation() {
        refuses(message('I').int32(7).tuple('K', "1").bytes(), "image of kind 0x4B");
        refuses(message('D').int32(7).tuple('N', "1").bytes(), "image of kind 0x4E");
        refuses(message('U').int32(7).tuple('O', "1").tuple('O', "1").bytes(), "no new image");
        refuses(
                message('I')
                        .int32(7)
                        .int8('N')
                        .int16(1)
                        .int8('b')
                        .int32(1)
                        .int8(1)
                        .bytes(),
                "kind 0x62");
    }

    @Test
    @DisplayName("PG-36: messages of protocol version 2 and 3 are errors, not skipped")
    void refusesOtherProtocolVersions() {
        for (char tag : "SEcAbPKrp".toCharArray()) {
            refuses(
                    message(tag).int64(1).bytes(),
                    "message '%c' belongs to protocol version 2 or later".formatted(tag));
        }
        refuses(message('x').bytes(), "0x78 is unknown");
        refuses(PgOutputWriter.of(new byte[0]), "ends too early");
    }

    @Test
    @DisplayName("PG-22: a corrupt count or length is an error and allocates nothing")
    void refusesCountsThatTheMessageCannotHold() {
        for (int count : new int[] {-1, Integer.MIN_VALUE, Integer.MAX_VALUE, 0x40000000, 3}) {
            refuses(message('T').int32(count).int8(0).int32(1).int32(2).bytes(), "TRUNCATE claims");
            refuses(
                    message('M')
                            .int8(1)
                            .int64(1)
                            .text("p")
                            .int32(count)
                            .raw(new byte[2])
                            .bytes(),
                    "MESSAGE claims");
            refuses(
                    message('I')
                            .int32(7)
                            .int8('N')
                            .int16(1)
                            .int8('t')
                            .int32(count)
                            .raw(new byte[2])
                            .bytes(),
                    "a column claims");
        }
        refuses(message('I').int32(7).int8('N').int16(0xFFFF).int8('n').bytes(), "65535 columns");
        refuses(
                message('R')
                        .int32(7)
                        .text("s")
                        .text("t")
                        .int8('d')
                        .int16(0xFFFF)
                        .int8(0)
                        .bytes(),
                "65535 columns");
    }

    @Test
    void refusesFlagsItDoesNotKnow() {
        refuses(message('C').int8(1).int64(1).int64(2).int64(3).bytes(), "COMMIT has flags 1");
        refuses(message('M').int8(2).int64(1).text("p").int32(0).bytes(), "MESSAGE has flags 2");
    }

    @Test
    @DisplayName("PG-22: every message cut anywhere is an error")
    void refusesEveryTruncation() {
        for (ByteBuffer sample : SAMPLES) {
            byte[] whole = PgOutputWriter.payload(sample);
            assertThatNoException().isThrownBy(() -> decodeAll(PgOutputWriter.of(whole)));
            for (int length = 0; length < whole.length; length++) {
                byte[] cut = Arrays.copyOf(whole, length);
                refuses(PgOutputWriter.of(cut), "pgoutput");
            }
            refuses(PgOutputWriter.of(Arrays.copyOf(whole, whole.length + 1)), "1 bytes too many");
        }
    }

    @Test
    @DisplayName("PG-22: random damage gives a message or an error of ours, never another one")
    void survivesRandomDamage() {
        Random random = new Random(20240506);
        int refused = 0;
        for (int round = 0; round < 50_000; round++) {
            byte[] damaged = PgOutputWriter.payload(SAMPLES.get(random.nextInt(SAMPLES.size())));
            for (int i = random.nextInt(4); i >= 0; i--) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
            }
            try {
                decodeAll(PgOutputWriter.of(damaged));
            } catch (SourceException e) {
                assertThat(e.kind()).isEqualTo(FailureKind.TERMINAL);
                refused++;
            }
        }
        assertThat(refused).isBetween(1000, 49_000);
    }

    private static PgOutputMessage decode(ByteBuffer message) {
        return PgOutputDecoder.decode(message);
    }

    private static void decodeAll(ByteBuffer message) {
        if (decode(message) instanceof RowChange change) {
            change.images();
        }
    }

    private static void refuses(ByteBuffer message, String reason) {
        assertThatExceptionOfType(SourceException.class)
                .isThrownBy(() -> decodeAll(message))
                .withMessageContaining(reason)
                .satisfies(e -> assertThat(e.kind()).isEqualTo(FailureKind.TERMINAL))
                .satisfies(e -> assertThat(e.action()).isNotBlank());
    }

    private static void assertImages(
            ByteBuffer message, Operation operation, boolean keyOnly, boolean before, boolean after) {
        RowChange change = (RowChange) decode(message);
        RowImages images = change.images();
        assertThat(change.operation()).isEqualTo(operation);
        assertThat(change.relation()).isEqualTo(7);
        assertThat(images.keyOnly()).isEqualTo(keyOnly);
        assertThat(images.before() != null).isEqualTo(before);
        assertThat(images.after() != null).isEqualTo(after);
    }
}
