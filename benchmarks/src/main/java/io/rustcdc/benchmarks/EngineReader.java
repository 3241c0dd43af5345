package io.rustcdc.benchmarks;

import io.rustcdc.CdcEngine;
import io.rustcdc.checkpoint.FileCheckpointStore;
import io.rustcdc.delivery.ChangeHandler;
import io.rustcdc.delivery.Subscription;
import io.rustcdc.runtime.EngineOptions;
import io.rustcdc.snapshot.SnapshotMode;
import io.rustcdc.snapshot.SnapshotOptions;
import io.rustcdc.source.SourceConnector;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The engine without Spring, all other settings at their defaults, with checkpoints in files. */
final class EngineReader implements BacklogReader {

    private final Target target;
    private final SnapshotMode mode;
    private @Nullable CdcEngine engine;

    /**
     * @param mode whether the rows that exist are read
     */
    EngineReader(Target target, SnapshotMode mode) {
        this.target = target;
        this.mode = mode;
    }

    @Override
    public void read(Measurement measurement) throws InterruptedException {
        CdcEngine started = engine(target, mode, (event, acknowledgment) -> measurement.row());
        engine = started;
        measurement.begin();
        started.start();
        measurement.awaitLastRow();
    }

    @Override
    public void close() {
        if (engine != null) {
            engine.close();
        }
    }

    /** An engine over the target, not started. */
    static CdcEngine engine(Target target, SnapshotMode mode, ChangeHandler handler) {
        SourceConnector connector = target.connector();
        return CdcEngine.builder(connector)
                .checkpointStore(
                        new FileCheckpointStore(Path.of(target.directory()), connector.source(), connector.offsets()))
                .options(EngineOptions.ofDefaults()
                        .withSnapshot(SnapshotOptions.ofDefaults().withMode(mode)))
                .subscribe(Subscription.of("benchmark", handler))
                .build();
    }
}
