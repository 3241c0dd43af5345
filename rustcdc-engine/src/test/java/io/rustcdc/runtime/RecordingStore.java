package io.rustcdc.runtime;

import io.rustcdc.checkpoint.Checkpoint;
import io.rustcdc.checkpoint.CheckpointException;
import io.rustcdc.checkpoint.CheckpointStore;
import io.rustcdc.checkpoint.MemoryCheckpointStore;
import io.rustcdc.event.FailureKind;
import io.rustcdc.event.TableId;
import io.rustcdc.schema.AcknowledgedSchema;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** The memory store, with a record of what was done to it and failures on demand. */
final class RecordingStore implements CheckpointStore {

    final MemoryCheckpointStore store = new MemoryCheckpointStore();
    final List<Checkpoint> saves = new CopyOnWriteArrayList<>();
    final List<String> calls;
    final AtomicInteger owners = new AtomicInteger();
    final ConcurrentLinkedQueue<FailureKind> failures = new ConcurrentLinkedQueue<>();
    final ConcurrentLinkedQueue<FailureKind> loadFailures = new ConcurrentLinkedQueue<>();
    volatile CountDownLatch hangingSave;
    volatile boolean damaged;

    RecordingStore(List<String> calls) {
        this.calls = calls;
    }

    @Override
    public String location() {
        return store.location();
    }

    @Override
    public void acquire() {
        store.acquire();
        owners.incrementAndGet();
    }

    @Override
    public void release() {
        store.release();
        owners.decrementAndGet();
        calls.add("release");
    }

    @Override
    public Optional<Checkpoint> load() {
        FailureKind failure = loadFailures.poll();
        if (failure != null) {
            throw new CheckpointException(failure, "The volume is not mounted", "Mount it.", null);
        }
        if (damaged) {
            throw new CheckpointException(FailureKind.TERMINAL, "The checkpoint is damaged", "Restore it.", null);
        }
        synchronized (store) {
            return store.load();
        }
    }

    @Override
    public void save(Checkpoint checkpoint) {
        beforeSave();
        synchronized (store) { // what is there is also on record
            store.save(checkpoint);
            saves.add(checkpoint);
            calls.add("save " + checkpoint.offset().text());
        }
    }

    @Override
    public void replace(Checkpoint checkpoint, Map<TableId, AcknowledgedSchema> schemas) {
        beforeSave();
        synchronized (store) {
            store.replace(checkpoint, schemas);
            saves.add(checkpoint);
            calls.add("replace " + checkpoint.offset().text());
        }
    }

    private void beforeSave() {
        FailureKind failure = failures.poll();
        if (failure != null) {
            throw new CheckpointException(failure, "The disk is full", "Make room.", null);
        }
        CountDownLatch hang = hangingSave;
        if (hang != null) {
            awaitUninterrupted(hang);
        }
    }

    static void awaitUninterrupted(CountDownLatch latch) {
        while (true) {
            try {
                latch.await();
                return;
            } catch (InterruptedException e) {
                // what hangs in the operating system hears nothing of an interrupt
            }
        }
    }

    @Override
    public Map<TableId, AcknowledgedSchema> loadSchemas() {
        return store.loadSchemas();
    }

    @Override
    public void saveSchemas(Map<TableId, AcknowledgedSchema> schemas) {
        store.saveSchemas(schemas);
    }
}
