package io.rustcdc.source.sqlserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.rustcdc.source.CollectingSink;
import io.rustcdc.source.SourceStream;
import io.rustcdc.source.StreamRequest;
import io.rustcdc.test.databases.sqlserver.SqlServerStandIn;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Times of commits: the server notes them by its clock on the wall, to the 300th part of a second. */
class SqlServerTimeOnStandInTests {

    private final AtomicReference<Instant> now = new AtomicReference<>();

    private final Clock clock = new Clock() {
        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return now.get();
        }
    };

    @ParameterizedTest
    @ValueSource(strings = {"UTC", "+02:00", "Asia/Kolkata", "America/St_Johns", "Pacific/Kiritimati"})
    @DisplayName("MS-R10: the time of a commit is UTC, wherever the server's clock hangs")
    void isInUtc(String zone) {
        now.set(Instant.parse("2026-07-20T12:30:15.123Z"));
        try (SqlServerFixture fixture = fixture(zone)) {
            assertThat(commitTime(fixture, null)).isCloseTo(now.get(), within(2, ChronoUnit.MILLIS));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "2026-10-25T00:30:00Z", // 02:30 in Berlin, for the first time
        "2026-10-25T01:30:00Z", // 02:30 again
        "2026-10-25T02:30:00Z",
        "2026-03-29T00:59:59Z", // a second before 02:00 becomes 03:00
        "2026-03-29T01:00:01Z"
    })
    @DisplayName("MS-R10: the time of a commit is right in the nights in which the clocks are changed")
    void isInUtcWhenTheClocksAreChanged(String time) {
        for (ZoneId known : new ZoneId[] {null, ZoneId.of("Europe/Berlin")}) {
            now.set(Instant.parse(time));
            try (SqlServerFixture fixture = fixture("Europe/Berlin")) {
                assertThat(commitTime(fixture, known)).as("zone %s", known).isEqualTo(now.get());
            }
        }
    }

    @Test
    @DisplayName(
            "MS-R10: with the server's zone, what was committed before the clocks were changed has the right time, too")
    void isInUtcForWhatWasCommittedBeforeTheClocksWereChanged() {
        now.set(Instant.parse("2026-10-24T12:00:00Z"));
        try (SqlServerFixture fixture = fixture("Europe/Berlin")) {
            io.rustcdc.event.Offset start;
            try (SourceStream stream = fixture.openFresh()) {
                start = stream.start();
            }
            Instant committed = now.get();
            fixture.database.sql("INSERT INTO orders VALUES (1, N'a')");
            fixture.database.capture();
            now.set(Instant.parse("2026-10-26T12:00:00Z"));
            try (SourceStream stream = fixture.connector(fixture.options().serverTimeZone(ZoneId.of("Europe/Berlin")))
                    .open(StreamRequest.resume(start))) {
                CollectingSink sink = new CollectingSink();
                fixture.readCommits(stream, sink, 1);
                assertThat(sink.events.get(0).commitTime()).isEqualTo(committed);
            }
        }
    }

    private SqlServerFixture fixture(String zone) {
        SqlServerStandIn database =
                SqlServerStandIn.builder().clock(clock).zone(zone).start();
        database.stopCapture();
        return new SqlServerFixture(database).withOrders();
    }

    private Instant commitTime(SqlServerFixture fixture, @Nullable ZoneId zone) {
        try (SourceStream stream =
                fixture.connector(fixture.options().serverTimeZone(zone)).open(StreamRequest.fresh())) {
            CollectingSink sink = new CollectingSink();
            fixture.database.sql("INSERT INTO orders VALUES (1, N'a')");
            fixture.database.capture();
            fixture.readCommits(stream, sink, 1);
            return Objects.requireNonNull(sink.events.get(0).commitTime());
        }
    }
}
