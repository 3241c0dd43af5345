package io.rustcdc.source.mysql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.rustcdc.event.FailureKind;
import io.rustcdc.event.Row;
import io.rustcdc.source.CollectingSink;
import io.rustcdc.source.KeyRange;
import io.rustcdc.source.SnapshotChunk;
import io.rustcdc.source.SnapshotTable;
import io.rustcdc.source.SourceException;
import io.rustcdc.source.SourceStream;
import io.rustcdc.source.StreamRequest;
import io.rustcdc.source.TableFilter;
import io.rustcdc.source.TableGoneException;
import io.rustcdc.test.databases.MySqlDatabase;
import io.rustcdc.test.databases.MySqlServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Rows of all kinds of tables. */
class SnapshotReadingTests {

    private final List<AutoCloseable> opened = new ArrayList<>();

    @AfterEach
    void closeAll() throws Exception {
        for (int i = opened.size() - 1; i >= 0; i--) {
            opened.get(i).close();
        }
    }

    private MySqlDatabase database(Flavor flavor, String... statements) {
        MySqlDatabase database = MySqlServer.shared(flavor).createDatabase();
        opened.add(database);
        database.sql(statements);
        return database;
    }

    private SnapshotReading reading(MySqlDatabase database) {
        SnapshotReading reading = new SnapshotReading(database);
        opened.add(reading);
        return reading;
    }

    private static String numbers(String table, int from, int to, String more) {
        return "INSERT INTO %s SELECT n%s FROM (WITH RECURSIVE s(n) AS (SELECT %d UNION ALL SELECT n + 1 FROM s WHERE n < %d) SELECT n FROM s) AS s"
                .formatted(table, more, from, to);
    }

    private static List<String> texts(int from, int to) {
        return IntStream.rangeClosed(from, to).mapToObj(Integer::toString).toList();
    }

    private static List<String> ids(List<Row> rows) {
        return SnapshotReading.texts(rows, "id");
    }

    @ParameterizedTest
    @EnumSource(Flavor.class)
    void listsTheCapturedTables(Flavor flavor) {
        MySqlDatabase database = database(
                flavor,
                "CREATE TABLE b (id int, part int, PRIMARY KEY (part, id))",
                "CREATE TABLE `a ``1` (id int)",
                "CREATE VIEW v AS SELECT * FROM b",
                numbers("b", 1, 500, ", 1"),
                "ANALYZE TABLE b");
        List<SnapshotTable> tables = reading(database).snapshots().tables();
        assertThat(tables).extracting(table -> table.id().name()).containsExactly("a `1", "b");
        assertThat(tables.get(0).isKeyed()).isFalse();
        assertThat(tables.get(1).key()).containsExactly("part", "id");
        assertThat(tables.get(1).identity()).containsExactly("part", "id");
        assertThat(tables.get(1).estimatedRows()).isBetween(100L, 2000L);
    }

    @ParameterizedTest
    @EnumSource(Flavor.class)
    void neverListsTheServersOwnTables(Flavor flavor) {
        MySqlDatabase database = database(flavor, "CREATE TABLE t (id int)");
        MySqlOptions options =
                SnapshotReading.options(database).tables(TableFilter.of("*")).build();
        List<SnapshotTable> tables = new MySqlSnapshots(
                        options, new MySqlConnections(options), new MySqlErrors(options), () -> null)
                .tables();
        assertThat(tables)
                .extracting(table -> table.id().schema())
                .contains(database.name())
                .doesNotContain("mysql", "sys", "information_schema", "performance_schema");
    }

    @ParameterizedTest
    @EnumSource(Flavor.class)
    void readsUnderACondition(Flavor flavor) {
        MySqlDatabase database = database(flavor, "CREATE TABLE t (id int PRIMARY KEY)", numbers("t", 1, 100, ""));
        SnapshotReading reading = reading(database);
        SnapshotTable table = reading.table("t");
        List<Row> rows = reading.inChunks(table, KeyRange.all(), "id % 10 = 0 OR id = 1 # last", 7);
        assertThat(ids(rows)).containsExactly("1", "10", "20", "30", "40", "50", "60", "70", "80", "90", "100");
        SnapshotChunk none = reading.read("t", KeyRange.all(), "t.id > 50", 10);
        assertThat(none.rows()).isEmpty();
        assertThat(none.atEnd()).isFalse();
        assertThat(none.lastKey()).containsExactly("10");
        assertThatExceptionOfType(TableGoneException.class)
                .isThrownBy(() -> reading.read("t", KeyRange.all(), "nothing = 1", 10))
                .withMessageContaining("cannot be read under its condition")
                .withMessageContaining("nothing");
        assertThatExceptionOfType(TableGoneException.class)
                .isThrownBy(() -> reading.read("t", KeyRange.all(), ") OR (", 10));
    }

    @ParameterizedTest
    @EnumSource(Flavor.class)
    void chunksOfLargeRowsAreSmaller(Flavor flavor) {
        MySqlDatabase database = database(
                flavor,
                "CREATE TABLE t (id int PRIMARY KEY, large longtext)",
                numbers("t", 1, 40, ", REPEAT('x', 1000000)"));
        SnapshotReading reading = reading(database);
        SnapshotTable table = reading.table("t");
        SnapshotChunk first = reading.reader().read(table, KeyRange.all(), null, 1000);
        assertThat(first.atEnd()).isFalse();
        assertThat(first.bytes()).isBetween(8L << 20, 10L << 20);
        assertThat(first.rows().size()).isBetween(8, 10);
        assertThat(ids(reading.inChunks(table, KeyRange.all(), null, 1000))).isEqualTo(texts(1, 40));
    }

    @ParameterizedTest
    @EnumSource(Flavor.class)
    void readsInOnePass(Flavor flavor) {
        MySqlDatabase database = database(flavor, "CREATE TABLE t (id int, note text)", numbers("t", 1, 1000, ", 'n'"));
        SnapshotReading reading = reading(database);
        List<SnapshotChunk> portions = reading.through("t", null, 300);
        assertThat(portions.get(0).rows()).isEmpty();
        assertThat(portions).hasSize(5);
        assertThat(portions)
                .extracting(SnapshotChunk::watermark)
                .containsOnly(portions.get(0).watermark());
        assertThat(portions).extracting(SnapshotChunk::atEnd).containsExactly(false, false, false, false, true);
        assertThat(portions.stream().mapToInt(portion -> portion.rows().size()).sum())
                .isEqualTo(1000);
        List<SnapshotChunk> some = new ArrayList<>();
        reading.reader().readThrough(reading.table("t"), KeyRange.all(), null, 10, portion -> {
            some.add(portion);
            return some.size() < 3;
        });
        assertThat(some).hasSize(3);
        assertThat(reading.through("t", "id <= 10", 300).get(1).rows()).hasSize(10);
    }

    @ParameterizedTest
    @EnumSource(Flavor.class)
    void onePassShowsTheTableAsItWasAtItsBegin(Flavor flavor) {
        MySqlDatabase database = database(flavor, "CREATE TABLE t (id int, note text)", numbers("t", 1, 1000, ", 'n'"));
        SnapshotReading reading = reading(database);
        List<Row> rows = new ArrayList<>();
        reading.reader().readThrough(reading.table("t"), KeyRange.all(), null, 100, portion -> {
            if (portion.rows().isEmpty()) {
                database.sql("UPDATE t SET note = 'later'", "INSERT INTO t VALUES (0, 'later')");
            }
            rows.addAll(portion.rows());
            return true;
        });
        assertThat(rows).hasSize(1000);
        assertThat(SnapshotReading.texts(rows, "note")).containsOnly("n");
    }

    @ParameterizedTest
    @EnumSource(Flavor.class)
    @DisplayName("MY-R2: tables of an engine without views are read as they are, and the end of the binlog is later")
    void readsTablesWithoutViews(Flavor flavor) {
        MySqlDatabase database = database(
                flavor,
                "CREATE TABLE keyed (id int PRIMARY KEY) ENGINE = MyISAM",
                "CREATE TABLE keyless (id int) ENGINE = MyISAM",
                "CREATE TABLE hashed (id int PRIMARY KEY) ENGINE = MEMORY",
                numbers("keyed", 1, 100, ""),
                numbers("keyless", 1, 100, ""),
                numbers("hashed", 1, 100, ""));
        SnapshotReading reading = reading(database);
        assertThat(ids(reading.inChunks("keyed", 7))).isEqualTo(texts(1, 100));
        List<SnapshotChunk> portions = reading.through("keyless", null, 30);
        assertThat(portions.get(0).rows()).isEmpty();
        assertThat(portions.stream().flatMap(portion -> portion.rows().stream()))
                .hasSize(100);
        assertThat(reading.through("hashed", null, 1000).get(1).rows()).hasSize(100);
    }

    @ParameterizedTest
    @EnumSource(Flavor.class)
    @DisplayName("MY-R2: a pass over a table without views keeps no writer waiting")
    void doesNotKeepWritersWaiting(Flavor flavor) {
        MySqlDatabase database = database(
                flavor,
                "CREATE TABLE t (id int, note varchar(12000)) ENGINE = MyISAM",
                numbers("t", 1, 900, ", REPEAT('x', 12000)"));
        SnapshotReading reading = reading(database);
        List<Row> rows = new ArrayList<>();
        reading.reader().readThrough(reading.table("t"), KeyRange.all(), null, 100, portion -> {
            if (rows.isEmpty()) {
                database.sql("UPDATE t SET note = 'later' WHERE id = 1");
            }
            rows.addAll(portion.rows());
            return true;
        });
        assertThat(rows).hasSize(900);
    }

    @ParameterizedTest
    @EnumSource(Flavor.class)
    void readsPartitionedTables(Flavor flavor) {
        MySqlDatabase database = database(
                flavor,
                "CREATE TABLE t (id int PRIMARY KEY) PARTITION BY HASH (id) PARTITIONS 4",
                numbers("t", 1, 100, ""));
        assertThat(ids(reading(database).inChunks("t", 7))).isEqualTo(texts(1, 100));
    }

    @ParameterizedTest
    @EnumSource(Flavor.class)
    @DisplayName("MY-R5: generated and invisible columns are those of the stream, with equal values")
    void rowsHaveTheColumnsOfTheStream(Flavor flavor) {
        String hidden = flavor == Flavor.MYSQL && MySqlServer.shared(flavor).version() < 80023 ? "" : "INVISIBLE";
        MySqlDatabase database = database(
                flavor,
                "CREATE TABLE t (id int PRIMARY KEY, hidden varchar(10) DEFAULT 'h' " + hidden
                        + ", twice int GENERATED ALWAYS AS (id * 2) VIRTUAL, thrice int GENERATED ALWAYS AS (id * 3) STORED,"
                        + " at timestamp(3) NULL, price decimal(10,2), doc json, bits bit(5), kind enum('x','y'), data blob)");
        MySqlConnector connector =
                new MySqlConnector(SnapshotReading.options(database).build());
        CollectingSink sink = new CollectingSink();
        try (SourceStream stream = connector.open(StreamRequest.fresh())) {
            database.sql(
                    "INSERT INTO t (id, at, price, doc, bits, kind, data) VALUES (1, '2026-07-20 12:00:00.5', 1.5, '{\"a\":[1,2.0]}', 5, 'y', X'00ff'), (2, NULL, -0.01, NULL, NULL, NULL, NULL)");
            MySqlFixture.readEvents(stream, sink, 2);
        }
        List<Row> rows = reading(database).inChunks("t", 10);
        for (int i = 0; i < 2; i++) {
            Row read = rows.get(i);
            Row streamed = Assertions.assertThat(sink.events.get(i).after())
                    .isNotNull()
                    .actual();
            assertThat(read.columns().names()).isEqualTo(streamed.columns().names());
            assertThat(read.columns().key()).isEqualTo(streamed.columns().key());
            for (int column = 0; column < read.columns().size(); column++) {
                String name = read.columns().name(column);
                assertThat(read.text(column)).as(name).isEqualTo(streamed.text(column));
                assertThat(read.value(column)).as(name).isEqualTo(streamed.value(column));
            }
        }
    }

    @Test
    void readsThePastOfTablesWithSystemVersioning() {
        MySqlDatabase database = database(
                Flavor.MARIADB,
                "CREATE TABLE t (id int PRIMARY KEY, note varchar(10)) WITH SYSTEM VERSIONING",
                "INSERT INTO t VALUES (1, 'old'), (2, 'gone')");
        database.sql("UPDATE t SET note = 'new' WHERE id = 1", "DELETE FROM t WHERE id = 2");
        List<Row> rows = reading(database).through("t", null, 100).get(1).rows();
        assertThat(SnapshotReading.texts(rows, "note")).containsExactlyInAnyOrder("old", "new", "gone");
        assertThat(rows.get(0).columns().names()).contains("row_start", "row_end");
    }

    @ParameterizedTest
    @EnumSource(Flavor.class)
    void tellsThatATableIsGone(Flavor flavor) {
        MySqlDatabase database = database(flavor, "CREATE TABLE t (id int PRIMARY KEY)", "INSERT INTO t VALUES (1)");
        SnapshotReading reading = reading(database);
        SnapshotTable table = reading.table("t");
        assertThat(reading.reader().read(table, KeyRange.all(), null, 10).rows())
                .hasSize(1);
        database.sql("ALTER TABLE t DROP PRIMARY KEY");
        assertThatExceptionOfType(TableGoneException.class)
                .isThrownBy(() -> reading.reader().read(table, KeyRange.all(), null, 10))
                .withMessageContaining("has the key []");
        database.sql("DROP TABLE t");
        assertThatExceptionOfType(TableGoneException.class)
                .isThrownBy(() -> reading.reader().read(table, KeyRange.all(), null, 10))
                .withMessageContaining("does not exist any more");
    }

    @ParameterizedTest
    @EnumSource(Flavor.class)
    void seesNewColumnsAtOnce(Flavor flavor) {
        MySqlDatabase database = database(flavor, "CREATE TABLE t (id int PRIMARY KEY)", "INSERT INTO t VALUES (1)");
        SnapshotReading reading = reading(database);
        SnapshotTable table = reading.table("t");
        reading.reader().read(table, KeyRange.all(), null, 10);
        database.sql("ALTER TABLE t ADD COLUMN more int NOT NULL DEFAULT 7 FIRST");
        Row row = reading.reader().read(table, KeyRange.all(), null, 10).rows().get(0);
        assertThat(row.columns().names()).containsExactly("more", "id");
        assertThat(row.text(0)).isEqualTo("7");
    }

    @ParameterizedTest
    @EnumSource(Flavor.class)
    @DisplayName(
            "A table that is rewritten between the view and the first row is read again, never as if it were empty")
    void rewrittenTableIsReadAgain(Flavor flavor) {
        MySqlDatabase database = database(flavor, "CREATE TABLE t (id int, note text)", numbers("t", 1, 10, ", 'n'"));
        SnapshotReading reading = reading(database);
        SourceException failure = Assertions.catchThrowableOfType(
                SourceException.class,
                () -> reading.reader().readThrough(reading.table("t"), KeyRange.all(), null, 100, portion -> {
                    database.sql("ALTER TABLE t ENGINE = InnoDB, ALGORITHM = COPY");
                    return true;
                }));
        assertThat(failure.kind()).isEqualTo(FailureKind.TRANSIENT);
    }

    @ParameterizedTest
    @EnumSource(Flavor.class)
    void takesNoLockOnRowsAndLeavesNoTransaction(Flavor flavor) throws SQLException {
        MySqlDatabase database = database(flavor, "CREATE TABLE t (id int PRIMARY KEY)", numbers("t", 1, 10, ""));
        SnapshotReading reading = reading(database);
        SnapshotTable table = reading.table("t");
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("DELETE FROM t WHERE id = 5");
            assertThat(ids(reading.reader()
                            .read(table, KeyRange.all(), null, 100)
                            .rows()))
                    .isEqualTo(texts(1, 10));
            connection.rollback();
        }
        database.sql("SET lock_wait_timeout = 5", "ALTER TABLE t ADD COLUMN more int");
    }

    @ParameterizedTest
    @EnumSource(Flavor.class)
    void cancelEndsAReadAlsoAtTheServer(Flavor flavor) {
        MySqlDatabase database = database(flavor, "CREATE TABLE t (id int PRIMARY KEY)", numbers("t", 1, 100, ""));
        SnapshotReading reading = reading(database);
        SnapshotTable table = reading.table("t");
        CompletableFuture<SnapshotChunk> read =
                CompletableFuture.supplyAsync(() -> reading.reader().read(table, KeyRange.all(), "SLEEP(5) = 0", 100));
        String sleeping =
                "SELECT count(*) FROM information_schema.processlist WHERE info LIKE '%%SLEEP(5)%%' AND info LIKE '%%%s%%' AND id <> connection_id()"
                        .formatted(database.name());
        await().until(() -> "1".equals(database.value(sleeping)));
        reading.reader().cancel();
        assertThat(read).failsWithin(java.time.Duration.ofSeconds(20));
        await().until(() -> "0".equals(database.value(sleeping)));
    }

    @ParameterizedTest
    @EnumSource(Flavor.class)
    void givesTheGrantThatIsMissing(Flavor flavor) {
        MySqlDatabase database = database(
                flavor,
                "CREATE TABLE a (id int PRIMARY KEY)",
                "CREATE TABLE b (id int PRIMARY KEY)",
                "CREATE TABLE c (id int PRIMARY KEY)");
        String user = "limited_" + database.name();
        database.server().createUser(user, "secret", "mysql_native_password");
        String to = "'%s'@'%%'".formatted(user);
        database.sql(
                "GRANT REPLICATION SLAVE, REPLICATION CLIENT ON *.* TO " + to,
                "GRANT SELECT ON %s.a TO %s".formatted(database.name(), to),
                "GRANT INSERT ON %s.b TO %s".formatted(database.name(), to));
        MySqlOptions options = SnapshotReading.options(database, user, "secret")
                .tables(TableFilter.of(database.name() + ".a", database.name() + ".b", database.name() + ".c"))
                .build();
        SourceException refused = Assertions.catchThrowableOfType(
                SourceException.class,
                () -> new MySqlConnector(options)
                        .open(StreamRequest.fresh().readingRows())
                        .close());
        assertThat(refused.kind()).isEqualTo(FailureKind.CONFIGURATION);
        assertThat(refused.action())
                .contains("GRANT SELECT ON `%s`.`b` TO %s;".formatted(database.name(), to))
                .contains("GRANT SELECT ON `%s`.`c` TO %s;".formatted(database.name(), to))
                .doesNotContain("`a`")
                .contains("snapshot.mode");
        opened.add(new SnapshotReading(database, options));
        SnapshotReading reading = (SnapshotReading) opened.get(opened.size() - 1);
        assertThatExceptionOfType(SourceException.class)
                .isThrownBy(() -> reading.read("b", KeyRange.all(), null, 10))
                .satisfies(e -> {
                    assertThat(e.kind()).isEqualTo(FailureKind.CONFIGURATION);
                    assertThat(e.action()).contains("GRANT SELECT ON `%s`.`b`".formatted(database.name()));
                });
        assertThat(reading.read("a", KeyRange.all(), null, 10).atEnd()).isTrue();
        database.sql("DROP USER " + to);
    }
}
