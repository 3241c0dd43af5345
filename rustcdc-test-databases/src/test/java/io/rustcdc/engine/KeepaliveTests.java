package io.rustcdc.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.rustcdc.CdcEngine;
import io.rustcdc.observe.EngineState;
import io.rustcdc.source.postgres.PostgresConnector;
import io.rustcdc.test.databases.TcpProxy;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The server ends a session from which it does not hear for {@code wal_sender_timeout}. It hears from us, whatever we do. */
@Timeout(120)
class KeepaliveTests extends EngineFixture {

    @BeforeEach
    void makeTheServerImpatient() {
        walSenderTimeout("4s");
    }

    @Test
    @DisplayName("PG-07: one large row that takes many times wal_sender_timeout to arrive")
    void aLargeRowOverASlowNetwork() {
        try (TcpProxy proxy = TcpProxy.to(server().port())) {
            CdcEngine engine = engine(proxy.host(), proxy.port(), 0);
            engine.start();
            insert(1, 1);
            awaitDelivered(1);
            String pid = activePid();
            proxy.delay(Duration.ofMillis(200));
            database.sql("INSERT INTO orders SELECT 2, repeat('x', 6000000)");
            awaitDelivered(2);
            assertThat(activePid()).isEqualTo(pid);
            assertThat(delivered).containsExactly("1", "2");
        }
    }

    @Test
    void aListenerSlowerThanTheChangesCome() {
        CdcEngine engine = engine(server().host(), server().port(), 50);
        engine.start();
        String pid = awaitActivePid();
        insert(1, 200);
        awaitDelivered(200);
        assertThat(activePid()).isEqualTo(pid);
        assertThat(delivered).isEqualTo(ids(1, 200));
    }

    @Test
    @DisplayName("PG-31: a backlog that holds nothing for us keeps the server busy, and the connection lives")
    void aBacklogWithoutChangesForUs() {
        walSenderTimeout("2s"); // or the backlog would have to be larger
        database.sql("CREATE TABLE uncaptured (id int)");
        PostgresConnector connector = new PostgresConnector(options(server().host(), server().port())
                .silenceTimeout(Duration.ofSeconds(5))
                .build());
        CdcEngine engine = engine(
                connector, store(connector), changesOnly(), (event, acknowledgment) -> delivered.add(describe(event)));
        engine.start();
        engine.stop();
        database.sql("INSERT INTO uncaptured SELECT i FROM generate_series(1, 500000) i");
        engine.start();
        String pid = activePid();
        insert(1, 1);
        awaitDelivered(1);
        assertThat(delivered).containsExactly("1");
        assertThat(activePid()).isEqualTo(pid);
    }

    @Test
    @DisplayName(
            "PG-R11: a handler that blocks for many times wal_sender_timeout: the queue stays bounded, nothing is confirmed")
    void aBlockedHandler() throws InterruptedException {
        blocksFor(Duration.ofSeconds(20));
    }

    @Test
    @Tag("long")
    @Timeout(480)
    @DisplayName("PG-R11: a handler that blocks for 5 minutes under the default wal_sender_timeout")
    void aHandlerThatBlocksForFiveMinutes() throws InterruptedException {
        walSenderTimeout("60s");
        blocksFor(Duration.ofMinutes(5));
    }

    private void blocksFor(Duration time) throws InterruptedException {
        CountDownLatch go = new CountDownLatch(1);
        CountDownLatch called = new CountDownLatch(1);
        PostgresConnector connector = connector(server().host(), server().port());
        int rowBytes = 10_000;
        CdcEngine engine = engine(
                connector, store(connector), changesOnly().withQueue(1000, 50L * rowBytes), (event, acknowledgment) -> {
                    called.countDown();
                    go.await();
                    delivered.add(describe(event));
                });
        engine.start();
        String pid = awaitActivePid();
        String confirmed = confirmed();
        database.sql(
                "INSERT INTO orders SELECT i, repeat('x', %d) FROM generate_series(1, 2000) i".formatted(rowBytes));
        called.await();
        long end = System.nanoTime() + time.toNanos();
        await().atMost(time.plusSeconds(30))
                .pollInterval(Duration.ofMillis(100))
                .until(() -> {
                    assertThat(engine.status().buffered()).isLessThanOrEqualTo(50);
                    assertThat(engine.status().state()).isEqualTo(EngineState.STREAMING);
                    return System.nanoTime() > end;
                });
        assertThat(activePid()).isEqualTo(pid);
        assertThat(confirmed()).isEqualTo(confirmed);
        assertThat(delivered).isEmpty();
        go.countDown();
        awaitDelivered(2000);
        assertThat(delivered).isEqualTo(ids(1, 2000));
        assertThat(activePid()).isEqualTo(pid);
    }

    private CdcEngine engine(String host, int port, int millisPerChange) {
        PostgresConnector connector = connector(host, port);
        CountDownLatch never = new CountDownLatch(1);
        return engine(connector, store(connector), changesOnly().withQueue(10, 1_000_000), (event, acknowledgment) -> {
            never.await(millisPerChange, TimeUnit.MILLISECONDS);
            delivered.add(describe(event));
        });
    }

    private String confirmed() {
        return database.value("SELECT confirmed_flush_lsn FROM pg_replication_slots WHERE database = '%s'"
                .formatted(database.name()));
    }

    private void walSenderTimeout(String timeout) {
        database.sql(
                "ALTER ROLE postgres IN DATABASE %s SET wal_sender_timeout = '%s'".formatted(database.name(), timeout));
    }
}
