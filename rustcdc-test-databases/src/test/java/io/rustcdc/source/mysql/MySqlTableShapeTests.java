package io.rustcdc.source.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.FailureKind;
import io.rustcdc.event.Offset;
import io.rustcdc.event.Row;
import io.rustcdc.source.CollectingSink;
import io.rustcdc.source.KeyRange;
import io.rustcdc.source.SnapshotBackend;
import io.rustcdc.source.SnapshotReader;
import io.rustcdc.source.SnapshotTable;
import io.rustcdc.source.SourceException;
import io.rustcdc.source.SourceStream;
import io.rustcdc.source.StreamRequest;
import io.rustcdc.source.TableFilter;
import io.rustcdc.test.databases.MySqlServer;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Columns that are there in another way than most, and catalogs that tell of other columns than the rows have. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MySqlTableShapeTests {

    private MySqlServer mysql;
    private MySqlServer mariadb;

    @BeforeAll
    void start() {
        mysql = MySqlServer.builder(Flavor.MYSQL).start();
        mariadb = MySqlServer.builder(Flavor.MARIADB).start();
    }

    @AfterAll
    void end() {
        mysql.close();
        mariadb.close();
    }

    @ParameterizedTest
    @CsvSource({"MYSQL, FULL", "MYSQL, MINIMAL", "MARIADB, FULL", "MARIADB, NO_LOG"})
    void generatedAndInvisibleColumnsAreInRowsAndOfTheTable(Flavor flavor, String metadata) {
        Read read = read(
                flavor,
                metadata,
                "CREATE TABLE t (id int PRIMARY KEY, a int, twice int AS (a * 2) VIRTUAL, more int AS (a + 1) STORED, "
                        + "unseen int INVISIBLE DEFAULT 7, KEY (twice))",
                "INSERT INTO t (id, a) VALUES (1, 5)");

        assertThat(read.streamed.columns().names()).containsExactly("id", "a", "twice", "more", "unseen");
        assertThat(read.streamed.toMap().values()).containsExactly(1, 5, 10, 6, 7);
        assertThat(read.existing.toMap()).isEqualTo(read.streamed.toMap());
    }

    @ParameterizedTest
    @CsvSource({"FULL", "MINIMAL"})
    void keysOfExpressionsAddNoColumn(String metadata) {
        Read read = read(
                Flavor.MYSQL,
                metadata,
                "CREATE TABLE t (id int PRIMARY KEY, a varchar(10), j json, KEY f ((upper(a))), "
                        + "KEY m ((CAST(j->'$.x' AS UNSIGNED ARRAY))))",
                "INSERT INTO t VALUES (1, 'x', '{\"x\":[1,2]}')");

        assertThat(read.streamed.toMap()).hasSize(3).containsEntry("j", "{\"x\": [1, 2]}");
        assertThat(read.existing.toMap()).isEqualTo(read.streamed.toMap());
    }

    @ParameterizedTest
    @CsvSource({"FULL", "NO_LOG"})
    void whatMariaDbHashesForALongUniqueKeyIsNoColumn(String metadata) {
        Read read = read(
                Flavor.MARIADB,
                metadata,
                "CREATE TABLE t (id int PRIMARY KEY, a text, b text, UNIQUE (a), UNIQUE (b))",
                "INSERT INTO t VALUES (1, 'x', 'y')");

        assertThat(read.streamed.columns().names()).containsExactly("id", "a", "b");
        assertThat(read.existing.toMap()).isEqualTo(read.streamed.toMap());
    }

    @ParameterizedTest
    @CsvSource({"FULL", "NO_LOG"})
    void aTableWithSystemVersioningHasItsPeriodAndItsEndInTheKey(String metadata) {
        Read read = read(
                Flavor.MARIADB,
                metadata,
                "CREATE TABLE t (id int PRIMARY KEY, a int) WITH SYSTEM VERSIONING",
                "INSERT INTO t (id, a) VALUES (1, 5)");

        assertThat(read.streamed.columns().names()).containsExactly("id", "a", "row_start", "row_end");
        assertThat(read.streamed.columns().key()).containsExactly("id", "row_end");
        assertThat(read.existing.toMap()).isEqualTo(read.streamed.toMap());
    }

    @ParameterizedTest
    @CsvSource({"FULL", "NO_LOG"})
    void timesInTheFormatOfMariaDb53AreRead(String metadata) {
        mariadb.database("mysql").sql("SET GLOBAL mysql56_temporal_format = OFF");
        try {
            Read read = read(
                    Flavor.MARIADB,
                    metadata,
                    "CREATE TABLE t (id int PRIMARY KEY, t0 time, t2 time(2), t6 time(6), d0 datetime, d1 datetime(1), "
                            + "d6 datetime(6), s0 timestamp NULL, s3 timestamp(3) NULL, s6 timestamp(6) NULL, d date)",
                    "SET time_zone = '+00:00'; INSERT INTO t VALUES (1, '-01:02:03', '-01:02:03.45', '838:59:59', "
                            + "'2024-01-02 03:04:05', '2024-01-02 03:04:05.6', '9999-12-31 23:59:59.999999', "
                            + "'2024-01-02 03:04:05', '2024-01-02 03:04:05.678', '2038-01-19 03:14:07.999999', '2024-02-29')");

            assertThat(texts(read.streamed))
                    .containsExactly(
                            "1",
                            "-01:02:03",
                            "-01:02:03.45",
                            "838:59:59.000000",
                            "2024-01-02 03:04:05",
                            "2024-01-02 03:04:05.6",
                            "9999-12-31 23:59:59.999999",
                            "2024-01-02 03:04:05",
                            "2024-01-02 03:04:05.678",
                            "2038-01-19 03:14:07.999999",
                            "2024-02-29");
            assertThat(texts(read.existing)).isEqualTo(texts(read.streamed));
            assertThat(read.existing.toMap()).isEqualTo(read.streamed.toMap());
        } finally {
            mariadb.database("mysql").sql("SET GLOBAL mysql56_temporal_format = ON");
        }
    }

    /** A cast of such a value would be NULL, with no more than a warning. */
    @ParameterizedTest
    @EnumSource(Flavor.class)
    void valuesLargerThanAPacketOfTheServerAreReadWhole(Flavor flavor) {
        MySqlServer server = server(flavor);
        try (MySqlFixture source = new MySqlFixture(server)) {
            source.database.sql(
                    "CREATE TABLE t (id int PRIMARY KEY, t longtext, l longtext CHARACTER SET latin1, b longblob)",
                    "INSERT INTO t VALUES (1, repeat('é', 1000000), repeat('é', 1500000), repeat('x', 2000000))",
                    "SET GLOBAL max_allowed_packet = 1048576");
            Row row = existing(source);

            assertThat(row.text(1)).isEqualTo("é".repeat(1_000_000));
            assertThat(row.text(2)).isEqualTo("é".repeat(1_500_000));
            assertThat((byte[]) row.value(3)).hasSize(2_000_000);
        } finally {
            server.database("mysql").sql("SET GLOBAL max_allowed_packet = 67108864");
        }
    }

    @ParameterizedTest // MY-09
    @EnumSource(Flavor.class)
    void my09OldRowsKeepTheirLabelsAfterTheyWereReordered(Flavor flavor) {
        try (MySqlFixture source = new MySqlFixture(server(flavor))) {
            metadata(flavor, "FULL");
            source.database.sql("CREATE TABLE t (id int PRIMARY KEY, e enum('happy', 'sad'))");
            Offset start = start(source);
            source.database.sql(
                    "INSERT INTO t VALUES (1, 'happy')",
                    "ALTER TABLE t MODIFY e enum('sad', 'so-so', 'happy')",
                    "INSERT INTO t VALUES (2, 'happy')");

            List<ChangeEvent<Row>> events = rows(source, start);
            assertThat(events.get(0).after().get("e")).isEqualTo("happy");
            assertThat(events.get(1).after().get("e")).isEqualTo("happy");
        }
    }

    @ParameterizedTest
    @EnumSource(Flavor.class)
    void labelsBeyondTheCatalogsCharsetNeedALogThatDescribesItself(Flavor flavor) {
        String table = "CREATE TABLE t (id int PRIMARY KEY, e enum('a😀', 'b'), s set('x😀', 'y'))";
        String row = "INSERT INTO t VALUES (1, 'a😀', 'x😀,y')";

        Read read = read(flavor, "FULL", table, row);
        assertThat(texts(read.streamed)).containsExactly("1", "a😀", "x😀,y");
        assertThat(read.existing.toMap()).isEqualTo(read.streamed.toMap());

        assertThat(refused(flavor, table, row)).hasMessageContaining("'e'").hasMessageContaining("question marks");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "MYSQL|ALTER TABLE t ADD c int|3 columns",
                "MYSQL|ALTER TABLE t MODIFY a bigint|'a'",
                "MYSQL|ALTER TABLE t MODIFY a int unsigned|sign",
                "MYSQL|ALTER TABLE t MODIFY b varchar(10) CHARACTER SET ascii|charset",
                "MYSQL|DROP TABLE t|does not have the table",
                "MARIADB|ALTER TABLE t ADD c int|3 columns",
                "MARIADB|ALTER TABLE t MODIFY a bigint|'a'",
                "MARIADB|DROP TABLE t|does not have the table",
            })
    void aCatalogThatIsNewerThanTheRowsIsNotBelieved(Flavor flavor, String change, String told) {
        assertThat(refused(
                        flavor,
                        "CREATE TABLE t (id int PRIMARY KEY, a int, b varchar(10) CHARACTER SET latin1)",
                        "INSERT INTO t VALUES (1, 2, 'x')",
                        change))
                .hasMessageContaining(told)
                .satisfies(e -> {
                    assertThat(e.kind()).isEqualTo(FailureKind.TERMINAL);
                    assertThat(e.action()).contains("binlog_row_metadata=FULL");
                });
    }

    /** One row, from the log and as one that exists. */
    private record Read(Row streamed, Row existing) {}

    private Read read(Flavor flavor, String metadata, String table, String row) {
        metadata(flavor, metadata);
        try (MySqlFixture source = new MySqlFixture(server(flavor))) {
            source.database.sql(table);
            Offset start = start(source);
            source.database.sql(row);
            Row streamed = Objects.requireNonNull(rows(source, start).get(0).after());
            return new Read(streamed, existing(source));
        }
    }

    private static Row existing(MySqlFixture source) {
        SnapshotBackend snapshots = connector(source).snapshots();
        try (SnapshotReader reader = snapshots.open()) {
            SnapshotTable found = snapshots.tables().stream()
                    .filter(one -> one.id().name().equals("t"))
                    .findFirst()
                    .orElseThrow();
            return reader.read(found, KeyRange.all(), null, 10).rows().get(0);
        }
    }

    private SourceException refused(Flavor flavor, String table, String... statements) {
        metadata(flavor, flavor == Flavor.MYSQL ? "MINIMAL" : "NO_LOG");
        try (MySqlFixture source = new MySqlFixture(server(flavor))) {
            source.database.sql(table);
            Offset start = start(source);
            source.database.sql(statements);
            return Assertions.catchThrowableOfType(SourceException.class, () -> rows(source, start));
        }
    }

    private static Offset start(MySqlFixture source) {
        try (SourceStream stream = connector(source).open(StreamRequest.fresh())) {
            MySqlFixture.awaitTakenUp(stream);
            return stream.start();
        }
    }

    private static List<ChangeEvent<Row>> rows(MySqlFixture source, Offset start) {
        CollectingSink sink = new CollectingSink();
        try (SourceStream stream = connector(source).open(StreamRequest.resume(start))) {
            source.readUpToMark(stream, sink);
        }
        return sink.events.stream()
                .filter(event -> event.after() != null && event.after().isPresent("id"))
                .toList();
    }

    private static MySqlConnector connector(MySqlFixture source) {
        return new MySqlConnector(source.options().tables(TableFilter.of("*")).build());
    }

    private static List<String> texts(Row row) {
        return IntStream.range(0, row.columns().size()).mapToObj(row::text).toList();
    }

    private void metadata(Flavor flavor, String value) {
        server(flavor).database("mysql").sql("SET GLOBAL binlog_row_metadata = " + value);
    }

    private MySqlServer server(Flavor flavor) {
        return flavor == Flavor.MYSQL ? mysql : mariadb;
    }
}
