package io.rustcdc.spring.listener;

import static io.rustcdc.spring.listener.ListenerCalls.assertRefused;
import static io.rustcdc.spring.listener.ListenerCalls.calls;
import static io.rustcdc.spring.listener.ListenerCalls.define;
import static io.rustcdc.spring.listener.ListenerCalls.record;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.rustcdc.delivery.Acknowledgment;
import io.rustcdc.delivery.BatchFailedException;
import io.rustcdc.delivery.BatchHandler;
import io.rustcdc.delivery.FailurePolicy;
import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.Columns;
import io.rustcdc.event.Operation;
import io.rustcdc.event.Row;
import io.rustcdc.event.TableId;
import io.rustcdc.spring.Before;
import io.rustcdc.spring.CdcListener;
import io.rustcdc.spring.OutboxEvent;
import io.rustcdc.spring.OutboxListener;
import io.rustcdc.spring.app.Changes;
import io.rustcdc.spring.outbox.OutboxException;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import tools.jackson.databind.JsonNode;

/** What a listener of an outbox is called with, and for which rows. */
@ExtendWith(OutputCaptureExtension.class)
class OutboxListenerTests {

    private static final TableId OUTBOX = new TableId("public", "outbox");
    private static final String PLACED = "{\"total\": 12, \"lines\": [{\"sku\": \"A\"}]}";

    private final Told told = new Told();

    record OrderPlaced(long total, List<Line> lines) {}

    record Line(String sku) {}

    static ChangeEvent<Row> change(Operation operation, Map<String, ?> more) {
        Map<String, @Nullable Object> values = new LinkedHashMap<>();
        values.put("id", 42L);
        values.put("aggregatetype", "order");
        values.put("aggregateid", "7");
        values.put("type", "OrderPlaced");
        values.put("payload", PLACED);
        values.putAll(more);
        Row row = Row.of(Columns.of(List.copyOf(values.keySet()), List.of("id")), values);
        return Changes.change(operation, OUTBOX).after(row).build();
    }

    private static ChangeEvent<Row> insert(Object... more) {
        Map<String, @Nullable Object> values = new LinkedHashMap<>();
        for (int i = 0; i < more.length; i += 2) {
            values.put((String) more[i], more[i + 1]);
        }
        return change(Operation.INSERT, values);
    }

    private void call(Object listener, ChangeEvent<Row> change) throws Exception {
        define(listener).handler().handle(change, told);
    }

    static class Placed {

        @CdcListener(tables = "public.outbox")
        void on(OutboxEvent<OrderPlaced> event) {
            record(event);
        }
    }

    @Test
    void takesTheEventOfARow() throws Exception {
        call(new Placed(), insert("trace_id", "t-1", "tenant", null));
        Map<String, @Nullable Object> headers = new LinkedHashMap<>();
        headers.put("trace_id", "t-1");
        headers.put("tenant", null);
        assertThat(calls)
                .containsExactly(new OutboxEvent<>(
                        "42",
                        "order",
                        "7",
                        "OrderPlaced",
                        new OrderPlaced(12, List.of(new Line("A"))),
                        headers,
                        Instant.EPOCH));
        assertThat(calls.get(0)).hasToString("OrderPlaced 42 of order 7");
    }

    @Test
    void findsColumnsWithUnderscores() throws Exception {
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("id", "e");
        values.put("aggregate_type", "order");
        values.put("aggregate_id", 7L);
        values.put("event_type", "OrderPlaced");
        values.put("payload", PLACED);
        Row row = Row.of(Columns.of(List.copyOf(values.keySet()), List.of("id")), values);
        call(new Placed(), Changes.change(Operation.READ, OUTBOX).after(row).build());
        assertThat(calls).hasSize(1).allSatisfy(event -> {
            assertThat(((OutboxEvent<?>) event).aggregateId()).isEqualTo("7");
            assertThat(((OutboxEvent<?>) event).headers()).isEmpty();
        });
    }

    static class Contents {

        @OutboxListener
        void on(OrderPlaced placed, TableId table, Operation operation, Row row) {
            record(placed.total(), table, operation, row.get("id"));
        }
    }

    @Test
    void takesTheContentAlone() throws Exception {
        call(new Contents(), insert());
        assertThat(calls).containsExactly(12L, OUTBOX, Operation.INSERT, 42L);
    }

    static class Texts {

        @OutboxListener
        void on(OutboxEvent<String> text, OutboxEvent<byte[]> bytes, OutboxEvent<?> any, OutboxEvent<JsonNode> json) {
            record(text.payload(), new String(bytes.payload(), StandardCharsets.UTF_8), any.payload());
            record(json.payload().get("total").asInt());
        }
    }

    @Test
    void takesTextAndBytesAsTheyAre() throws Exception {
        call(new Texts(), insert());
        assertThat(calls).containsExactly(PLACED, PLACED, PLACED, 12);
        byte[] bytes = PLACED.getBytes(StandardCharsets.UTF_8);
        call(new Texts(), insert("payload", bytes));
        assertThat(calls).containsExactly(PLACED, PLACED, bytes, 12);
    }

    @Test
    void aContentMayBeMissingWhereTheListenerSaysSo() throws Exception {
        class Listener {

            @OutboxListener
            void on(OutboxEvent<@Nullable OrderPlaced> event, @Nullable OrderPlaced content, OutboxEvent<?> any) {
                record(event.payload() == null, content == null, any.payload() == null);
            }
        }
        call(new Listener(), insert("payload", null));
        assertThat(calls).containsExactly(true, true, true);
        assertThatExceptionOfType(OutboxException.class)
                .isThrownBy(() -> call(new Placed(), insert("payload", null)))
                .withMessageContaining("event 42 (OrderPlaced) in the outbox public.outbox, column 'payload'")
                .satisfies(e -> assertThat(e.action()).contains("OutboxEvent<@Nullable OrderPlaced>"));
    }

    @Test
    void aBadContentNamesTheEventAndNeverShowsIt() {
        assertThatExceptionOfType(OutboxException.class)
                .isThrownBy(() -> call(new Placed(), insert("payload", "{\"total\": \"secret\"}")))
                .withMessage(
                        "The payload of event 42 (OrderPlaced) in the outbox public.outbox, column 'payload', is no OrderPlaced: its JSON does not fit at 'total'")
                .withNoCause();
        assertThatExceptionOfType(OutboxException.class)
                .isThrownBy(() -> call(new Placed(), insert("payload", "secret")))
                .withMessageContaining("is no OrderPlaced: its JSON does not fit")
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("secret"));
        assertThatExceptionOfType(OutboxException.class)
                .isThrownBy(() -> call(new Texts(), insert("payload", new byte[] {(byte) 0xff})))
                .withMessageContaining("its bytes are no text in UTF-8");
    }

    static class Typed {

        @OutboxListener(eventTypes = "${types}", aggregateTypes = "order")
        void on(OutboxEvent<?> event) {
            record(event.type());
        }
    }

    @Test
    void isCalledForItsTypesAndTheOthersAreAcknowledged() throws Exception {
        ListenerDefinition definition = define(new Typed(), "types=OrderPlaced, OrderPaid");
        definition.handler().handle(insert("type", "OrderPaid"), told);
        assertThat(told.acknowledged).as("returning acknowledges").isZero();
        definition.handler().handle(insert("type", "OrderShipped"), told);
        definition.handler().handle(insert("aggregatetype", "customer"), told);
        assertThat(told.acknowledged).isEqualTo(2);
        assertThat(calls).containsExactly("OrderPaid");
    }

    @Test
    @DisplayName("CO-09: updates and deletes of an outbox are no events; an update is told of once")
    void onlyInsertsAndReadsAreEvents(CapturedOutput output) throws Exception {
        ListenerDefinition definition = define(new Placed());
        assertThat(definition.operations()).containsExactlyInAnyOrder(Operation.READ, Operation.INSERT);
        assertThat(definition.subscription(FailurePolicy.stop()).operations())
                .doesNotContain(Operation.DELETE, Operation.TRUNCATE);
        definition.handler().handle(change(Operation.UPDATE, Map.of()), told);
        definition.handler().handle(change(Operation.UPDATE, Map.of()), told);
        assertThat(calls).isEmpty();
        assertThat(told.acknowledged).isEqualTo(2);
        assertThat(output.getAll().split("Rows of the outbox public.outbox were updated, which is ignored", -1))
                .hasSize(2);
    }

    @Test
    @DisplayName(
            "CO-09: an outbox without a column fails with the columns it has and the settings that say which is which")
    void aMissingColumnIsAFailure() {
        Row row = Row.of(Columns.of(List.of("id", "kind", "payload"), List.of("id")), Map.of("id", 1, "payload", "{}"));
        ChangeEvent<Row> change =
                Changes.change(Operation.INSERT, OUTBOX).after(row).build();
        assertThatExceptionOfType(OutboxException.class)
                .isThrownBy(() -> call(new Placed(), change))
                .withMessage(
                        "The outbox public.outbox of rustcdc.postgres.shop lacks columns for aggregate-type (such as 'aggregate_type'), aggregate-id (such as 'aggregate_id'), type (such as 'type'); its columns are [id, kind, payload]")
                .satisfies(e -> assertThat(e.action()).contains("""
                        rustcdc:
                          postgres:
                            shop:
                              outbox:
                                columns:
                                  aggregate-type: ...
                                  aggregate-id: ...
                                  type: ...
                        """));
    }

    @Test
    void aNullIdIsAFailure() {
        assertThatExceptionOfType(OutboxException.class)
                .isThrownBy(() -> call(new Placed(), insert("aggregateid", null)))
                .withMessageContaining("has no aggregate id: its column 'aggregateid' is NULL");
    }

    @Test
    @DisplayName("CO-09: the order is kept by the id of the aggregate, not by that of the row")
    void lanesGoByTheAggregate() {
        class Listener {

            @OutboxListener(concurrency = "4")
            void on(OutboxEvent<?> event) {}
        }
        ListenerDefinition definition = define(new Listener());
        var key = definition.conduct().lanes().key();
        assertThat(key.apply(insert("id", 1L))).isEqualTo("7").isEqualTo(key.apply(insert("id", 2L)));
        assertThat(key.apply(insert("aggregateid", "8"))).isEqualTo("8");
        assertThat(key.apply(Changes.insert(1, "no outbox"))).isNull();
    }

    @Test
    void tablesAreThoseOfTheSettingUnlessNamed() {
        assertThat(define(new Typed(), "types=").tables()).containsExactly("outbox");
        assertThat(define(new Placed()).tables()).containsExactly("public.outbox");
    }

    @Test
    void batchesHoldEventsOrContents() throws Exception {
        class Events {

            @OutboxListener(eventTypes = "OrderPlaced")
            void on(List<OutboxEvent<OrderPlaced>> events, Acknowledgment acknowledgment) {
                events.forEach(event -> record(event.id()));
            }
        }
        class Contents {

            @OutboxListener
            void on(List<OrderPlaced> contents) {
                contents.forEach(content -> record(content.total()));
            }
        }
        List<ChangeEvent<Row>> rows = List.of(insert(), insert("type", "OrderPaid"), insert("id", 43L));
        ((BatchHandler) define(new Events()).handler()).handle(rows, told);
        assertThat(calls).containsExactly("42", "43");
        ((BatchHandler) define(new Contents()).handler()).handle(rows, told);
        assertThat(calls).containsExactly(12L, 12L, 12L);
        assertThatExceptionOfType(BatchFailedException.class)
                .isThrownBy(() -> ((BatchHandler) define(new Contents()).handler())
                        .handle(List.of(insert(), insert("payload", "[]")), told))
                .satisfies(e -> assertThat(e.index()).isEqualTo(1));
    }

    @Retention(RetentionPolicy.RUNTIME)
    @OutboxListener(aggregateTypes = "order")
    @interface OrderEvents {}

    @Test
    void isAnAnnotationToComposeWith() throws Exception {
        class Listener {

            @OrderEvents
            void on(OutboxEvent<?> event) {
                record(event.aggregateType());
            }
        }
        ListenerDefinition definition = define(new Listener());
        definition.handler().handle(insert(), told);
        definition.handler().handle(insert("aggregatetype", "customer"), told);
        assertThat(calls).containsExactly("order");
    }

    @Test
    void whatMakesNoSenseIsRefused() {
        class Filtered {

            @CdcListener(tables = "public.outbox", columns = "status")
            void on(OutboxEvent<?> event) {}
        }
        assertRefused(new Filtered(), "has columns, but it takes the events of an outbox");
        class Deleted {

            @CdcListener(tables = "public.outbox", operations = Operation.DELETE)
            void on(OutboxEvent<?> event) {}
        }
        assertRefused(new Deleted(), "has the operations [DELETE]: an event is a row that was inserted");
        class Wrapped {

            @CdcListener(tables = "public.outbox")
            void on(ChangeEvent<OutboxEvent<String>> event) {}
        }
        assertRefused(new Wrapped(), "an event of an outbox is taken as an OutboxEvent<T> itself");
        class Past {

            @OutboxListener
            void on(OutboxEvent<?> event, @Before OrderPlaced before) {}
        }
        assertRefused(new Past(), "nothing was there before");
    }

    @Test
    void eventsHoldWhatTheyWereMadeOf() {
        Map<String, @Nullable Object> headers = new LinkedHashMap<>(Map.of("a", 1));
        OutboxEvent<String> event = new OutboxEvent<>("1", "order", "7", "T", "x", headers, Instant.EPOCH);
        headers.clear();
        assertThat(event.headers()).containsExactly(Map.entry("a", 1));
        assertThat(Objects.requireNonNull(event.payload())).isEqualTo("x");
    }
}
