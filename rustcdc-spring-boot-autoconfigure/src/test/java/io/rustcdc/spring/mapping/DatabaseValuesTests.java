package io.rustcdc.spring.mapping;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.rustcdc.event.Columns;
import io.rustcdc.event.Row;
import io.rustcdc.test.databases.golden.GoldenType;
import io.rustcdc.test.databases.golden.GoldenValue;
import io.rustcdc.test.databases.golden.MariaDbTypes;
import io.rustcdc.test.databases.golden.MySqlType;
import io.rustcdc.test.databases.golden.MySqlTypes;
import io.rustcdc.test.databases.golden.PostgresTypes;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.Period;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.convert.ApplicationConversionService;
import org.springframework.core.ResolvableType;
import tools.jackson.databind.json.JsonMapper;

/** What becomes of the values of a real database in the components of records. */
class DatabaseValuesTests {

    private static final Columns COLUMNS = Columns.of(List.of("v"), List.of());

    private enum Mood {
        HAPPY,
        SO_SO
    }

    private record Text(String v) {}

    private record Decimal(BigDecimal v) {}

    private record Whole(BigInteger v) {}

    private record Number(long v) {}

    private record Answer(boolean v) {}

    private record Approximation(double v) {}

    private record ShortApproximation(Float v) {}

    private record Lasting(Duration v) {}

    private record Away(Period v) {}

    private record Day(LocalDate v) {}

    private record Moment(Instant v) {}

    private record AtTime(LocalTime v) {}

    private record OnTheClock(OffsetTime v) {}

    private record Feeling(Mood v) {}

    private record Numbers(List<Integer> v) {}

    private record Decimals(List<BigDecimal> v) {}

    private record Table(List<List<Long>> v) {}

    private record Feelings(List<Mood> v) {}

    private record Files(List<byte[]> v) {}

    private record Texts(List<String> v) {}

    private final RowMappers mappers = new RowMappers(ApplicationConversionService.getSharedInstance());

    static List<GoldenType> types() {
        return PostgresTypes.all();
    }

    @ParameterizedTest
    @MethodSource("types")
    void eachTypeGoesIntoTheJavaTypeThatItIsDocumentedWith(GoldenType type) {
        ValueReader reader = new ValueReaders(ApplicationConversionService.getSharedInstance(), JsonMapper.shared())
                .forType(ResolvableType.forClass(type.java()));
        for (GoldenValue value : type.values()) {
            if (type.java().isInstance(value.java())) {
                assertThat(reader.read(row(value.java()), 0)).as(value.sql()).isEqualTo(value.java());
            } else {
                assertThat(value.constant()).as(value.sql()).isNotNull();
                assertThatExceptionOfType(MismatchException.class)
                        .isThrownBy(() -> reader.read(row(value.java()), 0))
                        .withMessageContaining("NaN or an infinity");
            }
        }
    }

    static Stream<MySqlType> typesOfMySql() {
        return Stream.concat(MySqlTypes.all().stream(), MariaDbTypes.all().stream());
    }

    @ParameterizedTest
    @MethodSource("typesOfMySql")
    void eachTypeOfMySqlGoesIntoTheJavaTypeThatItIsDocumentedWith(MySqlType type) {
        ValueReader reader = new ValueReaders(ApplicationConversionService.getSharedInstance(), JsonMapper.shared())
                .forType(ResolvableType.forClass(type.java()));
        for (MySqlType.Value value : type.values()) {
            Object expected = type.java() == String.class ? value.java().toString() : value.java();
            assertThat(reader.read(row(value.java()), 0)).as(value.sql()).isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY})
    void notANumberGoesIntoFloatingPointOnly(double value) {
        for (Class<?> type : List.of(Decimal.class, Whole.class, Number.class)) {
            assertThatExceptionOfType(RowMappingException.class)
                    .isThrownBy(() -> map(type, value))
                    .withMessageContaining("Column 'v' cannot be read into 'v'")
                    .withMessageContaining("NaN or an infinity, which only double, Double");
        }
        assertThatExceptionOfType(RowMappingException.class)
                .isThrownBy(() -> map(Decimals.class, List.of(BigDecimal.ONE, value)))
                .withMessageContaining("NaN or an infinity");
        assertThat(map(Approximation.class, value)).isEqualTo(new Approximation(value));
        assertThat(map(ShortApproximation.class, value)).isEqualTo(new ShortApproximation((float) value));
        assertThat(map(Text.class, value)).isEqualTo(new Text(Double.toString(value)));
    }

    @Test
    void anIntervalOfHoursMinutesAndSecondsIsADuration() {
        assertThat(map(Lasting.class, "PT4H5M6.789S")).isEqualTo(new Lasting(Duration.parse("PT4H5M6.789S")));
        assertThat(map(Lasting.class, "PT-36H-0.000001S")).isEqualTo(new Lasting(Duration.parse("PT-36H-0.000001S")));
        assertThat(map(Lasting.class, "PT0S")).isEqualTo(new Lasting(Duration.ZERO));
    }

    @Test
    void anIntervalOfYearsMonthsAndDaysIsAPeriod() {
        assertThat(map(Away.class, "P-1Y2M3D")).isEqualTo(new Away(Period.of(-1, 2, 3)));
        assertThat(map(Away.class, "PT0S")).isEqualTo(new Away(Period.ZERO));
    }

    @Test
    void anIntervalOfBothIsNeither() {
        refused(Lasting.class, "P1DT2H", "no fixed length");
        refused(Lasting.class, "P1M", "no fixed length");
        refused(Away.class, "P1DT2H", "a Period has years, months and days");
        refused(Away.class, "PT24H", "a Period has years, months and days");
        refused(Away.class, "P99999999999D", "outside of the range");
        refused(Lasting.class, "PT9999999999999999999H", "outside of the range");
        refused(Lasting.class, "infinity", "not an interval in the form of ISO 8601");
        refused(Away.class, 7, "java.lang.Integer");
    }

    @Test
    void infiniteTimesAreTheGreatestAndTheSmallest() {
        assertThat(map(Day.class, LocalDate.MAX)).isEqualTo(new Day(LocalDate.MAX));
        assertThat(map(Moment.class, OffsetDateTime.MIN)).isEqualTo(new Moment(OffsetDateTime.MIN.toInstant()));
        OffsetTime midnight = LocalTime.MAX.atOffset(ZoneOffset.ofHours(2));
        assertThat(map(OnTheClock.class, midnight)).isEqualTo(new OnTheClock(midnight));
    }

    @Test
    void aSpanWithinADayIsATimeOfTheDayToo() {
        Duration span = Duration.parse("PT23H59M59.999999S");
        assertThat(map(Lasting.class, span)).isEqualTo(new Lasting(span));
        assertThat(map(AtTime.class, span)).isEqualTo(new AtTime(LocalTime.parse("23:59:59.999999")));
        assertThat(map(AtTime.class, Duration.ZERO)).isEqualTo(new AtTime(LocalTime.MIDNIGHT));
        refused(AtTime.class, Duration.ofDays(1), "24 hours and more; a Duration holds it");
        refused(AtTime.class, Duration.ofNanos(-1000), "negative or");
        refused(AtTime.class, "10:00", "java.lang.String");
    }

    @Test
    void oneAndZeroAreAnswers() {
        assertThat(map(Answer.class, 1)).isEqualTo(new Answer(true));
        assertThat(map(Answer.class, 0)).isEqualTo(new Answer(false));
        refused(Answer.class, 2, "neither 0 nor 1");
    }

    @Test
    void unsignedNumbersFitWhereTheyFit() {
        BigInteger most = new BigInteger("18446744073709551615");
        assertThat(map(Whole.class, most)).isEqualTo(new Whole(most));
        assertThat(map(Decimal.class, most)).isEqualTo(new Decimal(new BigDecimal(most)));
        assertThat(map(Number.class, BigInteger.TEN)).isEqualTo(new Number(10));
        refused(Number.class, most, "outside of its range");
    }

    @Test
    void labelsAndListsOfThemAreConstants() {
        assertThat(map(Feeling.class, "so so")).isEqualTo(new Feeling(Mood.SO_SO));
        assertThat(map(Feelings.class, Arrays.asList("happy", null)))
                .isEqualTo(new Feelings(Arrays.asList(Mood.HAPPY, null)));
        refused(Feeling.class, "sad", "none of the constants");
    }

    @Test
    void listsKeepTheirNullsAndTheirDimensions() {
        assertThat(map(Numbers.class, Arrays.asList(1, null))).isEqualTo(new Numbers(Arrays.asList(1, null)));
        assertThat(map(Table.class, List.of(List.of(1, 2), Arrays.asList(3, null))))
                .isEqualTo(new Table(List.of(List.of(1L, 2L), Arrays.asList(3L, null))));
        refused(Numbers.class, List.of(List.of(1)), "cannot be converted");
        refused(Table.class, List.of(1), "cannot be converted");
    }

    @Test
    void bytesAndListsInAListAreNoText() {
        byte[] bytes = {1, 2};

        assertThat(((Files) map(Files.class, List.of(bytes))).v()).containsExactly(bytes);
        refused(Texts.class, List.of(bytes), "byte[]");
        refused(Texts.class, List.of(List.of("a")), "List");
    }

    private void refused(Class<?> type, Object value, String reason) {
        assertThatExceptionOfType(RowMappingException.class)
                .isThrownBy(() -> map(type, value))
                .withMessageContaining("Column 'v' cannot be read into 'v'")
                .withMessageContaining(reason);
    }

    private Object map(Class<?> type, Object value) {
        return mappers.forType(ResolvableType.forClass(type)).map(row(value));
    }

    private static Row row(Object value) {
        return Row.of(COLUMNS, Map.of("v", value));
    }
}
