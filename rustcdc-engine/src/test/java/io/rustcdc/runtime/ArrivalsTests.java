package io.rustcdc.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.Columns;
import io.rustcdc.event.EventSource;
import io.rustcdc.event.Offset;
import io.rustcdc.event.Operation;
import io.rustcdc.event.Row;
import io.rustcdc.event.TableId;
import io.rustcdc.event.Transaction;
import io.rustcdc.observe.EngineObserver;
import io.rustcdc.schema.AcknowledgedSchema;
import io.rustcdc.source.ChangeSink;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ArrivalsTests {

    private static final EventSource SHOP = new EventSource("shop", "postgres");

    private final List<String> told = new ArrayList<>();
    private final List<ChangeEvent<Row>> passed = new ArrayList<>();
    private final Arrivals arrivals = new Arrivals(
            SHOP,
            new EngineObserver() {
                @Override
                public void changesReceived(EventSource source, TableId table, int changes, Offset last) {
                    told.add(table.name() + " " + changes + " up to " + last.text());
                }
            },
            new Passing());

    @Test
    void tellsTheChangesOfEachTableOncePerRead() {
        arrive("orders", 1);
        arrive("items", 2);
        arrive("orders", 3);
        assertThat(told).isEmpty();
        arrivals.tell();
        assertThat(told).containsExactly("orders 2 up to 3+0", "items 1 up to 2+0");
        arrivals.tell();
        assertThat(told).hasSize(2);
        arrive("items", 4);
        arrivals.tell();
        assertThat(told).hasSize(3).endsWith("items 1 up to 4+0");
        assertThat(passed).hasSize(4);
    }

    @Test
    void losesNoneOfManyTables() {
        IntStream.rangeClosed(1, 100).forEach(i -> arrive("t" + i % 40, i));
        arrivals.tell();
        assertThat(told.stream()
                        .mapToInt(text -> Integer.parseInt(text.split(" ")[1]))
                        .sum())
                .isEqualTo(100);
        assertThat(passed).hasSize(100);
    }

    private void arrive(String table, int position) {
        arrivals.change(
                ChangeEvent.of(SHOP, Operation.INSERT, new TableId("public", table))
                        .offset(new LogOffset(position, 0))
                        .commitTime(Instant.EPOCH)
                        .transaction(new Transaction(position, 0, true))
                        .after(Row.of(Columns.of(List.of("id"), List.of("id")), Map.of("id", position)))
                        .build(),
                10);
    }

    private final class Passing implements ChangeSink {

        @Override
        public boolean hasRoom() {
            return true;
        }

        @Override
        public void change(ChangeEvent<Row> event, int bytes) {
            passed.add(event);
        }

        @Override
        public void schema(AcknowledgedSchema schema) {}

        @Override
        public void schemaChange(ChangeEvent<Row> event, AcknowledgedSchema schema, int bytes) {}

        @Override
        public void commit(Offset end, Instant commitTime) {}

        @Override
        public void idle(Offset position) {}
    }
}
