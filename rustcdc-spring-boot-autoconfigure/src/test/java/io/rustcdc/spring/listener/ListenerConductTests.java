package io.rustcdc.spring.listener;

import static io.rustcdc.spring.listener.ListenerCalls.assertRefused;
import static io.rustcdc.spring.listener.ListenerCalls.calls;
import static io.rustcdc.spring.listener.ListenerCalls.define;
import static io.rustcdc.spring.listener.ListenerCalls.record;
import static io.rustcdc.spring.listener.ListenerCalls.scan;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.rustcdc.delivery.Acknowledgment;
import io.rustcdc.delivery.BatchFailedException;
import io.rustcdc.delivery.BatchHandler;
import io.rustcdc.delivery.Subscription.AckMode;
import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.Operation;
import io.rustcdc.event.Row;
import io.rustcdc.event.TableId;
import io.rustcdc.spring.CdcConfigurationException;
import io.rustcdc.spring.CdcListener;
import io.rustcdc.spring.app.Changes;
import io.rustcdc.spring.mapping.RowMappingException;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.core.annotation.Order;
import org.springframework.validation.Errors;
import org.springframework.validation.Validator;

/** When and with what a listener is called, and what becomes of it. */
class ListenerConductTests {

    private final Told told = new Told();

    @Nested
    @ExtendWith(OutputCaptureExtension.class)
    class ChangedColumns {

        static class Listener {

            @CdcListener(columns = "${watched}")
            void on(ChangeEvent<Row> event) {
                record(event.operation());
            }
        }

        private final ListenerDefinition definition = define(new Listener(), "watched=name");

        @Test
        void anUpdateThatLeavesThemAsTheyWereIsAcknowledgedWithoutACall() throws Exception {
            definition.handler().handle(Changes.update(1, "same", "same"), told);
            assertThat(calls).isEmpty();
            assertThat(told.acknowledged).isEqualTo(1);
        }

        @Test
        void anUpdateOfOneOfThemCalls() throws Exception {
            definition.handler().handle(Changes.update(1, "old", "new"), told);
            assertThat(calls).containsExactly(Operation.UPDATE);
            assertThat(told.acknowledged).as("returning acknowledges").isZero();
        }

        @Test
        void otherOperationsAlwaysCall() throws Exception {
            definition.handler().handle(Changes.insert(1, "new"), told);
            definition.handler().handle(Changes.keyDelete(1), told);
            assertThat(calls).containsExactly(Operation.INSERT, Operation.DELETE);
        }

        @Test
        void withoutAValueFromBeforeItCallsAndTellsOnceHowToGetIt(CapturedOutput output) throws Exception {
            definition.handler().handle(Changes.keyUpdate(1, 2, "new"), told);
            definition.handler().handle(Changes.keyUpdate(2, 3, "new"), told);
            assertThat(calls).hasSize(2);
            assertThat(output.getAll().split("ALTER TABLE public.items REPLICA IDENTITY FULL", -1))
                    .hasSize(2);
        }

        @Test
        void aColumnThatWasNotSentHasNotChanged() throws Exception {
            ChangeEvent<Row> update = Changes.change(Operation.UPDATE)
                    .after(Changes.row(Map.of("id", 1)))
                    .build();
            definition.handler().handle(update, told);
            assertThat(calls).isEmpty();
        }

        @Test
        void aColumnThatTheTableDoesNotHaveIsAFailure() {
            ListenerDefinition wrong = define(new Listener(), "watched=nmae, id");
            assertThat(wrong.columns()).containsExactly("nmae", "id");
            assertThatExceptionOfType(CdcConfigurationException.class)
                    .isThrownBy(() -> wrong.handler().handle(Changes.update(1, "a", "b"), told))
                    .withMessageContaining("column 'nmae', which public.items does not have");
        }

        @Test
        void aBatchHoldsOnlyWhatMayHaveChanged() throws Exception {
            class Batches {

                @CdcListener(columns = "name")
                void on(List<ChangeEvent<Row>> events) {
                    record(events.size());
                    throw new BatchFailedException(1, new IllegalStateException("no"));
                }
            }
            BatchHandler handler = (BatchHandler) define(new Batches()).handler();
            List<ChangeEvent<Row>> events =
                    List.of(Changes.insert(1, "a"), Changes.update(1, "a", "a"), Changes.update(1, "a", "b"));
            assertThatExceptionOfType(BatchFailedException.class)
                    .isThrownBy(() -> handler.handle(events, told))
                    .satisfies(e -> assertThat(e.index())
                            .as("in the batch of the engine")
                            .isEqualTo(2));
            assertThat(calls).containsExactly(2);
            handler.handle(List.of(events.get(1), events.get(1)), told);
            assertThat(told.acknowledged).isEqualTo(1);
        }
    }

    @Nested
    class Batches {

        @Test
        void areListsOfChanges() throws Exception {
            class Listener {

                @CdcListener(batchSize = "${size}")
                void on(List<ChangeEvent<Item>> events, Acknowledgment acknowledgment) {
                    record(events.get(0).after(), events.get(1).before());
                    acknowledgment.acknowledge();
                }
            }
            ListenerDefinition definition = define(new Listener(), "size=50");
            BatchHandler handler = (BatchHandler) definition.handler();
            handler.handle(List.of(Changes.insert(1, "a"), Changes.delete(2, "b")), told);
            assertThat(calls).containsExactly(new Item(1, "a"), new Item(2, "b"));
            assertThat(handler.maxSize()).isEqualTo(50);
            assertThat(definition.batch()).isTrue();
            assertThat(definition.ackMode()).isEqualTo(AckMode.MANUAL);
            assertThat(told.acknowledged).isEqualTo(1);
        }

        @Test
        void areListsOfRows() throws Exception {
            class Listener {

                @CdcListener(operations = {Operation.INSERT, Operation.READ})
                void on(List<Item> rows) {
                    record(rows);
                }
            }
            ListenerDefinition definition = define(new Listener());
            definition.handler().handle(Changes.insert(1, "a"), told);
            assertThat(calls).containsExactly(List.of(new Item(1, "a")));
            assertThat(definition.ackMode()).isEqualTo(AckMode.AUTO);
        }

        @Test
        void ofRowsMustBeNullableWhereThereIsNone() throws Exception {
            class Wrong {

                @CdcListener
                void on(List<Item> rows) {}
            }
            class Right {

                @CdcListener
                void on(List<@Nullable Item> rows) {
                    record(rows.get(0));
                }
            }
            assertRefused(new Wrong(), "must be @Nullable: there is no row after a delete");
            define(new Right()).handler().handle(Changes.keyDelete(1), told);
            assertThat(calls).containsExactly((Object) null);
        }

        @Test
        void nameTheChangeThatDoesNotFit() {
            class Listener {

                @CdcListener(operations = Operation.INSERT)
                void on(List<Narrow> rows) {}
            }
            BatchHandler handler = (BatchHandler) define(new Listener()).handler();
            assertThatExceptionOfType(BatchFailedException.class)
                    .isThrownBy(() -> handler.handle(List.of(Changes.insert(1, "a"), Changes.insert(1000, "b")), told))
                    .withCauseInstanceOf(RowMappingException.class)
                    .satisfies(e -> assertThat(e.index()).isEqualTo(1));
        }

        @Test
        void takeNothingElse() {
            class Listener {

                @CdcListener
                void on(List<ChangeEvent<Row>> events, TableId table) {}
            }
            assertRefused(new Listener(), "beside a List, which makes it a batch, a listener takes an Acknowledgment");
        }

        @Test
        void ofWhatNoRowCanBeAreRefused() {
            class Listener {

                @CdcListener
                void on(List<String> events) {}
            }
            assertRefused(new Listener(), "a List is one of ChangeEvent<T> or of T");
        }

        @Test
        void aloneHaveASize() {
            class Single {

                @CdcListener(batchSize = "5")
                void on(ChangeEvent<Row> event) {}
            }
            class Wrong {

                @CdcListener(batchSize = "many")
                void on(List<ChangeEvent<Row>> events) {}
            }
            assertRefused(new Single(), "has a batchSize, but it takes one change at a time");
            assertRefused(new Wrong(), "batchSize of listener", "must be a number, but it is 'many'");
        }
    }

    @Nested
    class Orders {

        @Test
        void comeFromTheAnnotationTheMethodAndTheBean() {
            try (AnnotationConfigApplicationContext context =
                    new AnnotationConfigApplicationContext(Late.class, Early.class)) {
                assertThat(scan(context).stream().map(ListenerDefinition::id))
                        .containsExactly("own", "ofMethod", "ofBean", "none");
            }
        }

        static class Late {

            @CdcListener(id = "none")
            void none(ChangeEvent<Row> event) {}

            @CdcListener(id = "own", order = 1)
            void own(ChangeEvent<Row> event) {}
        }

        @Order(3)
        static class Early {

            @CdcListener(id = "ofBean")
            void bean(ChangeEvent<Row> event) {}

            @Order(2)
            @CdcListener(id = "ofMethod")
            void method(ChangeEvent<Row> event) {}
        }
    }

    @Nested
    class Validation {

        @Test
        void refusesWhatItsValidatorDoes() throws Exception {
            try (AnnotationConfigApplicationContext context =
                    new AnnotationConfigApplicationContext(ShortNames.class, Validated.class)) {
                ListenerDefinition definition = scan(context).get(0);
                definition.handler().handle(Changes.insert(1, "ab"), told);
                definition.handler().handle(Changes.keyDelete(1), told);
                assertThatExceptionOfType(InvalidRowException.class)
                        .isThrownBy(() -> definition.handler().handle(Changes.insert(1, "secret"), told))
                        .withMessageContaining("A row of public.items is not a valid")
                        .withMessageContaining("'name' (too.long)")
                        .withMessageNotContaining("secret");
                assertThat(calls).hasSize(2);
            }
        }

        @Test
        void namesTheChangeOfABatch() throws Exception {
            try (AnnotationConfigApplicationContext context =
                    new AnnotationConfigApplicationContext(ShortNames.class, ValidatedBatch.class)) {
                BatchHandler handler = (BatchHandler) scan(context).get(0).handler();
                List<ChangeEvent<Row>> events = List.of(Changes.insert(1, "a"), Changes.insert(2, "too long"));
                assertThatExceptionOfType(BatchFailedException.class)
                        .isThrownBy(() -> handler.handle(events, told))
                        .withCauseInstanceOf(InvalidRowException.class)
                        .satisfies(e -> assertThat(e.index()).isEqualTo(1));
            }
        }

        @Test
        void needsAValidator() {
            assertRefused(new Validated(), "is to be validated, but there is no validator")
                    .satisfies(e -> assertThat(e.action()).contains("spring-boot-starter-validation"));
        }

        @Retention(RetentionPolicy.RUNTIME)
        @interface Valid {}

        static class Validated {

            @CdcListener
            void on(@Valid ChangeEvent<Item> event) {
                record(event.operation());
            }
        }

        static class ValidatedBatch {

            @CdcListener(operations = Operation.INSERT)
            void on(@Valid List<Item> rows) {}
        }

        static class ShortNames implements Validator {

            @Override
            public boolean supports(Class<?> type) {
                return type == Item.class;
            }

            @Override
            public void validate(Object target, Errors errors) {
                if (((Item) target).name().length() > 2) {
                    errors.rejectValue("name", "too.long", "secret is too long");
                }
            }
        }
    }

    @Test
    void decoratorsAreAroundEachCall() throws Exception {
        List<String> order = new ArrayList<>();
        class Listener {

            @CdcListener
            void on(ChangeEvent<Row> event) {
                order.add("called");
            }
        }
        ListenerDecorator decorator = (id, batch, call) -> (events, acknowledgment) -> {
            order.add(id + " " + batch + " " + events.size());
            call.run(events, acknowledgment);
        };
        define(new Listener(), List.of(decorator)).handler().handle(Changes.insert(1, "a"), told);
        assertThat(order).containsExactly("listener.on false 1", "called");
    }

    @Test
    void autoStartupIsTrueOrFalse() {
        class Waiting {

            @CdcListener(autoStartup = "${start}")
            void on(ChangeEvent<Row> event) {}
        }
        assertThat(define(new Waiting(), "start=false").autoStartup()).isFalse();
        assertThatExceptionOfType(CdcConfigurationException.class)
                .isThrownBy(() -> define(new Waiting(), "start=maybe"))
                .withMessageContaining("must be true or false, but it is 'maybe'");
    }

    record Item(int id, String name) {}

    record Narrow(byte id) {}
}
