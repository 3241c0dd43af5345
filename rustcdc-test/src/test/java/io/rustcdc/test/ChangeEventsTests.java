package io.rustcdc.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rustcdc.event.AbsentColumnException;
import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.Row;
import io.rustcdc.event.RowKey;
import io.rustcdc.event.RowWrite;
import io.rustcdc.event.TableId;
import io.rustcdc.event.Transaction;
import java.math.BigDecimal;
import java.util.List;
import org.junit.jupiter.api.Test;

class ChangeEventsTests {

    private enum Status {
        NEW
    }

    private record Order(long id, int customerId, Status status, BigDecimal totalAmount, String giftNote) {}

    private static final Order ORDER = new Order(7, 3, Status.NEW, new BigDecimal("10.50"), null);
    private static final Row ROW = Rows.of(ORDER, "id");

    @Test
    void makesTheImagesThatTheOperationHas() {
        ChangeEvent<Row> insert = ChangeEvents.insert("public.orders", ROW);
        assertThat(insert.table()).isEqualTo(new TableId("public", "orders"));
        assertThat(insert.before()).isNull();
        assertThat(insert.after()).isSameAs(ROW);
        assertThat(ChangeEvents.update("public.orders", ROW).before()).isNull();
        assertThat(ChangeEvents.delete("public.orders", ROW).after()).isNull();
        assertThat(ChangeEvents.truncate("public.orders").rowWrite()).isEqualTo(new RowWrite.Truncate());
    }

    @Test
    void knowsAKeyOnlyImage() {
        ChangeEvent<Row> delete = ChangeEvents.delete("public.orders", Rows.keyOf(ROW));
        assertThat(delete.beforeKeyOnly()).isTrue();
        assertThat(delete.rowWrite()).isEqualTo(new RowWrite.Delete(new RowKey(List.of("id"), List.of(7L))));
        assertThatThrownBy(() -> delete.beforeRow().get("status")).isInstanceOf(AbsentColumnException.class);
        assertThat(ChangeEvents.delete("public.orders", ROW).beforeKeyOnly()).isFalse();
        Row partial = Rows.key("id", 7L).column("status", "NEW").absent("note").row();
        assertThat(ChangeEvents.delete("public.orders", partial).beforeKeyOnly())
                .isFalse();
    }

    @Test
    void derivesTheWriteFromWhatIsPresent() {
        Row partial = Rows.key("id", 7L).column("status", "NEW").absent("note").row();
        assertThat(ChangeEvents.update("public.orders", partial).rowWrite()).isInstanceOf(RowWrite.Merge.class);
        assertThat(ChangeEvents.update("public.orders", ROW).rowWrite()).isInstanceOf(RowWrite.Replace.class);
        Row moved = Rows.of(new Order(8, 3, Status.NEW, new BigDecimal("10.50"), null), "id");
        assertThat(ChangeEvents.update("public.orders", Rows.keyOf(ROW), moved).rowWrite())
                .isEqualTo(new RowWrite.Replace(
                        new RowKey(List.of("id"), List.of(8L)), new RowKey(List.of("id"), List.of(7L)), moved));
    }

    @Test
    void makesEachEventLaterThanTheOneBefore() {
        ChangeEvent<Row> first = ChangeEvents.insert("public.orders", ROW);
        ChangeEvent<Row> second = ChangeEvents.update("public.orders", ROW);
        assertThat(first.offset().isBefore(second.offset())).isTrue();
        assertThat(second.offset().isBefore(first.offset())).isFalse();
        assertThat(first.commitTime()).isBefore(second.commitTime());
        assertThat(first.transaction().id()).isNotEqualTo(second.transaction().id());
        assertThat(second.transaction().totalEvents()).isEqualTo(1);
    }

    @Test
    void joinsChangesToOneTransaction() {
        List<ChangeEvent<Row>> joined = ChangeEvents.transaction(
                ChangeEvents.insert("public.orders", ROW),
                ChangeEvents.delete("public.orders", Rows.keyOf(ROW)),
                ChangeEvents.truncate("public.orders"));
        long id = joined.get(0).transaction().id();
        assertThat(joined)
                .extracting(ChangeEvent::transaction)
                .containsExactly(
                        new Transaction(id, 0, false), new Transaction(id, 1, false), new Transaction(id, 2, true));
        assertThat(joined)
                .extracting(ChangeEvent::commitTime)
                .containsOnly(joined.get(0).commitTime());
        assertThat(joined.get(0).offset().isBefore(joined.get(1).offset())).isTrue();
        assertThat(joined.get(1).beforeKeyOnly()).isTrue();
    }

    @Test
    void keepsSnapshotRowsOutOfTransactions() {
        ChangeEvent<Row> read = ChangeEvents.read("public.orders", ROW);
        assertThat(read.transaction()).isNull();
        assertThat(read.snapshot().lastChunk()).isTrue();
        assertThatThrownBy(() -> ChangeEvents.transaction(read)).hasMessageContaining("READ");
    }

    @Test
    void makesTheRowOfARecord() {
        assertThat(ROW.columns().names()).containsExactly("id", "customer_id", "status", "total_amount", "gift_note");
        assertThat(ROW.toMap().values()).containsExactly(7L, 3, "NEW", new BigDecimal("10.50"), null);
        assertThat(ROW.columns().key()).containsExactly("id");
        assertThatThrownBy(() -> Rows.of(ORDER, "order_id")).hasMessageContaining("order_id");
    }

    @Test
    void tellsAbsentFromNull() {
        Row row = Rows.key("id", 7L).column("note", null).absent("gift_note").row();
        assertThat(row.isPresent("note")).isTrue();
        assertThat(row.get("note")).isNull();
        assertThat(row.isPresent("gift_note")).isFalse();
        assertThat(row.columns().names()).containsExactly("id", "note", "gift_note");
    }

    @Test
    void refusesTheKeyOfAKeylessRow() {
        assertThatThrownBy(() -> Rows.keyOf(Rows.withoutKey().column("id", 7L).row()))
                .hasMessageContaining("Rows.key");
    }
}
