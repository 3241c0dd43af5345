package io.rustcdc.spring.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNoException;

import io.rustcdc.delivery.Acknowledgment;
import io.rustcdc.event.Operation;
import io.rustcdc.event.Row;
import io.rustcdc.event.TableId;
import io.rustcdc.spring.CdcConfigurationException;
import io.rustcdc.spring.RowChanged;
import io.rustcdc.spring.app.Changes;
import io.rustcdc.spring.app.items.Item;
import io.rustcdc.spring.mapping.RowMappers;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.convert.ApplicationConversionService;
import org.springframework.context.ApplicationEvent;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.PayloadApplicationEvent;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.event.EventListener;
import org.springframework.context.event.SimpleApplicationEventMulticaster;
import org.springframework.core.task.SimpleAsyncTaskExecutor;
import org.springframework.scheduling.annotation.Async;
import org.springframework.transaction.event.TransactionalEventListener;

class RowChangedTests {

    private static final Acknowledgment NONE = () -> {};

    @Test
    void aTypedListenerGetsItsTypeOnly() {
        publish(TypedListener.class, (context, publisher) -> {
            publisher.handle(Changes.insert(1, "new"), NONE);
            publisher.handle(
                    Changes.change(Operation.INSERT, new TableId("public", "other"))
                            .after(Changes.row(Map.of("id", 2, "name", "x")))
                            .build(),
                    NONE);

            TypedListener listener = context.getBean(TypedListener.class);
            assertThat(listener.items).containsExactly(new Item(1, "new"));
            assertThat(listener.rows).extracting(RowChanged::table).containsExactly(new TableId("public", "other"));
            assertThat(listener.all).hasSize(2);
            assertThat(listener.all.get(0)).hasToString("RowChanged[insert public.items at 1]");
        });
    }

    @Test
    void aFailingListenerFailsTheDelivery() {
        publish(
                FailingListener.class,
                (context, publisher) -> assertThatIllegalStateException()
                        .isThrownBy(() -> publisher.handle(Changes.insert(1, "new"), NONE))
                        .withMessage("no"));
    }

    @Test
    void ofTheKeyAloneThereIsNoTypedImage() {
        publish(TypedListener.class, (context, publisher) -> {
            publisher.handle(Changes.keyDelete(1), NONE);

            RowChanged<?> changed = context.getBean(TypedListener.class).all.get(0);
            assertThat(changed.before()).isNull();
            assertThat(changed.change().key().values()).containsExactly(1);
        });
    }

    @Test
    void typesAreFoundBelowThePackages() {
        TableTypes types = scan("io.rustcdc.spring.app");

        assertThat(types.tables()).containsExactlyInAnyOrder("public.orders", "public.items", "public.customers");
        assertThat(types.typeOf(new TableId("PUBLIC", "Items"))).isEqualTo(Item.class);
        assertThat(types.typeOf(new TableId("other", "items"))).isNull();
    }

    @Test
    void twoTypesOfOneTableAreRefused() {
        assertThatExceptionOfType(CdcConfigurationException.class)
                .isThrownBy(() -> scan("io.rustcdc.spring.app.items", "io.rustcdc.spring.event.twice"))
                .withMessageContaining("Two types")
                .withMessageContaining("io.rustcdc.spring.event.twice.OtherItem");
    }

    @Nested
    class Deferring {

        @ParameterizedTest
        @ValueSource(
                classes = {
                    AsyncListener.class,
                    AsyncClassListener.class,
                    TransactionalListener.class,
                    PayloadListener.class,
                    ClassesListener.class
                })
        void listenersAreRefused(Class<?> listener) {
            assertRefused(listener, listener.getSimpleName() + ".on for RowChanged");
        }

        @Test
        void listenersThatWaitForTheEndOfATransactionAreFineWhereThereIsOne() {
            try (ConfigurableApplicationContext context =
                    new AnnotationConfigApplicationContext(TransactionalListener.class)) {
                assertThatNoException().isThrownBy(() -> new SynchronousEvents(context, true).require());
            }
        }

        @Test
        void listenersForOtherEventsAreFine() {
            require(OtherListener.class);
        }

        @Test
        void anAsynchronousMulticasterIsRefused() {
            assertRefused(AsyncMulticaster.class, "'applicationEventMulticaster'");
        }

        @Test
        void aMulticasterThatSwallowsFailuresIsRefused() {
            assertRefused(SwallowingMulticaster.class, "'applicationEventMulticaster'");
        }

        private void assertRefused(Class<?> configuration, String message) {
            assertThatExceptionOfType(CdcConfigurationException.class)
                    .isThrownBy(() -> require(configuration))
                    .withMessageContaining(message);
        }

        private void require(Class<?> configuration) {
            try (ConfigurableApplicationContext context = new AnnotationConfigApplicationContext(configuration)) {
                new SynchronousEvents(context, false).require();
            }
        }
    }

    private static TableTypes scan(String... packages) {
        try (AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext()) {
            return TableTypes.scan(List.of(packages), context.getEnvironment(), context);
        }
    }

    private static void publish(Class<?> listener, Publishing publishing) {
        try (ConfigurableApplicationContext context = new AnnotationConfigApplicationContext(listener)) {
            RowMappers mappers = new RowMappers(ApplicationConversionService.getSharedInstance());
            publishing.with(context, new RowChangedPublisher(context, scan("io.rustcdc.spring.app.items"), mappers));
        }
    }

    @FunctionalInterface
    private interface Publishing {

        void with(ConfigurableApplicationContext context, RowChangedPublisher publisher);
    }

    static class TypedListener {

        private final List<Item> items = new ArrayList<>();
        private final List<RowChanged<Row>> rows = new ArrayList<>();
        private final List<RowChanged<?>> all = new ArrayList<>();

        @EventListener
        void onItem(RowChanged<Item> changed) {
            if (changed.operation() == Operation.INSERT) {
                items.add(changed.after());
            }
        }

        @EventListener
        void onRow(RowChanged<Row> changed) {
            rows.add(changed);
        }

        @EventListener
        void onAny(RowChanged<?> changed) {
            all.add(changed);
        }
    }

    static class FailingListener {

        @EventListener
        void on(RowChanged<Item> changed) {
            throw new IllegalStateException("no");
        }
    }

    static class AsyncListener {

        @Async
        @EventListener
        void on(RowChanged<Item> changed) {}
    }

    @Async
    static class AsyncClassListener {

        @EventListener
        void on(RowChanged<?> changed) {}
    }

    static class TransactionalListener {

        @TransactionalEventListener
        void on(RowChanged<Item> changed) {}
    }

    static class PayloadListener {

        @Async
        @EventListener
        void on(PayloadApplicationEvent<RowChanged<Item>> changed) {}
    }

    static class ClassesListener {

        @Async
        @EventListener(classes = RowChanged.class)
        void on() {}
    }

    static class OtherListener {

        @Async
        @EventListener
        void on(ApplicationEvent event) {}

        @EventListener
        void on(RowChanged<Item> changed) {}
    }

    static class AsyncMulticaster {

        @Bean
        SimpleApplicationEventMulticaster applicationEventMulticaster() {
            SimpleApplicationEventMulticaster multicaster = new SimpleApplicationEventMulticaster();
            multicaster.setTaskExecutor(new SimpleAsyncTaskExecutor());
            return multicaster;
        }
    }

    static class SwallowingMulticaster {

        @Bean
        SimpleApplicationEventMulticaster applicationEventMulticaster() {
            SimpleApplicationEventMulticaster multicaster = new SimpleApplicationEventMulticaster();
            multicaster.setErrorHandler(failure -> {});
            return multicaster;
        }
    }
}
