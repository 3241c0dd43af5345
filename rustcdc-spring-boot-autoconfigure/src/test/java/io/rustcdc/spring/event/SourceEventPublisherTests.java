package io.rustcdc.spring.event;

import static org.assertj.core.api.Assertions.assertThat;

import io.rustcdc.checkpoint.SnapshotState;
import io.rustcdc.checkpoint.TableSnapshot;
import io.rustcdc.checkpoint.TableSnapshot.Phase;
import io.rustcdc.event.CdcException;
import io.rustcdc.event.EventSource;
import io.rustcdc.event.FailureKind;
import io.rustcdc.event.Offset;
import io.rustcdc.event.TableId;
import io.rustcdc.observe.EngineState;
import io.rustcdc.observe.HealthVerdict;
import io.rustcdc.observe.HealthVerdict.Status;
import io.rustcdc.source.postgres.PostgresOffset;
import io.rustcdc.spring.CdcSourceEvent;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class SourceEventPublisherTests {

    private static final EventSource SHOP = new EventSource("shop", "postgres");

    private final List<Object> events = new CopyOnWriteArrayList<>();
    private final SourceEventPublisher publisher = new SourceEventPublisher(events::add);

    @Test
    void tellsALifeInOrder() throws Exception {
        states(
                EngineState.STOPPED,
                EngineState.STARTING,
                EngineState.STREAMING,
                EngineState.RECONNECTING,
                EngineState.STREAMING,
                EngineState.PAUSED,
                EngineState.STREAMING,
                EngineState.STOPPING,
                EngineState.STOPPED,
                EngineState.STARTING,
                EngineState.STREAMING);

        assertThat(published())
                .containsExactly(
                        new CdcSourceEvent.Started(SHOP),
                        new CdcSourceEvent.Reconnecting(SHOP),
                        new CdcSourceEvent.Reconnected(SHOP),
                        new CdcSourceEvent.Paused(SHOP),
                        new CdcSourceEvent.Resumed(SHOP),
                        new CdcSourceEvent.Stopped(SHOP),
                        new CdcSourceEvent.Started(SHOP));
    }

    @Test
    void aFirstConnectionThatTookLongIsAStart() throws Exception {
        states(EngineState.STOPPED, EngineState.STARTING, EngineState.RECONNECTING, EngineState.STREAMING);

        assertThat(published())
                .containsExactly(new CdcSourceEvent.Reconnecting(SHOP), new CdcSourceEvent.Started(SHOP));
    }

    @Test
    void aStreamThatFlowsWhileRowsAreReadIsNoReconnection() throws Exception {
        states(
                EngineState.STOPPED,
                EngineState.STARTING,
                EngineState.SNAPSHOTTING,
                EngineState.STREAMING,
                EngineState.SNAPSHOTTING,
                EngineState.PAUSED,
                EngineState.SNAPSHOTTING,
                EngineState.RECONNECTING,
                EngineState.SNAPSHOTTING);

        assertThat(published())
                .containsExactly(
                        new CdcSourceEvent.Started(SHOP),
                        new CdcSourceEvent.Paused(SHOP),
                        new CdcSourceEvent.Resumed(SHOP),
                        new CdcSourceEvent.Reconnecting(SHOP),
                        new CdcSourceEvent.Reconnected(SHOP));
    }

    @Test
    void tellsOfSnapshots() throws Exception {
        TableId table = TableId.parse("public.orders");
        TableSnapshot read = new TableSnapshot(
                table,
                new TableSnapshot.Incarnation("1", false),
                List.of("id"),
                Phase.COMPLETE,
                false,
                null,
                List.of(),
                3,
                12,
                1,
                10);
        publisher.snapshotStarted(SHOP, read);
        publisher.snapshotCompleted(SHOP, read);
        publisher.snapshotAborted(SHOP, table, "it was dropped");
        publisher.snapshotsCompleted(SHOP, new SnapshotState("s", 3, false, List.of(read)));

        assertThat(published())
                .containsExactly(
                        new CdcSourceEvent.SnapshotStarted(SHOP, table),
                        new CdcSourceEvent.SnapshotCompleted(SHOP, table, 12, 3),
                        new CdcSourceEvent.SnapshotAborted(SHOP, table, "it was dropped"),
                        new CdcSourceEvent.AllSnapshotsCompleted(SHOP));
    }

    @Test
    void tellsAStallAndItsEnd() throws Exception {
        HealthVerdict stalled = HealthVerdict.stalled("no room", "make room");
        publisher.healthChanged(SHOP, null, HealthVerdict.of(Status.HEALTHY));
        publisher.healthChanged(SHOP, HealthVerdict.of(Status.HEALTHY), stalled);
        publisher.healthChanged(SHOP, stalled, HealthVerdict.of(Status.IDLE));
        publisher.healthChanged(SHOP, HealthVerdict.of(Status.IDLE), HealthVerdict.of(Status.HEALTHY));

        assertThat(published())
                .containsExactly(
                        new CdcSourceEvent.Stalled(SHOP, "no room", "make room"), new CdcSourceEvent.Recovered(SHOP));
    }

    @Test
    void tellsAFailureWithItsReason() throws Exception {
        CdcException failure = new CdcException(FailureKind.TERMINAL, "lost", "find it", null);
        publisher.failed(SHOP, failure);

        assertThat(published()).containsExactly(new CdcSourceEvent.Failed(SHOP, failure));
    }

    @Test
    void tellsAnAcceptedGapWithWhoAskedForIt() throws Exception {
        Offset from = PostgresOffset.parse(Map.of("lsn", 10, "slot_name", "shop_cdc"));
        Offset to = PostgresOffset.parse(Map.of("lsn", 20, "slot_name", "shop_cdc"));
        publisher.gapAccepted(SHOP, from, to, "ada");

        assertThat(published()).containsExactly(new CdcSourceEvent.GapAccepted(SHOP, from, to, "ada"));
    }

    @Test
    void doesNotWaitForAListener() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        SourceEventPublisher slow = new SourceEventPublisher(event -> {
            try {
                release.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            events.add(event);
        });
        slow.stateChanged(SHOP, EngineState.STREAMING, EngineState.PAUSED);
        assertThat(events).isEmpty();
        release.countDown();
        slow.drain(Duration.ofSeconds(10));
        assertThat(events).containsExactly(new CdcSourceEvent.Paused(SHOP));
    }

    @Test
    void goesOnAfterAListenerFailed() throws Exception {
        SourceEventPublisher failing = new SourceEventPublisher(event -> {
            events.add(event);
            throw new IllegalStateException("no");
        });
        failing.stateChanged(SHOP, EngineState.STREAMING, EngineState.PAUSED);
        failing.stateChanged(SHOP, EngineState.PAUSED, EngineState.STOPPED);
        failing.drain(Duration.ofSeconds(10));

        assertThat(events).hasSize(2);
    }

    private void states(EngineState... states) {
        for (int i = 1; i < states.length; i++) {
            publisher.stateChanged(SHOP, states[i - 1], states[i]);
        }
    }

    private List<Object> published() throws InterruptedException {
        publisher.drain(Duration.ofSeconds(10));
        return events;
    }
}
