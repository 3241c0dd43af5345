package io.rustcdc.source.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.rustcdc.codec.JsonEnvelope;
import io.rustcdc.codec.SameChange;
import io.rustcdc.codec.StoredEnvelope;
import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.Row;
import io.rustcdc.event.RowKey;
import io.rustcdc.event.RowWrite;
import io.rustcdc.source.postgres.PostgresConnections.Opened;
import io.rustcdc.test.databases.golden.GoldenType;
import io.rustcdc.test.databases.golden.GoldenValue;
import java.nio.ByteBuffer;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** That every type arrives as the golden table says, in every place, whatever role and database prefer. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class GoldenTypesTests {

    /** What decides how the server writes values, where nobody tells it. */
    private enum Settings {
        OURS,
        OF_THE_DATABASE,
        OF_THE_ROLE
    }

    private static final List<String> OF_THE_DATABASE = List.of(
            "DateStyle = 'SQL, DMY'",
            "TimeZone = 'Asia/Kathmandu'",
            "IntervalStyle = 'sql_standard'",
            "bytea_output = 'escape'",
            "extra_float_digits = -15",
            "search_path = 'public', '\"Odd Schema\"'",
            "quote_all_identifiers = on",
            "lc_monetary = 'POSIX'");

    private static final List<String> OF_THE_ROLE = List.of(
            "DateStyle = 'German'",
            "TimeZone = 'America/St_Johns'",
            "IntervalStyle = 'postgres_verbose'",
            "bytea_output = 'escape'",
            "extra_float_digits = 0",
            "search_path = ''");

    private final Map<Settings, Map<String, List<ChangeEvent<Row>>>> read = new EnumMap<>(Settings.class);
    private Map<String, List<Row>> rows;
    private GoldenCapture golden;

    @BeforeAll
    void capture() {
        golden = new GoldenCapture();
        String database = golden.database().name();
        read.put(Settings.OURS, golden.read());
        set("DATABASE " + database, OF_THE_DATABASE);
        read.put(Settings.OF_THE_DATABASE, golden.read());
        set("ROLE postgres IN DATABASE " + database, OF_THE_ROLE);
        read.put(Settings.OF_THE_ROLE, golden.read());
        reset("DATABASE " + database);
        reset("ROLE postgres IN DATABASE " + database);
        golden.writeRows();
        set("DATABASE " + database, OF_THE_DATABASE);
        set("ROLE postgres IN DATABASE " + database, OF_THE_ROLE);
        rows = golden.readRows();
    }

    @AfterAll
    void dropDatabase() {
        golden.close();
    }

    static List<GoldenType> types() {
        return GoldenCapture.TYPES;
    }

    static List<GoldenType> keys() {
        return GoldenCapture.TYPES.stream().filter(GoldenType::keyable).toList();
    }

    @ParameterizedTest
    @MethodSource("types")
    @DisplayName("PG-34, PG-R8: a value is equal in INSERT, UPDATE (old and new) and DELETE, under any settings")
    void anEqualValueInEveryImage(GoldenType type) {
        assumeThatTheServerHas(type);
        List<GoldenValue> values = golden.values(type);
        for (Settings settings : Settings.values()) {
            List<ChangeEvent<Row>> events = read.get(settings).get(GoldenCapture.full(type));
            assertThat(events).hasSize(5 * values.size());
            for (int i = 0; i < events.size(); i++) {
                ChangeEvent<Row> event = events.get(i);
                Row image = event.after() != null ? event.after() : event.before();
                int step = i / values.size();
                GoldenValue value = values.get((Integer) image.get("id"));
                String place = "%s of %s %s".formatted(event.operation(), value.sql(), settings);
                switch (step) {
                    case 0 -> is(event.after(), value, place);
                    case 1 -> {
                        is(event.before(), value, "old image, " + place);
                        assertThat(event.after().isNull(2)).as(place).isTrue();
                    }
                    case 2 -> {
                        assertThat(event.before().isNull(2)).as(place).isTrue();
                        is(event.after(), value, "new image, " + place);
                    }
                    case 3 -> {
                        is(event.before(), value, "old image, " + place);
                        if (!value.large()) {
                            is(event.after(), value, "kept, " + place);
                        }
                    }
                    default -> is(event.before(), value, place);
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("types")
    @DisplayName("PG-34: a row that existed has the value and the text of a change, under any settings")
    void anEqualValueInASnapshot(GoldenType type) {
        assumeThatTheServerHas(type);
        List<GoldenValue> values = golden.values(type);
        List<Row> found = rows.get(GoldenCapture.full(type));
        List<ChangeEvent<Row>> changes = read.get(Settings.OURS).get(GoldenCapture.full(type));
        assertThat(found).hasSize(values.size());
        for (int i = 0; i < values.size(); i++) {
            String place = "snapshot of " + values.get(i).sql();
            Row change = changes.get(i).after();
            is(found.get(i), values.get(i), place);
            assertThat(found.get(i).text(2)).as(place).isEqualTo(change.text(2));
            assertThat(found.get(i).columns().names())
                    .isEqualTo(change.columns().names());
        }
    }

    @ParameterizedTest
    @MethodSource("keys")
    @DisplayName(
            "PG-34, PG-R8, PG-R5: a key is equal in its row, in a key-only image and in the write, under any settings")
    void anEqualValueInEveryKey(GoldenType type) {
        assumeThatTheServerHas(type);
        List<GoldenValue> values = golden.keys(type);
        for (Settings settings : Settings.values()) {
            List<ChangeEvent<Row>> events = read.get(settings).get(GoldenCapture.key(type));
            assertThat(events).hasSize(values.size() + 1);
            for (int i = 0; i < events.size(); i++) {
                ChangeEvent<Row> event = events.get(i);
                RowKey old = i == 0 ? null : key(values.get(i - 1));
                if (old != null) {
                    assertThat(event.beforeKeyOnly()).as(type.name()).isTrue();
                    assertThat(event.before().isPresent("note")).isFalse();
                }
                if (i == values.size()) {
                    assertThat(event.rowWrite()).isEqualTo(new RowWrite.Delete(old));
                } else {
                    assertThat(event.rowWrite())
                            .isEqualTo(new RowWrite.Replace(key(values.get(i)), old, event.after()));
                }
            }
        }
    }

    @Test
    void nullsLeaveTheOtherColumnsAlone() {
        List<ChangeEvent<Row>> events = read.get(Settings.OURS).get("wide");
        assertThat(events).hasSize(4);
        for (ChangeEvent<Row> event : events) {
            Row row = event.after() != null ? event.after() : event.before();
            for (GoldenType type : golden.available()) {
                int column = row.columns().indexOf("c" + GoldenCapture.TYPES.indexOf(type));
                assertThat(row.isPresent(column)).isTrue();
                if (GoldenCapture.isNullInWide(type, (Integer) row.get("id"))) {
                    assertThat(row.isNull(column)).as(type.name()).isTrue();
                    assertThat(row.value(column)).as(type.name()).isNull();
                } else {
                    is(row.value(column), type.values().get(0), type.name());
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("types")
    @DisplayName("PG-34: in JSON every scalar is a string, and the same one under any settings")
    void anEqualTextInJson(GoldenType type) {
        assumeThatTheServerHas(type);
        List<String> ours = json(Settings.OURS, type);
        assertThat(json(Settings.OF_THE_DATABASE, type)).isEqualTo(ours);
        assertThat(json(Settings.OF_THE_ROLE, type)).isEqualTo(ours);
        for (String event : ours) {
            JsonNode tree = JsonMapper.shared().readTree(event);
            for (JsonNode image : List.of(tree.get("before"), tree.get("after"))) {
                assertThat(image.values()).as(event).allMatch(column -> column.isString() || column.isNull());
            }
        }
    }

    @Test
    void everyChangeIsEqualAfterItWasKept() {
        StoredEnvelope envelope = new StoredEnvelope(PostgresOffset::parse);
        read.get(Settings.OURS).values().stream()
                .flatMap(List::stream)
                .forEach(event -> SameChange.assertKept(envelope, event));
    }

    /** A machine may lack any locale that writes money in another way, so this one is only asked for its name. */
    @Test
    @DisplayName("PG-R8: money is written in the locale C, whatever the database prefers")
    void moneyHasNoCountry() throws SQLException {
        PostgresOptions options = golden.options().build();
        assertThat(golden.database().value("SHOW lc_monetary")).isEqualTo("POSIX");
        try (Opened replication = new PostgresConnections(options).openReplication();
                Statement statement = replication.connection().createStatement();
                ResultSet row = statement.executeQuery("SHOW lc_monetary")) {
            row.next();
            assertThat(row.getString(1)).isEqualTo("C");
        }
    }

    /** So that the table is not silently shorter than the server's. */
    @Test
    void theTableHasEveryTypeOfTheServer() {
        List<Object> missing = new ArrayList<>();
        golden.database().query("""
                        SELECT t.typname FROM pg_type t
                        WHERE t.typnamespace = 'pg_catalog'::regnamespace AND t.typtype IN ('b', 'r', 'm')
                          AND NOT EXISTS (SELECT FROM pg_type e WHERE e.oid = t.typelem AND e.typtype IN ('c', 'p'))
                          AND NOT EXISTS (
                            SELECT FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
                            WHERE c.relnamespace = 'golden'::regnamespace AND c.relkind = 'r' AND a.atttypid = t.oid)
                        """).forEach(row -> missing.add(row.get(0)));

        assertThat(missing)
                .as("types that no column of a table can usefully have")
                .isSubsetOf(
                        "gtsvector",
                        "_gtsvector",
                        "pg_node_tree",
                        "pg_ndistinct",
                        "pg_dependencies",
                        "pg_mcv_list",
                        "pg_brin_bloom_summary",
                        "pg_brin_minmax_multi_summary");
    }

    private static void is(Row row, GoldenValue expected, String place) {
        is(row.value(2), expected, place);
    }

    private static void is(@Nullable Object value, GoldenValue expected, String place) {
        assertThat(value).as(place).isNotNull();
        assertThat(comparable(value)).as(place).isEqualTo(comparable(expected.java()));
    }

    private static RowKey key(GoldenValue value) {
        return new RowKey(List.of("v"), List.of(value.java()));
    }

    /** Lists do not compare arrays by their content. */
    private static Object comparable(Object value) {
        if (value instanceof byte[] bytes) {
            return ByteBuffer.wrap(bytes);
        }
        return value instanceof List<?> list
                ? list.stream()
                        .map(element -> element == null ? "an SQL NULL" : comparable(element))
                        .toList()
                : value;
    }

    private List<String> json(Settings settings, GoldenType type) {
        return read.get(settings).get(GoldenCapture.full(type)).stream()
                .map(new JsonEnvelope()::toJson)
                .toList();
    }

    private void assumeThatTheServerHas(GoldenType type) {
        assumeTrue(golden.has(type), () -> "NOT TESTED: this server has no type " + type.name());
    }

    private void reset(String whose) {
        golden.database().sql("ALTER %s RESET ALL".formatted(whose));
    }

    private void set(String whose, List<String> settings) {
        golden.database()
                .sql(settings.stream()
                        .map(setting -> "ALTER %s SET %s".formatted(whose, setting))
                        .toArray(String[]::new));
    }
}
