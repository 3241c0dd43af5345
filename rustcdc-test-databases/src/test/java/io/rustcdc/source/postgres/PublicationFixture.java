package io.rustcdc.source.postgres;

import static org.awaitility.Awaitility.await;

import io.rustcdc.checkpoint.CheckpointStore;
import io.rustcdc.checkpoint.MemoryCheckpointStore;
import io.rustcdc.delivery.Subscription.AckMode;
import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.Row;
import io.rustcdc.event.TableId;
import io.rustcdc.source.TableFilter;
import java.time.Duration;
import java.util.List;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A source whose publication changes while it lives. */
abstract class PublicationFixture {

    static final TableId CUSTOMERS = new TableId("public", "customers");

    final CheckpointStore store = new MemoryCheckpointStore();

    PostgresFixture shop;

    @BeforeEach
    void createDatabase() {
        shop = new PostgresFixture();
    }

    @AfterEach
    void dropDatabase() {
        shop.close();
    }

    static List<Object> ids(List<ChangeEvent<Row>> changes) {
        return changes.stream().map(change -> change.after().get("id")).toList();
    }

    PostgresOptions.Builder everything() {
        return shop.options().tables(TableFilter.all());
    }

    WatchedEngine start(PostgresOptions.Builder options) {
        return new WatchedEngine(options.build(), store, AckMode.AUTO).start();
    }

    /** So that the next start is not a first one. */
    void startAndSave(PostgresOptions.Builder options) {
        try (WatchedEngine source = start(options)) {
            patiently().until(() -> source.savedLsn() > 0);
        }
    }

    WatchedEngine start(PostgresOptions.Builder options, Runnable before) {
        before.run();
        return start(options);
    }

    /** One that begins from now on. */
    static void awaitLook(WatchedEngine source) {
        for (int looks = 0; looks < 2; looks++) {
            var last = source.engine.status().log();
            patiently()
                    .until(() -> source.engine.status().log() != null
                            && !source.engine.status().log().equals(last));
        }
    }

    static ConditionFactory patiently() {
        return await().atMost(Duration.ofSeconds(30));
    }
}
