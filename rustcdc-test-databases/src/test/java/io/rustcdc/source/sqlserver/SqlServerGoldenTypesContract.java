package io.rustcdc.source.sqlserver;

import static org.assertj.core.api.Assertions.assertThat;

import io.rustcdc.codec.SameChange;
import io.rustcdc.codec.StoredEnvelope;
import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.Operation;
import io.rustcdc.event.Row;
import io.rustcdc.source.CollectingSink;
import io.rustcdc.source.KeyRange;
import io.rustcdc.source.SnapshotBackend;
import io.rustcdc.source.SnapshotReader;
import io.rustcdc.source.SnapshotTable;
import io.rustcdc.source.SourceStream;
import io.rustcdc.source.StreamRequest;
import io.rustcdc.source.TableFilter;
import io.rustcdc.test.databases.golden.SqlServerType;
import io.rustcdc.test.databases.golden.SqlServerType.Large;
import io.rustcdc.test.databases.golden.SqlServerType.Value;
import io.rustcdc.test.databases.golden.SqlServerTypes;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * That every type arrives as the golden table says: inserted, updated, kept, deleted, as a key and as a row that exists. Each type has a
 * table {@code full_n (id, note, v)} and, if it can be a key, a table {@code key_n (v, note)}.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class SqlServerGoldenTypesContract {

    private final SqlServerKind kind;
    private final List<SqlServerType> types;
    private SqlServerFixture fixture;
    private Map<String, List<ChangeEvent<Row>>> changes = Map.of();
    private final Map<String, String> names = new HashMap<>();
    private final Map<String, List<Row>> rows = new HashMap<>();

    SqlServerGoldenTypesContract(SqlServerKind kind) {
        this.kind = kind;
        this.types = SqlServerTypes.all().stream()
                .filter(type -> kind == SqlServerKind.CONTAINER || !type.realOnly())
                .toList();
    }

    @BeforeAll
    void write() {
        fixture = new SqlServerFixture(kind);
        for (SqlServerType type : types) {
            create("full_" + types.indexOf(type), "id int PRIMARY KEY, note nvarchar(20), v %s".formatted(type));
            if (type.keyable()) {
                create("key_" + types.indexOf(type), "v %s PRIMARY KEY, note nvarchar(20)".formatted(type));
            }
        }
        fixture.database.capture();
        try (SourceStream stream = fixture.connector().open(StreamRequest.fresh())) {
            CollectingSink sink = new CollectingSink();
            types.forEach(this::writeFull);
            keyable().forEach(this::writeKey);
            fixture.database.sql("CREATE TABLE dbo.mark (id int PRIMARY KEY)");
            fixture.database.enable("dbo.mark");
            fixture.database.sql("INSERT INTO mark VALUES (1)");
            fixture.database.capture();
            fixture.read(
                    stream,
                    sink,
                    () -> sink.events.stream()
                            .anyMatch(event ->
                                    event.table().name().equals("mark") && event.operation() == Operation.INSERT));
            changes = sink.events.stream()
                    .filter(event -> event.operation() != Operation.SCHEMA_CHANGE)
                    .collect(Collectors.groupingBy(
                            event -> event.table().name(), LinkedHashMap::new, Collectors.toList()));
            sink.schemas.forEach((table, schema) -> {
                if (table.name().startsWith("full_")) {
                    names.put(table.name(), schema.schema().columns().get(2).type());
                }
            });
        }
        types.forEach(this::insert);
        SnapshotBackend snapshots = fixture.connector().snapshots();
        try (SnapshotReader reader = snapshots.open()) {
            for (SnapshotTable table : snapshots.tables()) {
                rows.put(
                        table.id().name(),
                        reader.read(table, KeyRange.all(), null, 10_000).rows());
            }
        }
    }

    @AfterAll
    void end() {
        if (fixture != null) {
            fixture.close();
        }
    }

    List<SqlServerType> types() {
        return types;
    }

    List<SqlServerType> keyable() {
        return types.stream().filter(SqlServerType::keyable).toList();
    }

    static List<SqlServerType> generated() {
        return SqlServerTypes.generated();
    }

    private void create(String table, String columns) {
        fixture.database.sql("CREATE TABLE dbo.%s (%s)".formatted(table, columns));
        fixture.database.enable("dbo." + table);
    }

    private void insert(SqlServerType type) {
        List<Value> values = type.values();
        for (int i = 0; i < values.size(); i++) {
            fixture.database.sql("INSERT INTO full_%d (id, v) VALUES (%d, %s)"
                    .formatted(types.indexOf(type), i, values.get(i).sql()));
        }
    }

    /** Five changes of each value: into a new row, away, back, kept by an update of something else, and deleted. */
    private void writeFull(SqlServerType type) {
        String table = "full_" + types.indexOf(type);
        insert(type);
        fixture.database.sql("UPDATE %s SET v = NULL".formatted(table));
        for (int i = 0; i < type.values().size(); i++) {
            fixture.database.sql("UPDATE %s SET v = %s WHERE id = %d"
                    .formatted(table, type.values().get(i).sql(), i));
        }
        fixture.database.sql("UPDATE %s SET note = N'kept'".formatted(table), "DELETE FROM " + table);
    }

    private void writeKey(SqlServerType type) {
        for (Value value : type.values()) {
            fixture.database.sql("INSERT INTO key_%d (v) VALUES (%s)".formatted(types.indexOf(type), value.sql()));
        }
    }

    @Test
    void everyChangeIsEqualAfterItWasKept() {
        StoredEnvelope envelope = new StoredEnvelope(SqlServerOffset::parse);
        changes.values().stream().flatMap(List::stream).forEach(event -> SameChange.assertKept(envelope, event));
    }

    @ParameterizedTest(name = "MS-01, MS-02, MS-12: {0}")
    @MethodSource("types")
    void arrives(SqlServerType type) {
        String table = "full_" + types.indexOf(type);
        List<ChangeEvent<Row>> events = Objects.requireNonNull(changes.get(table));
        int count = type.values().size();

        assertThat(names.get(table)).isEqualTo(type.name());
        assertThat(events).hasSize(5 * count);
        for (int i = 0; i < count; i++) {
            Value value = type.values().get(i);
            is(after(events.get(i)), value, "inserted");
            old(before(events.get(count + i)), value, type.large() == Large.NEVER_OLD, "before NULL");
            assertThat(after(events.get(count + i)).isPresent(2)).isTrue();
            assertThat(after(events.get(count + i)).isNull(2)).isTrue();
            is(after(events.get(2 * count + i)), value, "after NULL");
            old(before(events.get(3 * count + i)), value, type.large() != Large.NO, "kept, before");
            is(after(events.get(3 * count + i)), value, "kept, after");
            old(before(events.get(4 * count + i)), value, type.large() == Large.NEVER_OLD, "deleted");
        }
    }

    @ParameterizedTest(name = "MS-01: {0}")
    @MethodSource("keyable")
    void isAKey(SqlServerType type) {
        List<ChangeEvent<Row>> events = Objects.requireNonNull(changes.get("key_" + types.indexOf(type)));
        assertThat(events).hasSameSizeAs(type.values());
        for (int i = 0; i < events.size(); i++) {
            same(after(events.get(i)), 0, type.values().get(i), "key");
            assertThat(Objects.requireNonNull(events.get(i).key()).columns()).containsExactly("v");
        }
    }

    @ParameterizedTest(name = "MS-01: {0}")
    @MethodSource("types")
    void rowsThatExistEqualThoseOfTheStream(SqlServerType type) {
        List<Row> read = Objects.requireNonNull(rows.get("full_" + types.indexOf(type)));
        assertThat(read).hasSameSizeAs(type.values());
        for (int i = 0; i < read.size(); i++) {
            is(read.get(i), type.values().get(i), "row " + i);
        }
    }

    @ParameterizedTest(name = "MS-01, made by the server: {0}")
    @MethodSource("generated")
    void whatTheServerMakesArrives(SqlServerType type) {
        fixture.database.sql("CREATE TABLE dbo.made (id int PRIMARY KEY, note nvarchar(20), v %s)".formatted(type));
        fixture.database.enable("dbo.made");
        fixture.database.capture();
        CollectingSink sink = new CollectingSink();
        SqlServerOptions.Builder options = fixture.options().tables(TableFilter.of("dbo.made"));
        try (SourceStream stream = fixture.connector(options).open(StreamRequest.fresh())) {
            fixture.database.sql(
                    "INSERT INTO made (id) VALUES (1)",
                    "UPDATE made SET note = N'changed'",
                    "INSERT INTO made (id) VALUES (2)",
                    "DELETE FROM made WHERE id = 2");
            fixture.database.capture();
            fixture.readCommits(stream, sink, 4);
        }
        List<ChangeEvent<Row>> made = sink.events.stream()
                .filter(event -> event.operation() != Operation.SCHEMA_CHANGE)
                .toList();

        assertThat(made).hasSize(4);
        Row inserted = after(made.get(0));
        assertThat(inserted.value(2)).isInstanceOf(type.java());
        assertThat(inserted.text(2)).hasSameSizeAs(type.values().get(0).text()).startsWith("0x");
        assertThat(before(made.get(1)).text(2)).isEqualTo(inserted.text(2));
        Row updated = after(made.get(1));
        assertThat(updated.text(2)).isGreaterThan(inserted.text(2));
        assertThat(before(made.get(3)).text(2)).isEqualTo(after(made.get(2)).text(2));
        assertThat(sink.schemas.values())
                .anySatisfy(schema ->
                        assertThat(schema.schema().columns().get(2).type()).isEqualTo(type.name()));
        SnapshotBackend snapshots = fixture.connector(options).snapshots();
        try (SnapshotReader reader = snapshots.open()) {
            Row row = reader.read(snapshots.tables().get(0), KeyRange.all(), null, 10)
                    .rows()
                    .get(0);
            assertThat(row.value(2)).isEqualTo(updated.value(2));
            assertThat(row.text(2)).isEqualTo(updated.text(2));
        }
    }

    private static void old(Row row, Value expected, boolean leftOut, String place) {
        assertThat(row.isPresent(2)).as(place + ", present").isEqualTo(!leftOut);
        if (!leftOut) {
            is(row, expected, place);
        }
    }

    private static void is(Row row, Value expected, String place) {
        same(row, 2, expected, place);
    }

    private static void same(Row row, int column, Value expected, String place) {
        assertThat(row.text(column)).as(place + ", text of " + expected.sql()).isEqualTo(expected.text());
        assertThat(row.value(column)).as(place + ", value of " + expected.sql()).isEqualTo(expected.java());
    }

    private static Row after(ChangeEvent<Row> event) {
        return Objects.requireNonNull(event.after());
    }

    private static Row before(ChangeEvent<Row> event) {
        return Objects.requireNonNull(event.before());
    }
}
