package io.rustcdc.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.rustcdc.CdcEngine;
import io.rustcdc.checkpoint.TableSnapshot.Phase;
import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.Operation;
import io.rustcdc.event.Row;
import io.rustcdc.runtime.EngineOptions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The rows of tables of every shape, in the first load and in chunks, with writers at work. */
class SnapshotTablesTests extends SnapshotFixture {

    private static final int KEYS = 40;

    /** Types of keys, and an expression for the i-th key. */
    private static final Map<String, String> TYPES = new LinkedHashMap<>();

    static {
        TYPES.put("text", "chr(65 + i % 26) || CASE WHEN i % 2 = 0 THEN 'ü''\\' ELSE E'\\t' END || i");
        TYPES.put("text COLLATE \"C\"", "chr(65 + i % 26) || 'z' || i");
        TYPES.put("text COLLATE \"en-x-icu\"", "chr(97 + i % 26) || 'É' || i");
        TYPES.put("text COLLATE no_case", "CASE WHEN i % 2 = 0 THEN 'key' ELSE 'KEY' END || i");
        TYPES.put("varchar(30)", "'v ' || i");
        TYPES.put("char(8)", "'c' || i");
        TYPES.put("uuid", "md5(i::text)::uuid");
        TYPES.put("numeric", "CASE WHEN i = 7 THEN 'NaN' ELSE i || '.' || repeat('0', i % 4) END::numeric");
        TYPES.put("numeric(12,3)", "(i - 20) / 7.0");
        TYPES.put(
                "timestamptz",
                "CASE i WHEN 1 THEN '-infinity' WHEN 2 THEN 'infinity' ELSE ('2000-01-01T00:00:00Z'::timestamptz + i * interval '1.000001 s')::text END::timestamptz");
        TYPES.put(
                "date",
                "CASE i WHEN 1 THEN '-infinity' WHEN 2 THEN '0044-03-15 BC' ELSE ('2000-01-01'::date + i)::text END::date");
        TYPES.put("interval", "i * interval '36 hours'");
        TYPES.put("bytea", "decode(lpad(to_hex(i * 6), 4, '0'), 'hex')");
        TYPES.put("bigint", "(i - 20) * 400000000000000000");
        TYPES.put(
                "float8", "CASE i WHEN 1 THEN 'NaN' WHEN 2 THEN '-Infinity' ELSE (i / 3.0::float8)::text END::float8");
        TYPES.put("inet", "('10.0.0.0/8'::inet + i * 1000)");
        TYPES.put("\"char\"", "chr(48 + i)::\"char\"");
        TYPES.put("positive", "i");
        TYPES.put("mood", "('m' || i)::mood");
        TYPES.put("int[]", "ARRAY[i % 5, i]");
        TYPES.put("jsonb", "jsonb_build_object('k', i)");
        TYPES.put("int4range", "int4range(i, i + 10)");
        TYPES.put("bit(9)", "(i * 5)::bit(9)");
    }

    private static List<String> tables() {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < TYPES.size(); i++) {
            names.add("k" + i);
        }
        return names;
    }

    private void createKeyTables() {
        database.sql(
                "ALTER DATABASE %s SET intervalstyle = iso_8601".formatted(database.name()), // as events have it
                "CREATE COLLATION no_case (provider = icu, locale = 'und-u-ks-level2', deterministic = false)",
                "CREATE DOMAIN positive AS int CHECK (VALUE > 0)",
                "CREATE TYPE mood AS ENUM (%s)"
                        .formatted(numbers(1, 300).stream()
                                .map(i -> "'m" + (i * 37 % 301) + "'")
                                .collect(Collectors.joining(", "))));
        int number = 0;
        for (Map.Entry<String, String> type : TYPES.entrySet()) {
            database.sql(
                    "CREATE TABLE k%d (k %s PRIMARY KEY, v int, big text)".formatted(number, type.getKey()),
                    "INSERT INTO k%d SELECT %s, i, repeat(md5(i::text), 3) FROM generate_series(1, %d) i"
                            .formatted(number, type.getValue(), KEYS));
            number++;
        }
        if (database.value("SELECT 1 FROM pg_available_extensions WHERE name = 'citext'") != null) {
            database.sql(
                    "CREATE EXTENSION citext",
                    "CREATE TABLE kcitext (k citext PRIMARY KEY, v int)",
                    "INSERT INTO kcitext SELECT CASE WHEN i % 2 = 0 THEN 'B' ELSE 'a' END || i, i FROM generate_series(1, 40) i",
                    "CREATE TABLE kpair (a int, b citext, c int, PRIMARY KEY (a, b, c))",
                    "INSERT INTO kpair SELECT i % 3, CASE WHEN i % 2 = 0 THEN 'B' ELSE 'a' END || i % 5, i FROM generate_series(1, 40) i");
        }
    }

    /** Updates, deletes and inserts of any row, until told to stop. There are more inserts, or few rows would be left in the end. */
    private Thread writer(AtomicBoolean stop) {
        List<String> expressions = List.copyOf(TYPES.values());
        Thread thread = new Thread(() -> {
            Random random = new Random(7);
            while (!stop.get()) {
                int table = random.nextInt(expressions.size());
                int i = 1 + random.nextInt(KEYS);
                String key = "(SELECT %s FROM (SELECT %d AS i) one)".formatted(expressions.get(table), i);
                database.sql(
                        switch (random.nextInt(5)) {
                            case 0 -> "DELETE FROM k%d WHERE v = %d".formatted(table, i);
                            case 1, 2 ->
                                "INSERT INTO k%d VALUES (%s, %d, 'new') ON CONFLICT DO NOTHING"
                                        .formatted(table, key, i);
                            default -> "UPDATE k%d SET big = 'w%d' WHERE v = %d".formatted(table, random.nextInt(), i);
                        });
            }
        });
        thread.start();
        return thread;
    }

    @Test
    @DisplayName("SN-20, SN-21: keys of every comparable type are read in order, in chunks, while rows change")
    void readsKeysOfEveryType() throws Exception {
        createKeyTables();
        CdcEngine engine = copying(onRequest(3));
        engine.start();
        AtomicBoolean stop = new AtomicBoolean();
        Thread writer = writer(stop);
        request(engine, null, "public.k*");
        awaitComplete(engine);
        stop.set(true);
        writer.join();
        awaitCopy(tables().toArray(String[]::new));
        if (progress(engine).contains("kpair")) {
            awaitCopy("kcitext", "kpair");
            assertThat(reads("kcitext")).hasSize(40);
            assertThat(reads("kpair")).hasSize(40);
        }
        for (String table : tables()) {
            assertThat(progress(engine, table).chunks()).as(table).isGreaterThan(5);
            assertThat(reads(table)).as(table).isNotEmpty().hasSizeLessThanOrEqualTo(KEYS);
        }
    }

    private static List<String> progress(CdcEngine engine) {
        return engine.snapshots().state().orElseThrow().tables().stream()
                .map(table -> table.table().name())
                .toList();
    }

    @Test
    @DisplayName("a condition that the server refuses ends that request, not the source")
    void aBadConditionEndsTheRequestOnly() {
        insert(1, 10);
        CdcEngine engine = copying(onRequest(10));
        engine.start();
        request(engine, "no_such_column = 1", "public.orders");
        await().atMost(PATIENCE).until(() -> progress(engine, "orders").phase() == Phase.GONE);
        request(engine, "id / (id - 5) > 0 -- comment", "public.orders");
        await().atMost(PATIENCE)
                .until(() -> progress(engine, "orders").generation() > 2
                        && progress(engine, "orders").phase() == Phase.GONE);
        request(engine, "id > 5 -- comment", "public.orders");
        awaitComplete(engine);
        awaitSaved(engine);
        assertThat(readIds("orders")).isEqualTo(numbers(6, 10));
    }

    @Test
    @DisplayName("SN-21: empty tables, tables of exactly one chunk and of one row more, composite keys")
    void readsTablesOfAnySize() {
        database.sql(
                "CREATE TABLE empty (id int PRIMARY KEY)",
                "CREATE TABLE exact (id int PRIMARY KEY)",
                "CREATE TABLE more (id int PRIMARY KEY)",
                "CREATE TABLE pairs (a text COLLATE \"C\", b int, c timestamp, note text, PRIMARY KEY (b, a, c))",
                "INSERT INTO exact SELECT generate_series(1, 50)",
                "INSERT INTO more SELECT generate_series(1, 51)",
                "INSERT INTO pairs SELECT 'a' || i % 7, i % 11, '2020-01-01'::timestamp + i * interval '1 s', NULL FROM generate_series(1, 500) i");
        CdcEngine engine = copying(onRequest(50));
        engine.start();
        request(engine, null, "public.*");
        awaitComplete(engine);
        awaitCopy("empty", "exact", "more", "pairs");
        assertThat(reads("pairs")).hasSize(500);
        assertThat(readIds("exact")).isEqualTo(numbers(1, 50));
        assertThat(readIds("more")).isEqualTo(numbers(1, 51));
        assertThat(progress(engine, "empty").phase()).isEqualTo(Phase.COMPLETE);
    }

    @Test
    @DisplayName("SN-R4: a table without a key is read once as a whole, and no change of it comes twice or is lost")
    void readsTablesWithoutAKey() throws Exception {
        database.sql(
                "CREATE TABLE plain (n int)",
                "ALTER TABLE plain REPLICA IDENTITY FULL",
                "INSERT INTO plain SELECT generate_series(1, 5000)");
        CdcEngine engine = copying(onRequest(500));
        engine.start();
        AtomicBoolean stop = new AtomicBoolean();
        Thread writer = new Thread(() -> {
            for (int n = 5001; !stop.get(); n++) {
                database.sql("INSERT INTO plain VALUES (%d)".formatted(n));
            }
        });
        writer.start();
        request(engine, null, "public.plain");
        awaitComplete(engine);
        stop.set(true);
        writer.join();
        awaitSaved(engine);
        long count = Long.parseLong(database.value("SELECT count(*) FROM plain"));
        int first = firstRead();
        await().atMost(PATIENCE).until(() -> rowsFrom(first).size() >= count - insertedBefore(first));
        List<Integer> rows = rowsFrom(first);
        assertThat(rows).doesNotHaveDuplicates();
        assertThat(rows).containsAll(numbers(1, 5000));
        assertThat(rows).hasSizeBetween((int) count - insertedBefore(first), (int) count);
        assertThat(union()).hasSize((int) count);
    }

    private int firstRead() {
        List<ChangeEvent<Row>> all = events();
        for (int i = 0; i < all.size(); i++) {
            if (all.get(i).operation() == Operation.READ) {
                return i;
            }
        }
        throw new AssertionError("no row was read");
    }

    private int insertedBefore(int index) {
        return (int) events().subList(0, index).stream()
                .filter(event -> event.table().name().equals("plain"))
                .count();
    }

    private List<Integer> rowsFrom(int index) {
        List<ChangeEvent<Row>> all = events();
        return all.subList(index, all.size()).stream()
                .filter(event -> event.table().name().equals("plain"))
                .map(event -> (Integer) event.after().get("n"))
                .toList();
    }

    private List<Object> union() {
        return events().stream()
                .filter(event -> event.table().name().equals("plain"))
                .map(event -> event.after().get("n"))
                .distinct()
                .toList();
    }

    @Test
    @DisplayName("partitioned tables through their root, inheritance, and replica identities of every kind")
    void readsOtherKindsOfTables() {
        database.sql(
                "CREATE TABLE parted (id int, region text, note text, PRIMARY KEY (id, region)) PARTITION BY LIST (region)",
                "CREATE TABLE parted_a PARTITION OF parted FOR VALUES IN ('a')",
                "CREATE TABLE parted_b PARTITION OF parted FOR VALUES IN ('b')",
                "INSERT INTO parted SELECT i, CASE WHEN i % 3 = 0 THEN 'a' ELSE 'b' END, 'n' FROM generate_series(1, 100) i",
                "CREATE TABLE base (id int PRIMARY KEY, note text)",
                "CREATE TABLE child (PRIMARY KEY (id), extra int) INHERITS (base)",
                "INSERT INTO base SELECT i, 'base' FROM generate_series(1, 30) i",
                "INSERT INTO child SELECT i, 'child', i FROM generate_series(20, 50) i",
                "CREATE TABLE whole (id int PRIMARY KEY, note text)",
                "ALTER TABLE whole REPLICA IDENTITY FULL",
                "INSERT INTO whole SELECT i, 'n' FROM generate_series(1, 30) i",
                "CREATE TABLE indexed (id int PRIMARY KEY, code text NOT NULL UNIQUE)",
                "ALTER TABLE indexed REPLICA IDENTITY USING INDEX indexed_code_key",
                "INSERT INTO indexed SELECT i, 'c' || i FROM generate_series(1, 30) i");
        CdcEngine engine = copying(onRequest(7));
        engine.start();
        request(engine, null, "public.*");
        database.sql(
                "UPDATE parted SET note = 'w' WHERE id % 2 = 0",
                "UPDATE whole SET note = 'w' WHERE id % 2 = 0", "DELETE FROM indexed WHERE id % 5 = 0");
        awaitComplete(engine);
        awaitCopy("parted", "base", "child", "whole", "indexed");
        assertThat(reads("parted_a")).isEmpty();
        assertThat(reads("base")).hasSizeLessThanOrEqualTo(30);
    }

    @Test
    @DisplayName("PG-30: a row that was read has the table, columns and key of a change of it")
    void aReadRowLooksLikeAChange() {
        insert(1, 3);
        CdcEngine engine = copying(chunksOf(10));
        engine.start();
        awaitComplete(engine);
        awaitSaved(engine);
        database.sql("UPDATE orders SET note = 'n' WHERE id = 2");
        await().atMost(PATIENCE).until(() -> events().size() == 4);
        ChangeEvent<Row> read = events().get(1);
        ChangeEvent<Row> change = events().get(3);
        assertThat(read.table()).isEqualTo(change.table());
        assertThat(read.key()).isEqualTo(change.key());
        assertThat(read.after().columns().names())
                .isEqualTo(change.after().columns().names());
        assertThat(read.after().columns().key())
                .isEqualTo(change.after().columns().key());
        assertThat(read.after().toMap()).isEqualTo(change.after().toMap());
        assertThat(read.source()).isEqualTo(change.source());
        assertThat(read.transaction()).isNull();
    }

    @Test
    @DisplayName("large rows make the chunks smaller, whatever size is wished for")
    void largeRowsMakeSmallChunks() {
        database.sql(
                "CREATE TABLE documents (id int PRIMARY KEY, body text)",
                "INSERT INTO documents SELECT i, repeat('x', 1000000) FROM generate_series(1, 60) i");
        for (EngineOptions options : List.of(onRequest(0), onRequest(1000))) {
            forget();
            CdcEngine engine = copying(options);
            engine.start();
            request(engine, null, "public.documents");
            awaitComplete(engine);
            awaitSaved(engine);
            assertThat(readIds("documents")).isEqualTo(numbers(1, 60));
            assertThat(progress(engine, "documents").chunks()).isBetween(6, 16);
            engine.stop();
        }
    }

    @Test
    @DisplayName("SN-R6, PG-29: a transaction that has written and now idles holds nothing up")
    void anIdleWriterHoldsNothingUp() throws Exception {
        insert(1, 500);
        CdcEngine engine = copying(onRequest(50));
        engine.start();
        try (java.sql.Connection open = database.connect();
                java.sql.Statement statement = open.createStatement()) {
            open.setAutoCommit(false);
            statement.execute("UPDATE orders SET note = 'open' WHERE id = 100");
            request(engine, null, "public.orders");
            awaitComplete(engine);
            awaitSaved(engine);
            assertThat(readIds("orders")).isEqualTo(numbers(1, 500));
            open.commit();
        }
        awaitCopy("orders");
    }
}
