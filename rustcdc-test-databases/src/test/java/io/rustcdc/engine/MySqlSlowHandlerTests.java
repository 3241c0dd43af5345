package io.rustcdc.engine;

import static io.rustcdc.engine.EngineFixture.changesOnly;
import static io.rustcdc.engine.EngineFixture.describe;
import static io.rustcdc.engine.EngineFixture.ids;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.rustcdc.CdcEngine;
import io.rustcdc.source.SourceConnector;
import io.rustcdc.source.mysql.Flavor;
import io.rustcdc.test.databases.MySqlServer;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The server ends a session that takes nothing for {@code net_write_timeout}: then the stream goes on at its checkpoint. */
@Timeout(120)
class MySqlSlowHandlerTests extends MySqlEngineFixture {

    private static final int ROWS = 3000;
    private static final int ROW_BYTES = 10_000;
    private static final Map<Flavor, MySqlServer> servers = new EnumMap<>(Flavor.class);

    @AfterAll
    static void closeServers() {
        servers.values().forEach(MySqlServer::close);
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName(
            "MY-R14: a handler that blocks for many times net_write_timeout: the queue stays bounded, nothing is lost or repeated")
    void aBlockedHandler(BinlogMode mode) throws InterruptedException {
        use(mode, impatient(mode));
        blocksFor(Duration.ofSeconds(6));
    }

    @ParameterizedTest
    @EnumSource(names = {"MYSQL_BY_GTID", "MARIADB_BY_FILE"})
    @Tag("long")
    @Timeout(480)
    @DisplayName("MY-R14: a handler that blocks for 5 minutes under the default net_write_timeout")
    void aHandlerThatBlocksForFiveMinutes(BinlogMode mode) throws InterruptedException {
        use(mode);
        blocksFor(Duration.ofMinutes(5));
    }

    @ParameterizedTest
    @EnumSource(names = {"MYSQL_BY_GTID", "MARIADB_BY_FILE"})
    void aListenerSlowerThanTheChangesCome(BinlogMode mode) {
        use(mode, impatient(mode));
        CountDownLatch never = new CountDownLatch(1);
        SourceConnector connector = connector(server().port());
        engine(connector, store(connector), changesOnly().withQueue(10, 1_000_000), (event, acknowledgment) -> {
                    never.await(15, TimeUnit.MILLISECONDS);
                    delivered.add(describe(event));
                })
                .start();
        insert(1, 200);
        awaitDelivered(200);
        assertThat(delivered).isEqualTo(ids(1, 200));
    }

    private void blocksFor(Duration time) throws InterruptedException {
        CountDownLatch go = new CountDownLatch(1);
        CountDownLatch called = new CountDownLatch(1);
        SourceConnector connector = connector(server().port());
        CdcEngine engine = engine(
                connector,
                store(connector),
                changesOnly().withQueue(1000, 50L * ROW_BYTES),
                (event, acknowledgment) -> {
                    called.countDown();
                    go.await();
                    delivered.add(describe(event));
                });
        engine.start();
        for (int row = 1; row <= ROWS; row += 100) {
            insert(row, row + 99, "x".repeat(ROW_BYTES));
        }
        called.await();
        long end = System.nanoTime() + time.toNanos();
        await().atMost(time.plusSeconds(30))
                .pollInterval(Duration.ofMillis(100))
                .until(() -> {
                    assertThat(engine.status().buffered()).isLessThanOrEqualTo(50);
                    return System.nanoTime() > end;
                });
        assertThat(delivered).isEmpty();
        go.countDown();
        awaitDelivered(ROWS);
        insert(ROWS + 1, ROWS + 1);
        awaitDelivered(ROWS + 1);
        assertThat(delivered).isEqualTo(ids(1, ROWS + 1));
    }

    private static MySqlServer impatient(BinlogMode mode) {
        return servers.computeIfAbsent(
                mode.flavor(),
                flavor -> MySqlServer.builder(flavor)
                        .options("net-write-timeout=2", "net-read-timeout=2")
                        .start());
    }
}
