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
import io.rustcdc.source.sqlserver.SqlServerConnector;
import io.rustcdc.source.sqlserver.SqlServerOptions;
import io.rustcdc.test.databases.sqlserver.SqlServerStandIn;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** That the runbook's procedure after a clean-up of the change tables does what it says; on the stand-in. */
class SqlServerRunbookTests {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir
    private Path directory;

    private final List<String> delivered = new CopyOnWriteArrayList<>();

    @Test
    void acceptsTheGapThatTheCleanUpHasMade() throws Exception {
        try (SqlServerStandIn shop = SqlServerStandIn.start()) {
            shop.sql("CREATE TABLE dbo.orders (id int PRIMARY KEY)");
            shop.enable("dbo.orders");
            shop.capture();
            shop.startCapture();
            CdcEngine engine = engine(shop);
            engine.start();
            shop.sql("INSERT INTO dbo.orders VALUES (1)");
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(delivered).containsExactly("INSERT 1"));
            engine.stop();
            shop.sql("INSERT INTO dbo.orders VALUES (2)");
            shop.capture();
            CodeBlock position = Runbook.PAGE.blocksIn("sql").stream()
                    .filter(block -> block.attribute("on").equals("sqlserver"))
                    .findFirst()
                    .orElseThrow();
            assertThat(shop.query(position.text().strip().replace(";", ""))).hasSize(1);
            shop.cleanUp("dbo_orders");
            engine.start();
            await().atMost(PATIENCE).until(() -> engine.status().state() == EngineState.FAILED);
            assertThat(engine.status().health().reason()).contains("no longer retained");
            delivered.clear();

            engine.acceptGap("a test");
            await().atMost(PATIENCE).until(() -> engine.status().state() == EngineState.STREAMING);
            engine.snapshots().request(List.of("*"), null).get(30, TimeUnit.SECONDS);

            await().atMost(PATIENCE).untilAsserted(() -> assertThat(delivered).contains("READ 1", "READ 2"));
            shop.sql("INSERT INTO dbo.orders VALUES (3)");
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(delivered).endsWith("INSERT 3"));
            engine.stop();
        }
    }

    private CdcEngine engine(SqlServerStandIn shop) {
        SqlServerConnector connector = new SqlServerConnector(
                SqlServerOptions.builder("shop")
                        .database(shop.name())
                        .credentials(() -> new Credentials("cdc_user", "change-me"))
                        .transport(Transport.plaintext())
                        .streamPollInterval(Duration.ofMillis(20))
                        .tables(TableFilter.of("dbo.orders"))
                        .build(),
                shop.connections());
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
