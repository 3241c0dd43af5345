package io.rustcdc.test.databases.golden;

import java.time.Duration;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;

/** Dates and times of both servers. Literals of TIMESTAMP are in the zone -08:00. */
final class MySqlTimes {

    private MySqlTimes() {}

    static List<MySqlType> types() {
        List<MySqlType> types = new ArrayList<>(
                List.of(date(), time(), longTime(), dateTime(), preciseDateTime(), timestamp(), preciseTimestamp()));
        types.addAll(fractions());
        return types;
    }

    private static MySqlType date() {
        return MySqlType.of("date", LocalDate.class)
                .value("'2026-07-20'", LocalDate.of(2026, 7, 20)) // MY-11
                .value("'2024-02-29'", LocalDate.of(2024, 2, 29))
                .value("'1000-01-01'", LocalDate.of(1000, 1, 1))
                .value("'0001-01-01'", LocalDate.of(1, 1, 1))
                .value("'9999-12-31'", LocalDate.of(9999, 12, 31))
                .special("'0000-00-00'", LocalDate.MIN, "0000-00-00", "LocalDate.MIN")
                .special("'2024-00-10'", LocalDate.MIN, "2024-00-10", "LocalDate.MIN")
                .special("'2024-02-00'", LocalDate.MIN, "2024-02-00", "LocalDate.MIN");
    }

    private static MySqlType time() {
        return MySqlType.of("time", Duration.class)
                .value("'12:30:00'", Duration.ofMinutes(750), "12:30:00")
                .value("'00:00:00'", Duration.ZERO, "00:00:00")
                .value("'-00:00:01'", Duration.ofSeconds(-1), "-00:00:01")
                .value("'838:59:59'", Duration.ofSeconds(3_020_399), "838:59:59")
                .value("'-838:59:59'", Duration.ofSeconds(-3_020_399), "-838:59:59"); // MY-25
    }

    private static MySqlType longTime() {
        return MySqlType.of("time(6)", Duration.class)
                .value("'-01:02:03.5'", Duration.ofMillis(-3_723_500), "-01:02:03.500000")
                .value("'-00:00:00.000001'", Duration.ofNanos(-1_000), "-00:00:00.000001")
                .value("'23:59:59.999999'", Duration.ofNanos(86_399_999_999_000L), "23:59:59.999999")
                .value("'838:59:58.999999'", Duration.ofNanos(3_020_398_999_999_000L), "838:59:58.999999")
                .value("'-838:59:58.999999'", Duration.ofNanos(-3_020_398_999_999_000L), "-838:59:58.999999");
    }

    private static MySqlType dateTime() {
        return MySqlType.of("datetime", LocalDateTime.class)
                .value("'2026-07-20 00:00:00'", LocalDateTime.of(2026, 7, 20, 0, 0), "2026-07-20 00:00:00") // MY-11
                .value("'1000-01-01 00:00:00'", LocalDateTime.of(1000, 1, 1, 0, 0), "1000-01-01 00:00:00")
                .value("'9999-12-31 23:59:59'", LocalDateTime.of(9999, 12, 31, 23, 59, 59), "9999-12-31 23:59:59")
                .special("'0000-00-00 00:00:00'", LocalDateTime.MIN, "0000-00-00 00:00:00", "LocalDateTime.MIN")
                .special("'2024-00-10 11:12:13'", LocalDateTime.MIN, "2024-00-10 11:12:13", "LocalDateTime.MIN");
    }

    private static MySqlType preciseDateTime() {
        return MySqlType.of("datetime(6)", LocalDateTime.class) // MY-25
                .value("'2026-07-20 12:30:00'", LocalDateTime.of(2026, 7, 20, 12, 30), "2026-07-20 12:30:00.000000")
                .value(
                        "'2024-01-02 03:04:05.000001'",
                        LocalDateTime.of(2024, 1, 2, 3, 4, 5, 1_000),
                        "2024-01-02 03:04:05.000001")
                .value(
                        "'9999-12-31 23:59:59.999999'",
                        LocalDateTime.of(9999, 12, 31, 23, 59, 59, 999_999_000),
                        "9999-12-31 23:59:59.999999")
                .special("'0000-00-00'", LocalDateTime.MIN, "0000-00-00 00:00:00.000000", "LocalDateTime.MIN");
    }

    private static MySqlType timestamp() {
        return MySqlType.of("timestamp null", "timestamp", OffsetDateTime.class) // MY-R5
                .value("'2026-07-20 04:30:00'", OffsetDateTime.parse("2026-07-20T12:30:00Z"), "2026-07-20 12:30:00")
                .value("'1969-12-31 16:00:01'", OffsetDateTime.parse("1970-01-01T00:00:01Z"), "1970-01-01 00:00:01")
                .value("'2038-01-18 19:14:07'", OffsetDateTime.parse("2038-01-19T03:14:07Z"), "2038-01-19 03:14:07")
                .special("'0000-00-00 00:00:00'", OffsetDateTime.MIN, "0000-00-00 00:00:00", "OffsetDateTime.MIN");
    }

    private static MySqlType preciseTimestamp() {
        return MySqlType.of("timestamp(6) null", "timestamp(6)", OffsetDateTime.class)
                .value(
                        "'2024-01-01 19:04:05.000006'",
                        OffsetDateTime.parse("2024-01-02T03:04:05.000006Z"),
                        "2024-01-02 03:04:05.000006")
                .value(
                        "'2038-01-18 19:14:07.999999'",
                        OffsetDateTime.parse("2038-01-19T03:14:07.999999Z"),
                        "2038-01-19 03:14:07.999999")
                .special("'0000-00-00'", OffsetDateTime.MIN, "0000-00-00 00:00:00.000000", "OffsetDateTime.MIN");
    }

    /** Each number of fraction digits, since some share a size. */
    private static List<MySqlType> fractions() {
        List<MySqlType> types = new ArrayList<>();
        for (int digits = 1; digits <= 5; digits++) {
            String fraction = "98765".substring(0, digits);
            int nanos = Integer.parseInt(fraction + "0".repeat(9 - digits));
            types.add(MySqlType.of("time(%d)".formatted(digits), Duration.class)
                    .value("'-11:12:13." + fraction + "'", Duration.ofSeconds(-40_333, -nanos), "-11:12:13." + fraction)
                    .value("'11:12:13." + fraction + "'", Duration.ofSeconds(40_333, nanos), "11:12:13." + fraction));
            types.add(MySqlType.of("datetime(%d)".formatted(digits), LocalDateTime.class)
                    .value(
                            "'2024-01-02 03:04:05." + fraction + "'",
                            LocalDateTime.of(2024, 1, 2, 3, 4, 5, nanos),
                            "2024-01-02 03:04:05." + fraction));
            types.add(MySqlType.of(
                            "timestamp(%d) null".formatted(digits),
                            "timestamp(%d)".formatted(digits),
                            OffsetDateTime.class)
                    .value(
                            "'2024-01-01 19:04:05." + fraction + "'",
                            OffsetDateTime.parse("2024-01-02T03:04:05." + fraction + "Z"),
                            "2024-01-02 03:04:05." + fraction));
        }
        return types;
    }
}
