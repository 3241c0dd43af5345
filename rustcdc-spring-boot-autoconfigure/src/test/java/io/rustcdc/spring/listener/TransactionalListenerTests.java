package io.rustcdc.spring.listener;

import static io.rustcdc.spring.listener.ListenerCalls.NONE;
import static io.rustcdc.spring.listener.ListenerCalls.calls;
import static io.rustcdc.spring.listener.ListenerCalls.record;
import static io.rustcdc.spring.listener.ListenerCalls.scan;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.rustcdc.delivery.BatchHandler;
import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.Row;
import io.rustcdc.spring.CdcListener;
import io.rustcdc.spring.app.Changes;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.annotation.EnableTransactionManagement;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.AbstractPlatformTransactionManager;
import org.springframework.transaction.support.DefaultTransactionStatus;

/** {@code @Transactional} on listeners: the transaction is over before the engine learns how the call ended. */
class TransactionalListenerTests {

    @Test
    void commitsBeforeTheCallReturns() throws Exception {
        try (AnnotationConfigApplicationContext context = context(Single.class)) {
            scan(context).get(0).handler().handle(Changes.insert(1, "a"), NONE);
            assertThat(calls).containsExactly("begin", "called", "commit");
        }
    }

    @Test
    void rollsBackBeforeTheFailureComesOut() {
        try (AnnotationConfigApplicationContext context = context(Single.class)) {
            ListenerDefinition listener = scan(context).get(0);
            assertThatIllegalStateException()
                    .isThrownBy(() -> listener.handler().handle(Changes.keyDelete(1), NONE));
            assertThat(calls).containsExactly("begin", "rollback");
        }
    }

    @Test
    void aBatchIsOneTransaction() throws Exception {
        try (AnnotationConfigApplicationContext context = context(Batch.class)) {
            ((BatchHandler) scan(context).get(0).handler())
                    .handle(List.of(Changes.insert(1, "a"), Changes.insert(2, "b")), NONE);
            assertThat(calls).containsExactly("begin", 2, "commit");
        }
    }

    private static AnnotationConfigApplicationContext context(Class<?> listener) {
        return new AnnotationConfigApplicationContext(Transactions.class, listener);
    }

    static class Single {

        @Transactional
        @CdcListener
        void on(ChangeEvent<Row> event) {
            if (event.after() == null) {
                throw new IllegalStateException("no");
            }
            record("called");
        }
    }

    @Transactional
    static class Batch {

        @CdcListener
        public void on(List<ChangeEvent<Row>> events) {
            record(events.size());
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableTransactionManagement(proxyTargetClass = true)
    static class Transactions {

        @Bean
        AbstractPlatformTransactionManager transactionManager() {
            return new RecordingTransactions();
        }
    }

    private static final class RecordingTransactions extends AbstractPlatformTransactionManager {

        @Override
        protected Object doGetTransaction() {
            return new Object();
        }

        @Override
        protected void doBegin(Object transaction, TransactionDefinition definition) {
            record("begin");
        }

        @Override
        protected void doCommit(DefaultTransactionStatus status) {
            record("commit");
        }

        @Override
        protected void doRollback(DefaultTransactionStatus status) {
            record("rollback");
        }
    }
}
