package io.rustcdc.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

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
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the golden tables of the databases do not have; those are run through the same check. */
class StoredEnvelopeTests {

    private static final EventSource SHOP = new EventSource("shop", "postgres");
    private static final TableId ORDERS = new TableId("public", "orders");
    private static final Columns COLUMNS = Columns.of(List.of("id", "amount", "note"), List.of("id"));
    private static final Instant TIME = Instant.parse("2025-06-15T15:06:40.123456789Z");

    private final StoredEnvelope envelope = new StoredEnvelope(Position::parse);

    private record Position(String name, long number, boolean flag) implements Offset {

        @Override
        public String text() {
            return name + number;
        }

        @Override
        public Map<String, Object> fields() {
            return Map.of("name", name, "number", number, "flag", flag);
        }

        @Override
        public boolean isBefore(Offset other) {
            return false;
        }

        static Position parse(Map<String, ?> fields) {
            return new Position((String) fields.get("name"), ((Number) fields.get("number")).longValue(), (Boolean)
                    fields.get("flag"));
        }
    }

    private static ChangeEvent.Builder event(Operation operation) {
        return ChangeEvent.of(SHOP, operation, ORDERS)
                .offset(new Position("ä", 5_000_000_000L, true))
                .commitTime(TIME);
    }

    private static Row row(@Nullable Object... namesAndValues) {
        Map<String, @Nullable Object> values = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            values.put((String) namesAndValues[i], namesAndValues[i + 1]);
        }
        return Row.of(COLUMNS, values);
    }

    private static Row noted(@Nullable Object note) {
        return row("id", 1, "note", note);
    }

    static List<Object> values() {
        return List.of(
                0,
                Long.MIN_VALUE,
                new BigInteger("18446744073709551615"),
                new BigDecimal("1.50"),
                new BigDecimal("1E+3"),
                true,
                "",
                "a\u0000b\"\\\n ü 漢 🚀",
                "a lone \uD83D surrogate",
                "null",
                new byte[] {0, -1, 65},
                new byte[0],
                LocalDate.MAX,
                LocalTime.MAX,
                LocalDateTime.MIN,
                OffsetDateTime.MAX,
                OffsetTime.MIN,
                Instant.MIN,
                Duration.ofNanos(-1),
                UUID.fromString("00000000-0000-0000-0000-000000000001"),
                Float.NaN,
                Float.MIN_VALUE,
                -0.0d,
                Double.NEGATIVE_INFINITY,
                (short) 3,
                (byte) -3,
                List.of(),
                Arrays.asList(1, null, List.of(2L, "x")),
                Map.of("a", List.of("b")));
    }

    @ParameterizedTest
    @MethodSource("values")
    void keepsEveryValue(Object value) {
        SameChange.assertKept(
                envelope,
                event(Operation.INSERT)
                        .after(noted(value))
                        .transaction(new Transaction(-1, 3, true))
                        .build());
    }

    @Test
    void keepsWhatIsNullAndWhatIsAbsent() {
        SameChange.assertKept(
                envelope,
                event(Operation.UPDATE)
                        .before(row("id", 1, "amount", null), false)
                        .after(row("id", 2, "note", null))
                        .transaction(new Transaction(77, Long.MAX_VALUE, false))
                        .build());
    }

    @Test
    void keepsAKeyOnlyImageAndAnotherShapeOfTheOldOne() {
        SameChange.assertKept(
                envelope,
                event(Operation.UPDATE)
                        .before(Row.of(Columns.of(List.of("id"), List.of()), Map.of("id", 1)), true)
                        .after(noted("x"))
                        .build());
        SameChange.assertKept(
                envelope, event(Operation.DELETE).before(row("id", 1), true).build());
    }

    @Test
    void keepsRowsThatExistAndChangesWithoutRows() {
        SameChange.assertKept(
                envelope,
                event(Operation.READ)
                        .after(noted("x"))
                        .snapshot(new SnapshotInfo("s-1", 7, 12, true))
                        .build());
        SameChange.assertKept(envelope, event(Operation.TRUNCATE).build());
        TableSchema old = new TableSchema(ORDERS, List.of(new ColumnSchema("id", "integer")), List.of("id"));
        TableSchema next = new TableSchema(ORDERS, List.of(new ColumnSchema("id", "bigint")), List.of("id"));
        SameChange.assertKept(
                envelope,
                event(Operation.SCHEMA_CHANGE)
                        .after(new SchemaChange(old, next, "ALTER TABLE ..").toRow())
                        .build());
    }

    @Test
    void keepsThatAValueCouldNotBeDecoded() {
        SameChange.assertKept(
                envelope, event(Operation.INSERT).after(new Undecodable("raw")).build());
        SameChange.assertKept(
                envelope, event(Operation.INSERT).after(new Undecodable(null)).build());
    }

    @Test
    void rowsOfOneShapeShareTheirColumns() {
        String text = envelope.write(event(Operation.UPDATE)
                .before(noted("x"), false)
                .after(noted("y"))
                .build());
        ChangeEvent<Row> one = envelope.read(text);
        assertThat(envelope.read(text).after().columns())
                .isSameAs(one.after().columns())
                .isSameAs(one.before().columns());
    }

    @Test
    void keepsPositions() {
        Position position = new Position("x", 3, false);
        assertThat(envelope.readOffset(envelope.writeOffset(position))).isEqualTo(position);
    }

    @Test
    void refusesAValueThatNoRowHasAndDoesNotShowIt() {
        ChangeEvent<Row> event = event(Operation.INSERT)
                .after(noted(new StringBuilder("secret")))
                .build();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> envelope.write(event))
                .withMessageContaining("'note'")
                .withMessageContaining("java.lang.StringBuilder")
                .withMessageNotContaining("secret");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "secret",
                "{\"secret\"",
                "{}",
                "{\"stored_version\":2}",
                "{\"stored_version\":1,\"table\":\"t\",\"source_name\":\"s\",\"source_type\":\"t\",\"op\":\"secret\"}"
            })
    void refusesADamagedTextAndDoesNotShowIt(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> envelope.read(text))
                .withMessageContaining("damaged")
                .withMessageNotContaining("secret");
    }

    @Test
    void refusesADamagedValueAndNamesItsColumn() {
        String text = envelope.write(event(Operation.INSERT).after(noted(4711)).build());
        assertThatIllegalArgumentException()
                .isThrownBy(() -> envelope.read(text.replace("4711", "secret")))
                .withMessageContaining("'note'")
                .withMessageNotContaining("secret");
    }

    /** A row whose note is of bytes that are no value. */
    private record Undecodable(@Nullable String text) implements Row {

        @Override
        public Columns columns() {
            return COLUMNS;
        }

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
            if (index == 2) {
                throw new ValueDecodeException("note", "jsonb", new IllegalStateException());
            }
            return index;
        }

        @Override
        public String text(int index) {
            if (index != 2) {
                return "" + index;
            }
            if (text == null) {
                throw new ValueDecodeException("note", "jsonb", new IllegalStateException());
            }
            return text;
        }
    }
}
