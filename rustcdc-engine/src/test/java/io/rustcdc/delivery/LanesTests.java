package io.rustcdc.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.Columns;
import io.rustcdc.event.EventSource;
import io.rustcdc.event.Operation;
import io.rustcdc.event.Row;
import io.rustcdc.event.TableId;
import io.rustcdc.event.Transaction;
import io.rustcdc.observe.EngineObserver;
import io.rustcdc.source.TableFilter;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What concerns more than one row, or a row under two keys, in lanes. */
class LanesTests {

    private static final EventSource SOURCE = new EventSource("shop", "log");
    private static final TableId ORDERS = TableId.parse("public.orders");
    private static final Columns COLUMNS = Columns.of(List.of("id"), List.of("id"));

    private final List<String> done = new CopyOnWriteArrayList<>();
    private final CountDownLatch rows = new CountDownLatch(1);
    private final CountDownLatch table = new CountDownLatch(1);
    private Delivery delivery;
    private int place;

    @Test
    void aChangeOfAKeyComesBetweenTheChangesOfBothKeys() throws Exception {
        start((event, acknowledgment) -> {
            LockSupport.parkNanos(event.operation() == Operation.INSERT ? 500_000 : 50_000);
            done.add(name(event));
        });
        for (int key = 0; key < 100; key++) {
            deliver(event(Operation.INSERT).after(row(key)));
            deliver(event(Operation.UPDATE).before(row(key), true).after(row(key + 1000)));
            deliver(event(Operation.DELETE).before(row(key + 1000), true));
        }
        delivery.flush();
        await().until(delivery::isIdle);
        assertThat(done).hasSize(300).doesNotHaveDuplicates();
        for (int key = 0; key < 100; key++) {
            assertThat(done).containsSubsequence("i" + key, "u" + (key + 1000), "d" + (key + 1000));
        }
    }

    @Test
    void aTruncateWaitsForAllBeforeItAndAllAfterItWaitForIt() throws Exception {
        start((event, acknowledgment) -> {
            (event.operation() == Operation.TRUNCATE ? table : rows).await();
            done.add(name(event));
        });
        for (int key = 0; key < 50; key++) {
            deliver(event(Operation.INSERT).after(row(key)));
        }
        delivery.flush();
        ChangeEvent<Row> truncate = event(Operation.TRUNCATE).build();
        ChangeEvent<Row> next = event(Operation.INSERT).after(row(50)).build();
        assertThat(delivery.canDeliver(truncate)).isFalse();
        assertThat(delivery.canDeliver(next)).isTrue();
        rows.countDown();
        await().until(() -> delivery.canDeliver(truncate));
        assertThat(done).hasSize(50);
        delivery.deliver(truncate);
        delivery.flush();
        assertThat(delivery.canDeliver(next)).isFalse();
        table.countDown();
        await().until(() -> delivery.canDeliver(next));
        delivery.deliver(next);
        delivery.flush();
        await().until(delivery::isIdle);
        assertThat(done.subList(50, 52)).containsExactly("t", "i50");
    }

    private void start(ChangeHandler handler) {
        Subscription listener = new Subscription(
                        "listener",
                        TableFilter.all(),
                        EnumSet.allOf(Operation.class),
                        Subscription.AckMode.AUTO,
                        handler)
                .withLanes(LaneOptions.of(8));
        delivery = new Delivery(
                SOURCE,
                new Listeners(List.of(listener), null),
                CallOptions.ofDefaults(),
                EngineObserver.all(List.of()),
                new BatchOnceTests.Running());
    }

    private void deliver(ChangeEvent.Builder event) throws DeliveryAbortedException {
        delivery.deliver(event.build());
    }

    private ChangeEvent.Builder event(Operation operation) {
        int number = ++place;
        return ChangeEvent.of(SOURCE, operation, ORDERS)
                .offset(new BatchOnceTests.Place(number))
                .commitTime(Instant.EPOCH)
                .transaction(new Transaction(number, 0, true));
    }

    private static Row row(int id) {
        return Row.of(COLUMNS, Map.of("id", id));
    }

    private static String name(ChangeEvent<Row> event) {
        Row row = event.after() == null ? event.before() : event.after();
        String code = event.operation().name().substring(0, 1).toLowerCase(Locale.ROOT);
        return row == null ? code : code + row.get("id");
    }

    @AfterEach
    void close() {
        rows.countDown();
        table.countDown();
        delivery.close();
    }
}
