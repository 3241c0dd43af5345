package io.rustcdc.spring.listener;

import static io.rustcdc.spring.listener.ListenerCalls.NONE;
import static io.rustcdc.spring.listener.ListenerCalls.assertRefused;
import static io.rustcdc.spring.listener.ListenerCalls.call;
import static io.rustcdc.spring.listener.ListenerCalls.calls;
import static io.rustcdc.spring.listener.ListenerCalls.define;
import static io.rustcdc.spring.listener.ListenerCalls.record;
import static io.rustcdc.spring.listener.ListenerCalls.scan;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.rustcdc.delivery.Acknowledgment;
import io.rustcdc.delivery.FailurePolicy;
import io.rustcdc.delivery.FailurePolicy.Action;
import io.rustcdc.delivery.Subscription;
import io.rustcdc.delivery.Subscription.AckMode;
import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.Operation;
import io.rustcdc.event.Row;
import io.rustcdc.spring.CdcConfigurationException;
import io.rustcdc.spring.CdcListener;
import io.rustcdc.spring.app.Changes;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import org.aopalliance.intercept.MethodInterceptor;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.springframework.aop.framework.autoproxy.AbstractAutoProxyCreator;
import org.springframework.aop.framework.autoproxy.BeanNameAutoProxyCreator;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.context.annotation.Scope;
import org.springframework.core.annotation.AliasFor;
import org.springframework.scheduling.annotation.Async;

class ListenerScannerTests {

    @Nested
    class Annotations {

        @Test
        void defaultsAreAllRowChangesOfAllTables() {
            class Listener {

                @CdcListener
                void on(ChangeEvent<Row> event) {}
            }

            Subscription subscription = define(new Listener()).subscription(FailurePolicy.stop());

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
        void concurrencyGivesLanesAndIsNotForTransactions() {
            class Listener {

                @CdcListener(concurrency = "${lanes}")
                void on(ChangeEvent<Row> event) {}
            }

            ListenerDefinition definition = define(new Listener(), "lanes=8");

            assertThat(definition.subscription(FailurePolicy.stop()).lanes().lanes())
                    .isEqualTo(8);
            assertThat(define(new Listener(), "lanes=")
                            .subscription(FailurePolicy.stop())
                            .lanes()
                            .lanes())
                    .isEqualTo(1);
            assertThatExceptionOfType(CdcConfigurationException.class)
                    .isThrownBy(() -> definition.requireInTransaction("rustcdc.postgres.shop"))
                    .withMessageContaining(
                            "has concurrency 8, but rustcdc.postgres.shop.delivery.transactional is true");
            assertThatExceptionOfType(CdcConfigurationException.class)
                    .isThrownBy(() -> define(new Listener(), "lanes=many"))
                    .withMessageContaining("concurrency of listener");
        }

        @Test
        void onFailureCountsBeforeWhatTheSourceSays() {
            class Listener {

                @CdcListener(onFailure = "${on-failure}")
                void on(ChangeEvent<Row> event) {}
            }
            FailurePolicy ofSource = FailurePolicy.of(Action.PARK).withBrokenAfter(7);

            assertThat(define(new Listener(), "on-failure=Skip").policy(ofSource))
                    .satisfies(policy -> assertThat(policy.action()).isEqualTo(Action.SKIP))
                    .satisfies(policy -> assertThat(policy.brokenAfter()).isEqualTo(7));
            assertThat(define(new Listener(), "on-failure=").policy(ofSource)).isSameAs(ofSource);
            assertThatExceptionOfType(CdcConfigurationException.class)
                    .isThrownBy(() -> define(new Listener(), "on-failure=drop"))
                    .withMessageContaining("onFailure of listener")
                    .withMessageContaining("one of stop, skip, park, but it is 'drop'");
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
        void aFutureThatTellsNobodyWhenItIsDoneIsRefused() {
            class Listener {

                @CdcListener
                Future<Void> on(ChangeEvent<Row> event) {
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

    record Item(int id, String name) {}
}
