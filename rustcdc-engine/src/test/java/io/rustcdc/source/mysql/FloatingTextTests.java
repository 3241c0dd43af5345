package io.rustcdc.source.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Compared once with three thousand values of both servers; these are the borders. */
class FloatingTextTests {

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "-0.0, -0",
        "1e14, 100000000000000",
        "1e15, 1e15",
        "9007199254740992, 9.007199254740992e15",
        "1881784675763481.5, 1881784675763481.5",
        "1e-15, 0.000000000000001",
        "1e-16, 1e-16",
        "1e23, 1e23",
        "2e23, 2e23",
        "4.9e-324, 5e-324",
        "-2.2250738585072014e-308, -2.2250738585072014e-308"
    })
    void doublesAreWrittenAsTheServersDo(double value, String text) {
        assertThat(FloatingText.of(value)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({
        "0.1, 0.1",
        "123456, 123456",
        "16777216, 16777216",
        "1e10, 10000000000",
        "1e20, 1e20",
        "1.4e-45, 1.4013e-45",
        "3.4028235e38, 3.4028235e38"
    })
    void floatsHaveSixDigitsAndMoreWhereThatIsNotEnough(float value, String text) {
        assertThat(FloatingText.of(value)).isEqualTo(text);
    }

    @Test
    void textsAndLiteralsIdentifyTheValue() {
        Random random = new Random(3);
        for (int i = 0; i < 20_000; i++) {
            double value = Double.longBitsToDouble(random.nextLong());
            float small = Float.intBitsToFloat(random.nextInt());
            if (Double.isFinite(value) && Float.isFinite(small)) {
                assertThat(Double.parseDouble(FloatingText.of(value))).isEqualTo(value);
                assertThat(Float.parseFloat(FloatingText.of(small))).isEqualTo(small);
                assertThat(new BigDecimal(FloatingText.literal(value)).doubleValue())
                        .isEqualTo(value);
            }
        }
    }
}
