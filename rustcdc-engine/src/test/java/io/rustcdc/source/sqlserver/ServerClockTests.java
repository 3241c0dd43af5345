package io.rustcdc.source.sqlserver;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import org.junit.jupiter.api.Test;

class ServerClockTests {

    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");
    private static final LocalDateTime SUMMER = LocalDateTime.of(2026, 7, 1, 12, 0);
    private static final LocalDateTime WINTER = LocalDateTime.of(2026, 12, 1, 12, 0);

    /** Comes twice: at 00:30 and at 01:30 UTC. */
    private static final LocalDateTime TWICE = LocalDateTime.of(2026, 10, 25, 2, 30);

    @Test
    void takesTheDistanceThatWasMeasured() {
        ServerClock clock = new ServerClock(null);
        clock.measured(120);
        assertThat(clock.instant(SUMMER, Instant.parse("2026-07-01T10:00:01Z"))).isEqualTo("2026-07-01T10:00:00Z");
    }

    @Test
    void twoLooksAtTheClocksMayBeAMinuteOff() {
        ServerClock clock = new ServerClock(null);
        clock.measured(-329);
        assertThat(clock.instant(SUMMER, Instant.parse("2026-07-01T17:30:01Z"))).isEqualTo("2026-07-01T17:30:00Z");
    }

    @Test
    void aTimeZoneKnowsBothDistances() {
        ServerClock clock = new ServerClock(BERLIN);
        clock.measured(60);
        Instant now = Instant.parse("2026-12-01T11:00:01Z");
        assertThat(clock.instant(SUMMER, now)).isEqualTo("2026-07-01T10:00:00Z");
        assertThat(clock.instant(WINTER, now)).isEqualTo("2026-12-01T11:00:00Z");
    }

    @Test
    void inTheHourThatComesTwiceTheMeasuredDistanceCounts() {
        ServerClock clock = new ServerClock(BERLIN);
        clock.measured(120);
        assertThat(clock.instant(TWICE, Instant.parse("2026-10-25T00:30:01Z"))).isEqualTo("2026-10-25T00:30:00Z");
        clock.measured(60);
        assertThat(clock.instant(TWICE, Instant.parse("2026-10-25T01:30:01Z"))).isEqualTo("2026-10-25T01:30:00Z");
    }

    @Test
    void aCommitFromBeforeTheClocksWentBackDoesNotLieInTheFuture() {
        ServerClock clock = new ServerClock(null);
        clock.measured(120);
        clock.measured(60);
        LocalDateTime justBefore = LocalDateTime.of(2026, 10, 25, 2, 59);
        assertThat(clock.instant(justBefore, Instant.parse("2026-10-25T01:00:05Z")))
                .isEqualTo("2026-10-25T00:59:00Z");
    }
}
