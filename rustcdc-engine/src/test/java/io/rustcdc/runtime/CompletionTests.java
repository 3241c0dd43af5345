package io.rustcdc.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

import io.rustcdc.delivery.Acknowledgment;
import io.rustcdc.delivery.CompletionHandler;
import io.rustcdc.delivery.DeliveryTransaction.Outcome;
import io.rustcdc.delivery.LaneOptions;
import io.rustcdc.delivery.Listeners;
import io.rustcdc.delivery.Subscription;
import io.rustcdc.delivery.Subscription.AckMode;
import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.FailureKind;
import io.rustcdc.event.Row;
import io.rustcdc.observe.EngineObserver;
import io.rustcdc.transform.Transforms;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** A listener is told of what is done: when all have acknowledged it, and before that is saved. */
class CompletionTests extends RunnerFixture {

    private final List<Integer> completed = new CopyOnWriteArrayList<>();
    private final Map<Integer, Acknowledgment> open = new ConcurrentHashMap<>();

    private final class Completing implements CompletionHandler {

        @Override
        public void handle(ChangeEvent<Row> event, Acknowledgment acknowledgment) {}

        @Override
        public void completed(List<ChangeEvent<Row>> changes) {
            changes.forEach(change -> {
                completed.add(id(change));
                log.calls.add("completed " + id(change));
            });
        }
    }

    private void start(Subscription... others) {
        Subscription completing = Subscription.of("completing", new Completing());
        List<Subscription> all = new ArrayList<>(List.of(others));
        all.add(completing);
        runner = new SourceRunner(
                log, store, new Receivers(transforms, new Listeners(all, null)), options(), new EngineObserver() {});
        runner.start();
    }

    @Test
    @DisplayName("Told before the save and after the acknowledgment of every listener, in order, each change once")
    void inOrderBeforeTheSave() {
        Subscription manual = new Subscription(
                "manual",
                Subscription.of("x", (event, acknowledgment) -> {}).tables(),
                Subscription.of("x", (event, acknowledgment) -> {}).operations(),
                AckMode.MANUAL,
                (event, acknowledgment) -> open.put(id(event), acknowledgment));
        start(manual);
        log.commit(4);
        await().until(() -> open.size() == 4);
        open.get(3).acknowledge();
        open.get(1).acknowledge();
        await().until(() -> completed.equals(ids(1, 1)));
        open.get(4).acknowledge();
        open.get(2).acknowledge();
        awaitSaved(log.end());
        assertThat(completed).isEqualTo(ids(1, 4));
        List<String> calls = List.copyOf(log.calls);
        for (int i = 1; i <= 4; i++) {
            int told = calls.indexOf("completed " + i);
            int saved = calls.indexOf("save " + (i == 4 ? log.end().text() : new LogOffset(0, i).text()));
            assertThat(saved == -1 || told < saved).as("change %d", i).isTrue();
        }
    }

    @Test
    @DisplayName("With lanes, filtered changes and reconnects: each change that a listener got, once and in order")
    void withLanesAndReconnects() {
        transforms = Transforms.builder()
                .add("odd", event -> id(event) % 2 == 0 ? event : null)
                .build();
        start(Subscription.of("lanes", (event, acknowledgment) -> delivered.add(id(event)))
                .withLanes(LaneOptions.of(4)));
        for (int i = 0; i < 10; i++) {
            log.commit(20);
            int wanted = 10 * i + 5;
            await().until(() -> delivered.size() >= wanted);
            log.cutConnection();
        }
        awaitSaved(log.end());
        assertThat(completed)
                .isEqualTo(ids(1, 200).stream().filter(id -> id % 2 == 0).toList());
    }

    @Test
    @DisplayName("A save that fails has nothing told twice; a change that is not acknowledged is not told of")
    void aFailedSave() {
        CountDownLatch called = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        start(Subscription.of("slow", (event, acknowledgment) -> {
            if (id(event) == 3) {
                called.countDown();
                RecordingStore.awaitUninterrupted(go);
            }
        }));
        store.failures.add(FailureKind.TRANSIENT);
        store.failures.add(FailureKind.TRANSIENT);
        log.commit(2);
        awaitSaved(log.end());
        assertThat(completed).isEqualTo(ids(1, 2));
        log.commit(1);
        RecordingStore.awaitUninterrupted(called);
        assertThat(completed).isEqualTo(ids(1, 2));
        go.countDown();
        awaitSaved(log.end());
        assertThat(completed).isEqualTo(ids(1, 3));
    }

    @Test
    void aTransactionHasAnotherWay() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Listeners(
                        List.of(Subscription.of("completing", new Completing())), work -> Outcome.COMMITTED))
                .withMessageContaining("'completing' waits until its changes are done");
    }
}
