package io.rustcdc.benchmarks;

import io.rustcdc.CdcEngine;
import io.rustcdc.checkpoint.SnapshotState;
import io.rustcdc.snapshot.Snapshots;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

/** Has the rows of a table read again as soon as they have been read, so that there is never a pause. */
final class RowsAgain implements AutoCloseable {

    private final Snapshots snapshots;
    private final String table;
    private final Thread thread;
    private volatile boolean closed;

    RowsAgain(CdcEngine engine, String table) {
        this.snapshots = engine.snapshots();
        this.table = table;
        this.thread = new Thread(this::askAgain, "rows-again");
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    private void askAgain() {
        try {
            while (!closed) {
                if (snapshots.state().map(SnapshotState::isComplete).orElse(false)) {
                    snapshots.request(List.of(table), null).get();
                }
                TimeUnit.MILLISECONDS.sleep(1);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException e) {
            throw new IllegalStateException("The rows were not read again", e);
        }
    }

    /** The thread ends when the engine does, which is closed next. */
    @Override
    public void close() {
        closed = true;
        thread.interrupt();
    }
}
