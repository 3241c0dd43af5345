package io.rustcdc.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.rustcdc.CdcEngine;
import io.rustcdc.checkpoint.jdbc.JdbcCheckpoints;
import io.rustcdc.checkpoint.jdbc.JdbcOptions;
import io.rustcdc.checkpoint.jdbc.JdbcTables;
import io.rustcdc.observe.EngineState;
import io.rustcdc.observe.HealthVerdict;
import io.rustcdc.source.postgres.PostgresConnector;
import io.rustcdc.test.databases.PostgresServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

/** Instances that share a checkpoint in the captured database itself. */
class StandbyTests extends EngineFixture {

    private static final Duration LEASE = Duration.ofSeconds(5);

    private final List<JdbcCheckpoints> instances = new ArrayList<>();
    private final List<String> deliveredToOther = new CopyOnWriteArrayList<>();
    private PGSimpleDataSource dataSource;

    @BeforeEach
    void createTables() throws SQLException {
        dataSource = new PGSimpleDataSource();
        dataSource.setUrl(database.jdbcUrl());
        dataSource.setUser(PostgresServer.SUPERUSER);
        JdbcTables.create(dataSource, JdbcOptions.ofDefaults());
    }

    @AfterEach
    void closeInstances() {
        instances.forEach(JdbcCheckpoints::close);
    }

    private CdcEngine instance(List<String> into) {
        PostgresConnector connector = connector(server().host(), server().port());
        return engine(
                connector,
                checkpoints().store(connector.source(), connector.offsets()),
                changesOnly(),
                (event, acknowledgment) -> into.add(describe(event)));
    }

    private JdbcCheckpoints checkpoints() {
        JdbcCheckpoints checkpoints =
                new JdbcCheckpoints(dataSource, new JdbcOptions(JdbcOptions.DEFAULT_TABLE_PREFIX, LEASE));
        instances.add(checkpoints);
        return checkpoints;
    }

    @Test
    @DisplayName("CP-05 a second instance stands by, which is healthy, and takes over at once after a stop")
    void standsByAndTakesOver() {
        CdcEngine first = instance(delivered);
        CdcEngine second = instance(deliveredToOther);
        first.start();
        second.start();

        assertThat(second.status().state()).isEqualTo(EngineState.STANDBY);
        assertThat(second.status().health().status()).isEqualTo(HealthVerdict.Status.STANDBY);
        assertThat(second.status().health().reason())
                .contains("lock owned by pid " + ProcessHandle.current().pid());
        assertThat(second.status().health().action()).contains("takes over");
        insert(1, 5);
        awaitDelivered(5);
        awaitSaved(first);
        second.start(); // has no further effect
        assertThat(second.status().state()).isEqualTo(EngineState.STANDBY);

        first.stop();
        awaitState(second, EngineState.STREAMING);
        insert(6, 9);
        await().until(() -> deliveredToOther.size() >= 4);
        assertThat(deliveredToOther).isEqualTo(ids(6, 9));
        assertThat(delivered).isEqualTo(ids(1, 5));

        first.start();
        assertThat(first.status().state()).isEqualTo(EngineState.STANDBY);
        first.stop();
        assertThat(first.status().state()).isEqualTo(EngineState.STOPPED);
    }

    @Test
    @DisplayName(
            "CP-06 an owner that gives no sign of life is replaced; its session is ended, it saves nothing more and stands by")
    void replacesAnOwnerThatIsSilent() throws InterruptedException {
        CountDownLatch frozen = new CountDownLatch(1);
        PostgresConnector connector = connector(server().host(), server().port());
        CdcEngine zombie = engine(
                connector,
                checkpoints().store(connector.source(), connector.offsets()),
                changesOnly(),
                (event, acknowledgment) -> {
                    delivered.add(describe(event));
                    if (describe(event).equals("3")) {
                        frozen.await();
                    }
                });
        zombie.start();
        insert(1, 2);
        awaitDelivered(2);
        awaitSaved(zombie);
        insert(3, 3);
        awaitDelivered(3);
        String session = activePid();
        instances.get(0).close(); // no sign of life any more
        CdcEngine next = instance(deliveredToOther);
        next.start();

        awaitState(next, EngineState.STREAMING);
        assertThat(activePid()).isNotIn(session, "null");
        insert(4, 6);
        await().atMost(Duration.ofSeconds(20)).until(() -> deliveredToOther.size() >= 4);
        frozen.countDown();

        awaitState(zombie, EngineState.STANDBY);
        assertThat(deliveredToOther).isEqualTo(ids(3, 6));
        assertThat(delivered).isEqualTo(ids(1, 3));
        assertThat(next.status().state()).isEqualTo(EngineState.STREAMING);
        awaitSaved(next);
        next.stop();
        awaitState(zombie, EngineState.STREAMING);
        insert(7, 7);
        awaitDelivered(4);
        assertThat(delivered).endsWith("7").hasSize(4);
    }

    @Test
    @DisplayName(
            "A stop that is wished through one instance holds for all, also for those that come later, until a start")
    void stopsAllInstances() {
        CdcEngine owner = instance(delivered);
        CdcEngine standby = instance(deliveredToOther);
        owner.start();
        standby.start();
        insert(1, 3);
        awaitDelivered(3);

        standby.allInstances().stop("admin");

        assertThat(standby.status().state()).isEqualTo(EngineState.STOPPED);
        awaitState(owner, EngineState.STOPPED);
        assertThat(owner.status().health().reason()).contains("in all instances");
        await().until(() -> activePid().equals("null"));
        CdcEngine late = instance(deliveredToOther);
        late.start();
        assertThat(late.status().state()).isEqualTo(EngineState.STOPPED);
        owner.start();
        assertThat(owner.status().state()).isEqualTo(EngineState.STOPPED);
        insert(4, 6);

        owner.stop();
        late.allInstances().start("admin");

        await().atMost(Duration.ofSeconds(20)).until(() -> deliveredToOther.size() >= 3);
        assertThat(deliveredToOther).isEqualTo(ids(4, 6));
        await().untilAsserted(() -> assertThat(
                        List.of(standby.status().state(), late.status().state()))
                .containsExactlyInAnyOrder(EngineState.STREAMING, EngineState.STANDBY));
    }

    @Test
    @DisplayName("A pause is not undone by a takeover")
    void staysPausedOverATakeover() {
        CdcEngine owner = instance(delivered);
        CdcEngine standby = instance(deliveredToOther);
        owner.start();
        standby.start();

        standby.allInstances().pause("admin");

        awaitState(owner, EngineState.PAUSED);
        insert(1, 3);
        owner.stop();
        awaitState(standby, EngineState.PAUSED);
        assertThat(delivered).isEmpty();
        assertThat(deliveredToOther).isEmpty();

        standby.allInstances().resume("admin");
        await().until(() -> deliveredToOther.size() >= 3);
        awaitState(standby, EngineState.STREAMING);
    }

    @Test
    @DisplayName(
            "An owner whose checkpoint database is away for longer than the lease goes on when it is back and nobody took over")
    void goesOnWhenItsDatabaseIsBack() throws SQLException {
        CdcEngine owner = instance(delivered);
        owner.start();
        insert(1, 2);
        awaitDelivered(2);
        awaitSaved(owner);
        String token = database.value("SELECT token FROM rustcdc_lease");
        try (Connection lock = database.connect();
                Statement statement = lock.createStatement()) {
            lock.setAutoCommit(false);
            statement.execute("LOCK TABLE rustcdc_lease IN ACCESS EXCLUSIVE MODE");
            await().during(LEASE.plusSeconds(1)).atMost(Duration.ofSeconds(30)).until(() -> true);
            insert(3, 4);
            await().during(Duration.ofMillis(500)).until(() -> delivered.equals(ids(1, 2)));
        }

        awaitDelivered(4);
        awaitSaved(owner);
        assertThat(delivered).isEqualTo(ids(1, 4));
        assertThat(owner.status().state()).isEqualTo(EngineState.STREAMING);
        assertThat(database.value("SELECT token FROM rustcdc_lease")).isEqualTo(token);
    }
}
