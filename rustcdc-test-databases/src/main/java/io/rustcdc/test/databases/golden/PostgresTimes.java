package io.rustcdc.test.databases.golden;

import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.ZoneOffset;
import java.util.List;

/** Dates and times (manual 8.5). */
final class PostgresTimes {

    private PostgresTimes() {}

    static List<GoldenType> types() {
        return List.of(date(), time(), timetz(), timestamp(), timestamptz(), rounded(), interval(), fields());
    }

    private static GoldenType date() {
        return GoldenType.of("date", LocalDate.class)
                .value("2026-01-31", LocalDate.of(2026, 1, 31))
                .value("2024-02-29", LocalDate.of(2024, 2, 29))
                .value("0001-01-01", LocalDate.of(1, 1, 1))
                .value("0001-12-31 BC", LocalDate.of(0, 12, 31))
                .value("4714-11-24 BC", LocalDate.of(-4713, 11, 24))
                .value("5874897-12-31", LocalDate.of(5874897, 12, 31))
                .special("infinity", LocalDate.MAX, "LocalDate.MAX")
                .special("-infinity", LocalDate.MIN, "LocalDate.MIN");
    }

    private static GoldenType time() {
        return GoldenType.of("time", LocalTime.class)
                .value("12:30:00", LocalTime.of(12, 30))
                .value("00:00:00", LocalTime.MIDNIGHT)
                .value("23:59:59.999999", LocalTime.of(23, 59, 59, 999_999_000))
                .value("04:05:06.7", LocalTime.of(4, 5, 6, 700_000_000))
                .special("24:00:00", LocalTime.MAX, "LocalTime.MAX");
    }

    private static GoldenType timetz() {
        return GoldenType.of("timetz", OffsetTime.class)
                .value("12:30:00+02", OffsetTime.of(12, 30, 0, 0, ZoneOffset.ofHours(2)))
                .value("23:59:59.999999+00", OffsetTime.of(23, 59, 59, 999_999_000, ZoneOffset.UTC))
                .value("04:05:06.7-08:30", OffsetTime.of(4, 5, 6, 700_000_000, ZoneOffset.ofHoursMinutes(-8, -30)))
                .value("00:00:00+15:59:59", OffsetTime.of(0, 0, 0, 0, ZoneOffset.ofHoursMinutesSeconds(15, 59, 59)))
                .special(
                        "24:00:00+02",
                        LocalTime.MAX.atOffset(ZoneOffset.ofHours(2)),
                        "LocalTime.MAX.atOffset(ZoneOffset.ofHours(2))");
    }

    private static GoldenType timestamp() {
        return GoldenType.of("timestamp", LocalDateTime.class)
                .value("2026-01-31 12:30:00", LocalDateTime.of(2026, 1, 31, 12, 30))
                .value("2024-01-02 03:04:05.000006", LocalDateTime.of(2024, 1, 2, 3, 4, 5, 6_000))
                .value("2024-02-29 24:00:00", LocalDateTime.of(2024, 3, 1, 0, 0))
                .value("1969-12-31 23:59:59.999999", LocalDateTime.of(1969, 12, 31, 23, 59, 59, 999_999_000))
                .value("0044-03-15 12:00:00 BC", LocalDateTime.of(-43, 3, 15, 12, 0))
                .value("4714-11-24 00:00:00 BC", LocalDateTime.of(-4713, 11, 24, 0, 0))
                .value("294276-12-31 23:59:59.999999", LocalDateTime.of(294276, 12, 31, 23, 59, 59, 999_999_000))
                .special("infinity", LocalDateTime.MAX, "LocalDateTime.MAX")
                .special("-infinity", LocalDateTime.MIN, "LocalDateTime.MIN");
    }

    private static GoldenType timestamptz() {
        return GoldenType.of("timestamptz", OffsetDateTime.class)
                .value("2026-01-31 12:30:00+02", OffsetDateTime.parse("2026-01-31T10:30:00Z"))
                .value("2024-01-02 03:04:05.000006+05:45", OffsetDateTime.parse("2024-01-01T21:19:05.000006Z"))
                .value("1883-11-18 12:00:00-04:56:02", OffsetDateTime.parse("1883-11-18T16:56:02Z"))
                .value("0001-01-01 00:00:00+00 BC", OffsetDateTime.parse("0000-01-01T00:00:00Z"))
                .value(
                        "4714-11-24 00:00:00+00 BC",
                        LocalDateTime.of(-4713, 11, 24, 0, 0).atOffset(ZoneOffset.UTC))
                .value(
                        "294276-12-31 23:59:59.999999+00",
                        LocalDateTime.of(294276, 12, 31, 23, 59, 59, 999_999_000)
                                .atOffset(ZoneOffset.UTC))
                .special("infinity", OffsetDateTime.MAX, "OffsetDateTime.MAX")
                .special("-infinity", OffsetDateTime.MIN, "OffsetDateTime.MIN");
    }

    private static GoldenType rounded() {
        return GoldenType.of("timestamptz(3)", OffsetDateTime.class)
                .value("2024-01-02 03:04:05.0006+00", OffsetDateTime.parse("2024-01-02T03:04:05.001Z"));
    }

    /** Months, days and seconds are three amounts that no Java type holds together; their ISO 8601 text does. */
    private static GoldenType interval() {
        return GoldenType.of("interval", String.class)
                .value("1 day", "P1D")
                .value("1 year 2 mons 3 days 04:05:06.789", "P1Y2M3DT4H5M6.789S")
                .value("-1 year -2 mons +3 days -04:05:06", "P-1Y-2M3DT-4H-5M-6S")
                .value("14 mons 36 hours", "P1Y2MT36H")
                .value("0", "PT0S")
                .value("-0.000001 sec", "PT-0.000001S")
                .value("178000000 years", "P178000000Y")
                .value(15, "-2147483648 days -2562047788 hours", "P-2147483648DT-2562047788H")
                .value(17, "infinity", "infinity")
                .value(17, "-infinity", "-infinity");
    }

    private static GoldenType fields() {
        return GoldenType.of("interval day to second(3)", String.class)
                .value("1 04:05:06.0006", "P1DT4H5M6.001S")
                .value("0", "PT0S");
    }
}
