package io.rustcdc.source.sqlserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class LsnTests {

    private static final Lsn LSN = Lsn.parse("0x0000002C000001580001");

    @Test
    void isWrittenInLowerCaseWhateverTheCaseItWasReadIn() {
        assertThat(LSN).hasToString("0x0000002c000001580001");
        assertThat(Lsn.parse("0000002c000001580001")).isEqualTo(LSN);
        assertThat(Lsn.parse(" 0X0000002c000001580001 ")).isEqualTo(LSN);
    }

    @Test
    void readsTheFormOfTheViewsAboutTheLog() {
        assertThat(Lsn.parseColons("0000002c:00000158:0001")).isEqualTo(LSN);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Lsn.parseColons("2c:158:1"))
                .withMessageContaining("2c:158:1");
    }

    @Test
    void survivesItsBytes() {
        assertThat(Lsn.of(LSN.bytes())).isEqualTo(LSN);
        assertThat(Lsn.of(Lsn.parse("0xffffffffffffffffffff").bytes())).hasToString("0xffffffffffffffffffff");
        assertThatIllegalArgumentException().isThrownBy(() -> Lsn.of(new byte[9]));
    }

    @Test
    void isComparedAsAnUnsignedNumber() {
        assertThat(Lsn.parse("0x7fffffffffffffffffff")).isLessThan(Lsn.parse("0x80000000000000000000"));
        assertThat(Lsn.parse("0x00000000000000000001")).isGreaterThan(Lsn.ZERO);
    }

    @Test
    void stepsOverTheBorderOfItsParts() {
        Lsn border = Lsn.parse("0x0000002c00000158ffff");
        assertThat(border.next()).hasToString("0x0000002c000001590000");
        assertThat(border.next().previous()).isEqualTo(border);
        assertThat(Lsn.ZERO.previous()).isEqualTo(Lsn.ZERO);
    }

    @Test
    void refusesWhatIsNoLsn() {
        assertThatIllegalArgumentException().isThrownBy(() -> Lsn.parse("0x12")).withMessageContaining("0x12");
    }
}
