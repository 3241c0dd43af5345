package io.rustcdc.spring.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.rustcdc.CdcEngine;
import io.rustcdc.checkpoint.Checkpoint;
import io.rustcdc.checkpoint.CheckpointException;
import io.rustcdc.checkpoint.CheckpointStore;
import io.rustcdc.checkpoint.MemoryCheckpointStore;
import io.rustcdc.delivery.Acknowledgment;
import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.FailureKind;
import io.rustcdc.event.Operation;
import io.rustcdc.event.Row;
import io.rustcdc.event.TableId;
import io.rustcdc.observe.EngineState;
import io.rustcdc.schema.AcknowledgedSchema;
import io.rustcdc.spring.CdcEngines;
import io.rustcdc.spring.CdcListener;
import io.rustcdc.spring.CheckpointStoreFactory;
import io.rustcdc.spring.OutboxEvent;
import io.rustcdc.spring.OutboxListener;
import io.rustcdc.spring.app.Shop;
import io.rustcdc.spring.autoconfigure.CdcAutoConfiguration;
import io.rustcdc.spring.autoconfigure.CdcMetricsAutoConfiguration;
import io.rustcdc.spring.autoconfigure.Refusal;
import io.rustcdc.spring.metrics.CdcMetric;
import io.rustcdc.spring.metrics.OutboxMetrics;
import io.rustcdc.test.databases.PostgresDatabase;
import io.rustcdc.test.databases.PostgresServer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** When rows of an outbox are deleted, on a real server. */
@ExtendWith(OutputCaptureExtension.class)
class OutboxRemovalTests {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    Path directory;

    private PostgresDatabase database;
    private ApplicationContextRunner runner;

    @BeforeEach
    void createDatabase() {
        database = PostgresServer.shared().createDatabase();
        database.sql("""
                CREATE TABLE outbox (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), aggregate_type text NOT NULL DEFAULT 'order',
                    aggregate_id text NOT NULL, event_type text NOT NULL, payload text)""");
        runner = new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(DataSourceAutoConfiguration.class, CdcAutoConfiguration.class))
                .withPropertyValues(Shop.properties(database, directory))
                .withPropertyValues(
                        "spring.datasource.url=" + database.jdbcUrl(),
                        "spring.datasource.username=postgres",
                        "spring.datasource.hikari.maximum-pool-size=2",
                        "rustcdc.postgres.shop.outbox.remove=true");
    }

    @AfterEach
    void dropDatabase() {
        database.close();
    }

    private void put(String type, int from, int to) {
        database.sql(
                "INSERT INTO outbox (aggregate_id, event_type, payload) SELECT n %% 3, '%s', n FROM generate_series(%d, %d) n"
                        .formatted(type, from, to));
    }

    private String rows() {
        return String.valueOf(database.value("SELECT count(*) FROM outbox"));
    }

    private void awaitRows(int count) {
        await().atMost(PATIENCE).until(() -> rows().equals(String.valueOf(count)));
    }

    private static CdcEngine engine(ApplicationContext context) {
        return context.getBean(CdcEngines.class).get("shop");
    }

    @Configuration(proxyBeanMethods = false)
    static class Held {

        final Map<String, Acknowledgment> open = new ConcurrentHashMap<>();
        final List<ChangeEvent<Row>> audited = new CopyOnWriteArrayList<>();

        @OutboxListener("Held")
        void on(OutboxEvent<String> event, Acknowledgment acknowledgment) {
            open.put(event.payload(), acknowledgment);
        }

        @CdcListener(tables = "public.outbox", operations = Operation.DELETE)
        void onDelete(ChangeEvent<Row> removed) {
            audited.add(removed);
        }
    }

    @Test
    @DisplayName(
            "A row is deleted after its event was acknowledged, not before; existing rows too; a type that nobody takes stays")
    void afterTheAcknowledgment(CapturedOutput output) {
        put("Held", 1, 2);
        runner.withUserConfiguration(Held.class).run(context -> {
            Held held = context.getBean(Held.class);
            await().atMost(PATIENCE).until(() -> held.open.size() == 2);
            put("Held", 3, 4);
            put("Unknown", 5, 6);
            await().atMost(PATIENCE).until(() -> held.open.size() == 4);
            assertThat(rows()).isEqualTo("6");
            held.open.values().forEach(Acknowledgment::acknowledge);
            awaitRows(2);
            assertThat(database.query("SELECT DISTINCT event_type FROM outbox")).containsExactly(List.of("Unknown"));
            await().atMost(PATIENCE).until(() -> held.audited.size() == 4);
            assertThat(held.open).hasSize(4);
            assertThat(output.getAll().split("No listener takes the event type 'Unknown'", -1))
                    .hasSize(2);
        });
    }

    @Configuration(proxyBeanMethods = false)
    static class Collected {

        final List<String> payloads = new CopyOnWriteArrayList<>();

        @OutboxListener(concurrency = "4")
        void on(OutboxEvent<String> event) {
            payloads.add(event.payload());
        }
    }

    @Test
    @DisplayName("A removal that fails holds up nothing, is counted, and is tried again until it works")
    void aFailingRemoval(CapturedOutput output) {
        database.sql(
                "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'not now'; END $$",
                "CREATE TRIGGER refuse BEFORE DELETE ON outbox FOR EACH ROW EXECUTE FUNCTION refuse()");
        runner.withUserConfiguration(Collected.class)
                .withConfiguration(AutoConfigurations.of(CdcMetricsAutoConfiguration.class))
                .withBean(SimpleMeterRegistry.class)
                .run(context -> {
                    SimpleMeterRegistry registry = context.getBean(SimpleMeterRegistry.class);
                    context.getBean(OutboxMetrics.class).bindTo(registry);
                    Collected collected = context.getBean(Collected.class);
                    put("Event", 1, 50);
                    await().atMost(PATIENCE).until(() -> collected.payloads.size() == 50);
                    await().atMost(PATIENCE)
                            .until(() -> engine(context).status().committedCount() == 50);
                    put("Event", 51, 100);
                    await().atMost(PATIENCE).until(() -> collected.payloads.size() == 100);
                    await().atMost(PATIENCE).until(() -> count(registry, CdcMetric.OUTBOX_REMOVAL_ERRORS) > 1);
                    assertThat(rows()).isEqualTo("100");
                    assertThat(engine(context).status().state()).isEqualTo(EngineState.STREAMING);
                    database.sql("DROP TRIGGER refuse ON outbox");
                    awaitRows(0);
                    await().atMost(PATIENCE).until(() -> count(registry, CdcMetric.OUTBOX_ROWS_REMOVED) == 100);
                    assertThat(output.getAll().split("cannot be deleted; it is tried again", -1))
                            .hasSize(2);
                });
    }

    private static double count(SimpleMeterRegistry registry, CdcMetric metric) {
        return registry.get(metric.meterName()).functionCounter().count();
    }

    /** Saves in memory, until it is told to fail: as if the process died after the rows were deleted and before the save. */
    static final class DyingStore implements CheckpointStore {

        private final MemoryCheckpointStore store = new MemoryCheckpointStore();
        volatile boolean dying;

        @Override
        public String location() {
            return store.location();
        }

        @Override
        public void acquire() {
            store.acquire();
        }

        @Override
        public void release() {
            store.release();
        }

        @Override
        public Optional<Checkpoint> load() {
            return store.load();
        }

        @Override
        public void save(Checkpoint checkpoint) {
            if (dying) {
                throw new CheckpointException(FailureKind.TERMINAL, "The process dies here", "Start again.", null);
            }
            store.save(checkpoint);
        }

        @Override
        public void replace(Checkpoint checkpoint, Map<TableId, AcknowledgedSchema> schemas) {
            store.replace(checkpoint, schemas);
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

    @Configuration(proxyBeanMethods = false)
    static class Dying {

        final DyingStore store = new DyingStore();

        @Bean
        CheckpointStoreFactory stores() {
            return (source, format) -> store;
        }
    }

    @Test
    @DisplayName("A crash between the removal and the save repeats events and loses none")
    void aCrashBeforeTheSave() {
        runner.withUserConfiguration(Collected.class, Dying.class).run(context -> {
            Collected collected = context.getBean(Collected.class);
            DyingStore store = context.getBean(Dying.class).store;
            put("Event", 1, 10);
            await().atMost(PATIENCE).until(() -> collected.payloads.size() == 10);
            awaitRows(0);
            // The deletions are changes, too, and the end of their transaction may be saved a moment later.
            await().atMost(PATIENCE).until(() -> engine(context).status().committedCount() == 20);
            await().atMost(PATIENCE)
                    .until(() -> !engine(context).status().offset().isInsideTransaction());
            store.dying = true;
            put("Event", 11, 20);
            await().atMost(PATIENCE).until(() -> engine(context).status().state() == EngineState.FAILED);
            await("the removal came first").atMost(PATIENCE).until(() -> Integer.parseInt(rows()) < 10);
            store.dying = false;
            put("Event", 21, 30);
            engine(context).start();
            awaitRows(0);
            await().atMost(PATIENCE)
                    .until(() -> engine(context).status().inFlight() == 0 && collected.payloads.contains("30"));
            for (int i = 1; i <= 30; i++) {
                boolean before = i > 10 && i <= 20;
                assertThat(collected.payloads.stream().filter(String.valueOf(i)::equals))
                        .as("event %d", i)
                        .hasSizeBetween(1, before ? 2 : 1);
            }
            assertThat(collected.payloads).as("what was not saved came again").hasSizeGreaterThan(30);
        });
    }

    @Test
    void withoutADataSourceItIsRefused() {
        new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(CdcAutoConfiguration.class))
                .withUserConfiguration(Collected.class)
                .withPropertyValues(Shop.properties(database, directory))
                .withPropertyValues("rustcdc.postgres.shop.outbox.remove=true")
                .run(context -> Refusal.of(context)
                        .says("rustcdc.postgres.shop.outbox.remove is true, but it is not known by which data source")
                        .advises("rustcdc.postgres.shop.outbox.data-source", "spring-boot-starter-jdbc"));
        runner.withUserConfiguration(Collected.class)
                .withPropertyValues("rustcdc.postgres.shop.outbox.data-source=other")
                .run(context -> Refusal.of(context).says("'other'", "there are: dataSource"));
    }

    @Test
    void aTableThatIsNotThereIsRefusedWithTheStatementThatMakesIt() {
        runner.withUserConfiguration(Collected.class)
                .withPropertyValues("rustcdc.postgres.shop.outbox.table=public.events")
                .run(context -> Refusal.of(context)
                        .says("has no table 'public.events'")
                        .advises("CREATE TABLE public.events (", "aggregatetype varchar(255) NOT NULL"));
    }

    @Test
    void aColumnThatIsNotThereIsRefusedWithTheSettingThatNamesIt() {
        database.sql(
                "CREATE TABLE events (id uuid PRIMARY KEY, topic text, aggregate_id text, type text, payload text)");
        runner.withUserConfiguration(Collected.class)
                .withPropertyValues(
                        "rustcdc.postgres.shop.outbox.table=public.events",
                        "rustcdc.postgres.shop.outbox.columns.type=kind")
                .run(context -> Refusal.of(context)
                        .says(
                                "lacks columns for aggregate-type (such as 'aggregate_type'), type ('kind')",
                                "[id, topic, ")
                        .advises(
                                "      outbox:\n        columns:\n          aggregate-type: ...\n          type: ..."));
    }
}
