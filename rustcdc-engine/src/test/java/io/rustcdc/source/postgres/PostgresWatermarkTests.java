package io.rustcdc.source.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PostgresWatermarkTests {

    private static final int PAGE = 8192;
    private static final long LOG_END = 10L * PAGE + 500;
    private static final SlotId SLOT = new SlotId("cdc", null, 0);

    private static PostgresWatermark view(String snapshot) {
        return PostgresWatermark.of(snapshot, LOG_END, PAGE);
    }

    private static PostgresMark xid(long xid) {
        return new PostgresMark((int) xid, 1);
    }

    private static PostgresOffset at(long lsn) {
        return PostgresOffset.at(SLOT, lsn);
    }

    @Test
    @DisplayName("PG-27, PG-29: a snapshot shows what ended before it, not what ran or began after it")
    void showsWhatHadEnded() {
        PostgresWatermark view = view("100:110:100,105");
        assertThat(view.includes(xid(99))).isTrue();
        assertThat(view.includes(xid(3))).isTrue();
        assertThat(view.includes(xid(100))).isFalse();
        assertThat(view.includes(xid(101))).isTrue();
        assertThat(view.includes(xid(105))).isFalse();
        assertThat(view.includes(xid(109))).isTrue();
        assertThat(view.includes(xid(110))).isFalse();
        assertThat(view.includes(xid(5000))).isFalse();
    }

    @Test
    @DisplayName("PG-27: the transaction at xmax is not shown, though none is listed as running")
    void doesNotShowXmaxWithAnEmptyList() {
        PostgresWatermark view = view("100:100:");
        assertThat(view.includes(xid(99))).isTrue();
        assertThat(view.includes(xid(100))).isFalse();
        assertThat(view.includes(xid(101))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "4294967296", // 2^32
                "8589934592", // 2^33
                "9223372036854775808", // 2^63
                "18446744073709551615" // 2^64 - 1
            })
    @DisplayName("PG-28: numbers beyond 2^32 and 2^63 are on the scale of the stream's 32 bits")
    void comparesBeyondOneEpoch(String first) {
        long base = Long.parseUnsignedLong(first);
        String snapshot = "%s:%s:%s,%s"
                .formatted(
                        Long.toUnsignedString(base - 20),
                        Long.toUnsignedString(base - 10),
                        Long.toUnsignedString(base - 20),
                        Long.toUnsignedString(base - 15));
        PostgresWatermark view = view(snapshot);
        assertThat(view.includes(xid(base - 21))).isTrue();
        assertThat(view.includes(xid(base - 1_000_000))).isTrue();
        assertThat(view.includes(xid(base - 20))).isFalse();
        assertThat(view.includes(xid(base - 19))).isTrue();
        assertThat(view.includes(xid(base - 15))).isFalse();
        assertThat(view.includes(xid(base - 11))).isTrue();
        assertThat(view.includes(xid(base - 10))).isFalse();
    }

    @Test
    @DisplayName("PG-28: a transaction of the next epoch is later, one of the last epoch earlier")
    void comparesAcrossTheEndOfAnEpoch() {
        PostgresWatermark before = view("4294967290:4294967294:");
        assertThat(before.includes(xid(4294967289L))).isTrue();
        assertThat(before.includes(xid(4294967296L + 3))).isFalse();
        PostgresWatermark after = view("4294967290:4294967300:4294967290,4294967299");
        assertThat(after.includes(xid(4294967289L))).isTrue();
        assertThat(after.includes(xid(4294967290L))).isFalse();
        assertThat(after.includes(xid(4294967295L))).isTrue();
        assertThat(after.includes(xid(4294967296L + 2))).isTrue();
        assertThat(after.includes(xid(4294967299L))).isFalse();
        assertThat(after.includes(xid(4294967300L))).isFalse();
    }

    @Test
    void isPassedByTheFirstCommitThatBeginsBehindIt() {
        PostgresWatermark view = view("100:100:");
        assertThat(view.isPassedBy(new PostgresMark(7, LOG_END - 1))).isFalse();
        assertThat(view.isPassedBy(new PostgresMark(7, LOG_END))).isTrue();
        assertThat(view.isPassedBy(at(LOG_END - 1))).isFalse();
        assertThat(view.isPassedBy(at(LOG_END))).isTrue();
    }

    @Test
    @DisplayName("SN-R6: behind the header of an empty page, the stream of an idle server has come far enough")
    void theHeaderOfAnEmptyPageIsNothingToWaitFor() {
        for (int header : new int[] {24, 40}) {
            PostgresWatermark view = PostgresWatermark.of("100:100:", 10L * PAGE + header, PAGE);
            assertThat(view.isPassedBy(at(10L * PAGE - 1))).isFalse();
            assertThat(view.isPassedBy(at(10L * PAGE))).isTrue();
        }
        PostgresWatermark inRecord = PostgresWatermark.of("100:100:", 10L * PAGE + 48, PAGE);
        assertThat(inRecord.isPassedBy(at(10L * PAGE))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "100", "100:110", "100:110:1:2", "100:110:x", ":110:"})
    void refusesWhatIsNoSnapshot(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> view(text));
    }
}
