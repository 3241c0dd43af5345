package io.rustcdc.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.rustcdc.CdcEngine;
import io.rustcdc.checkpoint.FileCheckpointStore;
import io.rustcdc.delivery.Subscription;
import io.rustcdc.event.Operation;
import io.rustcdc.observe.EngineState;
import io.rustcdc.source.Credentials;
import io.rustcdc.source.TableFilter;
import io.rustcdc.source.Transport;
import io.rustcdc.source.postgres.PostgresConnector;
import io.rustcdc.source.postgres.PostgresOptions;
import io.rustcdc.test.databases.PostgresDatabase;
import io.rustcdc.test.databases.PostgresServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** That the procedures of the runbook do what they say: its commands, run as they stand, between two runs of a source. */
class RunbookTests {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    private Path directory;

    private final List<String> delivered = new CopyOnWriteArrayList<>();
    private PostgresServer server;
    private PostgresDatabase database;
    private CdcEngine engine;
    private Path checkpoint;

    @BeforeEach
    void capture() {
        server = PostgresServer.builder().start();
        database = server.createDatabase();
        database.sql("CREATE TABLE orders (id int PRIMARY KEY)");
        checkpoint = directory.resolve("rustcdc/shop/checkpoint_postgres.json");
        engine = engine();
        engine.start();
        insert(1);
        await().atMost(PATIENCE)
                .until(() -> engine.checkpoint().stored().isPresent()
                        && engine.checkpoint().stored().orElseThrow().json().contains("\"committed_event_count\" : 1"));
        engine.stop();
    }

    private CdcEngine engine() {
        PostgresConnector connector = new PostgresConnector(PostgresOptions.builder("shop")
                .host(server.host())
                .port(server.port())
                .database(database.name())
                .credentials(() -> new Credentials(PostgresServer.SUPERUSER, null))
                .transport(Transport.plaintext())
                .replicationSlotName("shop_cdc")
                .publicationName("shop_cdc")
                .tables(TableFilter.of("public.orders"))
                .build());
        return CdcEngine.builder(connector)
                .checkpointStore(
                        new FileCheckpointStore(directory.resolve("rustcdc"), connector.source(), connector.offsets()))
                .subscribe(Subscription.of(
                        "orders",
                        (event, acknowledgment) -> delivered.add((event.operation() == Operation.READ ? "row " : "")
                                + event.after().get("id"))))
                .build();
    }

    @AfterEach
    void stop() {
        engine.stop();
        server.close();
    }

    private void insert(int id) {
        database.sql("INSERT INTO orders VALUES (%d)".formatted(id));
    }

    private void startAndAwait(String... expected) {
        delivered.clear();
        engine.start();
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(delivered).containsExactly(expected));
    }

    private String run(String procedure, String... environment) throws IOException, InterruptedException {
        return Runbook.run(directory, procedure, environment);
    }

    @Test
    void everyBlockIsRun() {
        assertThat(Runbook.PAGE.blocksIn("bash"))
                .extracting(block -> block.attribute("run"))
                .containsExactlyInAnyOrder(
                        "setup", "look", "replace", "reset", "owner", "stale", "damaged", "lag", "diagnose", "purge");
    }

    @Test
    void looksAtACheckpointAndItsOwner() throws Exception {
        engine.start();
        assertThat(run("look"))
                .contains("\"committed_event_count\" : 1", "shop_cdc", "schemas_postgres.json")
                .contains(Long.toString(ProcessHandle.current().pid()));
        assertThat(run("owner")).contains("java");
    }

    @Test
    void goesOnAtAPositionThatWasWrittenByHand() throws Exception {
        insert(2);
        String end = database.value("SELECT pg_current_wal_lsn()");
        insert(3);

        run("replace", "LSN", end);

        startAndAwait("3");
        assertThat(engine.checkpoint().history()).hasSizeGreaterThanOrEqualTo(1);
        assertThat(engine.checkpoint().history())
                .anySatisfy(old ->
                        assertThat(old.checkpoint().committedEventCount()).isEqualTo(1));
    }

    @Test
    void goesOnWithANewSlotWhereTheOldOneIsGone() throws Exception {
        database.dropSlot("shop_cdc");
        run("replace", "LSN", database.value("SELECT pg_current_wal_lsn()"));
        engine.start();
        assertThat(engine.status().state()).isEqualTo(EngineState.STREAMING);
        insert(4);
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(delivered).contains("4"));
    }

    @Test
    void refusesToWriteACheckpointWithoutAPosition() {
        assertThatThrownBy(() -> run("replace")).hasMessageContaining("LSN");
        assertThat(checkpoint).content().contains("content_checksum");
    }

    @Test
    void startsAnewAfterAReset() throws Exception {
        insert(2);
        database.dropSlot("shop_cdc");

        run("reset");

        startAndAwait("row 1", "row 2");
        insert(3);
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(delivered).contains("3"));
        assertThat(engine.checkpoint().history()).hasSize(1);
    }

    @Test
    void goesOnAtTheSlotAfterAResetThatLeavesIt() throws Exception {
        insert(2);

        run("reset");

        delivered.clear();
        engine.start();
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(delivered).contains("2"));
    }

    @Test
    void restoresWhatWasReset() throws Exception {
        insert(2);
        run("reset");
        engine.checkpoint().restore(engine.checkpoint().history().get(0).id(), "a test");
        startAndAwait("2");
    }

    @Test
    void theOwnerFileOfADeadProcessNeedsNoRemovalAndTakesOne() throws Exception {
        Path owner = checkpoint.resolveSibling(".rustcdc_checkpoint.owner");
        Files.writeString(owner, "2147483646\n");
        assertThatThrownBy(() -> run("owner")).hasMessageContaining("owner failed");
        insert(2);
        startAndAwait("2");
        engine.stop();

        Files.writeString(owner, "2147483646\n");
        run("stale");
        insert(3);
        startAndAwait("3");
    }

    @Test
    void aDamagedCheckpointIsRefusedAndNothingIsLostWithoutIt() throws Exception {
        insert(2);
        Files.writeString(checkpoint, Files.readString(checkpoint).replace("\"lsn\"", "\"lsm\""));
        engine.start();
        assertThat(engine.status().state()).isEqualTo(EngineState.FAILED);
        assertThat(engine.status().health().reason()).contains("is refused");
        engine.stop();

        run("damaged");

        delivered.clear();
        engine.start();
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(delivered).contains("2"));
        assertThat(engine.status().state()).isNotEqualTo(EngineState.FAILED);
    }

    @Test
    void goesOnByItselfWhenTheDatabaseIsBack() {
        engine.start();
        insert(2);
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(delivered).endsWith("2"));
        delivered.clear();
        server.kill();
        await().atMost(PATIENCE).until(() -> engine.status().state() == EngineState.RECONNECTING);
        assertThat(engine.status().health().reason()).isNotEmpty();

        server.start();

        insert(3);
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(delivered).containsExactly("3"));
    }
}
