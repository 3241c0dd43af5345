package io.rustcdc.engine;

import io.rustcdc.delivery.Acknowledgment;
import io.rustcdc.delivery.ChangeHandler;
import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.Operation;
import io.rustcdc.event.Row;
import io.rustcdc.event.RowKey;
import io.rustcdc.event.RowWrite;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** Keeps a copy of each table, by the row writes alone, and all events. Thread-safe. */
final class CopyingConsumer implements ChangeHandler {

    private final Map<String, Map<RowKey, Map<String, String>>> copies = new HashMap<>();
    private final List<ChangeEvent<Row>> events = new ArrayList<>();

    /** Sees each event before it is applied; may block or throw. */
    volatile Consumer<ChangeEvent<Row>> before = event -> {};

    @Override
    public void handle(ChangeEvent<Row> event, Acknowledgment acknowledgment) {
        before.accept(event);
        apply(event);
    }

    /** Blocks at the n-th row until this latch is counted down. */
    CountDownLatch blockAtRead(int n, CountDownLatch reached) {
        CountDownLatch go = new CountDownLatch(1);
        AtomicInteger count = new AtomicInteger();
        before = event -> {
            if (event.operation() == Operation.READ && count.incrementAndGet() == n) {
                reached.countDown();
                try {
                    go.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
        };
        return go;
    }

    private synchronized void apply(ChangeEvent<Row> event) {
        events.add(event);
        Map<RowKey, Map<String, String>> rows =
                copies.computeIfAbsent(event.table().name(), name -> new HashMap<>());
        RowWrite write = event.rowWrite();
        if (write instanceof RowWrite.Replace replace) {
            if (replace.oldKey() != null) {
                rows.remove(replace.oldKey());
            }
            rows.put(replace.key(), texts(replace.row()));
        } else if (write instanceof RowWrite.Merge merge) {
            Map<String, String> row = rows.remove(merge.oldKey() == null ? merge.key() : merge.oldKey());
            Map<String, String> merged = row == null ? new TreeMap<>() : row;
            merged.putAll(texts(merge.row()));
            rows.put(merge.key(), merged);
        } else if (write instanceof RowWrite.Delete delete) {
            rows.remove(delete.key());
        } else if (write instanceof RowWrite.Truncate) {
            rows.clear();
        } else if (event.operation() == Operation.SCHEMA_CHANGE) {
            // What was read after the change has the column already.
            names(event, "dropped").forEach(column -> rows.values().forEach(row -> row.remove(column)));
            names(event, "added").forEach(column -> rows.values().forEach(row -> row.putIfAbsent(column, null)));
        }
    }

    @SuppressWarnings("unchecked") // docs/events.md: these columns of a SCHEMA_CHANGE are lists of names
    private static List<String> names(ChangeEvent<Row> event, String column) {
        return (List<String>) event.after().get(column);
    }

    static Map<String, String> texts(Row row) {
        Map<String, String> texts = new TreeMap<>();
        for (int i = 0; i < row.columns().size(); i++) {
            if (row.isPresent(i)) {
                texts.put(row.columns().name(i), row.text(i));
            }
        }
        return texts;
    }

    synchronized List<ChangeEvent<Row>> events() {
        return List.copyOf(events);
    }

    List<ChangeEvent<Row>> reads(String table) {
        return events().stream()
                .filter(event -> event.operation() == Operation.READ
                        && event.table().name().equals(table))
                .toList();
    }

    synchronized void forget() {
        events.clear();
    }

    /** The copies as well: rows of another key are other rows. */
    synchronized void forgetAll() {
        events.clear();
        copies.clear();
    }

    /** The rows of a table as the consumer has them, sorted. */
    synchronized List<String> copy(String table) {
        return copies.getOrDefault(table, Map.of()).values().stream()
                .map(String::valueOf)
                .sorted()
                .toList();
    }
}
