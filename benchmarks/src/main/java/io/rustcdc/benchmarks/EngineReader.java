package io.rustcdc.benchmarks;

import io.rustcdc.CdcEngine;
import io.rustcdc.checkpoint.FileCheckpointStore;
import io.rustcdc.delivery.ChangeHandler;
import io.rustcdc.delivery.Subscription;
import io.rustcdc.source.Credentials;
import io.rustcdc.source.TableFilter;
import io.rustcdc.source.Transport;
import io.rustcdc.source.postgres.PostgresConnector;
import io.rustcdc.source.postgres.PostgresOptions;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The engine without Spring, all settings at their defaults, with checkpoints in files. */
final class EngineReader implements BacklogReader {

    private final Target target;
    private @Nullable CdcEngine engine;

    EngineReader(Target target) {
        this.target = target;
    }

    @Override
    public void read(Measurement measurement) throws InterruptedException {
        CdcEngine started = engine(target, (event, acknowledgment) -> measurement.row());
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
    static CdcEngine engine(Target target, ChangeHandler handler) {
        PostgresConnector connector = new PostgresConnector(PostgresOptions.builder(Target.SOURCE.name())
                .host(target.host())
                .port(target.port())
                .database(target.database())
                .credentials(() -> new Credentials(target.user(), null))
                .replicationSlotName(target.slot())
                .publicationName(target.name())
                .tables(TableFilter.of(target.table()))
                .transport(Transport.plaintext())
                .build());
        return CdcEngine.builder(connector)
                .checkpointStore(
                        new FileCheckpointStore(Path.of(target.directory()), connector.source(), connector.offsets()))
                .subscribe(Subscription.of("benchmark", handler))
                .build();
    }
}
