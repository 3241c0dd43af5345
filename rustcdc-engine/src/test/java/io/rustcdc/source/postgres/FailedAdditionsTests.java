package io.rustcdc.source.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FailedAdditionsTests {

    private static final long TABLE = 7;

    private final AtomicLong time = new AtomicLong();
    private final FailedAdditions failures = new FailedAdditions(time::get);

    @ParameterizedTest
    @ValueSource(strings = {"55P03", "57014", "40P01", "40001", "53100", "53200", "58030", "25006", "XX000", "42P01"})
    void whatPassesIsTriedAgainAndSaidWhenItLasts(String state) {
        for (int look = 1; look <= 2; look++) {
            failures.add(TABLE, new SQLException("not now", state));
            assertThat(failures.isRefused(TABLE)).isFalse();
            assertThat(failures.text(TABLE)).isNull();
        }
        failures.add(TABLE, new SQLException("not now", state));
        assertThat(failures.isRefused(TABLE)).isFalse();
        assertThat(failures.text(TABLE)).isEqualTo("not now");
        failures.forget(TABLE);
        assertThat(failures.text(TABLE)).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"42501", "22023", "0A000"})
    void whatTakesHelpIsSaidAtOnceAndTriedAgainLater(String state) {
        failures.add(TABLE, new SQLException("no right", state));
        assertThat(failures.isRefused(TABLE)).isTrue();
        assertThat(failures.text(TABLE)).isEqualTo("no right");
        time.addAndGet(Duration.ofMinutes(10).toNanos());
        assertThat(failures.isRefused(TABLE)).isFalse();
        assertThat(failures.text(TABLE)).as("said until it has helped").isEqualTo("no right");
    }

    @Test
    void aNewConnectionTriesAllAgain() {
        failures.add(TABLE, new SQLException("no right", "42501"));
        failures.forgetRefusals();
        assertThat(failures.isRefused(TABLE)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"08006", "57P01", "57P05"})
    void aLostConnectionSaysNothingOfTheTable(String state) {
        assertThat(FailedAdditions.isConnectionLost(new SQLException("gone", state)))
                .isTrue();
        assertThat(FailedAdditions.isConnectionLost(new SQLException("slow", "57014")))
                .isFalse();
    }
}
