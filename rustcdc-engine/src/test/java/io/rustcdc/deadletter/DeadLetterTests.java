package io.rustcdc.deadletter;

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
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What names a dead letter and its row. */
class DeadLetterTests {

    private static final TableId TABLE = new TableId("public", "orders");
    private static final Columns COLUMNS = Columns.of(List.of("tenant", "id"), List.of("tenant", "id"));
    private static final Instant NOW = Instant.EPOCH;

    private record Place(String text) implements Offset {

        @Override
        public Map<String, Object> fields() {
            return Map.of("place", text);
        }

        @Override
        public boolean isBefore(Offset other) {
            return text.compareTo(other.text()) < 0;
        }
    }

    @Test
    void aPositionNamesTheChangeInItsTransaction() {
        assertThat(letter(insert(7, 1)).position()).isEqualTo("0/1#3");
    }

    @Test
    void aRowOfASnapshotIsNamedByItsGenerationAndKey() {
        ChangeEvent<Row> read = change(Operation.READ)
                .after(row(7, 1))
                .snapshot(new SnapshotInfo("first", 2, 0, false))
                .build();
        assertThat(letter(read).position()).isEqualTo("first/2#public.orders#tenant=7,id=1");
    }

    @Test
    void aKeyIsOneTextWhateverIsInIt() {
        assertThat(key("a", "b")).isEqualTo("tenant=a,id=b");
        assertThat(key("a,id=b", "")).isEqualTo("tenant=\"a,id=b\",id=\"\"");
        assertThat(key("a\"", "\\")).isEqualTo("tenant=\"a\\\"\",id=\"\\\\\"");
        assertThat(key(new byte[] {1, (byte) 0xff}, List.of("x", "y, z"))).isEqualTo("tenant=0x01ff,id=[x,\"y, z\"]");
    }

    @Test
    void valuesThatADatabaseTakesForOneKeyAreOne() {
        assertThat(key(1, new BigDecimal("1.00"))).isEqualTo(key(1L, new BigDecimal("1")));
    }

    @Test
    void aChangeOfTheKeyStandsInTwoQueues() {
        ChangeEvent<Row> moved = change(Operation.UPDATE)
                .before(row(7, 1), true)
                .after(row(7, 2))
                .build();
        assertThat(letter(moved).rows()).extracting(ParkedRow::key).containsExactly("tenant=7,id=2", "tenant=7,id=1");
    }

    @Test
    void whatConcernsAWholeTableBelongsToNoRow() {
        ChangeEvent<Row> truncate = change(Operation.TRUNCATE).build();
        assertThat(ParkedRow.of("shop", truncate)).isEmpty();
        assertThatIllegalArgumentException().isThrownBy(() -> letter(truncate));
    }

    @Test
    void textsForPeopleHoldNoValues() {
        assertThat(letter(insert("secret", 1)).toString()).doesNotContain("secret");
        assertThat(ParkedRow.of("shop", insert("secret", 1)).get(0).toString()).doesNotContain("secret");
    }

    @Test
    void aFailureTellsTheExceptionAndItsRoot() {
        Failure failure = Failure.of(
                new IllegalStateException("no\n  luck", new RuntimeException(new ArithmeticException("password=abc"))),
                3,
                NOW);
        assertThat(failure.error())
                .isEqualTo("java.lang.IllegalStateException: no luck; root cause: java.lang.ArithmeticException: "
                        + "password=***redacted***");
        assertThat(Failure.of(new RuntimeException("x".repeat(5000)), 1, NOW).error())
                .hasSize(Failure.MAX_ERROR_LENGTH);
    }

    private static DeadLetter letter(ChangeEvent<Row> event) {
        return DeadLetter.of("shop", event, null, NOW);
    }

    private static String key(Object tenant, Object id) {
        return ParkedRow.of("shop", insert(tenant, id)).get(0).key();
    }

    private static ChangeEvent<Row> insert(Object tenant, Object id) {
        return change(Operation.INSERT).after(row(tenant, id)).build();
    }

    private static ChangeEvent.Builder change(Operation operation) {
        return ChangeEvent.of(new EventSource("shop", "postgres"), operation, TABLE)
                .offset(new Place("0/1"))
                .commitTime(NOW)
                .transaction(new Transaction(1, 3, false));
    }

    private static Row row(Object tenant, Object id) {
        return Row.of(COLUMNS, Map.of("tenant", tenant, "id", id));
    }
}
