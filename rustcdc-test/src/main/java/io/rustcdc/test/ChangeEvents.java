package io.rustcdc.test;

import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.EventSource;
import io.rustcdc.event.Operation;
import io.rustcdc.event.Row;
import io.rustcdc.event.SnapshotInfo;
import io.rustcdc.event.TableId;
import io.rustcdc.event.Transaction;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Makes real change events, as the engine delivers them, without a database. Each event is a transaction of its own,
 * committed one millisecond after the event made before it, at a higher offset; {@link #transaction} joins events.
 *
 * <pre>{@code
 * Row order = Rows.key("id", 7L).column("status", "NEW").row();
 * listener.onOrder(ChangeEvents.insert("public.orders", order));
 * }</pre>
 *
 * <p>A listener that takes {@code ChangeEvent<Order>} gets it from {@link ChangeEvent#map}:
 * {@code ChangeEvents.insert("public.orders", Rows.of(order, "id")).map(row -> order)}.
 *
 * <p>Thread-safe.
 */
public final class ChangeEvents {

    private static final EventSource SOURCE = new EventSource("test", "postgres");
    private static final Instant BEGINNING = Instant.parse("2026-01-01T00:00:00Z");
    private static final AtomicLong made = new AtomicLong();

    private ChangeEvents() {}

    /** @param table the qualified name, such as {@code public.orders} */
    public static ChangeEvent<Row> insert(String table, Row after) {
        return event(Operation.INSERT, table, null, after);
    }

    /** An update without a before image, as PostgreSQL sends it by default when the key did not change. */
    public static ChangeEvent<Row> update(String table, Row after) {
        return event(Operation.UPDATE, table, null, after);
    }

    /**
     * An update with a before image: the whole row (PostgreSQL: REPLICA IDENTITY FULL), or {@link Rows#keyOf the key
     * alone} when the key changed.
     */
    public static ChangeEvent<Row> update(String table, Row before, Row after) {
        return event(Operation.UPDATE, table, before, after);
    }

    /** @param before the whole row, or {@link Rows#keyOf the key alone} as PostgreSQL sends it by default */
    public static ChangeEvent<Row> delete(String table, Row before) {
        return event(Operation.DELETE, table, before, null);
    }

    /** A row that a snapshot read, in a snapshot of one chunk. */
    public static ChangeEvent<Row> read(String table, Row row) {
        return event(Operation.READ, table, null, row);
    }

    public static ChangeEvent<Row> truncate(String table) {
        return event(Operation.TRUNCATE, table, null, null);
    }

    /**
     * The same changes, in this order, as one transaction: one number, one commit time, the last one marked.
     *
     * @throws IllegalArgumentException if one of them is a READ, which has no transaction
     */
    @SafeVarargs
    public static List<ChangeEvent<Row>> transaction(ChangeEvent<Row>... changes) {
        Instant committed = commitTime(made.incrementAndGet());
        long id = made.get();
        List<ChangeEvent<Row>> joined = new ArrayList<>();
        for (int i = 0; i < changes.length; i++) {
            ChangeEvent<Row> change = changes[i];
            if (change.operation() == Operation.READ) {
                throw new IllegalArgumentException("A READ event is of a snapshot, not of a transaction: " + change);
            }
            joined.add(ChangeEvent.of(change.source(), change.operation(), change.table())
                    .before(change.beforeRow(), change.beforeKeyOnly())
                    .after(change.afterRow())
                    .offset(new TestOffset(made.incrementAndGet()))
                    .commitTime(committed)
                    .transaction(new Transaction(id, i, i == changes.length - 1))
                    .build());
        }
        return List.copyOf(joined);
    }

    private static ChangeEvent<Row> event(
            Operation operation, String table, @Nullable Row before, @Nullable Row after) {
        long number = made.incrementAndGet();
        ChangeEvent.Builder builder = ChangeEvent.of(SOURCE, operation, TableId.parse(table))
                .before(before, before != null && isKeyOnly(before))
                .after(after)
                .offset(new TestOffset(number))
                .commitTime(commitTime(number));
        if (operation == Operation.READ) {
            builder.snapshot(new SnapshotInfo("test", 1, 0, true));
        } else {
            builder.transaction(new Transaction(number, 0, true));
        }
        return builder.build();
    }

    private static Instant commitTime(long number) {
        return BEGINNING.plus(Duration.ofMillis(number));
    }

    private static boolean isKeyOnly(Row row) {
        return !row.isComplete()
                && row.toMap().keySet().stream().allMatch(row.columns().key()::contains);
    }
}
