package io.rustcdc.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.rustcdc.checkpoint.jdbc.JdbcCheckpointStore;
import io.rustcdc.checkpoint.jdbc.JdbcCheckpoints;
import io.rustcdc.checkpoint.jdbc.JdbcOptions;
import io.rustcdc.checkpoint.jdbc.JdbcTables;
import io.rustcdc.delivery.BatchHandler;
import io.rustcdc.delivery.DeliveryTransaction;
import io.rustcdc.delivery.Listeners;
import io.rustcdc.delivery.Subscription;
import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.EventSource;
import io.rustcdc.event.Row;
import io.rustcdc.event.SourceWarning;
import io.rustcdc.observe.EngineObserver;
import io.rustcdc.source.SnapshotTable;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** A transaction of the source and those of the database that its changes are written in. */
class TransactionalBoundaryTests extends RunnerFixture {

    private final JdbcDataSource database = new JdbcDataSource();
    private final DatabaseTransactions transactions = new DatabaseTransactions(database);
    private final AtomicInteger number = new AtomicInteger();
    private final List<SourceWarning> warnings = new CopyOnWriteArrayList<>();
    private JdbcCheckpoints checkpoints;
    private JdbcCheckpointStore saved;

    @BeforeEach
    void createTables() throws SQLException {
        database.setURL("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1");
        JdbcOptions options = JdbcOptions.ofDefaults();
        JdbcTables.create(database, options);
        execute("CREATE TABLE handled (listener VARCHAR(20), n INT)");
        checkpoints = new JdbcCheckpoints(database, options);
        saved = checkpoints.store(log.source(), log.offsets());
    }

    @AfterEach
    void closeDatabase() throws SQLException {
        stopRunner();
        checkpoints.close();
        execute("SHUTDOWN");
    }

    @Test
    @DisplayName("RT-07: a transaction that arrives in two reads is written in one")
    void aTransactionThatArrivesInTwoReadsIsWrittenInOne() throws SQLException {
        log.sendUpTo(4);
        start(preserving(), one());
        log.commit(5);
        await().until(() -> log.rowsRead.get() == 3 && runner.status().buffered() == 0);
        assertThat(written()).isEmpty();
        log.sendUpTo(Integer.MAX_VALUE);
        awaitEnd();
        assertThat(written().values()).containsExactly(ids(1, 5));
    }

    @Test
    @DisplayName("A transaction of the source is never in two of the database, whatever fails between")
    void aTransactionIsNeverInTwo() throws SQLException {
        AtomicInteger calls = new AtomicInteger();
        start(preserving().withMaxEventsPerPoll(10).withQueue(25, 1 << 20), Subscription.of("one", (event, ack) -> {
            write(event);
            if (calls.incrementAndGet() % 17 == 0) {
                throw new IllegalStateException("now and then");
            }
        }));
        List<List<Integer>> committed = new ArrayList<>();
        int next = 1;
        for (int i = 0; i < 60; i++) {
            int rows = 1 + i % 9;
            committed.add(ids(next, next + rows - 1));
            next += rows;
            log.commit(rows);
        }
        awaitEnd();
        Map<Integer, List<Integer>> written = written();
        assertThat(written.values().stream().flatMap(List::stream)).containsExactlyElementsOf(ids(1, next - 1));
        assertThat(committed)
                .allSatisfy(transaction -> assertThat(written.values())
                        .anySatisfy(inOne -> assertThat(inOne).containsAll(transaction)));
        assertThat(written.values()).allSatisfy(inOne -> assertThat(inOne).hasSizeLessThanOrEqualTo(10));
        assertThat(warnings).isEmpty();
    }

    @Test
    void aBatchThatFailsLeavesNothingAndComesWholeAgain() throws SQLException {
        AtomicInteger calls = new AtomicInteger();
        List<Integer> sizes = new CopyOnWriteArrayList<>();
        start(preserving(), Subscription.of("one", (BatchHandler) (events, ack) -> {
            sizes.add(events.size());
            for (ChangeEvent<Row> event : events) {
                write(event);
            }
            if (calls.incrementAndGet() == 1) {
                throw new IllegalStateException("once");
            }
        }));
        log.commit(4);
        awaitEnd();
        assertThat(sizes).startsWith(4);
        assertThat(written().values()).containsExactly(ids(1, 4));
    }

    @Test
    @DisplayName("RT-09: a transaction larger than a batch, or than the queue, is split with one warning each")
    void whatIsTooLargeIsSplit() throws SQLException {
        start(preserving().withMaxEventsPerPoll(10).withQueue(15, 1 << 20), one());
        log.commit(34);
        awaitEnd();
        assertThat(written().values())
                .startsWith(ids(1, 10))
                .allSatisfy(inOne -> assertThat(inOne).hasSizeLessThanOrEqualTo(10));
        assertThat(written().values().stream().flatMap(List::stream)).containsExactlyElementsOf(ids(1, 34));
        assertThat(warnings)
                .singleElement()
                .satisfies(warning ->
                        assertThat(warning.text()).contains("transaction 0 ").contains("'max-events-per-poll' is 10"));
        stopRunner();
        warnings.clear();
        start(preserving().withQueue(15, 1 << 20), one());
        log.commit(34);
        awaitEnd();
        assertThat(written().values().stream().flatMap(List::stream)).containsExactlyElementsOf(ids(1, 68));
        assertThat(warnings)
                .singleElement()
                .satisfies(warning ->
                        assertThat(warning.text()).contains("transaction 1 ").contains("'queue.max-events' is 15"));
    }

    @Test
    void aStopWhileTheEndIsAwaitedWritesNothingOfIt() throws SQLException {
        log.sendUpTo(4);
        start(preserving(), one());
        log.commit(5);
        await().until(() -> log.rowsRead.get() == 3 && runner.status().buffered() == 0);
        stopRunner();
        assertThat(written()).isEmpty();
        log.sendUpTo(Integer.MAX_VALUE);
        start(preserving(), one());
        awaitEnd();
        assertThat(written().values()).containsExactly(ids(1, 5));
    }

    @Test
    void rowsThatExistAlreadyAreWrittenByTheChunkAsEver() throws SQLException {
        log.commit(60);
        log.forget();
        log.tables = List.of(new SnapshotTable(LogSource.TABLE, "1", List.of("id"), List.of("id"), 60));
        start(preserving().withMaxEventsPerPoll(10).withQueue(20, 1 << 20), one());
        await().atMost(Duration.ofSeconds(20))
                .until(() -> written().values().stream().mapToInt(List::size).sum() == 60);
        log.commit(3);
        awaitEnd();
        assertThat(written().values()).contains(ids(61, 63));
        assertThat(warnings).isEmpty();
    }

    private static EngineOptions preserving() {
        return options().withTransactionBoundary(TransactionBoundary.PRESERVE);
    }

    private Subscription one() {
        return Subscription.of("one", (event, acknowledgment) -> write(event));
    }

    private void start(EngineOptions options, Subscription listener) {
        DeliveryTransaction numbered = work -> {
            number.incrementAndGet();
            return transactions.execute(work);
        };
        EngineObserver observer = new EngineObserver() {
            @Override
            public void warned(EventSource source, SourceWarning warning) {
                warnings.add(warning);
            }
        };
        runner = new SourceRunner(
                log,
                saved,
                new Receivers(transforms, new Listeners(List.of(listener), numbered, null)),
                options,
                observer);
        runner.start();
    }

    private void write(ChangeEvent<Row> event) throws SQLException {
        transactions.insert(String.valueOf(number.get()), id(event));
    }

    private void awaitEnd() {
        LogOffset end = log.end();
        await().atMost(Duration.ofSeconds(20))
                .until(() -> saved.load()
                        .map(checkpoint -> checkpoint.offset().equals(end))
                        .orElse(false));
    }

    /** What is in the database, by the number of the transaction that has written it. */
    private Map<Integer, List<Integer>> written() throws SQLException {
        Map<Integer, List<Integer>> written = new TreeMap<>();
        try (Connection connection = database.getConnection();
                Statement select = connection.createStatement();
                ResultSet rows = select.executeQuery("SELECT listener, n FROM handled ORDER BY _rowid_")) {
            while (rows.next()) {
                written.computeIfAbsent(rows.getInt(1), any -> new ArrayList<>())
                        .add(rows.getInt(2));
            }
        }
        return written;
    }

    private void execute(String sql) throws SQLException {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
