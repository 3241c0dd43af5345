package io.rustcdc.test;

import static io.rustcdc.test.CdcAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.Row;
import java.math.BigDecimal;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ChangeEventAssertTests {

    private static final Row NEW = order("NEW", new BigDecimal("10.50"));
    private static final Row PAID = order("PAID", new BigDecimal("10.50"));
    private static final ChangeEvent<Row> UPDATE = ChangeEvents.update("public.orders", NEW, PAID);
    private static final ChangeEvent<Row> DELETE = ChangeEvents.delete("public.orders", Rows.keyOf(PAID));

    @Test
    void acceptsWhatTheEventSays() {
        assertThat(UPDATE)
                .isUpdate()
                .hasTable("public.orders")
                .hasSource("test")
                .hasKey(7L)
                .changed("status", "NEW", "PAID")
                .changed("status")
                .didNotChange("total")
                .hasAfter("note", null)
                .hasAbsent("gift_note")
                .isLastOfTransaction();
        assertThat(DELETE).isDelete().hasKey(7L).hasBefore("id", 7L);
        assertThat(ChangeEvents.insert("public.orders", NEW)).isInsert();
        assertThat(ChangeEvents.read("public.orders", NEW)).isRead();
        assertThat(ChangeEvents.truncate("public.orders")).isTruncate();
    }

    @Test
    void comparesNumbersBytesAndListsByContent() {
        Row row = Rows.key("id", 7L)
                .column("total", new BigDecimal("10.50"))
                .column("data", new byte[] {1, 2})
                .column("items", List.of(1, 2))
                .row();
        assertThat(ChangeEvents.insert("public.orders", row))
                .hasKey(7)
                .hasAfter("id", 7)
                .hasAfter("total", new BigDecimal("10.5"))
                .hasAfter("data", new byte[] {1, 2})
                .hasAfter("items", List.of(1L, 2L));
    }

    @Test
    void goesOnWithTypedImages() {
        ChangeEvent<String> typed = UPDATE.map(row -> String.valueOf(row.get("status")));
        assertThat(typed).before().isEqualTo("NEW");
        assertThat(typed).after().isEqualTo("PAID");
        assertThat(typed).changed("status", "NEW", "PAID");
    }

    static Stream<Arguments> refusals() {
        return Stream.of(
                refusal(event -> assertThat(event).isInsert(), "the operation", "INSERT", "UPDATE"),
                refusal(event -> assertThat(event).isDelete(), "the operation", "DELETE", "UPDATE"),
                refusal(event -> assertThat(event).isRead(), "the operation", "READ"),
                refusal(event -> assertThat(event).isTruncate(), "the operation", "TRUNCATE"),
                refusal(event -> assertThat(event).isSchemaChange(), "the operation", "SCHEMA_CHANGE"),
                refusal(event -> assertThat(event).hasTable("orders"), "the table", "'orders'", "'public.orders'"),
                refusal(event -> assertThat(event).hasSource("shop"), "the source", "'shop'", "'test'"),
                refusal(event -> assertThat(event).hasKey(8L), "the key", "[8]", "[7]"),
                refusal(event -> assertThat(event).hasAfter("status", "NEW"), "'NEW' (String)", "'PAID' (String)"),
                refusal(event -> assertThat(event).hasAfter("status", null), "to be NULL", "'PAID'"),
                refusal(event -> assertThat(event).hasAfter("note", "x"), "'x'", "it is NULL"),
                refusal(event -> assertThat(event).hasAfter("id", "7"), "'7' (String)", "'7' (Long)"),
                refusal(event -> assertThat(event).hasAfter("gift_note", null), "gift_note", "is absent"),
                refusal(event -> assertThat(event).hasAfter("nothing", null), "a column 'nothing'", "[id, status"),
                refusal(event -> assertThat(event).hasBefore("status", "PAID"), "before the change", "'NEW'"),
                refusal(event -> assertThat(event).changed("status", "OLD", "PAID"), "'OLD'", "'NEW'"),
                refusal(event -> assertThat(event).changed("status", "NEW", "SENT"), "'SENT'", "'PAID'"),
                refusal(event -> assertThat(event).changed("total"), "'total'", "10.50", "before and after"),
                refusal(event -> assertThat(event).didNotChange("status"), "'NEW'", "'PAID'"),
                refusal(event -> assertThat(event).hasAbsent("note"), "to be absent", "NULL"),
                refusal(event -> assertThat(event).after().isNull(), "after of update public.orders"));
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void refusesWhatTheEventDoesNotSay(Consumer<ChangeEvent<Row>> assertion, List<String> said) {
        assertThatThrownBy(() -> assertion.accept(UPDATE))
                .isInstanceOf(AssertionError.class)
                .hasMessageContainingAll(said.toArray(String[]::new));
    }

    @Test
    void saysHowToGetAMissingBeforeImage() {
        assertThatThrownBy(() ->
                        assertThat(ChangeEvents.update("public.orders", PAID)).changed("status"))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("ALTER TABLE public.orders REPLICA IDENTITY FULL");
        assertThatThrownBy(() -> assertThat(DELETE).hasBefore("status", "PAID"))
                .hasMessageContaining("is absent: the source did not send it");
        assertThatThrownBy(() -> assertThat(DELETE).hasAfter("status", "PAID")).hasMessageContaining("there is none");
    }

    @Test
    void refusesAMissingEventAKeylessRowAndTheMiddleOfATransaction() {
        assertThatThrownBy(() -> assertThat((ChangeEvent<Row>) null).isInsert())
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("not to be null");
        Row keyless = Rows.withoutKey().column("id", 7L).row();
        assertThatThrownBy(() -> assertThat(ChangeEvents.insert("log", keyless)).hasKey(7L))
                .hasMessageContaining("its key is not known");
        ChangeEvent<Row> first = ChangeEvents.transaction(UPDATE, DELETE).get(0);
        assertThatThrownBy(() -> assertThat(first).isLastOfTransaction()).hasMessageContaining("to be the last change");
    }

    private static Arguments refusal(Consumer<ChangeEvent<Row>> assertion, String... said) {
        return Arguments.of(assertion, List.of(said));
    }

    private static Row order(String status, BigDecimal total) {
        return Rows.key("id", 7L)
                .column("status", status)
                .column("total", total)
                .column("note", null)
                .absent("gift_note")
                .row();
    }
}
