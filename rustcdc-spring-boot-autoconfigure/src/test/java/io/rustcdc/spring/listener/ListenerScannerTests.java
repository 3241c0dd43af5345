package io.rustcdc.spring.listener;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.rustcdc.delivery.Acknowledgment;
import io.rustcdc.delivery.Subscription;
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
import io.rustcdc.spring.mapping.RowMappers;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.aopalliance.intercept.MethodInterceptor;
import org.assertj.core.api.ThrowableAssertAlternative;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.springframework.aop.framework.autoproxy.AbstractAutoProxyCreator;
import org.springframework.aop.framework.autoproxy.BeanNameAutoProxyCreator;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.boot.convert.ApplicationConversionService;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.context.annotation.Scope;
import org.springframework.core.annotation.AliasFor;
import org.springframework.scheduling.annotation.Async;
import org.springframework.test.context.support.TestPropertySourceUtils;

class ListenerScannerTests {

    private static final Acknowledgment NONE = () -> {};

    /** What the listener under test was called with. */
    private static final List<Object> calls = new ArrayList<>();

    @Nested
    class Parameters {

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
    }

    @Nested
    class Annotations {

        @Test
        void defaultsAreAllRowChangesOfAllTables() {
            class Listener {

                @CdcListener
                void on(ChangeEvent<Row> event) {}
            }

            Subscription subscription = define(new Listener()).subscription();

            assertThat(subscription.id()).isEqualTo("listener.on");
            assertThat(subscription.ackMode()).isEqualTo(AckMode.AUTO);
            assertThat(subscription.tables().matches(Changes.TABLE)).isTrue();
            assertThat(subscription.operations())
                    .containsExactlyInAnyOrder(Operation.READ, Operation.INSERT, Operation.UPDATE, Operation.DELETE);
        }

        @Test
        void stringsTakePlaceholdersAndExpressions() {
            class Listener {

                @CdcListener(
                        id = "${name}-listener",
                        source = "#{'sh' + 'op'}",
                        tables = {"${tables}", "sales.*"})
                void on(ChangeEvent<Row> event) {}
            }

            ListenerDefinition definition = define(new Listener(), "name=orders", "tables=public.orders, public.lines");

            assertThat(definition.id()).isEqualTo("orders-listener");
            assertThat(definition.source()).isEqualTo("shop");
            assertThat(definition.tables()).containsExactly("public.orders", "public.lines", "sales.*");
        }

        @Test
        void mayBeComposed() {
            class Listener {

                @OrderListener("public.orders")
                void on(ChangeEvent<Row> event) {}
            }

            assertThat(define(new Listener()).tables()).containsExactly("public.orders");
        }

        @Test
        void withoutOperationsAreRefused() {
            class Listener {

                @CdcListener(operations = {})
                void on(ChangeEvent<Row> event) {}
            }

            assertRefused(new Listener(), "has no operations");
        }

        @Test
        void twoListenersWithOneIdAreRefused() {
            class Listener {

                @CdcListener(tables = "a")
                void on(ChangeEvent<Row> event) {}

                @CdcListener(tables = "b")
                void on(ChangeEvent<Row> event, Operation operation) {}
            }

            assertRefused(
                            new Listener(),
                            "Two listeners have the id 'listener.on'",
                            "on(ChangeEvent)",
                            "on(ChangeEvent, Operation)")
                    .satisfies(e -> assertThat(e.action()).contains("@CdcListener(id = "));
        }
    }

    @Nested
    class Calls {

        @Test
        void aFailureComesOutAsItIs() {
            class Listener {

                @CdcListener
                void on(ChangeEvent<Row> event) {
                    throw new IllegalStateException("no");
                }
            }

            assertThatIllegalStateException()
                    .isThrownBy(() -> call(new Listener(), Changes.insert(1, "new")))
                    .withMessage("no");
        }

        @Test
        void aReturnedValueIsIgnored() throws Exception {
            class Listener {

                @CdcListener
                boolean on(ChangeEvent<Row> event) {
                    return record(event.operation());
                }
            }

            call(new Listener(), Changes.insert(1, "new"));

            assertThat(calls).containsExactly(Operation.INSERT);
        }

        @Test
        void aFutureWithoutAcknowledgmentIsRefused() {
            class Listener {

                @CdcListener
                CompletableFuture<Void> on(ChangeEvent<Row> event) {
                    return CompletableFuture.completedFuture(null);
                }
            }

            assertRefused(new Listener(), "goes on after it has returned");
        }

        @Test
        void anAsyncMethodWithoutAcknowledgmentIsRefused() {
            class Listener {

                @Async
                @CdcListener
                void on(ChangeEvent<Row> event) {}
            }

            assertRefused(new Listener(), "goes on after it has returned");
        }

        @Test
        void anAsyncMethodMayAcknowledgeByItself() {
            class Listener {

                @Async
                @CdcListener
                void on(ChangeEvent<Row> event, Acknowledgment acknowledgment) {}
            }

            assertThat(define(new Listener()).ackMode()).isEqualTo(AckMode.MANUAL);
        }

        @Test
        void aStaticMethodIsRefused() {
            assertRefused(new StaticListener(), "is static");
        }

        static final class StaticListener {

            @CdcListener
            static void on(ChangeEvent<Row> event) {}
        }
    }

    @Nested
    class Beans {

        @Test
        void aClassProxyIsCalledThroughAdviceAlsoForPackagePrivateMethods() throws Exception {
            try (AnnotationConfigApplicationContext context =
                    new AnnotationConfigApplicationContext(ClassProxies.class, PlainListener.class)) {
                scan(context).get(0).handler().handle(Changes.insert(1, "new"), NONE);
            }
            assertThat(calls).containsExactly("advice", "called with its state");
        }

        @Test
        void anInterfaceProxyIsCalledThroughItsInterface() throws Exception {
            try (AnnotationConfigApplicationContext context =
                    new AnnotationConfigApplicationContext(InterfaceProxies.class, InterfaceListener.class)) {
                scan(context).get(0).handler().handle(Changes.insert(1, "new"), NONE);
            }
            assertThat(calls).containsExactly("advice", "called");
        }

        @Test
        void aMethodThatTheInterfacesDoNotHaveIsRefused() {
            assertRefusedWith(
                    InterfaceProxies.class, HiddenListener.class, "cannot be called through the proxy", "Runnable");
        }

        @Test
        void aPrivateMethodOfAProxiedBeanIsRefused() {
            assertRefusedWith(ClassProxies.class, PrivateListener.class, "cannot be called through the proxy");
        }

        @Test
        void aFinalMethodOfAProxiedBeanIsRefused() {
            assertRefusedWith(ClassProxies.class, FinalListener.class, "is final");
        }

        @Test
        void aPrivateMethodOfAPlainBeanIsCalled() throws Exception {
            call(new PrivateListener(), Changes.insert(1, "new"));

            assertThat(calls).containsExactly("private");
        }

        @Test
        void aLazyBeanIsFound() throws Exception {
            try (AnnotationConfigApplicationContext context =
                    new AnnotationConfigApplicationContext(LazyConfiguration.class)) {
                assertThat(context.getBeanFactory().containsSingleton("plainListener"))
                        .isFalse();
                scan(context).get(0).handler().handle(Changes.insert(1, "new"), NONE);
            }
            assertThat(calls).containsExactly("called with its state");
        }

        @Test
        void aPrototypeIsRefused() {
            assertThatExceptionOfType(CdcConfigurationException.class)
                    .isThrownBy(() -> {
                        try (AnnotationConfigApplicationContext context =
                                new AnnotationConfigApplicationContext(PrototypeConfiguration.class)) {
                            scan(context);
                        }
                    })
                    .withMessageContaining("'plainListener', which is not a singleton");
        }

        private void assertRefusedWith(Class<?> proxies, Class<?> listener, String... messages) {
            assertThatExceptionOfType(CdcConfigurationException.class)
                    .isThrownBy(() -> {
                        try (AnnotationConfigApplicationContext context =
                                new AnnotationConfigApplicationContext(proxies, listener)) {
                            scan(context);
                        }
                    })
                    .satisfies(e -> assertThat(e.getMessage()).contains(messages));
        }
    }

    private static ThrowableAssertAlternative<CdcConfigurationException> assertRefused(
            Object listener, String... messages) {
        return assertThatExceptionOfType(CdcConfigurationException.class)
                .isThrownBy(() -> define(listener))
                .satisfies(e -> assertThat(e.getMessage()).contains(messages));
    }

    private static void call(Object listener, ChangeEvent<Row> event) throws Exception {
        define(listener).handler().handle(event, NONE);
    }

    private static ListenerDefinition define(Object listener, String... properties) {
        calls.clear();
        try (AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext()) {
            TestPropertySourceUtils.addInlinedPropertiesToEnvironment(context, properties);
            context.getBeanFactory().registerSingleton("listener", listener);
            context.refresh();
            return scan(context).get(0);
        }
    }

    private static List<ListenerDefinition> scan(AnnotationConfigApplicationContext context) {
        calls.clear();
        RowMappers mappers = new RowMappers(ApplicationConversionService.getSharedInstance());
        return new ListenerScanner(context.getBeanFactory(), mappers).scan();
    }

    private static boolean record(Object... values) {
        return calls.addAll(Arrays.asList(values));
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

    @Retention(RetentionPolicy.RUNTIME)
    @CdcListener
    @interface OrderListener {

        @AliasFor(annotation = CdcListener.class, attribute = "tables")
        String[] value();
    }

    static class PlainListener {

        private final String state = "called with its state";

        @CdcListener
        void on(ChangeEvent<Row> event) {
            record(state);
        }
    }

    static class PrivateListener {

        @CdcListener
        private void on(ChangeEvent<Row> event) {
            record("private");
        }
    }

    static class FinalListener {

        @CdcListener
        final void on(ChangeEvent<Row> event) {}
    }

    interface Listening {

        @CdcListener
        void on(ChangeEvent<Item> event);
    }

    static class InterfaceListener implements Listening {

        @Override
        public void on(ChangeEvent<Item> event) {
            record("called");
        }
    }

    static class HiddenListener implements Runnable {

        @CdcListener
        public void on(ChangeEvent<Item> event) {}

        @Override
        public void run() {}
    }

    @Configuration(proxyBeanMethods = false)
    static class LazyConfiguration {

        @Bean
        @Lazy
        PlainListener plainListener() {
            return new PlainListener();
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class PrototypeConfiguration {

        @Bean
        @Scope(BeanDefinition.SCOPE_PROTOTYPE)
        PlainListener plainListener() {
            return new PlainListener();
        }
    }

    /** Any aspect, such as that of transactions. */
    static class ClassProxies extends Advice {

        @Bean
        static AbstractAutoProxyCreator proxies() {
            return advising(true);
        }
    }

    static class InterfaceProxies extends Advice {

        @Bean
        static AbstractAutoProxyCreator proxies() {
            return advising(false);
        }
    }

    abstract static class Advice {

        @Bean
        static MethodInterceptor advice() {
            return invocation -> {
                record("advice");
                return invocation.proceed();
            };
        }

        static AbstractAutoProxyCreator advising(boolean classes) {
            BeanNameAutoProxyCreator creator = new BeanNameAutoProxyCreator();
            creator.setBeanNames("*Listener");
            creator.setProxyTargetClass(classes);
            creator.setInterceptorNames("advice");
            return creator;
        }
    }
}
