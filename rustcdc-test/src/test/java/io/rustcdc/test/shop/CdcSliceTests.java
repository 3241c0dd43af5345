package io.rustcdc.test.shop;

import static io.rustcdc.test.ChangeEvents.delete;
import static io.rustcdc.test.ChangeEvents.insert;
import static io.rustcdc.test.ChangeEvents.read;
import static io.rustcdc.test.ChangeEvents.transaction;
import static io.rustcdc.test.ChangeEvents.update;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.rustcdc.event.Row;
import io.rustcdc.spring.CdcListenerRegistry;
import io.rustcdc.test.CdcTest;
import io.rustcdc.test.CdcTester;
import io.rustcdc.test.FailedCall;
import io.rustcdc.test.Rows;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ApplicationContext;

/** Listeners without a database: the tests share a context and still begin anew, each of them. */
@CdcTest
class CdcSliceTests {

    @Autowired
    CdcTester cdc;

    @Autowired
    OrderListener listener;

    @AfterEach
    void mend() {
        listener.broken = false;
        listener.orders.clear();
        listener.batches.clear();
        listener.mails = CompletableFuture.completedFuture(null);
    }

    @Test
    void changesReachTheListenersInOrder() {
        cdc.emit(
                read("public.orders", order(1, "OLD")),
                insert("public.orders", order(2, "NEW")),
                update("public.orders", order(2, "PAID")),
                delete("public.orders", Rows.keyOf(order(1, "OLD"))));
        cdc.awaitAcknowledged();
        assertThat(listener.orders).containsExactly("read OLD", "insert NEW", "update PAID", "delete [1]");
    }

    @Test
    void aTransactionArrivesAsOne() {
        cdc.emitTransaction(transaction(
                insert("public.lines", order(1, "A")),
                insert("public.lines", order(2, "B")),
                insert("public.lines", order(3, "C"))));
        cdc.awaitAcknowledged();
        assertThat(listener.batches.stream().mapToInt(Integer::intValue).sum()).isEqualTo(3);
    }

    @Test
    void aFailingCallIsRepeatedAndThenTheSourceFails() {
        listener.broken = true;
        cdc.emit(
                insert("public.orders", order(1, "NEW")),
                insert("public.orders", order(2, "BAD")),
                insert("public.orders", order(3, "NEW")));
        assertThat(cdc.awaitFailure()).hasMessageContaining("orderListener.onOrder");
        assertThat(cdc.failedCalls()).extracting(FailedCall::attempt).containsExactly(1, 2, 3);
        assertThat(cdc.failedCalls().get(0).failure()).hasMessage("a bad order");
        assertThat(listener.orders).containsExactly("insert NEW");
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(cdc::awaitAcknowledged)
                .withMessageContaining("The source has failed");
        listener.broken = false;
        cdc.restart().awaitAcknowledged();
        assertThat(listener.orders).containsExactly("insert NEW", "insert BAD", "insert NEW");
    }

    @Test
    void whatFailedInAnotherTestIsForgotten() {
        listener.broken = true;
        cdc.emit(insert("public.orders", order(2, "BAD"))).awaitFailure();
    }

    @Test
    void whatFailedInAnotherTestIsForgottenThere() {
        listener.broken = true;
        cdc.emit(insert("public.orders", order(2, "BAD"))).awaitFailure();
    }

    @Test
    void everythingOfTheTestIsDeliveredAgain() {
        cdc.emit(insert("public.orders", order(1, "NEW")), update("public.orders", order(1, "PAID")));
        cdc.awaitAcknowledged();
        cdc.redeliver().awaitAcknowledged();
        assertThat(listener.orders).containsExactly("insert NEW", "update PAID", "insert NEW", "update PAID");
    }

    @Test
    void aLostConnectionRepeatsNothingThatWasAcknowledged() {
        cdc.emit(insert("public.orders", order(1, "NEW"))).awaitAcknowledged();
        cdc.cutConnection().emit(update("public.orders", order(1, "PAID"))).awaitAcknowledged();
        assertThat(listener.orders).containsExactly("insert NEW", "update PAID");
    }

    @Test
    void aFutureIsWaitedFor() {
        CompletableFuture<Void> mail = new CompletableFuture<>();
        listener.mails = mail;
        cdc.emit(insert("public.mails", order(1, "NEW")));
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> cdc.withTimeout(Duration.ofMillis(50)).awaitAcknowledged())
                .withMessageContaining("1 of the emitted changes were not acknowledged");
        mail.complete(null);
        cdc.awaitAcknowledged();
    }

    @Test
    void aFailedFutureFailsTheSource() {
        listener.mails = CompletableFuture.failedFuture(new TimeoutException("the mail server"));
        cdc.emit(insert("public.mails", order(1, "NEW")));
        assertThat(cdc.awaitFailure()).hasCauseInstanceOf(TimeoutException.class);
        listener.mails = CompletableFuture.completedFuture(null);
        cdc.restart().awaitAcknowledged();
    }

    @Test
    void aTableThatNobodyCapturesIsNoSilentSuccess() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> cdc.emit(insert("public.others", order(1, "NEW"))))
                .withMessageContaining("Source 'test' does not capture public.others");
    }

    @Test
    void theRegistryKnowsTheListeners(@Autowired CdcListenerRegistry registry) {
        assertThat(registry.listeners())
                .extracting(CdcListenerRegistry.Listener::id)
                .containsExactlyInAnyOrder("orderListener.onOrder", "orderListener.onLines", "orderListener.onMail");
        assertThat(registry.listener("orderListener.onLines").batch()).isTrue();
        assertThat(registry.listener("orderListener.onMail").manual()).isTrue();
        assertThat(registry.listener("orderListener.onOrder").source()).isEqualTo("test");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> registry.listener("other"))
                .withMessageContaining("There is no listener 'other'");
    }

    @Test
    void aComponentWithoutListenersIsNotPartOfIt(@Autowired ApplicationContext context) {
        assertThat(context.getBeanNamesForType(Unrelated.class)).isEmpty();
    }

    private static Row order(long id, String status) {
        return Rows.key("id", id).column("status", status).row();
    }
}
