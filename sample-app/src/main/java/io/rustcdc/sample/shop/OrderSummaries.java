package io.rustcdc.sample.shop;

import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.Row;
import io.rustcdc.event.RowWrite;
import io.rustcdc.spring.CdcListener;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Keeps the read model equal to the table "orders". A change that is delivered again after a crash writes the same row
 * again, so delivery at least once is enough.
 */
@Component
class OrderSummaries {

    private final JdbcClient jdbc;
    private final ShopSql sql;

    OrderSummaries(JdbcClient jdbc, ShopSql sql) {
        this.jdbc = jdbc;
        this.sql = sql;
    }

    @CdcListener(source = "shop", tables = "orders")
    void onOrder(ChangeEvent<Order> change) {
        if (change.rowWrite() instanceof RowWrite.Delete delete) {
            jdbc.sql("DELETE FROM reporting.order_summary WHERE id = :id")
                    .param("id", delete.key().values().get(0))
                    .update();
            return;
        }
        write(Objects.requireNonNull(change.after()), Objects.requireNonNull(change.afterRow()));
    }

    /**
     * The note is read from the row, not through the record: a change that left a long note as it was comes without it,
     * which is not NULL, and to write NULL would lose the note.
     */
    private void write(Order order, Row row) {
        boolean giftNotePresent = row.isPresent("gift_note");
        jdbc.sql(sql.writeSummary())
                .param("id", order.id())
                .param("reference", order.reference())
                .param("customerId", order.customerId())
                .param("status", order.status())
                .param("version", order.version())
                .param("items", items(row))
                .param("total", order.total())
                .param("express", order.express())
                .param("deliveryDay", order.deliveryDay())
                .param("details", order.details())
                .param("giftNote", giftNotePresent ? row.get("gift_note") : null)
                .param("giftNotePresent", giftNotePresent)
                .param("placedAt", order.placedAt())
                .update();
    }

    /** An array on PostgreSQL, JSON text on MySQL. */
    private static @Nullable Object items(Row row) {
        Object items = row.get("items");
        return items instanceof List<?> list ? list.toArray(String[]::new) : items;
    }
}
