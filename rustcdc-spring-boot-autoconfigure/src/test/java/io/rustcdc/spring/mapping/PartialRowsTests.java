package io.rustcdc.spring.mapping;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.Operation;
import io.rustcdc.event.Row;
import io.rustcdc.spring.CdcValue;
import io.rustcdc.spring.FillPolicy;
import io.rustcdc.spring.app.Changes;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.boot.convert.ApplicationConversionService;
import org.springframework.core.ResolvableType;

/** Columns that the source did not send, and columns that hold JSON. */
class PartialRowsTests {

    record Told(int id, CdcValue<String> name) {}

    record Empty(int id, Optional<String> name) {}

    record Nulled(int id, @Nullable String name) {}

    record Needed(int id, String name) {}

    @Test
    void aCdcValueTellsAbsentFromNull() {
        Map<String, Object> withNull = new HashMap<>();
        withNull.put("id", 1);
        withNull.put("name", null);
        assertThat(after(Told.class, FillPolicy.FROM_BEFORE, update(Map.of("id", 1)))
                        .name())
                .isEqualTo(CdcValue.absent());
        assertThat(after(Told.class, FillPolicy.FROM_BEFORE, update(withNull)).name())
                .isEqualTo(CdcValue.of(null))
                .isNotEqualTo(CdcValue.absent());
        assertThat(after(Told.class, FillPolicy.FROM_BEFORE, update(Map.of("id", 1, "name", "a")))
                        .name())
                .isEqualTo(CdcValue.of("a"));
    }

    @Test
    void anOptionalIsEmptyWhereNothingFillsIt() {
        assertThat(after(Empty.class, FillPolicy.FROM_BEFORE, update(Map.of("id", 1)))
                        .name())
                .isEmpty();
    }

    @Test
    void theRowBeforeFillsWhatWasNotSent() {
        ChangeEvent<Row> change = update(Map.of("id", 1, "name", "old"), Map.of("id", 1));
        assertThat(after(Told.class, FillPolicy.FROM_BEFORE, change).name()).isEqualTo(CdcValue.of("old"));
        assertThat(after(Empty.class, FillPolicy.FROM_BEFORE, change).name()).contains("old");
        assertThat(after(Needed.class, FillPolicy.FROM_BEFORE, change).name()).isEqualTo("old");
    }

    @Test
    void leaveAbsentFillsNothing() {
        ChangeEvent<Row> change = update(Map.of("id", 1, "name", "old"), Map.of("id", 1));
        assertThat(after(Told.class, FillPolicy.LEAVE_ABSENT, change).name()).isEqualTo(CdcValue.absent());
        assertThat(after(Empty.class, FillPolicy.LEAVE_ABSENT, change).name()).isEmpty();
        assertThat(after(Nulled.class, FillPolicy.LEAVE_ABSENT, change).name()).isNull();
        assertThatExceptionOfType(RowMappingException.class)
                .isThrownBy(() -> after(Needed.class, FillPolicy.LEAVE_ABSENT, change))
                .withMessageContaining("'name'")
                .withMessageContaining("absent");
    }

    @Test
    void aNullableComponentIsNotNullForWhatMayNotBeNull() {
        assertThatExceptionOfType(RowMappingException.class)
                .isThrownBy(() -> after(Nulled.class, FillPolicy.FROM_BEFORE, update(Map.of("id", 1))))
                .satisfies(e -> assertThat(e.action()).contains("make 'name' a CdcValue", "REPLICA IDENTITY FULL"));
    }

    @Test
    void theKeyAloneIsEnoughForWhatTellsSo() {
        ChangeEvent<Row> deleted = Changes.keyDelete(1);
        assertThat(mapper(Told.class, FillPolicy.FROM_BEFORE).before(deleted))
                .isEqualTo(new Told(1, CdcValue.absent()));
        assertThat(mapper(Empty.class, FillPolicy.FROM_BEFORE).before(deleted))
                .as("an Optional cannot say that it is not known")
                .isNull();
    }

    @Test
    void aCdcValueIsAsked() {
        assertThat(CdcValue.of("a").get()).isEqualTo("a");
        assertThat(CdcValue.<String>absent().orElse("other")).isEqualTo("other");
        assertThatThrownBy(() -> CdcValue.absent().get())
                .isInstanceOf(NoSuchElementException.class)
                .hasMessageContaining("did not send");
        CdcValue.absent().ifPresent(value -> {
            throw new AssertionError("absent");
        });
        assertThat(CdcValue.of(1)).hasToString("CdcValue[1]").hasSameHashCodeAs(CdcValue.of(1));
    }

    record Address(String street, int number) {}

    public record Email(String text) {}

    record Customer(int id, Address name) {}

    record Mailed(int id, Email name) {}

    record Listing(int id, List<Address> name) {}

    record Keyed(int id, Map<String, Object> name) {}

    @Test
    void aJsonColumnBecomesAnObject() {
        assertThat(json(Customer.class, "{\"street\": \"Main\", \"number\": 7, \"other\": true}"))
                .isEqualTo(new Customer(1, new Address("Main", 7)));
        assertThat(json(Listing.class, " [{\"street\": \"Main\", \"number\": 7}]"))
                .isEqualTo(new Listing(1, List.of(new Address("Main", 7))));
        assertThat(json(Keyed.class, "{\"a\": [1]}")).isEqualTo(new Keyed(1, Map.of("a", List.of(1))));
    }

    @Test
    void aTextThatIsNoJsonIsConvertedAsBefore() {
        assertThat(json(Mailed.class, "a@x")).isEqualTo(new Mailed(1, new Email("a@x")));
    }

    @Test
    void jsonThatDoesNotFitNamesThePlaceAndNotTheValue() {
        assertThatExceptionOfType(RowMappingException.class)
                .isThrownBy(() -> json(Customer.class, "{\"street\": \"Main\", \"number\": \"secret\"}"))
                .withMessageContaining("its JSON does not fit")
                .withMessageContaining("at 'number'")
                .withMessageNotContaining("secret")
                .withNoCause();
    }

    private <T> T json(Class<T> type, String text) {
        return after(type, FillPolicy.FROM_BEFORE, update(Map.of("id", 1, "name", text)));
    }

    private static <T> T after(Class<T> type, FillPolicy fill, ChangeEvent<Row> change) {
        return mapper(type, fill).after(change);
    }

    @SuppressWarnings("unchecked")
    private static <T> EventMapper<T> mapper(Class<T> type, FillPolicy fill) {
        RowMappers mappers = new RowMappers(ApplicationConversionService.getSharedInstance());
        return new EventMapper<>((RowMapper<T>) mappers.forType(ResolvableType.forClass(type), fill), fill);
    }

    private static ChangeEvent<Row> update(Map<String, ?> after) {
        return Changes.change(Operation.UPDATE).after(Changes.row(after)).build();
    }

    private static ChangeEvent<Row> update(Map<String, ?> before, Map<String, ?> after) {
        return Changes.change(Operation.UPDATE)
                .before(Changes.row(before), false)
                .after(Changes.row(after))
                .build();
    }
}
