package io.rustcdc.source.postgres;

import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.Offset;
import io.rustcdc.event.Row;
import io.rustcdc.source.KeyRange;
import io.rustcdc.source.SnapshotBackend;
import io.rustcdc.source.SnapshotChunk;
import io.rustcdc.source.SnapshotReader;
import io.rustcdc.source.SnapshotTable;
import io.rustcdc.source.SourceStream;
import io.rustcdc.source.StreamRequest;
import io.rustcdc.source.TableFilter;
import io.rustcdc.test.databases.PostgresDatabase;
import io.rustcdc.test.databases.PostgresServer;
import io.rustcdc.test.databases.golden.GoldenType;
import io.rustcdc.test.databases.golden.GoldenValue;
import io.rustcdc.test.databases.golden.PostgresTypes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The golden table in a database. Each type has a table {@code full_n (id, note, v)} with the whole old row, through which
 * all values go at once, and, if it can be a key, a table {@code key_n (v, note)} with one row that takes one value after
 * the other. The table {@code wide} has a column of each type. It is all written once; since nothing is confirmed, it can be read again and again.
 */
final class GoldenCapture implements AutoCloseable {

    static final List<GoldenType> TYPES = PostgresTypes.all();

    private final PostgresDatabase database = PostgresServer.shared().createDatabase();
    private final PostgresFixture source = new PostgresFixture(database);
    private final int serverVersion =
            Integer.parseInt(database.value("SELECT current_setting('server_version_num')")) / 10_000;
    private final List<String> extensions = new ArrayList<>();
    private final Offset start;

    GoldenCapture() {
        PostgresTypes.setup().forEach(database::sql);
        database.sql("CREATE SCHEMA golden", "CREATE TABLE golden.mark (id int PRIMARY KEY)");
        for (GoldenType type : PostgresTypes.ofExtensions()) {
            String extension = type.extension();
            if (database.value("SELECT 1 FROM pg_available_extensions WHERE name = '" + extension + "'") != null) {
                database.sql("CREATE EXTENSION " + extension);
                extensions.add(extension);
            }
        }
        List<GoldenType> types = available();
        database.transaction(types.stream().map(GoldenCapture::createFull).toArray(String[]::new));
        database.transaction(types.stream()
                .filter(GoldenType::keyable)
                .map(GoldenCapture::createKey)
                .toArray(String[]::new));
        database.sql(createWide(types));
        try (SourceStream stream = connector().open(StreamRequest.fresh())) {
            start = stream.start();
        }
        database.transaction(
                types.stream().flatMap(type -> writeFull(type).stream()).toArray(String[]::new));
        database.transaction(types.stream()
                .filter(GoldenType::keyable)
                .flatMap(type -> writeKey(type).stream())
                .toArray(String[]::new));
        database.transaction(writeWide(types).toArray(String[]::new));
    }

    PostgresDatabase database() {
        return database;
    }

    boolean has(GoldenType type) {
        return type.since() <= serverVersion && (type.extension() == null || extensions.contains(type.extension()));
    }

    List<GoldenType> available() {
        return TYPES.stream().filter(this::has).toList();
    }

    /** Those that the server has. */
    List<GoldenValue> values(GoldenType type) {
        return type.values().stream()
                .filter(value -> value.since() <= serverVersion)
                .toList();
    }

    List<GoldenValue> keys(GoldenType type) {
        return values(type).stream().filter(value -> !value.large()).toList();
    }

    static String full(GoldenType type) {
        return "full_" + TYPES.indexOf(type);
    }

    static String key(GoldenType type) {
        return "key_" + TYPES.indexOf(type);
    }

    /** Reads all of it under the settings that role and database have now: the changes of each table in their order. */
    Map<String, List<ChangeEvent<Row>>> read() {
        CollectingSink sink = new CollectingSink();
        database.sql("INSERT INTO golden.mark VALUES (1)", "DELETE FROM golden.mark");
        source.awaitFreeSlot();
        try (SourceStream stream = connector().open(StreamRequest.resume(start))) {
            PostgresFixture.read(
                    stream,
                    sink,
                    () -> !sink.events.isEmpty()
                            && sink.events
                                    .get(sink.events.size() - 1)
                                    .table()
                                    .name()
                                    .equals("mark"));
        }
        return sink.events.stream()
                .collect(Collectors.groupingBy(event -> event.table().name(), LinkedHashMap::new, Collectors.toList()));
    }

    /** Writes the values once more, to be rows that exist. They are written in what the settings by default mean. */
    void writeRows() {
        available().forEach(type -> database.sql(writeFull(type).get(0)));
    }

    /** Reads the rows that exist under the settings that role and database have now: those of each table, by their ids. */
    Map<String, List<Row>> readRows() {
        SnapshotBackend snapshots = connector().snapshots();
        Map<String, List<Row>> rows = new HashMap<>();
        try (SnapshotReader reader = snapshots.open()) {
            for (SnapshotTable table : snapshots.tables()) {
                SnapshotChunk chunk = reader.read(table, KeyRange.all(), null, 10_000);
                rows.put(table.id().name(), chunk.rows());
            }
        }
        return rows;
    }

    PostgresOptions.Builder options() {
        return source.options().tables(TableFilter.of("golden.*"));
    }

    private PostgresConnector connector() {
        return new PostgresConnector(options().build());
    }

    private static String createFull(GoldenType type) {
        return "CREATE TABLE golden.%1$s (id int PRIMARY KEY, note text, v %2$s); ALTER TABLE golden.%1$s REPLICA IDENTITY FULL"
                .formatted(full(type), type.name());
    }

    private static String createKey(GoldenType type) {
        return "CREATE TABLE golden.%s (v %s PRIMARY KEY, note text)".formatted(key(type), type.name());
    }

    private static String createWide(List<GoldenType> types) {
        String columns = types.stream()
                .map(type -> ", c%d %s".formatted(TYPES.indexOf(type), type.name()))
                .collect(Collectors.joining());
        return "CREATE TABLE golden.wide (id int PRIMARY KEY%s); ALTER TABLE golden.wide REPLICA IDENTITY FULL"
                .formatted(columns);
    }

    /** Rows 0 and 1: in each one every second column is NULL, in row 1 those that have a value in row 0. */
    private static List<String> writeWide(List<GoldenType> types) {
        return IntStream.range(0, 2)
                .mapToObj(row -> types.stream()
                        .map(type -> isNullInWide(type, row)
                                ? "NULL"
                                : type.values().get(0).sql())
                        .collect(Collectors.joining(
                                ", ",
                                "INSERT INTO golden.wide VALUES (%d, ".formatted(row),
                                "); DELETE FROM golden.wide")))
                .toList();
    }

    static boolean isNullInWide(GoldenType type, int row) {
        return (TYPES.indexOf(type) / 2 + row) % 2 == 0;
    }

    /** Five changes of each value: into a new row, away, back, kept by an update of something else, and deleted. */
    private List<String> writeFull(GoldenType type) {
        List<GoldenValue> values = values(type);
        String rows = IntStream.range(0, values.size())
                .mapToObj(i -> "(%d, %s)".formatted(i, values.get(i).sql()))
                .collect(Collectors.joining(", "));
        String table = "golden." + full(type);
        return List.of(
                "INSERT INTO %s (id, v) VALUES %s".formatted(table, rows),
                "UPDATE %s SET v = NULL".formatted(table),
                "UPDATE %s SET v = data.v FROM (VALUES %s) data (id, v) WHERE %1$s.id = data.id".formatted(table, rows),
                "UPDATE %s SET note = 'kept'".formatted(table),
                "DELETE FROM " + table);
    }

    private List<String> writeKey(GoldenType type) {
        String table = "golden." + key(type);
        List<String> statements = new ArrayList<>();
        for (GoldenValue value : keys(type)) {
            statements.add(
                    statements.isEmpty()
                            ? "INSERT INTO %s VALUES (%s)".formatted(table, value.sql())
                            : "UPDATE %s SET v = %s".formatted(table, value.sql()));
        }
        statements.add("DELETE FROM " + table);
        return statements;
    }

    @Override
    public void close() {
        source.close();
    }
}
