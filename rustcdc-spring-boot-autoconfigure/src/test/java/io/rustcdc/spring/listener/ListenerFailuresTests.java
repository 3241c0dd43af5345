package io.rustcdc.spring.listener;

import static io.rustcdc.spring.listener.ListenerCalls.assertRefused;
import static io.rustcdc.spring.listener.ListenerCalls.calls;
import static io.rustcdc.spring.listener.ListenerCalls.define;
import static io.rustcdc.spring.listener.ListenerCalls.record;
import static io.rustcdc.spring.listener.ListenerCalls.scan;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.rustcdc.delivery.Acknowledgment;
import io.rustcdc.delivery.Subscription.AckMode;
import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.Operation;
import io.rustcdc.event.Row;
import io.rustcdc.spring.CdcListener;
import io.rustcdc.spring.CdcListenerErrorHandler;
import io.rustcdc.spring.app.Changes;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.scheduling.annotation.Async;

/** Calls that end later, and calls that fail. */
class ListenerFailuresTests {

    private final Told told = new Told();

    @Nested
    class Futures {

        private final CompletableFuture<Void> work = new CompletableFuture<>();

        class Listener {

            @CdcListener
            CompletableFuture<Void> on(ChangeEvent<Row> event) {
                return work;
            }
        }

        @Test
        void acknowledgeWhenTheyComplete() throws Exception {
            ListenerDefinition definition = define(new Listener());
            definition.handler().handle(Changes.insert(1, "a"), told);
            assertThat(definition.ackMode()).isEqualTo(AckMode.MANUAL);
            assertThat(told.acknowledged).isZero();
            work.complete(null);
            assertThat(told.acknowledged).isEqualTo(1);
        }

        @Test
        void failTheDeliveryWhenTheyFail() throws Exception {
            define(new Listener()).handler().handle(Changes.insert(1, "a"), told);
            IllegalStateException failure = new IllegalStateException("no");
            work.completeExceptionally(failure);
            assertThat(told.failure).isSameAs(failure);
            assertThat(told.acknowledged).isZero();
        }

        @Test
        void areUnwrappedWhereAStageBeforeThemFailed() throws Exception {
            IllegalStateException failure = new IllegalStateException("no");
            class Chained {

                @CdcListener
                CompletableFuture<String> on(ChangeEvent<Row> event) {
                    return work.thenApply(done -> "done");
                }
            }
            define(new Chained()).handler().handle(Changes.insert(1, "a"), told);
            work.completeExceptionally(failure);
            assertThat(told.failure).isSameAs(failure);
        }

        @Test
        void leaveAnAcknowledgmentToTheListenerThatTakesOne() throws Exception {
            class Both {

                @CdcListener
                CompletableFuture<Void> on(ChangeEvent<Row> event, Acknowledgment acknowledgment) {
                    return work;
                }
            }
            define(new Both()).handler().handle(Changes.insert(1, "a"), told);
            work.complete(null);
            assertThat(told.acknowledged).isZero();
        }

        @Test
        void mayNotBeNull() {
            class Nothing {

                @CdcListener
                @Nullable
                CompletableFuture<Void> on(ChangeEvent<Row> event) {
                    return null;
                }
            }
            assertThatIllegalStateException()
                    .isThrownBy(() -> define(new Nothing()).handler().handle(Changes.insert(1, "a"), told))
                    .withMessageContaining("returned null instead of a CompletionStage");
        }

        @Test
        void ofAnAsyncMethodAreFollowedToo() {
            class Deferred {

                @Async
                @CdcListener
                CompletableFuture<Void> on(ChangeEvent<Row> event) {
                    return work;
                }
            }
            assertThat(define(new Deferred()).ackMode()).isEqualTo(AckMode.MANUAL);
        }
    }

    @Nested
    class ErrorHandlers {

        @Test
        void thatReturnAcknowledge() throws Exception {
            ListenerDefinition definition = listener(Failing.class);
            definition.handler().handle(Changes.insert(1, "a"), told);
            assertThat(calls).containsExactly("insert", "handled no");
            assertThat(told.acknowledged).isEqualTo(1);
        }

        @Test
        void thatThrowFailTheCall() throws Exception {
            ListenerDefinition definition = listener(Failing.class);
            assertThatIllegalStateException()
                    .isThrownBy(() -> definition.handler().handle(Changes.keyDelete(1), told))
                    .withMessage("not this one");
            assertThat(told.acknowledged).isZero();
        }

        @Test
        void decideAboutFuturesToo() throws Exception {
            ListenerDefinition definition = listener(FailingLater.class);
            definition.handler().handle(Changes.insert(1, "a"), told);
            assertThat(told.acknowledged).isEqualTo(1);
            definition.handler().handle(Changes.keyDelete(1), told);
            assertThat(told.failure).hasMessage("not this one");
        }

        @Test
        void areNotAskedAboutAnInterruptionByTheStop() throws Exception {
            ListenerDefinition definition = listener(Interrupted.class);
            assertThatExceptionOfType(InterruptedException.class)
                    .isThrownBy(() -> definition.handler().handle(Changes.insert(1, "a"), told));
            assertThat(calls).isEmpty();
        }

        @Test
        void mustExist() {
            class Lost {

                @CdcListener(errorHandler = "nobody")
                void on(ChangeEvent<Row> event) {}
            }
            assertRefused(new Lost(), "names the error handler 'nobody', but there is no bean");
        }

        private ListenerDefinition listener(Class<?> type) {
            try (AnnotationConfigApplicationContext context =
                    new AnnotationConfigApplicationContext(HandlerConfiguration.class, type)) {
                return scan(context).get(0);
            }
        }

        static class Failing {

            @CdcListener(errorHandler = "inserts")
            void on(Operation operation) {
                record(operation.code());
                throw new IllegalArgumentException("no");
            }
        }

        static class FailingLater {

            @CdcListener(errorHandler = "inserts")
            CompletableFuture<Void> on(Operation operation) {
                return CompletableFuture.failedFuture(new IllegalArgumentException("no"));
            }
        }

        static class Interrupted {

            @CdcListener(errorHandler = "inserts")
            void on(Operation operation) throws InterruptedException {
                throw new InterruptedException();
            }
        }

        @Configuration(proxyBeanMethods = false)
        static class HandlerConfiguration {

            @Bean
            CdcListenerErrorHandler inserts() {
                return (changes, failure) -> {
                    if (changes.get(0).operation() != Operation.INSERT) {
                        throw new IllegalStateException("not this one");
                    }
                    record("handled " + failure.getMessage());
                };
            }
        }
    }
}
