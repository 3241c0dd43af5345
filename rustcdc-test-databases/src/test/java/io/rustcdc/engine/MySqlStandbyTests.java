package io.rustcdc.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.rustcdc.CdcEngine;
import io.rustcdc.checkpoint.jdbc.JdbcCheckpoints;
import io.rustcdc.checkpoint.jdbc.JdbcOptions;
import io.rustcdc.checkpoint.jdbc.JdbcTables;
import io.rustcdc.observe.EngineState;
import io.rustcdc.source.mysql.MySqlConnector;
import io.rustcdc.test.databases.MySqlServer;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.mariadb.jdbc.MariaDbDataSource;

/** Instances that share a checkpoint in the captured server itself. */
class MySqlStandbyTests extends MySqlEngineFixture {

    private static final Duration LEASE = Duration.ofSeconds(5);

    private final List<JdbcCheckpoints> instances = new ArrayList<>();
    private final List<String> deliveredToOther = new CopyOnWriteArrayList<>();
    private MariaDbDataSource dataSource;

    @AfterEach
    void closeInstances() {
        instances.forEach(JdbcCheckpoints::close);
    }

    private JdbcCheckpoints checkpoints() {
        JdbcCheckpoints checkpoints =
                new JdbcCheckpoints(dataSource, new JdbcOptions(JdbcOptions.DEFAULT_TABLE_PREFIX, LEASE));
        instances.add(checkpoints);
        return checkpoints;
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("CP-06 an owner that gives no sign of life is replaced; the server ends its reader, and it stands by")
    void replacesAnOwnerThatIsSilent(BinlogMode mode) throws SQLException {
        use(mode);
        dataSource = new MariaDbDataSource(database.jdbcUrl() + "?allowPublicKeyRetrieval=true");
        dataSource.setUser(MySqlServer.SUPERUSER);
        dataSource.setPassword("");
        JdbcTables.create(dataSource, JdbcOptions.ofDefaults());
        CountDownLatch frozen = new CountDownLatch(1);
        MySqlConnector first = connector(server().port());
        CdcEngine zombie = engine(
                first,
                checkpoints().store(first.source(), first.offsets()),
                EngineFixture.changesOnly(),
                (event, acknowledgment) -> {
                    delivered.add(EngineFixture.describe(event));
                    if (EngineFixture.describe(event).equals("3")) {
                        frozen.await();
                    }
                });
        zombie.start();
        insert(1, 2);
        awaitDelivered(2);
        EngineFixture.awaitSaved(zombie);
        insert(3, 3);
        awaitDelivered(3);
        instances.get(0).close(); // no sign of life any more
        MySqlConnector second = connector(server().port());
        CdcEngine next = engine(
                second,
                checkpoints().store(second.source(), second.offsets()),
                EngineFixture.changesOnly(),
                (event, acknowledgment) -> deliveredToOther.add(EngineFixture.describe(event)));
        next.start();

        EngineFixture.awaitState(next, EngineState.STREAMING);
        insert(4, 6);
        await().atMost(Duration.ofSeconds(20)).until(() -> deliveredToOther.size() >= 4);
        frozen.countDown();

        EngineFixture.awaitState(zombie, EngineState.STANDBY);
        assertThat(deliveredToOther).isEqualTo(EngineFixture.ids(3, 6));
        assertThat(delivered).isEqualTo(EngineFixture.ids(1, 3));
        assertThat(next.status().state()).isEqualTo(EngineState.STREAMING);
    }
}
