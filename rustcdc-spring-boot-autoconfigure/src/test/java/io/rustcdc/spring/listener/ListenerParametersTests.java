package io.rustcdc.spring.listener;

import static io.rustcdc.spring.listener.ListenerCalls.assertRefused;
import static io.rustcdc.spring.listener.ListenerCalls.call;
import static io.rustcdc.spring.listener.ListenerCalls.calls;
import static io.rustcdc.spring.listener.ListenerCalls.define;
import static io.rustcdc.spring.listener.ListenerCalls.record;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.rustcdc.delivery.Acknowledgment;
import io.rustcdc.delivery.Subscription.AckMode;
import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.Operation;
import io.rustcdc.event.Row;
import io.rustcdc.event.RowWrite;
import io.rustcdc.event.TableId;
import io.rustcdc.event.Transaction;
import io.rustcdc.spring.Before;
import io.rustcdc.spring.CdcConfigurationException;
import io.rustcdc.spring.CdcListener;
import io.rustcdc.spring.app.Changes;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ListenerParametersTests {

    @Test
    void areFilledByTheirTypesInAnyOrder() throws Exception {
        class Listener {

            @CdcListener
            void on(
                    Operation operation,
                    @Nullable Item after,
                    TableId table,
                    @Before @Nullable Item before,
                    Transaction transaction,
                    RowWrite write,
                    @Nullable Row row,
                    ChangeEvent<Item> event) {
                record(operation, after, table, before, transaction, write.getClass(), row, event.after());
            }
        }

        ChangeEvent<Row> change = Changes.update(1, "old", "new");
        call(new Listener(), change);

        assertThat(calls)
                .containsExactly(
                        Operation.UPDATE,
                        new Item(1, "new"),
                        Changes.TABLE,
                        new Item(1, "old"),
                        change.transaction(),
                        RowWrite.Replace.class,
                        change.after(),
                        new Item(1, "new"));
    }

    @Test
    void mapsAndBeansAreRowsToo() throws Exception {
        class Listener {

            @CdcListener(operations = Operation.INSERT)
            void on(Map<String, Object> row, ItemBean bean) {
                record(row, bean.name);
            }
        }

        call(new Listener(), Changes.insert(1, "new"));

        assertThat(calls).containsExactly(Map.of("id", 1, "name", "new"), "new");
    }

    @Test
    void anUntypedEventIsHandedOverAsItIs() throws Exception {
        class Listener {

            @CdcListener
            void on(ChangeEvent<?> event) {
                record(event);
            }
        }

        ChangeEvent<Row> change = Changes.insert(1, "new");
        call(new Listener(), change);

        assertThat(calls.get(0)).isSameAs(change);
    }

    @Test
    void aNullableRowIsNullWhereThereIsNone() throws Exception {
        class Listener {

            @CdcListener
            void on(@Nullable Item after, @Before @Nullable Item before) {
                record(after, before);
            }
        }

        call(new Listener(), Changes.keyDelete(1));

        assertThat(calls).containsExactly(null, null);
    }

    @Test
    void theDeletedRowIsThereWhenTheDatabaseSendsIt() throws Exception {
        class Listener {

            @CdcListener(operations = Operation.DELETE)
            void on(@Before Item before) {
                record(before);
            }
        }

        call(new Listener(), Changes.delete(1, "gone"));

        assertThat(calls).containsExactly(new Item(1, "gone"));
        assertThatExceptionOfType(CdcConfigurationException.class)
                .isThrownBy(() -> call(new Listener(), Changes.keyDelete(1)))
                .withMessageContaining("key only")
                .satisfies(e -> assertThat(e.action()).contains("ALTER TABLE public.items REPLICA IDENTITY FULL"));
    }

    @Test
    void anAcknowledgmentMakesTheListenerAcknowledge() throws Exception {
        class Listener {

            @CdcListener
            void on(Acknowledgment acknowledgment, ChangeEvent<Row> event) {
                acknowledgment.acknowledge();
            }
        }

        ListenerDefinition definition = define(new Listener());
        definition.handler().handle(Changes.insert(1, "new"), () -> calls.add("acknowledged"));

        assertThat(definition.ackMode()).isEqualTo(AckMode.MANUAL);
        assertThat(calls).containsExactly("acknowledged");
    }

    @Test
    void aTypeOfTheSubclassIsKnownToTheInheritedListener() throws Exception {
        abstract class Base<T> {

            @CdcListener(operations = Operation.INSERT)
            void on(T row, ChangeEvent<T> event) {
                record(row, event.after());
            }
        }
        class Listener extends Base<Item> {}

        call(new Listener(), Changes.insert(1, "new"));

        assertThat(calls).containsExactly(new Item(1, "new"), new Item(1, "new"));
    }

    @Test
    void anOverridingMethodIsCalledOnce() throws Exception {
        interface Base<T> {

            @CdcListener
            void on(ChangeEvent<T> event);
        }
        class Listener implements Base<Item> {

            @Override
            public void on(ChangeEvent<Item> event) {
                record(event.after());
            }
        }

        call(new Listener(), Changes.insert(1, "new"));

        assertThat(calls).containsExactly(new Item(1, "new"));
    }

    @Test
    void whatNoRuleCanFillIsRefused() {
        class Listener {

            @CdcListener
            void on(ChangeEvent<Item> event, StringBuilder builder) {}
        }

        assertRefused(new Listener(), "type java.lang.StringBuilder of listener", "cannot be filled")
                .satisfies(e -> assertThat(e.action()).contains("ChangeEvent<T>, T (the row after the change)"));
    }

    @Test
    void anEventOfWhatNoRowCanBeIsRefused() {
        class Listener {

            @CdcListener
            void on(ChangeEvent<String> event) {}
        }

        assertRefused(new Listener(), "java.lang.String");
    }

    @Test
    void aBeforeThatIsNoRowIsRefused() {
        class Listener {

            @CdcListener
            void on(@Before Operation operation) {}
        }

        assertRefused(new Listener(), "@Before marks a row");
    }

    @Test
    void aRowAfterADeleteMustBeNullable() {
        class Listener {

            @CdcListener
            void on(Item item) {}
        }

        assertRefused(new Listener(), "must be @Nullable: there is no row after a delete")
                .satisfies(e -> assertThat(e.action()).contains("@Nullable Item", "ChangeEvent<Item>"));
    }

    @Test
    void aRowBeforeAnUpdateMustBeNullable() {
        class Listener {

            @CdcListener(operations = {Operation.UPDATE, Operation.DELETE})
            void on(@Before Item item) {}
        }

        assertRefused(new Listener(), "must be @Nullable: only a delete always has a row before it");
    }

    @Test
    void aChangeOfTheShapeIsDescribedByARow() throws Exception {
        class Listener {

            @CdcListener(operations = Operation.SCHEMA_CHANGE)
            void on(Row description) {
                record(description.get("added"));
            }
        }

        call(new Listener(), Changes.schemaChange());

        assertThat(calls).containsExactly(List.of("name"));
    }

    @Test
    void aChangeOfTheShapeIsNoObject() {
        class Listener {

            @CdcListener(operations = Operation.SCHEMA_CHANGE)
            void on(Item item) {}
        }

        assertRefused(new Listener(), "must be @Nullable: there is no row after a schema_change");
    }

    @Test
    void anyAnnotationNamedNullableWillDo() throws Exception {
        class Listener {

            @CdcListener
            void on(@MyAnnotations.Nullable Item item) {
                record(item);
            }
        }

        call(new Listener(), Changes.keyDelete(1));

        assertThat(calls).containsExactly((Object) null);
    }

    @Test
    void aListenerWithoutParametersIsRefused() {
        class Listener {

            @CdcListener
            void on() {}
        }

        assertRefused(new Listener(), "takes nothing");
    }

    record Item(int id, String name) {}

    static final class ItemBean {

        private String name;

        public void setName(String name) {
            this.name = name;
        }
    }

    static final class MyAnnotations {

        @Retention(RetentionPolicy.RUNTIME)
        @interface Nullable {}
    }
}
