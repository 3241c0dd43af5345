package io.rustcdc.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.entry;

import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.Columns;
import io.rustcdc.event.EventSource;
import io.rustcdc.event.Offset;
import io.rustcdc.event.Operation;
import io.rustcdc.event.Row;
import io.rustcdc.event.SnapshotInfo;
import io.rustcdc.event.TableId;
import io.rustcdc.event.Transaction;
import io.rustcdc.event.ValueDecodeException;
import io.rustcdc.schema.ColumnSchema;
import io.rustcdc.schema.SchemaChange;
import io.rustcdc.schema.TableSchema;
import java.io.StringWriter;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.RecordComponent;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.json.JsonMapper;

class JsonEnvelopeTests {

    private static final EventSource SHOP = new EventSource("shop", "postgres");
    private static final TableId ORDERS = new TableId("public", "orders");
    private static final Columns COLUMNS = Columns.of(List.of("id", "amount", "note"), List.of("id"));
    private static final Instant TIME = Instant.parse("2025-06-15T15:06:40.123456Z");

    private final JsonEnvelope envelope = new JsonEnvelope();

    private record Position(String text) implements Offset {

        @Override
        public Map<String, Object> fields() {
            return Map.of("lsn", text);
        }

        @Override
        public boolean isBefore(Offset other) {
            return false;
        }
    }

    private static Row row(@Nullable Object... namesAndValues) {
        Map<String, @Nullable Object> values = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            values.put((String) namesAndValues[i], namesAndValues[i + 1]);
        }
        return Row.of(COLUMNS, values);
    }

    private static ChangeEvent.Builder event(Operation operation) {
        return ChangeEvent.of(SHOP, operation, ORDERS)
                .offset(new Position("0/16B3748"))
                .commitTime(TIME);
    }

    private static Row whole() {
        return row("id", 42, "amount", new BigDecimal("12.50"), "note", null);
    }

    @Test
    void insert() {
        assertThat(envelope.toJson(event(Operation.INSERT)
                        .after(whole())
                        .transaction(new Transaction(771, 0, false))
                        .build()))
                .isEqualTo("""
                        {"before":null,"after":{"id":"42","amount":"12.50","note":null},"op":"insert",\
                        "source":{"source_name":"shop","offset":"0/16B3748","timestamp":1750000000123},\
                        "ts":1750000000123,"schema":"public","table":"orders","primary_key":["id"],\
                        "snapshot":null,"transaction":{"tx_id":771,"total_events":null,"event_index":0},\
                        "envelope_version":1,"before_is_key_only":false}""");
    }

    @Test
    void updateWithAbsentColumnsInBothImages() {
        assertThat(envelope.toJson(event(Operation.UPDATE)
                        .before(row("id", 42, "note", "x"), false)
                        .after(row("id", 42, "amount", new BigDecimal("1")))
                        .transaction(new Transaction(771, 2, true))
                        .build()))
                .isEqualTo("""
                        {"before":{"id":"42","note":"x"},"after":{"id":"42","amount":"1"},"op":"update",\
                        "source":{"source_name":"shop","offset":"0/16B3748","timestamp":1750000000123},\
                        "ts":1750000000123,"schema":"public","table":"orders","primary_key":["id"],\
                        "snapshot":null,"transaction":{"tx_id":771,"total_events":3,"event_index":2},\
                        "envelope_version":1,"before_is_key_only":false,\
                        "unavailable_columns":["note"],"before_unavailable_columns":["amount"]}""");
    }

    @Test
    void updateOfTheKeyNamesNoColumnsOfTheKeyOnlyImage() {
        assertThat(envelope.toJson(event(Operation.UPDATE)
                        .before(row("id", 41), true)
                        .after(whole())
                        .transaction(new Transaction(-1, 0, true))
                        .build()))
                .isEqualTo("""
                        {"before":{"id":"41"},"after":{"id":"42","amount":"12.50","note":null},"op":"update",\
                        "source":{"source_name":"shop","offset":"0/16B3748","timestamp":1750000000123},\
                        "ts":1750000000123,"schema":"public","table":"orders","primary_key":["id"],"snapshot":null,\
                        "transaction":{"tx_id":18446744073709551615,"total_events":1,"event_index":0},\
                        "envelope_version":1,"before_is_key_only":true}""");
    }

    @Test
    void deleteFromATableWithoutSchemaAndKey() {
        Columns keyless = Columns.of(List.of("text"), List.of());
        assertThat(envelope.toJson(ChangeEvent.of(SHOP, Operation.DELETE, new TableId(null, "log"))
                        .before(Row.of(keyless, Map.of("text", "\"ä\"\n\u0001")), false)
                        .offset(new Position("0/1"))
                        .commitTime(TIME)
                        .transaction(new Transaction(7, 4, false))
                        .build()))
                .isEqualTo("""
                        {"before":{"text":"\\"ä\\"\\n\\u0001"},"after":null,"op":"delete",\
                        "source":{"source_name":"shop","offset":"0/1","timestamp":1750000000123},\
                        "ts":1750000000123,"schema":null,"table":"log","primary_key":null,"snapshot":null,\
                        "transaction":{"tx_id":7,"total_events":null,"event_index":4},\
                        "envelope_version":1,"before_is_key_only":false}""");
    }

    @Test
    void snapshotRow() {
        assertThat(envelope.toJson(event(Operation.READ)
                        .after(whole())
                        .snapshot(new SnapshotInfo("initial", 2, 17, true))
                        .build()))
                .isEqualTo("""
                        {"before":null,"after":{"id":"42","amount":"12.50","note":null},"op":"read",\
                        "source":{"source_name":"shop","offset":"0/16B3748","timestamp":1750000000123},\
                        "ts":1750000000123,"schema":"public","table":"orders","primary_key":["id"],\
                        "snapshot":{"snapshot_id":"initial","chunk_index":17,"is_last_chunk":true,"generation":2},\
                        "transaction":null,"envelope_version":1,"before_is_key_only":false}""");
    }

    @Test
    void truncate() {
        assertThat(envelope.toJson(event(Operation.TRUNCATE)
                        .transaction(new Transaction(7, 0, true))
                        .build()))
                .isEqualTo("""
                        {"before":null,"after":null,"op":"truncate",\
                        "source":{"source_name":"shop","offset":"0/16B3748","timestamp":1750000000123},\
                        "ts":1750000000123,"schema":"public","table":"orders","primary_key":null,"snapshot":null,\
                        "transaction":{"tx_id":7,"total_events":1,"event_index":0},\
                        "envelope_version":1,"before_is_key_only":false}""");
    }

    @Test
    void schemaChangeKeepsItsStructure() {
        TableSchema before = new TableSchema(
                ORDERS, List.of(new ColumnSchema("id", "bigint"), new ColumnSchema("old", "text")), List.of("id"));
        TableSchema after = new TableSchema(
                ORDERS, List.of(new ColumnSchema("id", "bigint"), new ColumnSchema("new", "text")), List.of("id"));
        assertThat(envelope.toJson(event(Operation.SCHEMA_CHANGE)
                        .after(new SchemaChange(before, after).toRow())
                        .transaction(new Transaction(7, 0, false))
                        .build()))
                .isEqualTo("""
                        {"before":null,"after":{"schema":"public","table":"orders",\
                        "columns":{"id":"bigint","new":"text"},"key":["id"],"added":["new"],"dropped":["old"],\
                        "renamed":{"old":"new"},"retyped":{},"key_changed":"false","key_before":["id"]},"op":"schema_change",\
                        "source":{"source_name":"shop","offset":"0/16B3748","timestamp":1750000000123},\
                        "ts":1750000000123,"schema":"public","table":"orders","primary_key":null,"snapshot":null,\
                        "transaction":{"tx_id":7,"total_events":null,"event_index":0},\
                        "envelope_version":1,"before_is_key_only":false}""");
    }

    @Test
    void writesBytesAndIntoAGeneratorTheSame() {
        ChangeEvent<Row> event = event(Operation.INSERT).after(whole()).build();
        String json = envelope.toJson(event);
        assertThat(new String(envelope.toBytes(event), StandardCharsets.UTF_8)).isEqualTo(json);
        StringWriter text = new StringWriter();
        try (JsonGenerator generator = JsonMapper.shared().createGenerator(text)) {
            generator.writeStartArray();
            envelope.write(event, generator);
            envelope.write(event, generator);
            generator.writeEndArray();
        }
        assertThat(text).hasToString("[" + json + "," + json + "]");
    }

    @Test
    @DisplayName("CO-01 a table without a key has none; a key that cannot be decoded is an exception and never no key")
    void keylessIsNotBroken() {
        Columns keyless = Columns.of(List.of("id"), List.of());
        ChangeEvent<Row> without = event(Operation.INSERT)
                .after(Row.of(keyless, Map.of("id", 1)))
                .transaction(new Transaction(771, 0, false))
                .build();
        assertThat(without.key()).isNull();
        assertThat(envelope.toJson(without)).contains("\"primary_key\":null");

        ChangeEvent<Row> broken = event(Operation.INSERT)
                .after(new BrokenRow(Columns.of(List.of("id"), List.of("id"))))
                .transaction(new Transaction(771, 0, false))
                .build();
        assertThatExceptionOfType(ValueDecodeException.class).isThrownBy(broken::key);
        assertThatExceptionOfType(ValueDecodeException.class).isThrownBy(broken::rowWrite);
        assertThatExceptionOfType(ValueDecodeException.class).isThrownBy(() -> envelope.toJson(broken));
    }

    /** Its bytes are no value. */
    private record BrokenRow(Columns columns) implements Row {

        @Override
        public boolean isPresent(int index) {
            return true;
        }

        @Override
        public boolean isNull(int index) {
            return false;
        }

        @Override
        public Object value(int index) {
            throw new ValueDecodeException(columns.name(index), "integer", new NumberFormatException());
        }

        @Override
        public String text(int index) {
            throw new ValueDecodeException(columns.name(index), "integer", new NumberFormatException());
        }
    }

    @Test
    @DisplayName("CO-02 every part of an event is carried: a changed part changes the JSON")
    void carriesEveryPart() {
        Map<String, Consumer<ChangeEvent.Builder>> changes = Map.ofEntries(
                entry("before", builder -> builder.before(row("id", 2, "amount", null, "note", null), false)),
                entry("after", builder -> builder.after(row("id", 3, "amount", null, "note", null))),
                entry("beforeKeyOnly", builder -> builder.before(row("id", 1, "amount", null, "note", null), true)),
                entry("offset", builder -> builder.offset(new Position("0/2"))),
                entry("commitTime", builder -> builder.commitTime(TIME.plusMillis(1))),
                entry("transaction.id", builder -> builder.transaction(new Transaction(9, 5, false))),
                entry("transaction.index", builder -> builder.transaction(new Transaction(7, 6, false))),
                entry("transaction.last", builder -> builder.transaction(new Transaction(7, 5, true))),
                entry("snapshot.snapshotId", builder -> builder.snapshot(new SnapshotInfo("x", 1, 2, false))),
                entry("snapshot.generation", builder -> builder.snapshot(new SnapshotInfo("s", 9, 2, false))),
                entry("snapshot.chunkIndex", builder -> builder.snapshot(new SnapshotInfo("s", 1, 9, false))),
                entry("snapshot.lastChunk", builder -> builder.snapshot(new SnapshotInfo("s", 1, 2, true))));
        String plain = envelope.toJson(full(SHOP, Operation.UPDATE, ORDERS).build());
        changes.forEach((part, change) -> {
            ChangeEvent.Builder builder = full(SHOP, Operation.UPDATE, ORDERS);
            change.accept(builder);
            assertThat(envelope.toJson(builder.build())).as(part).isNotEqualTo(plain);
        });
        assertThat(envelope.toJson(full(new EventSource("other", "postgres"), Operation.UPDATE, ORDERS)
                        .build()))
                .isNotEqualTo(plain);
        assertThat(envelope.toJson(
                        full(SHOP, Operation.UPDATE, new TableId("x", "orders")).build()))
                .isNotEqualTo(plain);
        assertThat(envelope.toJson(
                        full(SHOP, Operation.UPDATE, new TableId("public", "x")).build()))
                .isNotEqualTo(plain);

        Set<String> carried = new TreeSet<>(changes.keySet());
        carried.addAll(Set.of("source.name", "table.schema", "table.name", "operation"));
        // The rows stand for the typed images; the keys and the write are derived; the type is not in the envelope.
        carried.addAll(Set.of("beforeRow", "afterRow", "key", "previousKey", "rowWrite", "source.type"));
        assertThat(parts()).isEqualTo(carried);
    }

    private static ChangeEvent.Builder full(EventSource source, Operation operation, TableId table) {
        return ChangeEvent.of(source, operation, table)
                .before(row("id", 1, "amount", null, "note", null), false)
                .after(row("id", 1, "amount", null, "note", null))
                .offset(new Position("0/1"))
                .commitTime(TIME)
                .transaction(new Transaction(7, 5, false))
                .snapshot(new SnapshotInfo("s", 1, 2, false));
    }

    /** What an event can be asked, records of ours by their components. */
    private static Set<String> parts() {
        Set<String> parts = new TreeSet<>();
        for (Method method : ChangeEvent.class.getDeclaredMethods()) {
            if (!Modifier.isPublic(method.getModifiers())
                    || Modifier.isStatic(method.getModifiers())
                    || method.getParameterCount() > 0
                    || method.getName().equals("toString")) {
                continue;
            }
            if (method.getReturnType().isRecord() && method.getReturnType() != io.rustcdc.event.RowKey.class) {
                Arrays.stream(method.getReturnType().getRecordComponents())
                        .map(RecordComponent::getName)
                        .forEach(name -> parts.add(method.getName() + "." + name));
            } else {
                parts.add(method.getName());
            }
        }
        return parts;
    }
}
