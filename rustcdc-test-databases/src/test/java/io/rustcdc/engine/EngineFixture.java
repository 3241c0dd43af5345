package io.rustcdc.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.rustcdc.CdcEngine;
import io.rustcdc.checkpoint.Checkpoint;
import io.rustcdc.checkpoint.CheckpointStore;
import io.rustcdc.checkpoint.FileCheckpointStore;
import io.rustcdc.delivery.ChangeHandler;
import io.rustcdc.delivery.Subscription;
import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.Operation;
import io.rustcdc.event.Row;
import io.rustcdc.observe.EngineState;
import io.rustcdc.observe.HealthVerdict;
import io.rustcdc.observe.HealthVerdict.Status;
import io.rustcdc.runtime.EngineOptions;
import io.rustcdc.snapshot.SnapshotMode;
import io.rustcdc.snapshot.SnapshotOptions;
import io.rustcdc.source.Credentials;
import io.rustcdc.source.TableFilter;
import io.rustcdc.source.Transport;
import io.rustcdc.source.postgres.PostgresConnector;
import io.rustcdc.source.postgres.PostgresOptions;
import io.rustcdc.test.databases.PostgresDatabase;
import io.rustcdc.test.databases.PostgresServer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Engines over a database of a real server, with checkpoints in files. */
abstract class EngineFixture {

    @TempDir
    Path directory;

    PostgresDatabase database;
    final List<String> delivered = new CopyOnWriteArrayList<>();
    private final List<CdcEngine> engines = new ArrayList<>();

    PostgresServer server() {
        return PostgresServer.shared();
    }

    @BeforeEach
    void createTable() {
        database = server().createDatabase();
        database.sql("CREATE TABLE orders (id bigint PRIMARY KEY, note text)");
    }

    @AfterEach
    void stopEverything() {
        engines.forEach(CdcEngine::stop);
        dropDatabase();
    }

    /** For tests that leave a server behind which nobody can write to any more. */
    void dropDatabase() {
        database.close();
    }

    PostgresConnector connector(String host, int port) {
        return new PostgresConnector(options(host, port).build());
    }

    PostgresOptions.Builder options(String host, int port) {
        return PostgresOptions.builder("shop")
                .host(host)
                .port(port)
                .database(database.name())
                .credentials(() -> new Credentials(PostgresServer.SUPERUSER, null))
                .replicationSlotName("cdc_" + database.name())
                .publicationName("cdc_" + database.name())
                .tables(TableFilter.of("public.orders"))
                .connTimeout(Duration.ofSeconds(10))
                .transport(Transport.plaintext());
    }

    /** The process on the server that sends to the source; "null" when there is none. */
    String activePid() {
        return String.valueOf(database.value(
                "SELECT active_pid FROM pg_replication_slots WHERE database = '%s'".formatted(database.name())));
    }

    /** The same, once there is one: a source with a new slot begins to read it a moment after its start. */
    String awaitActivePid() {
        return await().until(this::activePid, pid -> !pid.equals("null"));
    }

    CheckpointStore store(PostgresConnector connector) {
        return new FileCheckpointStore(directory, connector.source(), connector.offsets());
    }

    CdcEngine engine(PostgresConnector connector, CheckpointStore store, EngineOptions options, ChangeHandler handler) {
        CdcEngine engine = CdcEngine.builder(connector)
                .checkpointStore(store)
                .options(options)
                .subscribe(new Subscription(
                        "test", TableFilter.all(), EnumSet.allOf(Operation.class), Subscription.AckMode.AUTO, handler))
                .build();
        engines.add(engine);
        return engine;
    }

    /** An engine that takes down what it gets. */
    CdcEngine engine(EngineOptions options) {
        PostgresConnector connector = connector(server().host(), server().port());
        return engine(connector, store(connector), options, (event, acknowledgment) -> delivered.add(describe(event)));
    }

    /** The same, of changes only. */
    CdcEngine engine() {
        return engine(changesOnly());
    }

    /** Takes changes only. */
    static EngineOptions changesOnly() {
        return EngineOptions.ofDefaults()
                .withSnapshot(SnapshotOptions.ofDefaults().withMode(SnapshotMode.NEVER));
    }

    /** The id of an inserted row; the operation, and the id where there is one, of every other change. */
    static String describe(ChangeEvent<Row> event) {
        Row row = event.after() != null ? event.after() : event.before();
        String id = row == null || row.columns().indexOf("id") < 0 ? "" : String.valueOf(row.get("id"));
        return event.operation() == Operation.INSERT ? id : (event.operation().code() + " " + id).strip();
    }

    void insert(int from, int to) {
        database.sql("INSERT INTO orders SELECT i, 'n' FROM generate_series(%d, %d) i".formatted(from, to));
    }

    static List<String> ids(int from, int to) {
        return IntStream.rangeClosed(from, to).mapToObj(Integer::toString).toList();
    }

    void awaitDelivered(int count) {
        await().atMost(Duration.ofSeconds(60)).until(() -> delivered.size() >= count);
    }

    /** Also the ends of their transactions, which may be saved a moment later. */
    static void awaitSaved(CdcEngine engine) {
        await().atMost(Duration.ofSeconds(60)).until(() -> isSaved(engine));
    }

    /**
     * Buffered comes first, since changes only move from there into flight. How far rows are read is saved behind the rows, or with their
     * last ones.
     */
    static boolean isSaved(CdcEngine engine) {
        if (engine.status().buffered() > 0 || engine.status().inFlight() > 0) {
            return false;
        }
        Checkpoint saved = engine.checkpoint().stored().orElseThrow().checkpoint();
        return !saved.offset().isInsideTransaction()
                && engine.snapshots()
                        .state()
                        .filter(state -> !state.equals(saved.snapshot()))
                        .isEmpty();
    }

    static void awaitState(CdcEngine engine, EngineState state) {
        await().atMost(Duration.ofSeconds(60)).until(() -> engine.status().state() == state);
    }

    /** A reader that gets no time to see that the connection is lost is stalled for another reason before. */
    static void awaitStalledWithoutConnection(CdcEngine engine) {
        await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
            HealthVerdict health = engine.status().health();
            assertThat(health.status()).isEqualTo(Status.STALLED);
            assertThat(health.reason()).contains("no connection for");
        });
    }
}
