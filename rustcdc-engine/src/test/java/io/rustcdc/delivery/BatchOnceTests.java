package io.rustcdc.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.Columns;
import io.rustcdc.event.EventSource;
import io.rustcdc.event.Offset;
import io.rustcdc.event.Operation;
import io.rustcdc.event.Row;
import io.rustcdc.event.TableId;
import io.rustcdc.event.Transaction;
import io.rustcdc.observe.EngineObserver;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Batches in a transaction of the application: called before its save, and forgotten with it. */
class BatchOnceTests {

    private static final EventSource SOURCE = new EventSource("shop", "log");
    private static final Columns COLUMNS = Columns.of(List.of("id"), List.of("id"));

    private final List<List<Object>> batches = new ArrayList<>();
    private boolean broken;
    private final Delivery delivery = new Delivery(
            SOURCE,
            new Listeners(
                    List.of(Subscription.of("batches", (BatchHandler) (events, acknowledgment) -> {
                        batches.add(events.stream()
                                .map(event -> event.after().get("id"))
                                .toList());
                        if (broken) {
                            throw new IllegalStateException("no");
                        }
                    })),
                    null),
            CallOptions.ofDefaults(),
            EngineObserver.all(List.of()),
            new Running());

    @Test
    void comeBeforeTheSave() throws Exception {
        delivery.deliverOnce(insert(1), 1);
        delivery.deliverOnce(insert(2), 1);
        assertThat(batches).isEmpty();
        delivery.flushOnce(1);
        delivery.flushOnce(1);
        assertThat(batches).containsExactly(List.of(1, 2));
    }

    @Test
    void areForgottenWithTheTransactionTheyFailed() throws Exception {
        broken = true;
        delivery.deliverOnce(insert(1), 1);
        delivery.deliverOnce(insert(2), 1);
        assertThatExceptionOfType(ListenerFailure.class).isThrownBy(() -> delivery.flushOnce(1));
        broken = false;
        delivery.startOver();
        delivery.deliverOnce(insert(1), 1);
        delivery.flushOnce(1);
        assertThat(batches).containsExactly(List.of(1, 2), List.of(1));
    }

    private static ChangeEvent<Row> insert(int id) {
        return ChangeEvent.of(SOURCE, Operation.INSERT, TableId.parse("public.orders"))
                .after(Row.of(COLUMNS, Map.of("id", id)))
                .offset(new Place(id))
                .commitTime(Instant.EPOCH)
                .transaction(new Transaction(id, 0, true))
                .build();
    }

    record Place(int number) implements Offset {

        @Override
        public String text() {
            return Integer.toString(number);
        }

        @Override
        public Map<String, Object> fields() {
            return Map.of("number", number);
        }

        @Override
        public boolean isBefore(Offset other) {
            return number < ((Place) other).number;
        }
    }

    static final class Running implements Delivery.Signals {

        @Override
        public boolean awaitRetry(Duration delay) {
            return true;
        }

        @Override
        public boolean isStopping() {
            return false;
        }

        @Override
        public void acknowledged() {}

        @Override
        public boolean mayCall() {
            return true;
        }

        @Override
        public boolean mustGiveUp() {
            return false;
        }
    }
}
