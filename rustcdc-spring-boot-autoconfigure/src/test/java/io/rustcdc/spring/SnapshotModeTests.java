package io.rustcdc.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.rustcdc.CdcEngine;
import io.rustcdc.checkpoint.Checkpoint;
import io.rustcdc.checkpoint.SnapshotState;
import io.rustcdc.checkpoint.StoredCheckpoint;
import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.Operation;
import io.rustcdc.observe.EngineState;
import io.rustcdc.observe.HealthVerdict;
import io.rustcdc.spring.actuate.SourceHealthIndicator;
import io.rustcdc.spring.app.Order;
import io.rustcdc.spring.app.Shop;
import io.rustcdc.spring.autoconfigure.CdcAutoConfiguration;
import io.rustcdc.test.databases.PostgresDatabase;
import io.rustcdc.test.databases.PostgresServer;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.EventListener;

/** What becomes of rows that exist already, as the configuration says. */
class SnapshotModeTests {

    @TempDir
    Path directory;

    private PostgresDatabase database;
    private ApplicationContextRunner runner;

    @BeforeEach
    void createDatabase() {
        database = PostgresServer.shared().createDatabase();
        database.sql(Shop.SCHEMA);
        runner = new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(CdcAutoConfiguration.class))
                .withUserConfiguration(Listener.class)
                .withPropertyValues(Shop.properties(database, directory));
    }

    @AfterEach
    void dropDatabase() {
        database.close();
    }

    @Test
    void existingRowsArriveAsTypedCallsOnce() {
        Shop.insert(database, 1, "Ada");
        runner.run(context -> {
            List<ChangeEvent<Order>> changes = changes(context);
            await().until(() -> changes.size() == 1);
            assertThat(changes.get(0).operation()).isEqualTo(Operation.READ);
            assertThat(changes.get(0).after().customerName()).isEqualTo("Ada");
            assertThat(changes.get(0).transaction()).isNull();
            assertThat(changes.get(0).snapshot().generation()).isEqualTo(1);
            assertThat(changes.get(0).snapshot().lastChunk()).isTrue();
            await().until(() -> isCompleteInCheckpoint(engine(context)));
        });
        runner.run(context -> {
            Shop.insert(database, 2, "Bob");
            await().until(() -> !changes(context).isEmpty());
            assertThat(changes(context)).extracting(ChangeEvent::operation).containsExactly(Operation.INSERT);
        });
    }

    @Test
    void withoutSnapshotsOnlyChangesArriveAndRowsOnDemand() {
        Shop.insert(database, 1, "Ada");
        runner.withPropertyValues("rustcdc.defaults.snapshot.mode=never").run(context -> {
            Shop.insert(database, 2, "Bob");
            List<ChangeEvent<Order>> changes = changes(context);
            await().until(() -> !changes.isEmpty());
            assertThat(changes).extracting(change -> change.after().id()).containsExactly(2L);
            engine(context).snapshots().request(List.of("public.*"), "id < 2").join();
            await().until(() -> changes.size() == 2);
            assertThat(changes.get(1).operation()).isEqualTo(Operation.READ);
            assertThat(changes.get(1).after().id()).isEqualTo(1);
        });
    }

    @Test
    void aSourceThatReadsNoRowsCannotMendALostPosition() {
        runner.withPropertyValues(
                        "rustcdc.defaults.on-position-lost=resnapshot", "rustcdc.postgres.shop.snapshot.mode=never")
                .run(context -> assertThat(context)
                        .getFailure()
                        .hasMessageContaining("'on-position-lost' is resnapshot, but 'snapshot.mode' is never")
                        .hasMessageContaining("rustcdc.postgres.shop"));
    }

    @Test
    void aLostPositionIsMendedWhereThatIsSet() {
        Shop.insert(database, 1, "Ada");
        ApplicationContextRunner mending =
                runner.withPropertyValues("rustcdc.postgres.shop.on-position-lost=resnapshot");
        mending.run(context -> await().until(() -> {
            var rows = engine(context).status().snapshots();
            return rows != null && rows.isComplete() && engine(context).status().buffered() == 0;
        }));
        database.dropSlot(String.valueOf(database.value(
                "SELECT slot_name FROM pg_replication_slots WHERE database = '%s'".formatted(database.name()))));
        Shop.insert(database, 2, "Bob");
        mending.run(context -> {
            List<ChangeEvent<Order>> changes = changes(context);
            await().until(() -> changes.size() == 2);
            assertThat(changes).extracting(ChangeEvent::operation).containsOnly(Operation.READ);
            assertThat(changes.get(0).snapshot().generation()).isEqualTo(2);
            await().until(() -> context.getBean(Listener.class).events.contains("GapAccepted"));
        });
    }

    @Test
    void aSourceThatOnlyDeliversRowsStopsWhenTheyAreSavedAndSaysWhy() {
        Shop.insert(database, 1, "Ada");
        ApplicationContextRunner once = runner.withPropertyValues("rustcdc.postgres.shop.snapshot.mode=initial-only");
        once.run(context -> {
            CdcEngine engine = engine(context);
            await().until(() -> engine.status().state() == EngineState.STOPPED);
            assertThat(changes(context)).hasSize(1);
            assertDone(engine);
            await().until(() -> context.getBean(Listener.class).events.contains("Stopped"));
            assertThat(context.getBean(Listener.class).events)
                    .containsSubsequence("Started", "AllSnapshotsCompleted", "Stopped")
                    .doesNotContain("Failed");
        });
        Shop.insert(database, 2, "Bob");
        once.run(context -> {
            await().until(() -> engine(context).status().state() == EngineState.STOPPED);
            assertThat(changes(context)).as("neither rows nor changes again").isEmpty();
            assertDone(engine(context));
        });
        runner.run(context -> {
            await().until(() -> !changes(context).isEmpty());
            assertThat(changes(context))
                    .extracting(change -> change.after().id())
                    .containsExactly(2L);
        });
    }

    @Test
    void rowsThatAPolicyHidesAreNotLeftOutInSilence() {
        String role = "reader_of_" + database.name();
        database.sql(
                "CREATE ROLE " + role + " LOGIN REPLICATION",
                "GRANT SELECT ON orders TO " + role,
                "CREATE POLICY nothing ON orders USING (false)",
                "ALTER TABLE orders ENABLE ROW LEVEL SECURITY",
                "CREATE PUBLICATION shop_cdc FOR TABLE orders WITH (publish_via_partition_root = true)");
        try {
            runner.withPropertyValues("rustcdc.postgres.shop.user=" + role)
                    .run(context -> assertThat(context)
                            .getFailure()
                            .rootCause()
                            .hasMessageContaining("row-level security")
                            .hasMessageContaining("public.orders"));
            database.sql("ALTER ROLE " + role + " BYPASSRLS");
            Shop.insert(database, 1, "Ada");
            runner.withPropertyValues("rustcdc.postgres.shop.user=" + role)
                    .run(context -> await().until(() -> changes(context).size() == 1));
        } finally {
            database.sql("DROP OWNED BY " + role, "DROP ROLE " + role);
        }
    }

    private static void assertDone(CdcEngine engine) {
        assertThat(engine.status().health().status()).isEqualTo(HealthVerdict.Status.NOT_RUNNING);
        Health health = new SourceHealthIndicator(engine::status, engine::deadLetters).health();
        assertThat(health.getStatus()).isEqualTo(Status.UNKNOWN);
        assertThat(health.getDetails().get("reason")).asString().contains("all rows are delivered", "initial-only");
        assertThat(health.getDetails().get("action")).asString().contains("replication slot");
    }

    @ParameterizedTest
    @CsvSource({
        "chunk-size=0, snapshot.chunk-size' must be 1 or more",
        "max-rows-per-second=0, snapshot.max-rows-per-second' must be 1 or more",
        "workers=33, snapshot.workers' must be 1 to 32"
    })
    void refusesWhatIsOutOfRange(String setting, String reason) {
        runner.withPropertyValues("rustcdc.postgres.shop.snapshot." + setting)
                .run(context -> assertThat(context)
                        .getFailure()
                        .hasMessageContaining(reason)
                        .hasMessageContaining("rustcdc.postgres.shop"));
    }

    private static List<ChangeEvent<Order>> changes(ApplicationContext context) {
        return context.getBean(Listener.class).changes;
    }

    /** What is not there yet when a source stops is read again. */
    private static boolean isCompleteInCheckpoint(CdcEngine engine) {
        return engine.checkpoint()
                .stored()
                .map(StoredCheckpoint::checkpoint)
                .map(Checkpoint::snapshot)
                .map(SnapshotState::isComplete)
                .orElse(false);
    }

    private static CdcEngine engine(ApplicationContext context) {
        return context.getBean(CdcEngines.class).get("shop");
    }

    @Configuration(proxyBeanMethods = false)
    static class Listener {

        final List<ChangeEvent<Order>> changes = new CopyOnWriteArrayList<>();
        final List<String> events = new CopyOnWriteArrayList<>();

        @CdcListener(tables = "public.orders")
        void onOrder(ChangeEvent<Order> change) {
            changes.add(change);
        }

        @EventListener
        void onSourceEvent(CdcSourceEvent event) {
            events.add(event.getClass().getSimpleName());
        }
    }
}
