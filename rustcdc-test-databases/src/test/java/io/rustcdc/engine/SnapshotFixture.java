package io.rustcdc.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.rustcdc.CdcEngine;
import io.rustcdc.checkpoint.SnapshotState;
import io.rustcdc.checkpoint.TableSnapshot;
import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.Row;
import io.rustcdc.event.TableId;
import io.rustcdc.observe.EngineState;
import io.rustcdc.runtime.EngineOptions;
import io.rustcdc.snapshot.SnapshotMode;
import io.rustcdc.snapshot.SnapshotOptions;
import io.rustcdc.source.Credentials;
import io.rustcdc.source.TableFilter;
import io.rustcdc.source.postgres.PostgresConnector;
import io.rustcdc.source.postgres.PostgresOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Engines over all tables of a database whose consumer keeps a copy of each table, by the row writes alone. */
abstract class SnapshotFixture extends EngineFixture {

    static final Duration PATIENCE = Duration.ofSeconds(60);

    final CopyingConsumer consumer = new CopyingConsumer();

    CdcEngine copying(EngineOptions options) {
        return copying(options, server().port());
    }

    /** Over a port that leads to the server. */
    CdcEngine copying(EngineOptions options, int port) {
        return copying(options, options(server().host(), port));
    }

    /** With these settings of the source, over all tables. */
    CdcEngine copying(EngineOptions options, PostgresOptions.Builder source) {
        return copying(source.tables(TableFilter.of("public.*")), options);
    }

    CdcEngine copyingAs(String user, @Nullable String password, EngineOptions options, TableFilter tables) {
        return copying(
                options(server().host(), server().port())
                        .credentials(() -> new Credentials(user, password))
                        .tables(tables),
                options);
    }

    CdcEngine copying(PostgresOptions.Builder source, EngineOptions options) {
        PostgresConnector connector = new PostgresConnector(source.build());
        return engine(connector, store(connector), options, consumer);
    }

    /** Blocks the consumer at its n-th row until this latch is counted down. */
    CountDownLatch blockAtRead(int n, CountDownLatch reached) {
        return consumer.blockAtRead(n, reached);
    }

    static EngineOptions chunksOf(int size) {
        return EngineOptions.ofDefaults().withSnapshot(new SnapshotOptions(SnapshotMode.INITIAL, size, 1, 0));
    }

    /** Reads nothing until it is asked for, then in chunks of this size. */
    static EngineOptions onRequest(int size) {
        return EngineOptions.ofDefaults().withSnapshot(new SnapshotOptions(SnapshotMode.NEVER, size, 1, 0));
    }

    /** As {@link #onRequest}, with a limit that makes the reading take a while. */
    static EngineOptions slowly(int size, int rowsPerSecond) {
        return EngineOptions.ofDefaults().withSnapshot(new SnapshotOptions(SnapshotMode.NEVER, size, 1, rowsPerSecond));
    }

    static Map<String, String> texts(Row row) {
        return CopyingConsumer.texts(row);
    }

    List<ChangeEvent<Row>> events() {
        return consumer.events();
    }

    List<ChangeEvent<Row>> reads(String table) {
        return consumer.reads(table);
    }

    /** The ids of the rows that were read, in order. */
    List<Integer> readIds(String table) {
        return reads(table).stream()
                .map(event -> ((Number) event.after().get("id")).intValue())
                .toList();
    }

    static List<Integer> numbers(int from, int to) {
        return IntStream.rangeClosed(from, to).boxed().toList();
    }

    void forget() {
        consumer.forget();
    }

    /** The copies as well: rows of another key are other rows. */
    void forgetAll() {
        consumer.forgetAll();
    }

    void awaitEvents(int count) {
        await().atMost(PATIENCE).until(() -> events().size() >= count);
    }

    /** The rows of a table as the consumer has them, sorted. */
    List<String> copy(String table) {
        return consumer.copy(table);
    }

    /** The rows of a table as they are, sorted. */
    List<String> source(String table) {
        List<String> columns = database
                .query(
                        "SELECT attname FROM pg_attribute WHERE attrelid = 'public.%s'::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attname COLLATE \"C\""
                                .formatted(table))
                .stream()
                .map(row -> (String) row.get(0))
                .toList();
        String texts = columns.stream()
                .map(name -> "CASE WHEN \"%1$s\" IS NOT NULL THEN format('%%s', \"%1$s\") END".formatted(name))
                .collect(Collectors.joining(", "));
        boolean partitioned = "p"
                .equals(database.value(
                        "SELECT relkind::text FROM pg_class WHERE oid = 'public.%s'::regclass".formatted(table)));
        List<String> rows = new ArrayList<>();
        for (List<?> row :
                database.query("SELECT %s FROM %s public.%s".formatted(texts, partitioned ? "" : "ONLY", table))) {
            Map<String, String> values = new TreeMap<>();
            for (int i = 0; i < columns.size(); i++) {
                values.put(columns.get(i), (String) row.get(i));
            }
            rows.add(values.toString());
        }
        Collections.sort(rows);
        return rows;
    }

    void awaitCopy(String... tables) {
        for (String table : tables) {
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(copy(table)).as(table).isEqualTo(source(table)));
        }
    }

    static void awaitComplete(CdcEngine engine) {
        await().atMost(PATIENCE)
                .failFast(() -> {
                    assertThat(engine.status().state())
                            .as("%s", engine.status().health())
                            .isNotEqualTo(EngineState.FAILED);
                })
                .until(() -> engine.snapshots()
                        .state()
                        .filter(SnapshotState::isComplete)
                        .isPresent());
    }

    static TableSnapshot progress(CdcEngine engine, String table) {
        return engine.snapshots()
                .state()
                .flatMap(state -> state.of(new TableId("public", table)))
                .orElseThrow();
    }

    static void request(CdcEngine engine, String condition, String... tables) {
        engine.snapshots()
                .request(List.of(tables), condition)
                .orTimeout(30, java.util.concurrent.TimeUnit.SECONDS)
                .join();
    }
}
