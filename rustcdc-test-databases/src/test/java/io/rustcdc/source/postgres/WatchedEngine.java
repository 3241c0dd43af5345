package io.rustcdc.source.postgres;

import io.rustcdc.CdcEngine;
import io.rustcdc.checkpoint.CheckpointStore;
import io.rustcdc.delivery.Acknowledgment;
import io.rustcdc.delivery.Subscription;
import io.rustcdc.delivery.Subscription.AckMode;
import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.EventSource;
import io.rustcdc.event.JoinedTable;
import io.rustcdc.event.Operation;
import io.rustcdc.event.Row;
import io.rustcdc.event.SourceWarning;
import io.rustcdc.observe.EngineObserver;
import io.rustcdc.runtime.EngineOptions;
import io.rustcdc.runtime.LogWatchOptions;
import io.rustcdc.snapshot.SnapshotMode;
import io.rustcdc.snapshot.SnapshotOptions;
import io.rustcdc.source.TableFilter;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;

/** An engine that is looked at often and keeps what it delivers and tells; its idle time goes by on command. */
final class WatchedEngine implements AutoCloseable {

    final List<ChangeEvent<Row>> events = new CopyOnWriteArrayList<>();
    final List<Acknowledgment> acknowledgments = new CopyOnWriteArrayList<>();
    final List<JoinedTable> joined = new CopyOnWriteArrayList<>();
    final List<SourceWarning> warnings = new CopyOnWriteArrayList<>();
    final CdcEngine engine;
    private final CheckpointStore store;
    private final AtomicLong idleTime;

    WatchedEngine(PostgresOptions options, CheckpointStore store, AckMode mode) {
        this(options, store, mode, changesOnly());
    }

    WatchedEngine(PostgresOptions options, CheckpointStore store, AckMode mode, EngineOptions engineOptions) {
        this.store = store;
        this.idleTime = new AtomicLong();
        this.engine = CdcEngine.builder(new PostgresConnector(options, idleTime::get))
                .checkpointStore(store)
                .options(engineOptions.withLogWatch(LogWatchOptions.ofDefaults().withInterval(Duration.ofMillis(50))))
                .subscribe(new Subscription(
                        "test", TableFilter.all(), EnumSet.allOf(Operation.class), mode, (event, acknowledgment) -> {
                            acknowledgments.add(acknowledgment);
                            events.add(event);
                        }))
                .observer(new EngineObserver() {
                    @Override
                    public void tableJoined(EventSource source, JoinedTable table, boolean rowsFollow) {
                        joined.add(table);
                    }

                    @Override
                    public void warned(EventSource source, SourceWarning warning) {
                        warnings.add(warning);
                    }
                })
                .build();
    }

    /** What exists before the start is not what these tests are about. */
    static EngineOptions changesOnly() {
        return EngineOptions.ofDefaults()
                .withSnapshot(SnapshotOptions.ofDefaults().withMode(SnapshotMode.NEVER));
    }

    WatchedEngine start() {
        engine.start();
        return this;
    }

    void idleFor(Duration time) {
        idleTime.addAndGet(time.toNanos());
    }

    /** 0 before the first save. */
    long savedLsn() {
        return store.load()
                .map(checkpoint -> ((PostgresOffset) checkpoint.offset()).lsn())
                .orElse(0L);
    }

    /** The tables and ids of the rows delivered, in order. */
    List<String> rows() {
        return events.stream()
                .map(event ->
                        event.table().name() + " " + (event.after() != null ? event.after() : event.before()).get("id"))
                .toList();
    }

    @Override
    public void close() {
        engine.close();
    }
}
