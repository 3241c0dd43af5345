package io.rustcdc.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.rustcdc.CdcEngine;
import io.rustcdc.observe.EngineState;
import io.rustcdc.source.postgres.PostgresConnector;
import io.rustcdc.test.databases.TcpProxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Connections that are lost while changes flow. */
class ConnectionCutTests extends EngineFixture {

    /** Without a limit, what is written while the source connects again would become more than it can deliver in time. */
    private static final int MOST_UNDER_WAY = 1000;

    @Test
    @DisplayName("The connection cut 20 times under load: nothing lost, nothing repeated")
    void cutsUnderLoad() throws Exception {
        try (TcpProxy proxy = TcpProxy.to(server().port())) {
            PostgresConnector connector = connector(proxy.host(), proxy.port());
            CdcEngine engine = engine(
                    connector,
                    store(connector),
                    changesOnly().withMaxEventsPerPoll(50),
                    (event, acknowledgment) -> delivered.add(describe(event)));
            engine.start();
            AtomicBoolean writing = new AtomicBoolean(true);
            AtomicInteger written = new AtomicInteger();
            CompletableFuture<Void> writer = CompletableFuture.runAsync(() -> write(writing, written));
            try {
                for (int cut = 0; cut < 20; cut++) {
                    int before = delivered.size();
                    await().atMost(Duration.ofSeconds(60)).until(() -> delivered.size() > before + 20);
                    proxy.cut();
                }
            } finally {
                writing.set(false);
            }
            writer.get();
            awaitDelivered(written.get());
            awaitSaved(engine);
            assertThat(delivered).isEqualTo(ids(1, written.get()));
        }
    }

    @Test
    @DisplayName("PG-24: the walsender is killed: the next connection finds its slot free and goes on")
    void walsenderKilled() {
        CdcEngine engine = engine();
        engine.start();
        for (int i = 1; i <= 5; i++) {
            insert(i, i);
            awaitDelivered(i);
            assertThat(database.value(
                            "SELECT count(pg_terminate_backend(active_pid)) FROM pg_replication_slots WHERE database = '%s' AND active"
                                    .formatted(database.name())))
                    .isEqualTo("1");
        }
        insert(6, 6);
        awaitDelivered(6);
        assertThat(delivered).isEqualTo(ids(1, 6));
        assertThat(engine.status().state()).isEqualTo(EngineState.STREAMING);
    }

    @Test
    @DisplayName("A server that is stopped: stalled with the reason after the threshold, well again by itself")
    void serverStoppedAndStarted() {
        try (var own = io.rustcdc.test.databases.PostgresServer.builder().start()) {
            var shop = own.createDatabase();
            shop.sql("CREATE TABLE orders (id bigint PRIMARY KEY, note text)");
            var shared = database;
            database = shop;
            PostgresConnector connector = connector(own.host(), own.port());
            CdcEngine engine = engine(
                    connector,
                    store(connector),
                    changesOnly().withStallThreshold(Duration.ofSeconds(1)),
                    (event, acknowledgment) -> delivered.add(describe(event)));
            try {
                engine.start();
                insert(1, 1);
                awaitDelivered(1);
                own.kill();
                awaitStalledWithoutConnection(engine);
                own.start();
                await().atMost(Duration.ofSeconds(60))
                        .until(() -> !engine.status().health().needsAttention());
                insert(2, 2);
                awaitDelivered(2);
                assertThat(delivered).containsExactly("1", "2");
            } finally {
                engine.stop();
                database = shared;
            }
        }
    }

    private void write(AtomicBoolean writing, AtomicInteger written) {
        try (Connection connection = database.connect();
                PreparedStatement insert = connection.prepareStatement("INSERT INTO orders VALUES (?, 'n')")) {
            connection.setAutoCommit(false);
            while (writing.get()) {
                if (written.get() - delivered.size() > MOST_UNDER_WAY) {
                    LockSupport.parkNanos(1_000_000);
                    continue;
                }
                for (int i = 0; i < 7; i++) {
                    insert.setInt(1, written.get() + 1 + i);
                    insert.executeUpdate();
                }
                connection.commit();
                written.addAndGet(7);
            }
        } catch (java.sql.SQLException e) {
            throw new IllegalStateException("The writer failed", e);
        }
    }
}
