package io.rustcdc.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.rustcdc.CdcEngine;
import io.rustcdc.event.FailureKind;
import io.rustcdc.observe.EngineState;
import io.rustcdc.source.SourceException;
import io.rustcdc.source.StreamRequest;
import io.rustcdc.source.postgres.PostgresConnector;
import io.rustcdc.test.databases.PostgresDatabase;
import io.rustcdc.test.databases.PostgresServer;
import io.rustcdc.test.databases.TcpProxy;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

/** A primary that dies and a standby that is promoted in its place, behind one address. */
@EnabledIf("io.rustcdc.test.databases.PostgresServer#isEmbedded")
class PromotionTests extends EngineFixture {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String STANDBY = "standby_1";

    private PostgresServer primary;
    private PostgresServer standby;
    private TcpProxy address;

    @Override
    PostgresServer server() {
        if (primary == null) {
            primary = PostgresServer.builder().start();
        }
        return primary;
    }

    @BeforeEach
    void startTheStandby() {
        address = TcpProxy.to(primary.port());
    }

    @AfterEach
    void stopTheServers() {
        address.close();
        if (standby != null) {
            standby.close();
        }
        primary.close();
    }

    @Override
    void dropDatabase() {
        // It ends with its server, which may be dead already.
    }

    private CdcEngine engineAtTheAddress() {
        PostgresConnector connector = connector(address.host(), address.port());
        return engine(
                connector, store(connector), changesOnly(), (event, acknowledgment) -> delivered.add(describe(event)));
    }

    private PostgresDatabase onStandby() {
        return standby.database(database.name());
    }

    private void promote() {
        standby.promote();
        address.retarget(standby.port());
        database = onStandby();
    }

    private void awaitReplay() {
        String end = database.value("SELECT pg_current_wal_lsn()");
        await().atMost(PATIENCE)
                .until(() -> "true"
                        .equals(onStandby().value("SELECT (pg_last_wal_replay_lsn() >= '%s')::text".formatted(end))));
    }

    private void awaitSynchronizedSlot() {
        await().atMost(PATIENCE).until(() -> "true".equals(onStandby().value("""
                        SELECT (synced AND NOT temporary AND invalidation_reason IS NULL)::text
                        FROM pg_replication_slots WHERE slot_name = 'cdc_%s'
                        """.formatted(database.name()))));
    }

    private void assumeFailoverSlots() {
        assumeTrue(
                Integer.parseInt(database.value("SHOW server_version_num")) >= 170000,
                "failover slots came with PostgreSQL 17");
    }

    private static String reason(CdcEngine engine) {
        return engine.status().health().reason();
    }

    @Test
    @DisplayName(
            "A promoted standby that keeps the slot goes on where the old primary was: nothing lost, nothing repeated")
    void goesOnOnThePromotedStandby() {
        assumeFailoverSlots();
        standby = primary.standby(STANDBY).start();
        // After the copy: it would wait, once promoted, for a standby of its own.
        primary.database("postgres")
                .sql(
                        "ALTER SYSTEM SET synchronized_standby_slots = '%s'".formatted(STANDBY),
                        "SELECT pg_reload_conf()");
        CdcEngine engine = engineAtTheAddress();
        engine.start();
        insert(1, 100);
        awaitDelivered(100);
        awaitSynchronizedSlot();
        engine.pause();
        insert(101, 150);
        awaitReplay();

        primary.kill();
        promote();
        insert(151, 200);
        engine.resume();

        awaitDelivered(200);
        awaitSaved(engine);
        assertThat(delivered).isEqualTo(ids(1, 200));
        assertThat(engine.status().state()).isEqualTo(EngineState.STREAMING);
        assertThat(engine.status().offset().fields()).containsEntry("timeline", 2);
        engine.stop();
        insert(201, 210);
        engine.start();
        awaitDelivered(210);
        assertThat(delivered).isEqualTo(ids(1, 210));
    }

    @Test
    @DisplayName("A promoted standby without the slot is a divergence that says so; an accepted gap goes on there")
    void failsOnAPromotedStandbyWithoutTheSlot() {
        standby = primary.standby(STANDBY).start();
        PostgresConnector connector = new PostgresConnector(
                options(address.host(), address.port()).failoverSlot(false).build());
        CdcEngine engine = engine(
                connector, store(connector), changesOnly(), (event, acknowledgment) -> delivered.add(describe(event)));
        engine.start();
        insert(1, 10);
        awaitDelivered(10);
        awaitSaved(engine);
        awaitReplay();

        primary.kill();
        promote();
        awaitState(engine, EngineState.FAILED);

        assertThat(reason(engine))
                .startsWith("postgres checkpoint/slot divergence for slot 'cdc_%s'".formatted(database.name()))
                .contains("slot does not exist")
                .contains("promoted since, from timeline 1 to 2");
        assertThat(engine.status().health().action()).contains("sync_replication_slots");
        insert(11, 20);
        engine.acceptGap("ada");
        insert(21, 30);
        awaitDelivered(20);
        assertThat(delivered.subList(10, 20)).isEqualTo(ids(21, 30));
    }

    @Test
    @DisplayName("Changes delivered from the old primary that the promoted standby never had: refused, not skipped")
    void failsWhenTheStandbyLacksWhatWasDelivered() {
        standby = primary.standby(STANDBY).start();
        CdcEngine engine = engineAtTheAddress();
        engine.start();
        insert(1, 10);
        awaitDelivered(10);
        awaitSaved(engine);
        awaitReplay();
        standby.stop();
        insert(11, 20);
        awaitDelivered(20);
        awaitSaved(engine);
        long lost = (Long) engine.status().offset().fields().get("lsn");

        primary.kill();
        standby.start();
        promote();
        awaitState(engine, EngineState.FAILED);

        assertThat(reason(engine))
                .startsWith("postgres checkpoint/slot divergence for slot")
                .contains("was saved on timeline 1, which the server left at")
                .contains("changes that were delivered no longer exist");
        engine.acceptGap("ada");
        awaitState(engine, EngineState.STREAMING);
        await().atMost(PATIENCE)
                .untilAsserted(
                        () -> assertThat(engine.status().offset().fields()).containsEntry("timeline", 2));
        assertThat((Long) engine.status().offset().fields().get("lsn"))
                .as("a position before the lost one, saved all the same")
                .isNotEqualTo(lost);
        insert(31, 40);
        awaitSaved(engine);
        await().atMost(PATIENCE).until(() -> delivered.containsAll(ids(31, 40)));
    }

    @Test
    @DisplayName("PG-R7: a standby is no place for a first start, and one to wait at for a source that has run")
    void aStandbyIsToldApart() {
        standby = primary.standby(STANDBY).start();
        PostgresConnector connector = connector(standby.host(), standby.port());
        SourceException first = catchThrowableOfType(
                SourceException.class,
                () -> connector.open(StreamRequest.fresh()).close());
        assertThat(first.kind()).isEqualTo(FailureKind.CONFIGURATION);
        assertThat(first).hasMessageContaining("is a standby, expected the primary");
        assertThat(first.action()).contains("rustcdc.postgres.shop.host");

        CdcEngine engine = engineAtTheAddress();
        engine.start();
        insert(1, 1);
        awaitDelivered(1);
        awaitReplay();
        address.retarget(standby.port());
        address.cut();

        await().atMost(PATIENCE)
                .until(() -> String.valueOf(reason(engine)).contains("is a standby, expected the primary; waiting"));
        assertThat(engine.status().state()).isEqualTo(EngineState.RECONNECTING);
    }
}
