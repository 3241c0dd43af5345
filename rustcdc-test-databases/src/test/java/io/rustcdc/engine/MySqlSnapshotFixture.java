package io.rustcdc.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.rustcdc.CdcEngine;
import io.rustcdc.checkpoint.FileCheckpointStore;
import io.rustcdc.checkpoint.SnapshotState;
import io.rustcdc.checkpoint.TableSnapshot;
import io.rustcdc.delivery.Subscription;
import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.Operation;
import io.rustcdc.event.Row;
import io.rustcdc.event.TableId;
import io.rustcdc.observe.EngineState;
import io.rustcdc.runtime.EngineOptions;
import io.rustcdc.snapshot.SnapshotMode;
import io.rustcdc.snapshot.SnapshotOptions;
import io.rustcdc.source.Credentials;
import io.rustcdc.source.TableFilter;
import io.rustcdc.source.Transport;
import io.rustcdc.source.mysql.MySqlConnector;
import io.rustcdc.source.mysql.MySqlOptions;
import io.rustcdc.test.databases.MySqlDatabase;
import io.rustcdc.test.databases.MySqlServer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Engines over all tables of a database, with checkpoints in files, whose consumer keeps a copy of each table. */
abstract class MySqlSnapshotFixture {

    static final Duration PATIENCE = Duration.ofSeconds(90);

    private static final AtomicInteger serverIds = new AtomicInteger(70_000);

    @TempDir
    Path directory;

    MySqlDatabase database;
    final CopyingConsumer consumer = new CopyingConsumer();
    private final long serverId = serverIds.incrementAndGet();
    private int checkpoint;
    private final List<CdcEngine> engines = new ArrayList<>();

    abstract MySqlServer server();

    @BeforeEach
    void createDatabase() {
        database = server().createDatabase();
    }

    @AfterEach
    void stopEverything() {
        engines.forEach(CdcEngine::stop);
        database.close();
    }

    MySqlOptions.Builder options() {
        return MySqlOptions.builder(server().flavor(), "shop")
                .host(server().host())
                .port(server().port())
                .database(database.name())
                .credentials(() -> new Credentials(MySqlServer.SUPERUSER, null))
                .serverId(serverId)
                .tables(TableFilter.of("*"))
                .connTimeout(Duration.ofSeconds(20))
                .transport(Transport.plaintext());
    }

    CdcEngine copying(EngineOptions options) {
        return copying(options(), options);
    }

    CdcEngine copying(MySqlOptions.Builder source, EngineOptions options) {
        MySqlConnector connector = new MySqlConnector(source.build());
        CdcEngine engine = CdcEngine.builder(connector)
                .checkpointStore(new FileCheckpointStore(
                        directory.resolve("c" + checkpoint), connector.source(), connector.offsets()))
                .options(options)
                .subscribe(new Subscription(
                        "test", TableFilter.all(), EnumSet.allOf(Operation.class), Subscription.AckMode.AUTO, consumer))
                .build();
        engines.add(engine);
        return engine;
    }

    static EngineOptions initially(int chunkSize) {
        return options(SnapshotMode.INITIAL, chunkSize, 0);
    }

    static EngineOptions onRequest(int chunkSize) {
        return options(SnapshotMode.NEVER, chunkSize, 0);
    }

    static EngineOptions options(SnapshotMode mode, int chunkSize, int rowsPerSecond) {
        return EngineOptions.ofDefaults().withSnapshot(new SnapshotOptions(mode, chunkSize, 1, rowsPerSecond));
    }

    /** The next engine begins anew. */
    void forgetCheckpoint() {
        checkpoint++;
    }

    void createItems(int rows) {
        database.sql("CREATE TABLE items (id int PRIMARY KEY, note varchar(100))");
        insert("items", 1, rows);
    }

    void insert(String table, int from, int to) {
        for (int begin = from; begin <= to; begin += 1000) {
            String values = IntStream.rangeClosed(begin, Math.min(to, begin + 999))
                    .mapToObj(i -> "(%d, 'note %d')".formatted(i, i))
                    .collect(Collectors.joining(", "));
            database.sql("INSERT INTO %s VALUES %s".formatted(table, values));
        }
    }

    /** The rows of a table as they are, sorted. */
    List<String> source(String table) {
        List<String> columns = database
                .query(
                        "SELECT column_name FROM information_schema.columns WHERE table_schema = '%s' AND table_name = '%s'"
                                .formatted(database.name(), table))
                .stream()
                .map(row -> String.valueOf(row.get(0)))
                .sorted()
                .toList();
        String texts = columns.stream().map("CAST(`%s` AS CHAR)"::formatted).collect(Collectors.joining(", "));
        List<String> rows = new ArrayList<>();
        for (List<@Nullable Object> row : database.query("SELECT %s FROM %s".formatted(texts, table))) {
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
                    .untilAsserted(
                            () -> assertThat(consumer.copy(table)).as(table).isEqualTo(source(table)));
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

    static void awaitState(CdcEngine engine, EngineState state) {
        await().atMost(PATIENCE).until(() -> engine.status().state() == state);
    }

    static void awaitSaved(CdcEngine engine) {
        await().atMost(PATIENCE).until(() -> EngineFixture.isSaved(engine));
    }

    TableSnapshot progress(CdcEngine engine, String table) {
        return engine.snapshots()
                .state()
                .flatMap(state -> state.of(new TableId(database.name(), table)))
                .orElseThrow();
    }

    void request(CdcEngine engine, @Nullable String condition, String... tables) {
        List<String> patterns = IntStream.range(0, tables.length)
                .mapToObj(i -> database.name() + "." + tables[i])
                .toList();
        engine.snapshots()
                .request(patterns, condition)
                .orTimeout(60, TimeUnit.SECONDS)
                .join();
    }

    /** The ids of the rows that were read, in order. */
    List<Integer> readIds(String table) {
        return consumer.reads(table).stream()
                .map(event -> ((Number) event.after().get("id")).intValue())
                .toList();
    }

    static List<Integer> numbers(int from, int to) {
        return IntStream.rangeClosed(from, to).boxed().toList();
    }

    static String noteOf(ChangeEvent<Row> event) {
        return String.valueOf(event.after().get("note"));
    }
}
