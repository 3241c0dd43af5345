package io.rustcdc.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ChangeEventTests {

    private static final EventSource SHOP = new EventSource("shop", "postgres");
    private static final TableId ORDERS = new TableId("public", "orders");
    private static final Row OLD = Row.of(Columns.of(List.of("id"), List.of("id")), Map.of("id", "s3cret-old"));
    private static final Row NEW = Row.of(Columns.of(List.of("id"), List.of("id")), Map.of("id", "s3cret-new"));

    private static ChangeEvent.Builder event(Operation operation, boolean before, boolean after) {
        return ChangeEvent.of(SHOP, operation, ORDERS)
                .before(before ? OLD : null, false)
                .after(after ? NEW : null)
                .offset(new TextOffset("0/16B3748"))
                .commitTime(Instant.EPOCH);
    }

    /** none, before, after, both. */
    private static final Map<Operation, List<Boolean>> ALLOWED = new EnumMap<>(Map.of(
            Operation.INSERT, List.of(false, false, true, false),
            Operation.READ, List.of(false, false, true, false),
            Operation.SCHEMA_CHANGE, List.of(false, false, true, false),
            Operation.UPDATE, List.of(false, false, true, true),
            Operation.DELETE, List.of(false, true, false, false),
            Operation.TRUNCATE, List.of(true, false, false, false)));

    @ParameterizedTest
    @EnumSource(Operation.class)
    void hasTheImagesOfItsOperation(Operation operation) {
        for (int images = 0; images < 4; images++) {
            ChangeEvent.Builder builder = event(operation, (images & 1) != 0, (images & 2) != 0);
            if (ALLOWED.get(operation).get(images)) {
                ChangeEvent<Row> event = builder.build();
                assertThat(event.before() != null).isEqualTo((images & 1) != 0);
                assertThat(event.after() != null).isEqualTo((images & 2) != 0);
                assertThat(event.beforeRow()).isSameAs(event.before());
                assertThat(event.afterRow()).isSameAs(event.after());
            } else {
                assertThatIllegalStateException()
                        .isThrownBy(builder::build)
                        .withMessageContaining(operation.code())
                        .withMessageContaining("public.orders");
            }
        }
    }

    @Test
    void needsAnOffsetAndATime() {
        assertThatExceptionOfType(NullPointerException.class)
                .isThrownBy(() -> ChangeEvent.of(SHOP, Operation.TRUNCATE, ORDERS)
                        .commitTime(Instant.EPOCH)
                        .build())
                .withMessageContaining("offset");
        assertThatExceptionOfType(NullPointerException.class)
                .isThrownBy(() -> ChangeEvent.of(SHOP, Operation.TRUNCATE, ORDERS)
                        .offset(new TextOffset("x"))
                        .build())
                .withMessageContaining("commitTime");
    }

    @Test
    void mapsTheImagesAndKeepsTheRest() {
        ChangeEvent<Row> event = ChangeEvent.of(SHOP, Operation.UPDATE, ORDERS)
                .before(OLD, true)
                .after(NEW)
                .offset(new TextOffset("0/1"))
                .commitTime(Instant.EPOCH)
                .transaction(new Transaction(7, 1, true))
                .snapshot(new SnapshotInfo("s", 1, 2, false))
                .build();
        ChangeEvent<String> mapped = event.map(row -> String.valueOf(row.get("id")));
        assertThat(mapped.before()).isEqualTo("s3cret-old");
        assertThat(mapped.after()).isEqualTo("s3cret-new");
        assertThat(mapped)
                .usingRecursiveComparison()
                .ignoringFields("before", "after")
                .isEqualTo(event);
        assertThat(event(Operation.TRUNCATE, false, false)
                        .build()
                        .map(row -> "never")
                        .after())
                .isNull();
    }

    @Test
    void saysWhatAndWhereButNoValues() {
        assertThat(event(Operation.UPDATE, true, true).build())
                .hasToString("update public.orders at 0/16B3748")
                .asString()
                .doesNotContain("s3cret");
    }

    @Test
    void theLastChangeOfATransactionKnowsTheirNumber() {
        assertThat(new Transaction(7, 4, true).totalEvents()).isEqualTo(5);
        assertThat(new Transaction(7, 4, false).totalEvents()).isNull();
    }

    @Test
    void tablesAndSourcesHaveNames() {
        assertThat(TableId.parse("public.orders")).isEqualTo(ORDERS);
        assertThat(TableId.parse("orders")).isEqualTo(new TableId(null, "orders"));
        assertThat(new TableId(" ", "orders")).isEqualTo(new TableId(null, "orders"));
        assertThat(ORDERS).hasToString("public.orders");
        assertThat(new TableId(null, "orders")).hasToString("orders");
        assertThatIllegalArgumentException().isThrownBy(() -> new TableId("public", " "));
        assertThatIllegalArgumentException().isThrownBy(() -> new EventSource("", "postgres"));
        assertThatIllegalArgumentException().isThrownBy(() -> new EventSource("shop", ""));
    }

    @Test
    void aKeyHasAValueForEachColumn() {
        assertThatIllegalArgumentException().isThrownBy(() -> new RowKey(List.of("a", "b"), List.of(1)));
        assertThatIllegalArgumentException().isThrownBy(() -> new RowKey(List.of(), List.of()));
    }
}
