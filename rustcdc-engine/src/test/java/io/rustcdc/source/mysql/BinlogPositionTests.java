package io.rustcdc.source.mysql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BinlogPositionTests {

    @Test
    void isOrderedByTheNumbersOfFilesMY17() {
        assertThat(BinlogPosition.parse("binlog.000009:900")).isLessThan(BinlogPosition.parse("binlog.000010:4"));
        assertThat(BinlogPosition.parse("binlog.999999:4")).isLessThan(BinlogPosition.parse("binlog.1000000:4"));
        assertThat(BinlogPosition.parse("binlog.000001:10")).isLessThan(BinlogPosition.parse("binlog.000001:9999"));
        assertThat(BinlogPosition.parse("a.b.000001:10")).hasToString("a.b.000001:10");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "binlog",
                "binlog.000001",
                "binlog.000001:",
                "binlog.000001:3",
                "binlog.x:4",
                "binlog.000001:-4"
            })
    void refusesWhatIsNoPosition(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> BinlogPosition.parse(text))
                .withMessageContaining("Expected");
    }
}
