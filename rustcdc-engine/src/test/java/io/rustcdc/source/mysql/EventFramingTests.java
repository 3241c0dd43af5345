package io.rustcdc.source.mysql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rustcdc.event.FailureKind;
import io.rustcdc.source.SourceException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class EventFramingTests {

    private final EventFraming framing = new EventFraming();

    @Test
    void takesChecksumsAwayWhereTheFileHasThem() {
        framing.frame(BinlogWriter.formatDescription(true).payload(true));
        BinlogEvent event = framing.frame(BinlogWriter.query("shop", "BEGIN").payload(true));
        assertThat(QueryEvent.read(event)).isEqualTo(new QueryEvent("shop", "BEGIN"));
    }

    @Test
    void takesEventsWholeWhereTheFileHasNoChecksums() {
        framing.frame(BinlogWriter.formatDescription(false).bytes(new byte[4]).payload(false));
        BinlogEvent event = framing.frame(BinlogWriter.query("shop", "COMMIT").payload(false));
        assertThat(QueryEvent.read(event).sql()).isEqualTo("COMMIT");
    }

    @Test
    void readsTheNameOfTheFileWithAndWithoutAChecksumBehindItMY08() {
        assertThat(name(BinlogWriter.rotate("binlog.000007", 4).payload(true))).isEqualTo("binlog.000007");
        assertThat(name(BinlogWriter.rotate("binlog.000007", 4).payload(false))).isEqualTo("binlog.000007");
    }

    @Test
    void aWrongChecksumEndsTheStream() {
        framing.frame(BinlogWriter.formatDescription(true).payload(true));
        byte[] payload = BinlogWriter.query("shop", "BEGIN").payload(true);
        payload[payload.length - 6] ^= 1;
        assertThatThrownBy(() -> framing.frame(payload))
                .isInstanceOfSatisfying(
                        SourceException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.TERMINAL))
                .hasMessageContaining("checksum");
    }

    @Test
    void anEventOfAnotherSizeThanItSaysEndsTheStream() {
        framing.frame(BinlogWriter.formatDescription(true).payload(true));
        byte[] payload = BinlogWriter.query("shop", "BEGIN").payload(true);
        assertThatThrownBy(() -> framing.frame(java.util.Arrays.copyOf(payload, payload.length - 1)))
                .isInstanceOf(SourceException.class);
        assertThatThrownBy(() -> framing.frame(new byte[5])).isInstanceOf(SourceException.class);
    }

    private String name(byte[] payload) {
        BinlogEvent event = framing.frame(payload);
        return new String(event.bytes(), event.bodyStart() + 8, event.bodySize() - 8, StandardCharsets.UTF_8);
    }
}
