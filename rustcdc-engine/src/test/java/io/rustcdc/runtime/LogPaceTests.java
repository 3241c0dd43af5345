package io.rustcdc.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.rustcdc.event.LogRetention;
import io.rustcdc.event.LogRetention.Safety;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LogPaceTests {

    private static final long MB = 1 << 20;

    private final LogPace pace = new LogPace();

    @Test
    void tellsHowLongTheRoomLastsAtThePresentPace() {
        assertThat(runway(0, 1000 * MB)).isNull();
        assertThat(runway(15, 985 * MB)).as("too early to tell").isNull();
        assertThat(runway(60, 940 * MB)).isEqualTo(Duration.ofSeconds(940));
        assertThat(runway(120, 820 * MB))
                .as("faster than before")
                .isBetween(Duration.ofSeconds(500), Duration.ofSeconds(600));
        assertThat(runway(150, 0L)).isEqualTo(Duration.ZERO);
    }

    @Test
    void tellsNothingWhileTheRoomStaysOrGrows() {
        for (int second = 0; second < 600; second += 15) {
            assertThat(runway(second, 500 * MB + second)).isNull();
        }
    }

    @Test
    void forgetsTheTimeBeforeTheLastMinutes() {
        runway(0, 1000 * MB);
        runway(60, 400 * MB);
        for (int second = 75; second <= 420; second += 15) {
            runway(second, 400 * MB);
        }
        assertThat(runway(435, 400 * MB)).isNull();
    }

    @Test
    void startsAnewWhenThereIsNoLimitAnyMore() {
        runway(0, 1000 * MB);
        assertThat(runway(60, null)).isNull();
        assertThat(runway(120, 10 * MB)).isNull();
        assertThat(pace.of(null)).isNull();
    }

    @Test
    void keepsTheShorterTimeThatTheServerTells() {
        LogRetention expiring = log(0, null).withRunway(Duration.ofHours(1));
        assertThat(pace.of(expiring)).isSameAs(expiring);
        pace.of(log(0, 1000 * MB));
        assertThat(pace.of(log(60, 940 * MB).withRunway(Duration.ofMinutes(1))).runway())
                .isEqualTo(Duration.ofMinutes(1));
        assertThat(pace.of(log(120, 880 * MB).withRunway(Duration.ofHours(1))).runway())
                .isEqualTo(Duration.ofSeconds(880));
    }

    private @Nullable Duration runway(int second, @Nullable Long safe) {
        return pace.of(log(second, safe)).runway();
    }

    private static LogRetention log(int second, @Nullable Long safe) {
        return new LogRetention(
                1, 2, safe, null, "reserved", Safety.SAFE, true, Instant.EPOCH.plusSeconds(second), "Look at it.");
    }
}
