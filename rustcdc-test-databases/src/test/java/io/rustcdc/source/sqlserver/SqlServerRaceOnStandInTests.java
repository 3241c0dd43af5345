package io.rustcdc.source.sqlserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.rustcdc.test.databases.sqlserver.SqlServerStandIn;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What others do between two statements that belong together. */
class SqlServerRaceOnStandInTests {

    private SqlServerFixture fixture;
    private SqlServerStandIn database;

    @BeforeEach
    void start() {
        fixture = new SqlServerFixture(SqlServerKind.STAND_IN).withOrders();
        database = fixture.standIn();
    }

    @AfterEach
    void end() {
        if (fixture != null) {
            fixture.close();
        }
    }

    @Test
    @DisplayName(
            "What is committed between the looks at the end of the log and at the last run of the capture process is"
                    + " not taken for captured")
    void provesNothingOfWhatWasCommittedBetweenTheLooks() throws Exception {
        try (Connection connection = database.connect()) {
            ScanProof proof = new ScanProof(connection);
            Lsn end = ScanProof.logEnd(connection);
            beforeStatement(2, () -> {
                long runs = emptyRuns();
                await().until(() -> emptyRuns() >= runs + 2);
                database.agent().lag(Duration.ofHours(1));
                database.sql("INSERT INTO orders VALUES (1, N'not captured yet')");
            });
            proof.look();
            Lsn later = ScanProof.logEnd(connection);
            assertThat(end).isLessThan(later);
            for (int i = 0; i < 3; i++) {
                proof.look();
                proof.drained();
            }
            assertThat(proof.settled()).isLessThan(later);

            database.agent().lag(Duration.ZERO);
            await().until(() -> {
                proof.look();
                proof.drained();
                return !proof.settled().isBefore(later);
            });
        }
    }

    private long emptyRuns() {
        return ((Number) database.query("SELECT MAX(empty_scan_count) FROM sys.dm_cdc_log_scan_sessions")
                        .get(0)
                        .get(0))
                .longValue();
    }

    /** Once, before the so many-th statement from now. */
    private void beforeStatement(int number, Runnable action) {
        AtomicInteger count = new AtomicInteger();
        database.onStatement(statement -> {
            if (count.incrementAndGet() == number) {
                action.run();
            }
        });
    }

    @Test
    @DisplayName(
            "A second instance that is made while the catalog is looked up is known whole, so the rows of its table"
                    + " go on being read")
    void knowsAnInstanceThatIsMadeMeanwhileWhole() throws Exception {
        SqlServerSql sql = new SqlServerSql("cdc");
        AtomicBoolean made = new AtomicBoolean();
        database.onStatement(statement -> {
            if (statement.equals(sql.of(SqlServerSql.INSTANCES)) && made.compareAndSet(false, true)) {
                database.enable("dbo.orders", "orders_two");
                database.capture();
            }
        });
        try (Connection connection = database.connect()) {
            List<CaptureInstance> instances = new ChangeCatalog(connection, sql).instances();
            assertThat(instances).extracting(CaptureInstance::name).containsExactly("dbo_orders", "orders_two");
            assertThat(ReadableTable.of(instances).key()).containsExactly("id");
            assertThat(instances.get(1).shape()).isEqualTo(instances.get(0).shape());
        }
    }

    @Test
    @DisplayName("A read that is cancelled before it has a statement does not begin one")
    void beginsNothingOnceCancelled() throws Exception {
        SqlServerOptions options = fixture.options().build();
        try (RowConnection connection =
                RowConnection.open(options, database.connections(), new SqlServerErrors(options))) {
            connection.abort();
            assertThatThrownBy(() -> connection.prepare("SELECT 1")).isInstanceOf(SQLException.class);
        }
    }

    @Test
    @DisplayName("A connection for a check that is opened when the checks have ended is closed")
    void closesWhatIsOpenedTooLate() {
        SqlServerOptions options = fixture.options().build();
        AtomicBoolean wanted = new AtomicBoolean();
        AtomicBoolean ended = new AtomicBoolean();
        List<Connection> opened = new CopyOnWriteArrayList<>();
        PrerequisitePool pool = new PrerequisitePool(
                purpose -> {
                    wanted.set(true);
                    while (!ended.get()) {
                        Thread.onSpinWait(); // an open that does not mind being interrupted
                    }
                    Connection connection = database.connect();
                    opened.add(connection);
                    return connection;
                },
                new SqlServerErrors(options),
                1);
        pool.start(connection -> true);
        await().untilTrue(wanted);
        pool.close();
        ended.set(true);
        await().until(() -> opened.size() == 1 && opened.get(0).isClosed());
    }
}
