package io.rustcdc.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import io.rustcdc.checkpoint.SnapshotState;
import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.Offset;
import io.rustcdc.event.Row;
import io.rustcdc.event.RowKey;
import io.rustcdc.event.RowWrite;
import io.rustcdc.schema.AcknowledgedSchema;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A consumer that writes every change by key. What it was handed is acknowledged and saved up to a random point, so that a crash
 * can happen at any.
 */
final class SimulatedConsumer implements SnapshotSink {

    private final Random random;
    private final Map<Long, Map<String, Object>> rows = new TreeMap<>();
    private final Map<Long, Long> versions = new HashMap<>();
    private final List<Object> handed = new ArrayList<>();
    private final ArrayDeque<Runnable> callbacks = new ArrayDeque<>();
    private final List<ChangeEvent<Row>> reads = new ArrayList<>();
    private Offset savedOffset;
    private SnapshotState savedState;
    private @Nullable Offset lastOffset;
    private @Nullable SnapshotState lastState;
    private int room = Integer.MAX_VALUE;

    SimulatedConsumer(Random random, Offset start, SnapshotState state) {
        this.random = random;
        this.savedOffset = start;
        this.savedState = state;
    }

    Map<Long, Map<String, Object>> rows() {
        return rows;
    }

    /** The rows that were read, in order. */
    List<ChangeEvent<Row>> reads() {
        return reads;
    }

    Offset savedOffset() {
        return savedOffset;
    }

    SnapshotState savedState() {
        return savedState;
    }

    /** So many more changes are taken before there is no room. */
    void setRoom(int changes) {
        room = changes;
    }

    /** Everything handed over so far is durable. */
    void saveAll() {
        for (Object entry : handed) {
            if (entry instanceof Offset offset) {
                lastOffset = offset;
            } else {
                lastState = (SnapshotState) entry;
            }
        }
        handed.clear();
        savedOffset = lastOffset == null ? savedOffset : lastOffset;
        savedState = lastState == null ? savedState : lastState;
        callbacks.forEach(Runnable::run);
        callbacks.clear();
    }

    /** The process dies: of what was handed over, a random part was durable. What was written stays written. */
    void crash() {
        int durable = random.nextInt(handed.size() + 1);
        handed.subList(durable, handed.size()).clear();
        callbacks.clear();
        saveAll();
        lastOffset = null;
        lastState = null;
        versions.clear(); // what comes again may be older
    }

    @Override
    public boolean hasRoom() {
        return room > 0;
    }

    @Override
    public void change(ChangeEvent<Row> event, int bytes) {
        room--;
        if (event.snapshot() != null) {
            reads.add(event);
        }
        RowWrite write = event.rowWrite();
        if (write instanceof RowWrite.Truncate) {
            rows.clear();
        } else if (write instanceof RowWrite.Delete delete) {
            rows.remove(id(delete.key()));
        } else if (write instanceof RowWrite.Replace replace) {
            apply(replace.key(), replace.oldKey(), replace.row(), new HashMap<>());
        } else if (write instanceof RowWrite.Merge merge) {
            // When a move comes again after a crash, the row stands under its new key already.
            Map<String, Object> base = merge.oldKey() == null ? null : rows.get(id(merge.oldKey()));
            Map<String, Object> target = base != null ? base : rows.getOrDefault(id(merge.key()), Map.of());
            apply(merge.key(), merge.oldKey(), merge.row(), new HashMap<>(target));
        } else {
            throw new AssertionError("An event without a write: " + event);
        }
        handed.add(event.offset());
    }

    private void apply(@Nullable RowKey key, @Nullable RowKey oldKey, Row row, Map<String, Object> target) {
        long id = id(key);
        long version = ((Number) row.get("version")).longValue();
        assertThat(version).as("version of row %d", id).isGreaterThanOrEqualTo(versions.getOrDefault(id, 0L));
        versions.put(id, version);
        if (oldKey != null) {
            rows.remove(id(oldKey));
        }
        target.putAll(row.toMap());
        rows.put(id, target);
    }

    private static long id(@Nullable RowKey key) {
        assertThat(key).isNotNull();
        return ((Number) key.values().get(0)).longValue();
    }

    @Override
    public void snapshot(SnapshotState state, Runnable saved) {
        handed.add(state);
        callbacks.add(saved);
    }

    @Override
    public void schema(AcknowledgedSchema schema) {}

    @Override
    public void schemaChange(ChangeEvent<Row> event, AcknowledgedSchema schema, int bytes) {}

    @Override
    public void commit(Offset end, Instant commitTime) {
        handed.add(end);
    }

    @Override
    public void idle(Offset position) {
        handed.add(position);
    }
}
