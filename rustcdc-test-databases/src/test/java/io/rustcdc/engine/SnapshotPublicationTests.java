package io.rustcdc.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import io.rustcdc.CdcEngine;
import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.Operation;
import io.rustcdc.event.Row;
import io.rustcdc.runtime.EngineOptions;
import io.rustcdc.snapshot.SnapshotMode;
import io.rustcdc.snapshot.SnapshotOptions;
import io.rustcdc.source.TableFilter;
import io.rustcdc.test.databases.PostgresServer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Publications that somebody else has made: the rows are those that the stream would send, with its names and columns. */
class SnapshotPublicationTests extends SnapshotFixture {

    /** How the rows are read. */
    enum Way {
        FIRST_LOAD,
        IN_CHUNKS
    }

    private void publish(String what) {
        database.sql("CREATE PUBLICATION cdc_%s %s".formatted(database.name(), what));
    }

    private CdcEngine begin(Way way, String... tables) {
        EngineOptions options = way == Way.IN_CHUNKS
                ? onRequest(7)
                : EngineOptions.ofDefaults().withSnapshot(new SnapshotOptions(SnapshotMode.INITIAL, 7, 2, 0));
        CdcEngine engine =
                copyingAs(PostgresServer.SUPERUSER, null, options.withQueue(20, 1_000_000), TableFilter.of(tables));
        engine.start();
        if (way == Way.IN_CHUNKS) {
            request(engine, null, tables);
        }
        return engine;
    }

    private static void awaitRead(CdcEngine engine) {
        awaitComplete(engine);
        awaitSaved(engine);
    }

    private CdcEngine read(Way way, String... tables) {
        CdcEngine engine = begin(way, tables);
        awaitRead(engine);
        return engine;
    }

    /** Runs this while rows are being read. */
    private void readWhile(Way way, String table, String... statements) throws InterruptedException {
        CountDownLatch reached = new CountDownLatch(1);
        CountDownLatch go = blockAtRead(15, reached);
        CdcEngine engine = begin(way, table);
        assertThat(reached.await(20, TimeUnit.SECONDS)).isTrue();
        database.sql(statements);
        go.countDown();
        awaitRead(engine);
    }

    private Stream<ChangeEvent<Row>> events(Operation operation) {
        return events().stream().filter(event -> event.operation() == operation);
    }

    private void createPartitions() {
        database.sql(
                "CREATE TABLE parted (id int PRIMARY KEY, note text) PARTITION BY RANGE (id)",
                "CREATE TABLE low PARTITION OF parted FOR VALUES FROM (1) TO (50)",
                "CREATE TABLE high PARTITION OF parted FOR VALUES FROM (50) TO (101) PARTITION BY RANGE (id)",
                "CREATE TABLE high_a (note text, id int NOT NULL PRIMARY KEY)",
                "ALTER TABLE high ATTACH PARTITION high_a FOR VALUES FROM (50) TO (80)",
                "CREATE TABLE high_b PARTITION OF high FOR VALUES FROM (80) TO (101)",
                "INSERT INTO parted SELECT i, 'n' || i FROM generate_series(1, 100) i");
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName(
            "PG-30: publish_via_partition_root = false: rows have the names and columns of the leaves, as changes have")
    void readsLeaves(Way way) throws Exception {
        createPartitions();
        publish("FOR TABLE parted WITH (publish_via_partition_root = false)");
        CdcEngine engine = read(way, "public.low", "public.high_a", "public.high_b");
        assertThat(readIds("low")).isEqualTo(numbers(1, 49));
        assertThat(readIds("high_a")).isEqualTo(numbers(50, 79));
        assertThat(readIds("high_b")).isEqualTo(numbers(80, 100));
        assertThat(reads("high_a").get(0).after().columns().names()).containsExactly("note", "id");
        assertThat(events()).hasSize(100);
        database.sql(
                "UPDATE parted SET note = 'w' WHERE id % 2 = 0",
                "DELETE FROM parted WHERE id = 85", "UPDATE parted SET id = 10 + id WHERE id = 75");
        awaitCopy("low", "high_a", "high_b");
        assertThat(engine.snapshots().state().orElseThrow().tables()).hasSize(3);
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("PG-30: publish_via_partition_root = true: rows of all leaves have the name of the root, each once")
    void readsTheRoot(Way way) throws Exception {
        createPartitions();
        publish("FOR TABLE parted WITH (publish_via_partition_root = true)");
        readWhile(
                way,
                "public.parted",
                "UPDATE parted SET note = 'w' WHERE id % 2 = 0",
                "DELETE FROM parted WHERE id = 90",
                "UPDATE parted SET id = 90 WHERE id = 3");
        awaitCopy("parted");
        assertThat(events()).allMatch(event -> event.table().name().equals("parted"));
        assertThat(readIds("parted")).doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("a column list and a row filter: exactly the published columns of the published rows")
    void readsWhatIsPublished(Way way) {
        assumeThat(server().version()).isGreaterThanOrEqualTo(15);
        database.sql(
                "CREATE TABLE people (secret text, id int PRIMARY KEY, region text, twice int GENERATED ALWAYS AS (id * 2) STORED)",
                "INSERT INTO people SELECT 's', i, CASE WHEN i % 2 = 0 THEN 'eu' END FROM generate_series(1, 60) i");
        publish("FOR TABLE people (region, id) WHERE (id % 3 <> 0 OR id = 30)");
        read(way, "public.people");
        List<Integer> published =
                numbers(1, 60).stream().filter(id -> id % 3 != 0 || id == 30).toList();
        assertThat(readIds("people")).isEqualTo(published);
        database.sql("UPDATE people SET secret = 'other'");
        awaitEvents(2 * published.size());
        List<Map<String, String>> sent =
                events(Operation.UPDATE).map(event -> texts(event.after())).toList();
        assertThat(reads("people")).extracting(event -> texts(event.after())).containsExactlyElementsOf(sent);
        assertThat(reads("people"))
                .allMatch(event -> event.after().columns().names().equals(List.of("id", "region")));
        assertThat(reads("people"))
                .extracting(ChangeEvent::key)
                .containsExactlyElementsOf(
                        events(Operation.UPDATE).map(ChangeEvent::key).toList());
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("rows that move into a row filter and out of it while they are read")
    void rowsMoveThroughAFilter(Way way) throws Exception {
        assumeThat(server().version()).isGreaterThanOrEqualTo(15);
        database.sql(
                "CREATE TABLE people (id int PRIMARY KEY, region text)",
                "ALTER TABLE people REPLICA IDENTITY FULL",
                "INSERT INTO people SELECT i, CASE WHEN i % 2 = 0 THEN 'eu' ELSE 'us' END FROM generate_series(1, 200) i");
        publish("FOR TABLE people WHERE (region = 'eu')");
        readWhile(
                way,
                "public.people",
                "UPDATE people SET region = CASE region WHEN 'eu' THEN 'us' ELSE 'eu' END WHERE id % 5 < 3");
        List<String> expected = source("people").stream()
                .filter(row -> row.contains("region=eu"))
                .toList();
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(copy("people")).isEqualTo(expected));
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("a column list without the key: each row once, without a key, as its changes")
    void readsWithoutTheKey(Way way) {
        assumeThat(server().version()).isGreaterThanOrEqualTo(15);
        database.sql(
                "CREATE TABLE people (id int PRIMARY KEY, region text, secret text)",
                "INSERT INTO people SELECT i, 'r' || i, 's' FROM generate_series(1, 60) i");
        publish("FOR TABLE people (region) WITH (publish = 'insert')");
        read(way, "public.people");
        database.sql("INSERT INTO people VALUES (61, 'r61', 's')");
        awaitEvents(61);
        assertThat(events()).allMatch(event -> event.key() == null);
        assertThat(events())
                .extracting(event -> event.after().toMap().toString())
                .containsExactlyInAnyOrderElementsOf(
                        numbers(1, 61).stream().map(i -> "{region=r" + i + "}").toList());
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("REPLICA IDENTITY NOTHING: rows have the key that inserts have")
    void readsTablesThatNameNoRows(Way way) {
        database.sql(
                "CREATE TABLE log (id int PRIMARY KEY, note text)",
                "ALTER TABLE log REPLICA IDENTITY NOTHING",
                "INSERT INTO log SELECT i, 'n' FROM generate_series(1, 60) i");
        publish("FOR TABLE log WITH (publish = 'insert')");
        read(way, "public.log");
        database.sql("INSERT INTO log VALUES (61, 'n')");
        awaitEvents(61);
        assertThat(readIds("log")).isEqualTo(numbers(1, 60));
        assertThat(reads("log").get(0).after().columns().key())
                .isEqualTo(events().get(60).after().columns().key());
        assertThat(copy("log")).isEqualTo(source("log"));
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("REPLICA IDENTITY USING INDEX, with changes of the index's column and of the key while rows are read")
    void readsTablesThatNameRowsByAnIndex(Way way) throws Exception {
        database.sql(
                "CREATE TABLE coded (id int PRIMARY KEY, code text NOT NULL UNIQUE, note text)",
                "ALTER TABLE coded REPLICA IDENTITY USING INDEX coded_code_key",
                "INSERT INTO coded SELECT i, 'c' || i, 'n' FROM generate_series(1, 200) i");
        publish("FOR TABLE coded");
        readWhile(
                way,
                "public.coded",
                "UPDATE coded SET code = 'x' || id WHERE id % 10 = 0",
                "UPDATE coded SET note = 'w' WHERE id % 10 = 1",
                "INSERT INTO coded VALUES (1000, 'c1000', 'n')");
        awaitCopy("coded");
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("REPLICA IDENTITY FULL without a key, with rows that are alike: rows and changes add up")
    void readsTablesThatNameRowsByAllColumns(Way way) throws Exception {
        database.sql(
                "CREATE TABLE bag (n int, note text)",
                "ALTER TABLE bag REPLICA IDENTITY FULL",
                "INSERT INTO bag SELECT i % 50, 'n' FROM generate_series(1, 200) i");
        publish("FOR TABLE bag");
        readWhile(
                way,
                "public.bag",
                "UPDATE bag SET note = 'w' WHERE n = 7",
                "DELETE FROM bag WHERE n = 8",
                "INSERT INTO bag VALUES (9, 'n'), (9, 'n')");
        assertThat(reads("bag")).isNotEmpty();
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(sum()).isEqualTo(source("bag")));
    }

    /** What rows and changes amount to, where whole old rows are sent. */
    private List<String> sum() {
        List<String> rows = new ArrayList<>();
        for (ChangeEvent<Row> event : events()) {
            Row before = event.beforeRow();
            Row after = event.afterRow();
            if (before != null) {
                assertThat(rows.remove(texts(before).toString()))
                        .as("%s is known", before)
                        .isTrue();
            }
            if (after != null) {
                rows.add(texts(after).toString());
            }
        }
        rows.sort(null);
        return rows;
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("FOR ALL TABLES: only the wanted tables are read")
    void readsOnlyWhatIsWanted(Way way) {
        insert(1, 60);
        database.sql("CREATE TABLE other (id int PRIMARY KEY)", "INSERT INTO other VALUES (1)");
        publish("FOR ALL TABLES");
        CdcEngine engine = read(way, "public.orders");
        assertThat(readIds("orders")).isEqualTo(numbers(1, 60));
        assertThat(events()).hasSize(60);
        assertThat(engine.snapshots().state().orElseThrow().tables()).hasSize(1);
    }
}
