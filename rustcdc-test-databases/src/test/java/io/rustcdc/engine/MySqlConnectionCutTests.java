package io.rustcdc.engine;

import static io.rustcdc.engine.EngineFixture.awaitSaved;
import static io.rustcdc.engine.EngineFixture.awaitStalledWithoutConnection;
import static io.rustcdc.engine.EngineFixture.changesOnly;
import static io.rustcdc.engine.EngineFixture.ids;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.rustcdc.CdcEngine;
import io.rustcdc.observe.EngineState;
import io.rustcdc.source.Credentials;
import io.rustcdc.source.TableFilter;
import io.rustcdc.source.Transport;
import io.rustcdc.source.mysql.MySqlConnector;
import io.rustcdc.source.mysql.MySqlOptions;
import io.rustcdc.test.databases.MySqlServer;
import io.rustcdc.test.databases.TcpProxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Connections to MySQL and MariaDB that are lost while changes flow. */
@Timeout(120)
class MySqlConnectionCutTests extends MySqlEngineFixture {

    /** Without a limit, what is written while the source connects again would become more than it can deliver in time. */
    private static final int MOST_UNDER_WAY = 1000;

    @ParameterizedTest
    @EnumSource
    @DisplayName("MY-R13: the connection cut 20 times under load: nothing lost, nothing repeated")
    void cutsUnderLoad(BinlogMode mode) throws Exception {
        use(mode);
        try (TcpProxy proxy = TcpProxy.to(server().port())) {
            CdcEngine engine = engine(proxy.port(), changesOnly().withMaxEventsPerPoll(50));
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
            engine.stop();
        }
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("The session that sends the binlog is killed: the next one goes on")
    void dumpThreadKilled(BinlogMode mode) {
        use(mode);
        CdcEngine engine = engine();
        engine.start();
        for (int i = 1; i <= 3; i++) {
            insert(i, i);
            awaitDelivered(i);
            assertThat(killReaders()).isPositive();
        }
        insert(4, 4);
        awaitDelivered(4);
        assertThat(delivered).isEqualTo(ids(1, 4));
        await().until(() -> engine.status().state() == EngineState.STREAMING);
    }

    @ParameterizedTest
    @EnumSource(names = {"MYSQL_BY_GTID", "MARIADB_BY_FILE"})
    @DisplayName("A server that is killed: stalled with the reason after the threshold, well again by itself")
    void serverKilledAndStarted(BinlogMode mode) {
        try (MySqlServer own = MySqlServer.builder(mode.flavor()).start()) {
            use(mode, own);
            CdcEngine engine = engine(own.port(), changesOnly().withStallThreshold(Duration.ofSeconds(1)));
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
            engine.stop();
            dropDatabase();
            database = null;
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"MYSQL_BY_GTID", "MARIADB_BY_GTID"})
    @DisplayName(
            "MY-14: a second source with the same server id says who has it, and goes on when that one has stopped")
    void twoSourcesWithOneServerId(BinlogMode mode) throws Exception {
        use(mode);
        CdcEngine first = engine();
        first.start();
        insert(1, 1);
        awaitDelivered(1);
        MySqlConnector connector = new MySqlConnector(MySqlOptions.builder(mode.flavor(), "crm")
                .port(server().port())
                .database(database.name())
                .credentials(() -> new Credentials(MySqlServer.SUPERUSER, null))
                .serverId(serverId)
                .tables(TableFilter.of("orders"))
                .transport(Transport.plaintext())
                .build());
        List<String> others = new CopyOnWriteArrayList<>();
        CdcEngine second = engine(
                connector,
                store(connector),
                changesOnly().withStallThreshold(Duration.ofMillis(1)),
                (event, acknowledgment) -> others.add(EngineFixture.describe(event)));
        CompletableFuture<Void> waiting = CompletableFuture.runAsync(second::start);
        await().atMost(Duration.ofSeconds(25))
                .untilAsserted(() -> assertThat(
                                String.valueOf(second.status().health().reason()))
                        .contains("Server id " + serverId + " is in use")
                        .contains("rustcdc/shop/" + ProcessHandle.current().pid()));
        assertThat(second.status().health().action())
                .contains("rustcdc.%s.crm.server-id".formatted(mode.flavor().type()));
        assertThat(waiting).isNotDone();
        assertThat(first.status().state()).isEqualTo(EngineState.STREAMING);
        first.stop();
        waiting.get(30, TimeUnit.SECONDS);
        insert(2, 2);
        await().atMost(Duration.ofSeconds(30)).until(() -> others.contains("2"));
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
        } catch (SQLException e) {
            throw new IllegalStateException("The writer failed", e);
        }
    }
}
