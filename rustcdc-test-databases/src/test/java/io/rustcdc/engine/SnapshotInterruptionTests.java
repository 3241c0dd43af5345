package io.rustcdc.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.rustcdc.CdcEngine;
import io.rustcdc.observe.EngineState;
import io.rustcdc.runtime.EngineOptions;
import io.rustcdc.snapshot.SnapshotMode;
import io.rustcdc.snapshot.SnapshotOptions;
import io.rustcdc.test.databases.PostgresServer;
import io.rustcdc.test.databases.TcpProxy;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A server that goes away, and connections that end, in the middle of the rows, while the process lives on. */
class SnapshotInterruptionTests extends SnapshotFixture {

    private static PostgresServer server;

    private TcpProxy proxy;

    enum Fault {
        SERVER_RESTARTED,
        SERVER_KILLED,
        CONNECTIONS_CUT,
        ALL_SESSIONS_ENDED,
        WALSENDER_ENDED,
        READERS_ENDED
    }

    @BeforeAll
    static void startServer() {
        server = PostgresServer.builder().start();
    }

    @AfterAll
    static void stopServer() {
        server.close();
    }

    @Override
    PostgresServer server() {
        return server;
    }

    @BeforeEach
    void startProxy() {
        proxy = TcpProxy.to(server.port());
    }

    @AfterEach
    void closeProxy() {
        proxy.close();
    }

    private void make(Fault fault) {
        switch (fault) {
            case SERVER_RESTARTED -> {
                server.stop();
                server.start();
            }
            case SERVER_KILLED -> {
                server.kill();
                server.start();
            }
            case CONNECTIONS_CUT -> proxy.cut();
            case ALL_SESSIONS_ENDED -> end("true");
            case WALSENDER_ENDED -> end("backend_type = 'walsender'");
            case READERS_ENDED -> end("backend_type = 'client backend'");
        }
    }

    private void end(String which) {
        assertThat(database.query(
                        "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = current_database() AND "
                                + which))
                .isNotEmpty();
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("SN-25: the first load goes on at each worker's cursor, and the stream begins where it was to begin")
    void theFirstLoadGoesOn(Fault fault) throws Exception {
        int portion = 1000;
        insert(1, 100_000);
        database.sql("ANALYZE orders");
        CountDownLatch reached = new CountDownLatch(1);
        CountDownLatch go = blockAtRead(30_500, reached);
        CdcEngine engine = copying(
                EngineOptions.ofDefaults()
                        .withSnapshot(new SnapshotOptions(SnapshotMode.INITIAL, portion, 2, 0))
                        .withQueue(2000, 4_000_000),
                proxy.port());
        engine.start();
        assertThat(reached.await(60, TimeUnit.SECONDS)).isTrue();
        assertThat(progress(engine, "orders").remaining()).as("ranges").hasSizeGreaterThan(1);
        database.sql(
                "UPDATE orders SET note = 'changed' WHERE id % 1000 = 1",
                "DELETE FROM orders WHERE id % 1000 = 2", "INSERT INTO orders VALUES (100001, 'new')");
        make(fault);
        go.countDown();
        awaitComplete(engine);
        awaitSaved(engine);
        awaitCopy("orders");
        assertThat(readIds("orders")).hasSizeLessThanOrEqualTo(100_000 + 2 * portion);
        assertThat(engine.status().state()).isEqualTo(EngineState.STREAMING);
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("SN-06: chunks go on at the cursor, over the same connection where that one lives")
    void chunksGoOn(Fault fault) throws Exception {
        insert(1, 1000);
        CountDownLatch reached = new CountDownLatch(1);
        CountDownLatch go = blockAtRead(305, reached);
        CdcEngine engine = copying(onRequest(10).withQueue(20, 100_000), proxy.port());
        engine.start();
        request(engine, null, "public.orders");
        assertThat(reached.await(60, TimeUnit.SECONDS)).isTrue();
        database.sql(
                "UPDATE orders SET note = 'changed' WHERE id % 100 = 1",
                "DELETE FROM orders WHERE id % 100 = 2", "INSERT INTO orders VALUES (1001, 'new')");
        CompletableFuture<Void> made = CompletableFuture.runAsync(() -> make(fault));
        // A shutdown in order waits until the stream has confirmed all, which takes a consumer that goes on.
        if (fault != Fault.SERVER_RESTARTED) {
            made.get(60, TimeUnit.SECONDS); // while there are rows to read
        }
        go.countDown();
        made.get(60, TimeUnit.SECONDS);
        awaitComplete(engine);
        awaitSaved(engine);
        awaitCopy("orders");
        assertThat(readIds("orders")).hasSizeBetween(980, 1000 + 10 + 1);
        assertThat(Set.copyOf(readIds("orders")))
                .containsAll(
                        numbers(1, 1000).stream().filter(id -> id % 100 > 2).toList());
    }
}
