package io.rustcdc.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.rustcdc.CdcEngine;
import io.rustcdc.checkpoint.SnapshotState;
import io.rustcdc.checkpoint.TableSnapshot;
import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.Operation;
import io.rustcdc.event.Row;
import io.rustcdc.event.RowKey;
import io.rustcdc.event.RowWrite;
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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Engines over all tables of a database whose consumer keeps a copy of each table, by the row writes alone. */
abstract class SnapshotFixture extends EngineFixture {

    static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Map<String, Map<RowKey, Map<String, String>>> copies = new HashMap<>();
    private final List<ChangeEvent<Row>> events = new ArrayList<>();

    /** Sees each event before it is applied; may block or throw. */
    volatile Consumer<ChangeEvent<Row>> before = event -> {};

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
        return engine(connector, store(connector), options, (event, acknowledgment) -> {
            before.accept(event);
            apply(event);
        });
    }

    /** Blocks the consumer at its n-th row until this latch is counted down. */
    CountDownLatch blockAtRead(int n, CountDownLatch reached) {
        CountDownLatch go = new CountDownLatch(1);
        AtomicInteger count = new AtomicInteger();
        before = event -> {
            if (event.operation() == Operation.READ && count.incrementAndGet() == n) {
                reached.countDown();
                try {
                    go.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
        };
        return go;
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

    private synchronized void apply(ChangeEvent<Row> event) {
        events.add(event);
        Map<RowKey, Map<String, String>> rows =
                copies.computeIfAbsent(event.table().name(), name -> new HashMap<>());
        RowWrite write = event.rowWrite();
        if (write instanceof RowWrite.Replace replace) {
            if (replace.oldKey() != null) {
                rows.remove(replace.oldKey());
            }
            rows.put(replace.key(), texts(replace.row()));
        } else if (write instanceof RowWrite.Merge merge) {
            Map<String, String> row = rows.remove(merge.oldKey() == null ? merge.key() : merge.oldKey());
            Map<String, String> merged = row == null ? new TreeMap<>() : row;
            merged.putAll(texts(merge.row()));
            rows.put(merge.key(), merged);
        } else if (write instanceof RowWrite.Delete delete) {
            rows.remove(delete.key());
        } else if (write instanceof RowWrite.Truncate) {
            rows.clear();
        } else if (event.operation() == Operation.SCHEMA_CHANGE) {
            // What was read after the change has the column already.
            names(event, "dropped").forEach(column -> rows.values().forEach(row -> row.remove(column)));
            names(event, "added").forEach(column -> rows.values().forEach(row -> row.putIfAbsent(column, null)));
        }
    }

    @SuppressWarnings("unchecked") // docs/events.md: these columns of a SCHEMA_CHANGE are lists of names
    private static List<String> names(ChangeEvent<Row> event, String column) {
        return (List<String>) event.after().get(column);
    }

    static Map<String, String> texts(Row row) {
        Map<String, String> texts = new TreeMap<>();
        for (int i = 0; i < row.columns().size(); i++) {
            if (row.isPresent(i)) {
                texts.put(row.columns().name(i), row.text(i));
            }
        }
        return texts;
    }

    synchronized List<ChangeEvent<Row>> events() {
        return List.copyOf(events);
    }

    List<ChangeEvent<Row>> reads(String table) {
        return events().stream()
                .filter(event -> event.operation() == Operation.READ
                        && event.table().name().equals(table))
                .toList();
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

    synchronized void forget() {
        events.clear();
    }

    /** The copies as well: rows of another key are other rows. */
    synchronized void forgetAll() {
        events.clear();
        copies.clear();
    }

    void awaitEvents(int count) {
        await().atMost(PATIENCE).until(() -> events().size() >= count);
    }

    /** The rows of a table as the consumer has them, sorted. */
    synchronized List<String> copy(String table) {
        return copies.getOrDefault(table, Map.of()).values().stream()
                .map(String::valueOf)
                .sorted()
                .toList();
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
