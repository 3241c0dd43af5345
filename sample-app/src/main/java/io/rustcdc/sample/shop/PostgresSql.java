package io.rustcdc.sample.shop;

import org.springframework.context.annotation.Profile;
import org.springframework.stereotype.Component;

@Component
@Profile("!mysql & !mariadb")
record PostgresSql() implements ShopSql {

    @Override
    public String insertOrder() {
        return """
                INSERT INTO orders (reference, customer_id, status, items, total, express, delivery_day, details,
                                    gift_note, placed_at)
                VALUES (:reference, :customer, 'NEW', ARRAY[:item, :other], :total, :express, :deliveryDay,
                        jsonb_build_object('channel', :channel, 'weight', :weight), :note, now())
                """;
    }

    @Override
    public String writeSummary() {
        return """
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
    }
}
