package io.rustcdc.engine;

import static io.rustcdc.engine.EngineFixture.awaitSaved;
import static io.rustcdc.engine.EngineFixture.awaitState;
import static io.rustcdc.engine.EngineFixture.changesOnly;
import static io.rustcdc.engine.EngineFixture.ids;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import io.rustcdc.CdcEngine;
import io.rustcdc.observe.EngineState;
import io.rustcdc.source.SourceConnector;
import io.rustcdc.source.mysql.Flavor;
import io.rustcdc.test.databases.MySqlDatabase;
import io.rustcdc.test.databases.MySqlServer;
import io.rustcdc.test.databases.TcpProxy;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A replica, whose binlog has other files and other places, takes over behind the address of the primary. */
@Timeout(180)
class MySqlFailoverTests extends MySqlEngineFixture {

    private MySqlServer primary;
    private MySqlServer replica;
    private TcpProxy proxy;

    @AfterEach
    @Override
    void stopEverything() {
        database = null;
        super.stopEverything();
        if (primary != null) {
            proxy.close();
            replica.close();
            primary.close();
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"MYSQL_BY_GTID", "MARIADB_BY_GTID"})
    @DisplayName(
            "MY-03, MY-02, MY-R1, MY-R8: the stream goes on at the promoted replica, nothing lost or repeated; the set has both servers")
    void goesOnAtThePromotedReplica(BinlogMode mode) {
        begin(mode);
        CdcEngine engine = engine(proxy.port(), changesOnly());
        engine.start();
        insert(1, 10);
        awaitDelivered(10);
        awaitSaved(engine);
        failOver();
        insert(11, 20);
        insert(21, 21);
        awaitDelivered(21);
        assertThat(delivered).isEqualTo(ids(1, 21));
        awaitSaved(engine);
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(engine.status().offset().fields())
                        .containsEntry("gtid", replica.binlogStatus().gtids())
                        .containsEntry("binlog_file", replica.binlogStatus().file()));
        if (mode.flavor() == Flavor.MYSQL) {
            assertThat(replica.binlogStatus().gtids().split(",")).hasSize(2);
        }
        engine.stop();
        engine.start();
        insert(22, 22);
        awaitDelivered(22);
        assertThat(delivered).isEqualTo(ids(1, 22));
    }

    @ParameterizedTest
    @EnumSource(names = {"MYSQL_BY_GTID", "MARIADB_BY_GTID"})
    @DisplayName("MY-03: a transaction that was delivered in part is delivered whole at the promoted replica")
    void deliversATransactionWholeThatWasDeliveredInPart(BinlogMode mode) {
        begin(mode);
        CdcEngine once = engine(proxy.port(), changesOnly());
        once.start();
        insert(1, 3);
        awaitDelivered(3);
        once.stop();
        SourceConnector connector = connector(proxy.port());
        long before = store(connector).load().orElseThrow().committedEventCount();
        CrashingStore crashing = new CrashingStore(store(connector), before + 7);
        CdcEngine dying =
                engine(connector, crashing, changesOnly().withMaxEventsPerPoll(7), (event, acknowledgment) -> {});
        insert(4, 28);
        dying.start();
        await().atMost(Duration.ofSeconds(60)).until(crashing::isDead);
        dying.stop();
        assertThat(store(connector).load().orElseThrow().offset().isInsideTransaction())
                .isTrue();
        failOver();
        delivered.clear();
        engine(proxy.port(), changesOnly()).start();
        insert(29, 29);
        awaitDelivered(26);
        assertThat(delivered).isEqualTo(ids(4, 29));
    }

    @ParameterizedTest
    @EnumSource(names = {"MYSQL_BY_FILE", "MARIADB_BY_FILE"})
    @DisplayName("MY-03, MY-R8: a place in the old primary's file is refused with the reason")
    void aPlaceInAFileIsRefused(BinlogMode mode) {
        begin(mode);
        CdcEngine engine = engine(proxy.port(), changesOnly());
        engine.start();
        insert(1, 10);
        awaitDelivered(10);
        awaitSaved(engine);
        failOver();
        insert(11, 20);
        awaitState(engine, EngineState.FAILED);
        assertThat(engine.status().health().reason())
                .contains("is a place in a file of the server with", "this one has");
        assertThat(engine.status().health().action()).contains("only a checkpoint with GTIDs", "accept-gap");
        assertThat(delivered).isEqualTo(ids(1, 10));
    }

    @ParameterizedTest
    @EnumSource(names = {"MYSQL_BY_GTID", "MARIADB_BY_GTID"})
    @DisplayName("MY-03: a new primary that lacks delivered transactions is refused and names them")
    void aPrimaryThatLacksTransactionsIsRefused(BinlogMode mode) {
        begin(mode);
        CdcEngine engine = engine(proxy.port(), changesOnly());
        engine.start();
        insert(1, 5);
        awaitDelivered(5);
        replica.awaitCaughtUp();
        replica.database("mysql").sql(mode.flavor() == Flavor.MYSQL ? "STOP REPLICA" : "STOP SLAVE");
        insert(6, 10);
        awaitDelivered(10);
        awaitSaved(engine);
        String delivering = String.valueOf(engine.status().offset().fields().get("gtid"));
        primary.kill();
        replica.promote();
        takeOver();
        insert(6, 12);
        awaitState(engine, EngineState.FAILED);
        assertThat(engine.status().health().reason())
                .contains("the checkpoint has transactions that the server", "surplus=", delivering);
        assertThat(engine.status().health().action()).contains("promoted before it had received all");
        assertThat(delivered).isEqualTo(ids(1, 10));
    }

    private void begin(BinlogMode mode) {
        assumeThat(MySqlServer.isEmbedded(mode.flavor()))
                .as("a replica is for the embedded server only")
                .isTrue();
        primary = MySqlServer.builder(mode.flavor()).start();
        replica = primary.replica().options("log-bin=other").start();
        proxy = TcpProxy.to(primary.port());
        use(mode, primary);
    }

    private void failOver() {
        replica.awaitCaughtUp();
        primary.kill();
        replica.promote();
        takeOver();
    }

    private void takeOver() {
        proxy.retarget(replica.port());
        proxy.cut();
        MySqlDatabase moved = replica.database(database.name());
        database = moved;
    }
}
