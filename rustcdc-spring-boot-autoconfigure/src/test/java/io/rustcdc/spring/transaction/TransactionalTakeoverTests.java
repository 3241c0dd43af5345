package io.rustcdc.spring.transaction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.rustcdc.CdcEngine;
import io.rustcdc.checkpoint.jdbc.JdbcCheckpoints;
import io.rustcdc.checkpoint.jdbc.JdbcOptions;
import io.rustcdc.delivery.Subscription;
import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.Row;
import io.rustcdc.observe.EngineState;
import io.rustcdc.runtime.EngineOptions;
import io.rustcdc.snapshot.SnapshotMode;
import io.rustcdc.snapshot.SnapshotOptions;
import io.rustcdc.source.SourceConnector;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import javax.sql.DataSource;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;

/** Two instances in one process, each with connections of its own. */
class TransactionalTakeoverTests {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** One instance of the application. */
    private static final class Instance implements AutoCloseable {

        private final DataSource dataSource;
        private final JdbcCheckpoints checkpoints;
        private final CdcEngine engine;
        private final CountDownLatch reached = new CountDownLatch(1);
        private final CountDownLatch goOn = new CountDownLatch(1);

        private Instance(TallyDatabase database, boolean hangs) {
            dataSource = database.place().pool();
            // The other one keeps its lease, however slow the machine is, while the first asks for it.
            Duration lease = Duration.ofSeconds(hangs ? 1 : 30);
            checkpoints = new JdbcCheckpoints(
                    dataSource,
                    database.place().dataSource(),
                    new JdbcOptions(JdbcOptions.DEFAULT_TABLE_PREFIX, lease));
            SourceConnector connector = database.place().connector();
            JdbcTemplate jdbc = new JdbcTemplate(dataSource);
            engine = CdcEngine.builder(connector)
                    .checkpointStore(checkpoints.store(connector.source(), connector.offsets()))
                    .options(EngineOptions.ofDefaults()
                            .withSnapshot(SnapshotOptions.ofDefaults().withMode(SnapshotMode.NEVER)))
                    .transaction(new ApplicationTransaction(new JdbcTransactionManager(dataSource), dataSource, "shop"))
                    .subscribe(Subscription.of("tally", (event, acknowledgment) -> {
                        add(jdbc, event);
                        if (hangs) {
                            reached.countDown();
                            goOn.await();
                        }
                    }))
                    .build();
        }

        private static void add(JdbcTemplate jdbc, ChangeEvent<Row> event) {
            jdbc.update(
                    "INSERT INTO effects (account, version) VALUES (?, ?)",
                    event.after().get("id"),
                    event.after().get("version"));
        }

        @Override
        public void close() throws Exception {
            goOn.countDown();
            engine.stop();
            checkpoints.close();
            ((AutoCloseable) dataSource).close();
        }
    }

    @Test
    @DisplayName(
            "CP-06 an owner that was frozen in its transaction writes nothing once another instance has taken over")
    void theEffectsOfAFrozenOwnerAreRolledBack() throws Exception {
        try (TallyDatabase database = TallyDatabase.postgres()) {
            database.jdbc().execute("CREATE TABLE effects (account int, version bigint)");
            try (Instance frozen = new Instance(database, true);
                    Instance other = new Instance(database, false)) {
                frozen.engine.start();
                database.jdbc().update("UPDATE accounts SET version = version + 1 WHERE id = 1");
                frozen.reached.await();
                frozen.checkpoints.close(); // gives no more signs of life
                other.engine.start();
                await().atMost(PATIENCE).until(() -> effects(database) == 1);
                assertThat(other.engine.status().state()).isEqualTo(EngineState.STREAMING);

                frozen.goOn.countDown();

                await().atMost(PATIENCE).until(() -> frozen.engine.status().state() == EngineState.STANDBY);
                assertThat(effects(database)).isEqualTo(1);
                database.write(new Random(1));
                database.jdbc().update("UPDATE accounts SET version = version + 1 WHERE id = 1");
                await().atMost(PATIENCE).until(() -> effects(database) == database.changes());
            }
            assertThat(effects(database)).isEqualTo(database.changes());
        }
    }

    private static long effects(TallyDatabase database) {
        Long count = database.jdbc().queryForObject("SELECT COUNT(*) FROM effects", Long.class);
        return count == null ? 0 : count;
    }
}
