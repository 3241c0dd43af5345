package io.rustcdc.source.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LsnTests {

    @ParameterizedTest
    @CsvSource({
        "0, 0/00000000",
        "23803720, 0/016B3748",
        "4294967295, 0/FFFFFFFF",
        "4294967296, 1/00000000",
        "-1, FFFFFFFF/FFFFFFFF"
    })
    void printsTheLowerHalfWithEightDigits(long value, String text) {
        assertThat(Lsn.format(value)).isEqualTo(text);
        assertThat(Lsn.parse(text).value()).isEqualTo(value);
    }

    @Test
    void readsTheShortFormOfTheServerInEitherCase() {
        assertThat(Lsn.parse("0/16b3748")).isEqualTo(Lsn.parse("0/016B3748"));
        assertThat(Lsn.parse("A/F").value()).isEqualTo(0xA_0000_000FL);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "/", "0/", "/0", "0", "0-0", "0/123456789", "123456789/0", "0/G", "0/ 1", "-1/0", "0/0/0"})
    void refusesAnythingElse(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Lsn.parse(text))
                .withMessageContaining("0/16B3748")
                .withMessageContaining("\"" + text + "\"");
    }

    @Test
    void comparesUnsigned() {
        assertThat(Lsn.parse("FFFFFFFF/0")).isGreaterThan(Lsn.parse("7FFFFFFF/FFFFFFFF"));
        assertThat(Lsn.isBefore(1, -1)).isTrue();
        assertThat(Lsn.isBefore(1, 1)).isFalse();
    }
}
