package io.rustcdc.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.rustcdc.CdcEngine;
import io.rustcdc.checkpoint.FileCheckpointStore;
import io.rustcdc.delivery.Subscription;
import io.rustcdc.observe.EngineState;
import io.rustcdc.runtime.EngineOptions;
import io.rustcdc.snapshot.SnapshotMode;
import io.rustcdc.snapshot.SnapshotOptions;
import io.rustcdc.source.Credentials;
import io.rustcdc.source.TableFilter;
import io.rustcdc.source.Transport;
import io.rustcdc.source.mysql.Flavor;
import io.rustcdc.source.mysql.MySqlConnector;
import io.rustcdc.source.mysql.MySqlOptions;
import io.rustcdc.test.databases.MySqlDatabase;
import io.rustcdc.test.databases.MySqlServer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** That the runbook's procedures for the binlog do what they say. */
class MySqlRunbookTests {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir
    private Path directory;

    private final List<String> delivered = new CopyOnWriteArrayList<>();

    @Test
    void freesTheDiskAndAcceptsTheGapOfABinlogThatWasPurged() throws Exception {
        try (MySqlServer server = MySqlServer.builder(Flavor.MYSQL).start()) {
            MySqlDatabase shop = server.createDatabase();
            shop.sql("CREATE TABLE orders (id int PRIMARY KEY)");
            CdcEngine engine = engine(server, shop);
            engine.start();
            shop.sql("INSERT INTO orders VALUES (1)", "FLUSH BINARY LOGS", "INSERT INTO orders VALUES (2)");
            awaitSaved(engine, 2);
            engine.stop();
            shop.sql("INSERT INTO orders VALUES (3)");

            String statement = Runbook.run(directory, "purge");

            int files = shop.query("SHOW BINARY LOGS").size();
            shop.sql(statement.strip().replace(";", ""));
            assertThat(shop.query("SHOW BINARY LOGS")).hasSizeLessThan(files);
            delivered.clear();
            engine.start();
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(delivered).containsExactly("INSERT 3"));
            engine.stop();

            losesItsPosition(server, shop, engine);
            engine.stop();
        }
    }

    private void losesItsPosition(MySqlServer server, MySqlDatabase shop, CdcEngine engine) throws Exception {
        shop.sql("INSERT INTO orders VALUES (4)", "FLUSH BINARY LOGS");
        await().atMost(PATIENCE)
                .until(
                        () -> { // a reader that is gone may be in the old file for a moment
                            shop.sql("PURGE BINARY LOGS TO '%s'"
                                    .formatted(server.binlogStatus().file()));
                            return shop.query("SHOW BINARY LOGS").size() == 1;
                        });
        engine.start();
        await().atMost(PATIENCE).until(() -> engine.status().state() == EngineState.FAILED);
        assertThat(engine.status().health().reason()).containsIgnoringCase("binlog");
        delivered.clear();

        engine.acceptGap("a test");
        await().atMost(PATIENCE).until(() -> engine.status().state() == EngineState.STREAMING);
        engine.snapshots().request(List.of("*"), null).get(30, TimeUnit.SECONDS);

        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(delivered).containsOnly("READ 1", "READ 2", "READ 3", "READ 4"));
        shop.sql("INSERT INTO orders VALUES (5)");
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(delivered).endsWith("INSERT 5"));
    }

    private static void awaitSaved(CdcEngine engine, int changes) {
        await().atMost(PATIENCE)
                .until(() -> engine.checkpoint()
                        .stored()
                        .filter(stored -> stored.json().contains("\"committed_event_count\" : " + changes))
                        .isPresent());
    }

    private CdcEngine engine(MySqlServer server, MySqlDatabase shop) {
        MySqlConnector connector = new MySqlConnector(MySqlOptions.builder(Flavor.MYSQL, "shop")
                .host(server.host())
                .port(server.port())
                .database(shop.name())
                .credentials(() -> new Credentials(MySqlServer.SUPERUSER, null))
                .transport(Transport.plaintext())
                .serverId(4711)
                .tables(TableFilter.of(shop.name() + ".orders"))
                .build());
        return CdcEngine.builder(connector)
                .checkpointStore(
                        new FileCheckpointStore(directory.resolve("rustcdc"), connector.source(), connector.offsets()))
                .options(EngineOptions.ofDefaults()
                        .withSnapshot(SnapshotOptions.ofDefaults().withMode(SnapshotMode.NEVER)))
                .subscribe(Subscription.of(
                        "orders",
                        (event, acknowledgment) -> delivered.add(
                                event.operation() + " " + event.after().get("id"))))
                .build();
    }
}
