package io.rustcdc.spring.autoconfigure;

import io.rustcdc.CdcEngine;
import io.rustcdc.checkpoint.CheckpointStore;
import io.rustcdc.delivery.RetryOptions;
import io.rustcdc.delivery.Subscription;
import io.rustcdc.runtime.EngineOptions;
import io.rustcdc.runtime.LogWatchOptions;
import io.rustcdc.snapshot.SnapshotOptions;
import io.rustcdc.source.SourceConnector;
import io.rustcdc.source.TableFilter;
import io.rustcdc.spring.CdcConfigurationException;
import io.rustcdc.spring.DeadLetterStoreFactory;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Builds the engine of a source. */
final class EngineFactory {

    private final Map<String, SourceFactory> factories;
    private final SourceStores stores;
    private final DeliveryTransactions transactions;
    private final OwnTables ownTables;
    private final EngineAdditions additions;

    /** @param factories by the type of the source */
    EngineFactory(
            Map<String, SourceFactory> factories,
            SourceStores stores,
            DeliveryTransactions transactions,
            OwnTables ownTables,
            EngineAdditions additions) {
        this.ownTables = ownTables;
        this.factories = Map.copyOf(factories);
        this.stores = stores;
        this.transactions = transactions;
        this.additions = additions;
    }

    /** The schema in which names of tables without one count; null if they count in any. */
    @Nullable
    String ownSchema(ConfiguredSource source) {
        return of(source).ownSchema(source);
    }

    CdcEngine create(ConfiguredSource source, TableFilter tables, List<Subscription> subscriptions) {
        EngineOptions options = options(source);
        SourceConnector connector = of(source).create(source, ownTables.leaveOut(tables));
        CheckpointStore store = stores.checkpoints().create(connector.source(), connector.offsets());
        CdcEngine.Builder engine = CdcEngine.builder(connector)
                .checkpointStore(store)
                .options(options)
                .transforms(additions.transforms().of(source, hasDeadLetters()));
        addDeadLetters(engine, connector, store);
        if (source.settings().getDelivery().isTransactional()) {
            engine.transaction(transactions.of(source, store));
        }
        additions.observers().forEach(engine::observer);
        subscriptions.forEach(engine::subscribe);
        additions.customizers().forEach(customizer -> customizer.customize(connector.source(), engine));
        try {
            return engine.build();
        } catch (IllegalArgumentException e) {
            throw new CdcConfigurationException(
                    "Source '%s' cannot be captured as configured: %s".formatted(source.name(), e.getMessage()),
                    "Change the listener, or the settings below %s or rustcdc.defaults.".formatted(source.key()));
        }
    }

    /** Whether listeners can park what they cannot handle. */
    boolean hasDeadLetters() {
        return stores.deadLetters() != null;
    }

    private void addDeadLetters(CdcEngine.Builder engine, SourceConnector connector, CheckpointStore checkpoints) {
        DeadLetterStoreFactory deadLetters = stores.deadLetters();
        if (deadLetters == null) {
            return;
        }
        try {
            engine.deadLetterStore(deadLetters.create(connector.source(), connector.offsets(), checkpoints));
        } catch (IllegalArgumentException e) {
            throw new CdcConfigurationException(
                    "The dead letters of source '%s' cannot be kept: %s"
                            .formatted(connector.source().name(), e.getMessage()),
                    "Let rustcdc.checkpoint.store be jdbc, without a CheckpointStoreFactory of your own, or define a DeadLetterStoreFactory, too.");
        }
    }

    private SourceFactory of(ConfiguredSource source) {
        return Objects.requireNonNull(factories.get(source.type()), source.type());
    }

    private static EngineOptions options(ConfiguredSource source) {
        SourceProperties settings = source.settings();
        RetryProperties retry = settings.getDelivery().getRetry();
        SourceProperties.RetainedLog log = settings.getRetainedLog();
        try {
            return new EngineOptions(
                    settings.getMaxEventsPerPoll(),
                    settings.getQueue().getMaxEvents(),
                    settings.getQueue().getMaxBytes().toBytes(),
                    settings.getStreamPollInterval(),
                    settings.getStallThreshold(),
                    settings.getDelivery().getShutdownTimeout(),
                    settings.getDelivery().getTransactionBoundary(),
                    new RetryOptions(
                            retry.getAttempts(), retry.getInitialDelay(), retry.getMultiplier(), retry.getMaxDelay()),
                    LogWatchOptions.of(
                            log.getWarn().toBytes(),
                            log.getDown() == null ? 0 : log.getDown().toBytes()),
                    snapshot(settings.getSnapshot()),
                    settings.getOnPositionLost());
        } catch (IllegalArgumentException e) {
            throw new CdcConfigurationException(
                    "A setting of %s cannot be used: %s".formatted(source.key(), e.getMessage()),
                    "Change it below %s or rustcdc.defaults.".formatted(source.key()));
        }
    }

    private static SnapshotOptions snapshot(SourceProperties.Snapshot settings) {
        Integer chunkSize = settings.getChunkSize();
        Long maxRowsPerSecond = settings.getMaxRowsPerSecond();
        requirePositive("snapshot.chunk-size", chunkSize);
        requirePositive("snapshot.max-rows-per-second", maxRowsPerSecond);
        return new SnapshotOptions(
                settings.getMode(),
                chunkSize == null ? 0 : chunkSize,
                settings.getWorkers(),
                maxRowsPerSecond == null ? 0 : maxRowsPerSecond);
    }

    private static void requirePositive(String key, @Nullable Number value) {
        if (value != null && value.longValue() < 1) {
            throw new IllegalArgumentException("'%s' must be 1 or more, or not set, found %s".formatted(key, value));
        }
    }
}
