package io.rustcdc.engine;

import static io.rustcdc.engine.EngineFixture.awaitSaved;
import static io.rustcdc.engine.EngineFixture.awaitState;
import static io.rustcdc.engine.EngineFixture.changesOnly;
import static io.rustcdc.engine.EngineFixture.describe;
import static io.rustcdc.engine.EngineFixture.ids;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.rustcdc.CdcEngine;
import io.rustcdc.delivery.Subscription;
import io.rustcdc.event.Operation;
import io.rustcdc.observe.EngineState;
import io.rustcdc.source.SourceConnector;
import io.rustcdc.source.TableFilter;
import io.rustcdc.source.mysql.Flavor;
import io.rustcdc.test.databases.MySqlServer;
import io.rustcdc.test.databases.TcpProxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What arrives after a restart, on real servers, by GTIDs and by places in files. */
@Timeout(120)
class MySqlResumeTests extends MySqlEngineFixture {

    private static final int[] SAVES = {1, 5, 9, 10, 13, 14, 20, 24};

    private static final Map<Flavor, MySqlServer> own = new EnumMap<>(Flavor.class);

    /** One whose settings and logs are this class's. */
    private static MySqlServer own(BinlogMode mode) {
        return own.computeIfAbsent(
                mode.flavor(),
                flavor -> MySqlServer.builder(flavor)
                        .options("binlog-row-metadata=FULL")
                        .start());
    }

    @AfterAll
    static void closeServers() {
        own.values().forEach(MySqlServer::close);
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("MY-22: a clean restart without writes delivers nothing")
    void cleanRestartDeliversNothing(BinlogMode mode) {
        use(mode);
        CdcEngine engine = engine();
        engine.start();
        insert(1, 3);
        awaitDelivered(3);
        engine.stop();
        engine.start();
        engine.stop();
        engine.start();
        insert(4, 4);
        awaitDelivered(4);
        assertThat(delivered).isEqualTo(ids(1, 4));
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("MY-22: a clean restart behind the end of a file delivers nothing")
    void cleanRestartAfterARotationDeliversNothing(BinlogMode mode) {
        use(mode);
        CdcEngine engine = engine();
        engine.start();
        insert(1, 3);
        awaitDelivered(3);
        engine.stop();
        database.sql("FLUSH BINARY LOGS", "FLUSH BINARY LOGS");
        engine.start();
        insert(4, 4);
        awaitDelivered(4);
        assertThat(delivered).isEqualTo(ids(1, 4));
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("Of three transactions, two acknowledged, exactly the third is repeated")
    void repeatsExactlyTheUnacknowledgedTransaction(BinlogMode mode) {
        use(mode);
        SourceConnector connector = connector(server().port());
        CdcEngine first = engine(connector, store(connector), changesOnly(), (event, acknowledgment) -> {
            if (describe(event).equals("3")) {
                throw new IllegalStateException("not this one");
            }
            delivered.add(describe(event));
        });
        first.start();
        insert(1, 1);
        insert(2, 2);
        insert(3, 3);
        awaitState(first, EngineState.FAILED);
        first.stop();
        delivered.clear();
        engine().start();
        awaitDelivered(1);
        insert(4, 4);
        awaitDelivered(2);
        assertThat(delivered).containsExactly("3", "4");
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("MY-R6: 25 rows in one transaction, killed after a save that covers k rows: exactly k+1 to 25 arrive")
    void resumesInsideATransaction(BinlogMode mode) {
        use(mode);
        startOnce();
        int next = 1;
        for (int atLeast : SAVES) {
            int from = next;
            int saved = killAfter(atLeast, () -> insert(from, from + 24));
            CdcEngine engine = engine(server().port(), changesOnly().withMaxEventsPerPoll(10));
            engine.start();
            awaitDelivered(25 - saved);
            insert(from + 25, from + 25);
            awaitDelivered(26 - saved);
            assertThat(delivered).isEqualTo(ids(from + saved, from + 25));
            engine.stop();
            delivered.clear();
            next += 26;
        }
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("MY-R6: one statement of 25 rows of another table before each of ours: they count, and none arrives")
    void resumesInsideATransactionWithUncapturedRows(BinlogMode mode) {
        use(mode);
        database.sql("CREATE TABLE other (id bigint PRIMARY KEY)");
        startOnce();
        int saved = killAfter(7, () -> {
            List<String> statements = new ArrayList<>();
            for (int id = 1; id <= 25; id++) {
                statements.add("INSERT INTO other VALUES (%d), (%d)".formatted(2 * id, 2 * id + 1));
                statements.add("INSERT INTO orders VALUES (%d, 'n')".formatted(id));
            }
            database.transaction(statements.toArray(String[]::new));
        });
        engine().start();
        awaitDelivered(25 - saved);
        insert(26, 26);
        awaitDelivered(26 - saved);
        assertThat(delivered).isEqualTo(ids(saved + 1, 26));
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName(
            "MY-R6 with DDL before, between and behind the rows: changes of shape are announced once, in their place")
    void resumesAroundSchemaChanges(BinlogMode mode) {
        use(mode, own(mode));
        startOnce();
        List<String> all = new ArrayList<>();
        all.add("schema_change");
        all.addAll(ids(1, 12));
        all.add("schema_change");
        all.addAll(ids(13, 23));
        for (int atLeast : new int[] {1, 5, 12, 13, 14, 20}) {
            database.sql(
                    "DROP TABLE orders",
                    "CREATE TABLE orders (id bigint PRIMARY KEY, note mediumtext)",
                    "INSERT INTO orders VALUES (0, 'n')");
            startOnce();
            int saved = killAfter(atLeast, () -> {
                database.sql("ALTER TABLE orders ADD COLUMN color varchar(9)");
                insert(1, 12);
                database.sql("ALTER TABLE orders ADD COLUMN size int FIRST");
                insert(13, 23);
                database.sql("ALTER TABLE orders DROP COLUMN color");
            });
            CdcEngine engine = engine(server().port(), changesOnly().withMaxEventsPerPoll(10));
            engine.start();
            awaitDelivered(all.size() - saved);
            insert(24, 24);
            List<String> rest = new ArrayList<>(all.subList(saved, all.size()));
            rest.addAll(List.of("schema_change", "24"));
            awaitDelivered(rest.size());
            assertThat(delivered).as("after a save that covers %d", saved).isEqualTo(rest);
            engine.stop();
        }
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("MY-R6 behind the end of a file that is shorter than the transaction in the next one")
    void resumesInsideTheFirstTransactionOfAFile(BinlogMode mode) {
        use(mode);
        database.sql("FLUSH BINARY LOGS");
        startOnce();
        int saved = killAfter(20, () -> {
            database.sql("FLUSH BINARY LOGS");
            insert(1, 25, "x".repeat(2000));
        });
        engine().start();
        awaitDelivered(25 - saved);
        insert(26, 26);
        awaitDelivered(26 - saved);
        assertThat(delivered).isEqualTo(ids(saved + 1, 26));
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName(
            "MY-R15: the first start without a snapshot, 10 rows delivered and not acknowledged, killed: they arrive again")
    void theStartIsSavedBeforeTheFirstRow(BinlogMode mode) {
        use(mode);
        CdcEngine first = unacknowledged(server().port());
        first.start();
        insert(1, 10);
        awaitDelivered(10);
        first.stop();
        delivered.clear();
        insert(11, 11);
        engine().start();
        awaitDelivered(11);
        assertThat(delivered).isEqualTo(ids(1, 11));
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName(
            "MY-R13, MY-R15: the connection is cut while all is unacknowledged: nothing is skipped, also after a kill")
    void aCutSkipsNothing(BinlogMode mode) {
        use(mode);
        try (TcpProxy proxy = TcpProxy.to(server().port())) {
            CdcEngine first = unacknowledged(proxy.port());
            first.start();
            insert(1, 10);
            awaitDelivered(10);
            proxy.cut();
            insert(11, 20);
            await().atMost(Duration.ofSeconds(60)).until(() -> delivered.contains("20"));
            assertThat(delivered.subList(delivered.size() - 10, delivered.size()))
                    .isEqualTo(ids(11, 20));
            first.stop();
        }
        delivered.clear();
        engine().start();
        awaitDelivered(20);
        assertThat(delivered).isEqualTo(ids(1, 20));
    }

    @ParameterizedTest
    @EnumSource(names = {"MYSQL_BY_GTID", "MARIADB_BY_GTID"})
    @DisplayName(
            "MY-02, MY-R1: the checkpoint's set is the union of all transactions, and a restart behind a purge takes it")
    void theSetIsTheUnion(BinlogMode mode) {
        use(mode, own(mode));
        CdcEngine engine = engine();
        engine.start();
        for (int id = 1; id <= 10; id++) {
            insert(id, id);
        }
        awaitDelivered(10);
        awaitSaved(engine);
        assertThat(engine.status().offset().fields())
                .containsEntry("gtid", server().binlogStatus().gtids());
        engine.stop();
        database.sql("FLUSH BINARY LOGS");
        database.sql(
                "PURGE BINARY LOGS TO '%s'".formatted(server().binlogStatus().file()));
        engine.start();
        insert(11, 11);
        awaitDelivered(11);
        assertThat(delivered).isEqualTo(ids(1, 11));
        engine.stop();
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName(
            "MY-01, MY-R11, MY-R12: a compressed log: the same rows, places of whole events, and a restart inside a transaction")
    void aCompressedLog(BinlogMode mode) {
        use(mode, own(mode));
        compress(true);
        startOnce();
        int saved = killAfter(7, () -> insert(1, 25, "a note that is worth to be compressed ".repeat(10)));
        SourceConnector connector = connector(server().port());
        assertThat(((Number) store(connector)
                                .load()
                                .orElseThrow()
                                .offset()
                                .fields()
                                .get("binlog_pos"))
                        .longValue())
                .isGreaterThan(4);
        List<String> notes = new ArrayList<>();
        CdcEngine engine = engine(connector, store(connector), changesOnly(), (event, acknowledgment) -> {
            notes.add((String) event.after().get("note"));
            delivered.add(describe(event));
        });
        engine.start();
        awaitDelivered(25 - saved);
        insert(26, 5_000, "many");
        awaitDelivered(5_000 - saved);
        awaitSaved(engine);
        engine.stop();
        assertThat(delivered).isEqualTo(ids(saved + 1, 5_000));
        assertThat(notes.subList(0, 25 - saved)).containsOnly("a note that is worth to be compressed ".repeat(10));
        assertThat(isCompressed()).isTrue();
        engine.start();
        insert(5_001, 5_001);
        awaitDelivered(5_001 - saved);
        assertThat(delivered).isEqualTo(ids(saved + 1, 5_001));
        compress(false);
    }

    private void compress(boolean on) {
        database.sql("SET GLOBAL %s = %s"
                .formatted(
                        mode.flavor() == Flavor.MYSQL ? "binlog_transaction_compression" : "log_bin_compress",
                        on ? "ON" : "OFF"));
    }

    private boolean isCompressed() {
        String file = server().binlogStatus().file();
        return database.query("SHOW BINLOG EVENTS IN '%s'".formatted(file)).stream()
                .map(row -> String.valueOf(row.get(2)))
                .anyMatch(type -> type.toLowerCase(Locale.ROOT).contains("payload") || type.contains("ompressed"));
    }

    private CdcEngine unacknowledged(int port) {
        SourceConnector connector = connector(port);
        return CdcEngine.builder(connector)
                .checkpointStore(store(connector))
                .options(changesOnly().withShutdownTimeout(Duration.ofSeconds(1)))
                .subscribe(new Subscription(
                        "test",
                        TableFilter.all(),
                        EnumSet.of(Operation.INSERT),
                        Subscription.AckMode.MANUAL,
                        (event, acknowledgment) -> delivered.add(describe(event))))
                .build();
    }

    /** The shape of the table is known and acknowledged before the test begins. */
    private void startOnce() {
        CdcEngine engine = engine();
        engine.start();
        database.sql("REPLACE INTO orders (id, note) VALUES (0, 'n')");
        awaitDelivered(1);
        awaitSaved(engine);
        engine.stop();
        delivered.clear();
    }

    /** Runs an engine that dies with the first save that covers so many events; returns how many it covers. */
    private int killAfter(int events, Runnable writes) {
        SourceConnector connector = connector(server().port());
        long before = store(connector).load().orElseThrow().committedEventCount();
        CrashingStore crashing = new CrashingStore(store(connector), before + events);
        CdcEngine dying = engine(
                connector,
                crashing,
                changesOnly().withMaxEventsPerPoll(Math.min(events, 10)),
                (event, acknowledgment) -> {});
        writes.run();
        dying.start();
        await().atMost(Duration.ofSeconds(60)).until(crashing::isDead);
        dying.stop();
        int covered = (int) (store(connector).load().orElseThrow().committedEventCount() - before);
        assertThat(covered).isBetween(events, events + 10);
        return covered;
    }
}
