package io.rustcdc.snapshot;

import io.rustcdc.checkpoint.SnapshotState;
import io.rustcdc.checkpoint.TableSnapshot;
import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.Offset;
import io.rustcdc.event.Row;
import io.rustcdc.schema.AcknowledgedSchema;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * A consumer that keeps what it was handed in one transaction with the offset: what a crash takes back comes again, and nothing
 * twice. So whatever is missing or doubled in the end is the reading's fault.
 */
final class DurableConsumer implements SnapshotSink {

    private final Random random;
    private final List<Object> handed = new ArrayList<>();
    private final List<Object> kept = new ArrayList<>();
    private Offset offset;
    private SnapshotState state;
    private int room = 10;

    /** How far rows are read. */
    private record Rows(SnapshotState state, Runnable saved) {}

    DurableConsumer(Random random, Offset start, SnapshotState state) {
        this.random = random;
        this.offset = start;
        this.state = state;
    }

    Offset offset() {
        return offset;
    }

    SnapshotState state() {
        return state;
    }

    /** Changes, offsets of commits, and at the begin of a reading its table, in order. */
    List<Object> kept() {
        return List.copyOf(kept);
    }

    void setRoom(int changes) {
        room = changes;
    }

    /** The first rows of a table come next. */
    void begins(TableSnapshot table) {
        handed.add(table);
    }

    /** Keeps as much of what was handed over as a transaction may end with. */
    void save(int most) {
        int end = most;
        while (end > 0 && isInsideTransaction(end)) {
            end--;
        }
        List<Object> saved = List.copyOf(handed.subList(0, end));
        handed.subList(0, end).clear();
        for (Object entry : saved) {
            keep(entry);
        }
    }

    void saveSome() {
        save(random.nextInt(handed.size() + 1));
    }

    void saveAll() {
        save(handed.size());
    }

    void crash() {
        saveSome();
        handed.clear();
    }

    private void keep(Object entry) {
        if (entry instanceof Rows rows) {
            state = rows.state;
            rows.saved.run();
            return;
        }
        kept.add(entry);
        if (entry instanceof Offset position) {
            offset = position;
        } else if (entry instanceof ChangeEvent<?> event && event.snapshot() != null) {
            offset = event.offset();
        }
    }

    private boolean isInsideTransaction(int end) {
        for (int i = end - 1; i >= 0; i--) {
            if (handed.get(i) instanceof Offset) {
                return false;
            }
            if (handed.get(i) instanceof ChangeEvent<?> event) {
                return event.snapshot() == null;
            }
        }
        return false;
    }

    @Override
    public boolean hasRoom() {
        return room > 0;
    }

    @Override
    public void change(ChangeEvent<Row> event, int bytes) {
        room--;
        handed.add(event);
    }

    @Override
    public void snapshot(SnapshotState next, Runnable saved) {
        handed.add(new Rows(next, saved));
    }

    @Override
    public void commit(Offset end, Instant commitTime) {
        handed.add(end);
    }

    @Override
    public void idle(Offset position) {
        handed.add(position);
    }

    @Override
    public void schema(AcknowledgedSchema schema) {
        throw new AssertionError(schema);
    }

    @Override
    public void schemaChange(ChangeEvent<Row> event, AcknowledgedSchema schema, int bytes) {
        throw new AssertionError(event);
    }
}
