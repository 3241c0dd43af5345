package io.rustcdc.sample.shop;

import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.Row;
import io.rustcdc.event.RowWrite;
import io.rustcdc.spring.CdcListener;
import java.util.Objects;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Keeps the read model equal to the table "orders". A change that is delivered again after a crash writes the same row
 * again, so delivery at least once is enough.
 */
@Component
class OrderSummaries {

    private static final String UPSERT = """
            INSERT INTO reporting.order_summary AS summary
                (id, reference, customer_id, status, version, items, total, express, delivery_day, details, gift_note,
                 placed_at)
            VALUES
                (:id, :reference, :customerId, :status, :version, :items, :total, :express, :deliveryDay,
                 cast(:details AS jsonb), :giftNote, :placedAt)
            ON CONFLICT (id) DO UPDATE SET
                reference = excluded.reference, customer_id = excluded.customer_id, status = excluded.status,
                version = excluded.version, items = excluded.items, total = excluded.total,
                express = excluded.express, delivery_day = excluded.delivery_day, details = excluded.details,
                gift_note = CASE WHEN :giftNotePresent THEN excluded.gift_note ELSE summary.gift_note END,
                placed_at = excluded.placed_at
            """;

    private final JdbcClient jdbc;

    OrderSummaries(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    @CdcListener(source = "shop", tables = "public.orders")
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
        jdbc.sql(UPSERT)
                .param("id", order.id())
                .param("reference", order.reference())
                .param("customerId", order.customerId())
                .param("status", order.status())
                .param("version", order.version())
                .param("items", order.items().toArray(String[]::new))
                .param("total", order.total())
                .param("express", order.express())
                .param("deliveryDay", order.deliveryDay())
                .param("details", order.details())
                .param("giftNote", giftNotePresent ? row.get("gift_note") : null)
                .param("giftNotePresent", giftNotePresent)
                .param("placedAt", order.placedAt())
                .update();
    }
}
