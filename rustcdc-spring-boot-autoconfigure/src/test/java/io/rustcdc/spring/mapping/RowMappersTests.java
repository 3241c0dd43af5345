package io.rustcdc.spring.mapping;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.rustcdc.event.Columns;
import io.rustcdc.event.Row;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.convert.ApplicationConversionService;
import org.springframework.core.ResolvableType;

class RowMappersTests {

    private static final Columns COLUMNS = Columns.of(List.of("id", "customer_name", "note"), List.of("id"));

    private final RowMappers mappers = new RowMappers(ApplicationConversionService.getSharedInstance());

    @Nested
    class Records {

        @Test
        void takeTheirColumnsWhateverTheOrderAndLeaveTheRest() {
            record Customer(String customerName, long id) {}

            assertThat(map(Customer.class, row(1, "Ada", "unused"))).isEqualTo(new Customer("Ada", 1));
        }

        @Test
        void areFilledAnewWhenTheTableChanged() {
            record Customer(long id, String customerName) {}
            RowMapper<?> mapper = mappers.forType(ResolvableType.forClass(Customer.class));
            Columns changed = Columns.of(List.of("customer_name", "id"), List.of("id"));

            assertThat(mapper.map(row(1, "Ada", null))).isEqualTo(new Customer(1, "Ada"));
            assertThat(mapper.map(Row.of(changed, Map.of("id", 2, "customer_name", "Bob"))))
                    .isEqualTo(new Customer(2, "Bob"));
            assertThat(mapper.map(row(3, "Cy", null))).isEqualTo(new Customer(3, "Cy"));
        }

        @Test
        void stillWorkAfterMoreVersionsOfTheTableThanAreKept() {
            record Customer(long id) {}
            RowMapper<?> mapper = mappers.forType(ResolvableType.forClass(Customer.class));
            for (int i = 0; i < 600; i++) {
                Columns version = Columns.of(List.of("extra_" + i, "id"), List.of());
                assertThat(mapper.map(Row.of(version, Map.of("id", i)))).isEqualTo(new Customer(i));
            }
        }

        @Test
        void nullStaysNull() {
            record Customer(String note) {}

            assertThat(map(Customer.class, row(1, "Ada", null))).isEqualTo(new Customer(null));
        }

        @Test
        void nullIsNoPrimitive() {
            record Customer(long id) {}

            assertThatExceptionOfType(RowMappingException.class)
                    .isThrownBy(() -> map(Customer.class, row(null, "Ada", null)))
                    .withMessageContaining("Column 'id'")
                    .withMessageContaining("'id' (long)")
                    .withMessageContaining("NULL");
        }

        @Test
        void everyComponentWithoutAColumnIsNamed() {
            record Customer(long id, String firstName, String lastName) {}

            assertThatExceptionOfType(RowMappingException.class)
                    .isThrownBy(() -> map(Customer.class, row(1, "Ada", null)))
                    .withMessageContaining("'firstName' (column 'first_name'), 'lastName' (column 'last_name')")
                    .withMessageContaining("[id, customer_name, note]")
                    .satisfies(e -> assertThat(e.action()).contains("Rename or remove"));
        }

        @Test
        void whatMayBeMissingNeedsNoColumn() {
            record Customer(long id, @Nullable String nickName, Optional<String> email) {}
            RowMapper<?> mapper = mappers.forType(ResolvableType.forClass(Customer.class));

            assertThat(mapper.map(row(1, "Ada", null))).isEqualTo(new Customer(1, null, Optional.empty()));
            Columns grown = Columns.of(List.of("id", "nick_name", "email"), List.of("id"));
            assertThat(mapper.map(Row.of(grown, Map.of("id", 1, "nick_name", "A", "email", "a@x"))))
                    .as("once the columns are there")
                    .isEqualTo(new Customer(1, "A", Optional.of("a@x")));
        }

        @Test
        void aPrimitiveNeedsItsColumnWhateverItsAnnotation() {
            record Customer(long id, @Nullable int age) {}

            assertThatExceptionOfType(RowMappingException.class)
                    .isThrownBy(() -> map(Customer.class, row(1, "Ada", null)))
                    .withMessageContaining("'age'");
        }

        @Test
        void aMissingColumnMayBeOneThatIsNotSent() {
            record Customer(long id, long total) {}

            assertThatExceptionOfType(RowMappingException.class)
                    .isThrownBy(() -> map(Customer.class, row(1, "Ada", null)))
                    .satisfies(e -> assertThat(e.action())
                            .contains("generated column")
                            .contains("publish_generated_columns = stored")
                            .contains("column list"));
        }

        @Test
        void whatMayBeMissingIsStillNotMadeUpWhereItWasOnlyNotSent() {
            record Customer(long id, @Nullable String note) {}

            assertThatExceptionOfType(RowMappingException.class)
                    .isThrownBy(() -> map(Customer.class, Row.of(COLUMNS, Map.of("id", 1))))
                    .withMessageContaining("absent");
        }

        @Test
        void anAbsentColumnIsNotNull() {
            record Customer(long id, String note) {}

            assertThatExceptionOfType(RowMappingException.class)
                    .isThrownBy(() -> map(Customer.class, Row.of(COLUMNS, Map.of("id", 1))))
                    .withMessageContaining("Column 'note'")
                    .withMessageContaining("absent")
                    .satisfies(e -> assertThat(e.action()).contains("REPLICA IDENTITY FULL"));
        }

        @Test
        void mayRefuseARow() {
            assertThatIllegalStateException()
                    .isThrownBy(() -> map(Picky.class, row(1, "Ada", null)))
                    .withMessage("not this one");
        }

        record Picky(long id) {

            Picky {
                throw new IllegalStateException("not this one");
            }
        }
    }

    @Nested
    class Beans {

        @Test
        void areSetPropertyByProperty() {
            Customer customer = (Customer) map(Customer.class, row(1, "Ada", "hi"));

            assertThat(customer.id).isEqualTo(1);
            assertThat(customer.customerName).isEqualTo("Ada");
        }

        @Test
        void aTransientPropertyNeedsNoColumn() {
            assertThat(RowMappers.supports(ResolvableType.forClass(Customer.class)))
                    .isTrue();
            assertThat(((Customer) map(Customer.class, row(1, "Ada", null))).getGreeting())
                    .isNull();
        }

        @Test
        void aNullablePropertyNeedsNone() {
            assertThat(map(Lenient.class, row(1, "Ada", null))).isInstanceOf(Lenient.class);
        }

        @Test
        void everyOtherPropertyNeedsOne() {
            assertThatExceptionOfType(RowMappingException.class)
                    .isThrownBy(() -> map(Incomplete.class, row(1, "Ada", null)))
                    .withMessageContaining("'city' (column 'city')");
        }
    }

    @Nested
    class Maps {

        @Test
        void holdThePresentColumns() {
            ResolvableType type = ResolvableType.forClassWithGenerics(Map.class, String.class, Object.class);

            assertThat(mappers.forType(type).map(Row.of(COLUMNS, Map.of("id", 1))))
                    .isEqualTo(Map.of("id", 1));
        }

        @Test
        void ofOtherTypesAreNotSupported() {
            assertThat(RowMappers.supports(ResolvableType.forClassWithGenerics(Map.class, String.class, String.class)))
                    .isFalse();
            assertThat(RowMappers.supports(ResolvableType.forClassWithGenerics(Map.class, Long.class, Object.class)))
                    .isFalse();
        }
    }

    @ParameterizedTest
    @ValueSource(
            classes = {
                String.class,
                int.class,
                Object.class,
                List.class,
                Runnable.class,
                Instant.class,
                long[].class,
                java.util.Date.class,
                Thread.State.class,
                RowMappersTests.NoBean.class
            })
    void whatIsNeitherRecordNorBeanNorMapIsNotSupported(Class<?> type) {
        assertThat(RowMappers.supports(ResolvableType.forClass(type))).isFalse();
    }

    @Nested
    class Values {

        @Test
        void numbersWidenWithoutLoss() {
            record Numbers(long a, BigDecimal b, double c, BigInteger d, Short e, float f, Byte g) {}

            assertThat(read(Numbers.class, 1, 2L, 3, 4L, 5, 6, 7))
                    .isEqualTo(new Numbers(1, BigDecimal.valueOf(2), 3, BigInteger.valueOf(4), (short) 5, 6, (byte) 7));
        }

        @Test
        void numbersNarrowWhileTheyFit() {
            record Numbers(int a, int b, long c) {}

            assertThat(read(Numbers.class, 7L, new BigDecimal("8.00"), BigInteger.TEN))
                    .isEqualTo(new Numbers(7, 8, 10));
        }

        @Test
        void aNumberThatDoesNotFitIsRefusedWithoutBeingShown() {
            record Numbers(int a) {}

            assertThatExceptionOfType(RowMappingException.class)
                    .isThrownBy(() -> read(Numbers.class, 3_000_000_123L))
                    .withMessageContaining("'a' (int)")
                    .withMessageContaining("range")
                    .withMessageNotContaining("3000000123")
                    .withNoCause();
            assertRefused(Numbers.class, new BigDecimal("1.5"));
            assertRefused(Numbers.class, BigInteger.ONE.shiftLeft(70));
            assertRefused(Numbers.class, "1");
            assertRefused(Numbers.class, 1.0);
        }

        @Test
        void aLongBeyondTheExactRangeIsNoDouble() {
            record Numbers(double a) {}

            assertThat(read(Numbers.class, new BigDecimal("0.1"))).isEqualTo(new Numbers(0.1));
            assertRefused(Numbers.class, (1L << 53) + 1);
        }

        @Test
        void aDoubleIsNoFloat() {
            record Numbers(float a) {}

            assertRefused(Numbers.class, 0.5);
        }

        @Test
        void anythingIsText() {
            record Texts(String a, String b, Optional<String> c) {}

            assertThat(read(Texts.class, 1, LocalDate.of(2026, 1, 2), true))
                    .isEqualTo(new Texts("1", "2026-01-02", Optional.of("true")));
        }

        @Test
        void anOptionalIsEmptyForNull() {
            record Texts(Optional<Long> a) {}

            assertThat(read(Texts.class, new Object[] {null})).isEqualTo(new Texts(Optional.empty()));
        }

        @Test
        void momentsKeepTheirMoment() {
            record Times(Instant a, OffsetDateTime b, LocalDate c) {}
            OffsetDateTime moment = OffsetDateTime.of(2026, 1, 2, 3, 4, 5, 0, ZoneOffset.UTC);

            assertThat(read(Times.class, moment, moment, LocalDate.EPOCH))
                    .isEqualTo(new Times(moment.toInstant(), moment, LocalDate.EPOCH));
        }

        @Test
        void aTimeWithoutAZoneIsNoMoment() {
            record Times(Instant a) {}

            assertRefused(Times.class, LocalDate.EPOCH.atStartOfDay());
        }

        @Test
        void labelsAreConstants() {
            record Labels(Level a, Level b, Level c) {}

            assertThat(read(Labels.class, "HIGH", "very-high", "low"))
                    .isEqualTo(new Labels(Level.HIGH, Level.VERY_HIGH, Level.Low));
            assertThatExceptionOfType(RowMappingException.class)
                    .isThrownBy(() -> read(Labels.class, "HIGH", "secret label", "low"))
                    .withMessageContaining("'b'")
                    .withMessageContaining("VERY_HIGH")
                    .withMessageNotContaining("secret label");
        }

        @Test
        void uuidsBooleansBytesAndCharacters() {
            record Others(UUID a, UUID b, boolean c, Boolean d, byte[] e, char f) {}
            UUID uuid = new UUID(1, 2);
            byte[] bytes = {1, 2};

            Others others = (Others) read(Others.class, uuid, uuid.toString(), 1, false, bytes, "x");

            assertThat(others.a).isEqualTo(uuid);
            assertThat(others.b).isEqualTo(uuid);
            assertThat(others.c).isTrue();
            assertThat(others.d).isFalse();
            assertThat(others.e).isSameAs(bytes);
            assertThat(others.f).isEqualTo('x');
            assertRefused(Others.class, "no uuid", uuid, 1, false, bytes, "x");
            assertRefused(Others.class, uuid, uuid, 2, false, bytes, "x");
            assertRefused(Others.class, uuid, uuid, 1, false, "text", "x");
            assertRefused(Others.class, uuid, uuid, 1, false, bytes, "xy");
        }

        @Test
        void listsAreConvertedElementByElement() {
            record Lists(List<Long> a, List<Level> b, List<?> c, List<String> d) {}

            assertThat(read(Lists.class, Arrays.asList(1, null, 3), List.of("LOW"), List.of(1), List.of(2)))
                    .isEqualTo(new Lists(Arrays.asList(1L, null, 3L), List.of(Level.Low), List.of(1), List.of("2")));
            assertRefused(Lists.class, 1, List.of(), List.of(), List.of());
        }

        @Test
        void theApplicationsOwnTypesGoThroughItsConversions() {
            record Owned(Sku a) {}

            assertThat(read(Owned.class, "abc")).isEqualTo(new Owned(new Sku("abc")));
            assertThatExceptionOfType(RowMappingException.class)
                    .isThrownBy(() -> read(Owned.class, "secret!"))
                    .withMessageNotContaining("secret!")
                    .withNoCause();
        }

        private void assertRefused(Class<?> type, Object... values) {
            assertThatExceptionOfType(RowMappingException.class).isThrownBy(() -> read(type, values));
        }

        private Object read(Class<?> type, Object... values) {
            List<String> names = new ArrayList<>();
            Map<String, Object> named = new LinkedHashMap<>();
            for (int i = 0; i < values.length; i++) {
                String name = String.valueOf((char) ('a' + i));
                names.add(name);
                named.put(name, values[i]);
            }
            return map(type, Row.of(Columns.of(names, List.of()), named));
        }
    }

    private Object map(Class<?> type, Row row) {
        return mappers.forType(ResolvableType.forClass(type)).map(row);
    }

    private static Row row(Object id, Object name, Object note) {
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("id", id);
        values.put("customer_name", name);
        values.put("note", note);
        return Row.of(COLUMNS, Collections.unmodifiableMap(values));
    }

    enum Level {
        Low,
        HIGH,
        VERY_HIGH
    }

    record Sku(String code) {

        public static Sku of(String code) {
            if (code.endsWith("!")) {
                throw new IllegalArgumentException("bad code " + code);
            }
            return new Sku(code);
        }
    }

    /** Package-private with a private constructor, as generated code often is. */
    static final class Customer {

        private long id;
        private String customerName;
        private transient String greeting;

        private Customer() {}

        public void setId(long id) {
            this.id = id;
        }

        public void setCustomerName(String customerName) {
            this.customerName = customerName;
        }

        public String getGreeting() {
            return greeting;
        }

        public void setGreeting(String greeting) {
            this.greeting = greeting;
        }
    }

    static final class Incomplete {

        public void setId(long id) {}

        public void setCity(String city) {}
    }

    static final class Lenient {

        private @Nullable String city;
        private String town;

        public void setId(long id) {}

        public void setCity(String city) {
            this.city = city;
        }

        public void setTown(@Nullable String town) {
            this.town = town;
        }
    }

    static final class NoBean {

        NoBean(String needed) {}
    }
}
