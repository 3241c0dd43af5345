package io.rustcdc.sample.shop;

import org.springframework.context.annotation.Profile;
import org.springframework.stereotype.Component;

@Component
@Profile("mysql | mariadb")
record MySqlSql() implements ShopSql {

    @Override
    public String insertOrder() {
        return """
                INSERT INTO orders (reference, customer_id, status, items, total, express, delivery_day, details,
                                    gift_note, placed_at)
                VALUES (:reference, :customer, 'NEW', JSON_ARRAY(:item, :other), :total, :express, :deliveryDay,
                        JSON_OBJECT('channel', :channel, 'weight', :weight), :note, now(6))
                """;
    }

    @Override
    public String writeSummary() {
        return """
                INSERT INTO reporting.order_summary
                    (id, reference, customer_id, status, version, items, total, express, delivery_day, details, gift_note,
                     placed_at)
                VALUES
                    (:id, :reference, :customerId, :status, :version, :items, :total, :express, :deliveryDay, :details,
                     :giftNote, :placedAt)
                ON DUPLICATE KEY UPDATE
                    reference = VALUES(reference), customer_id = VALUES(customer_id), status = VALUES(status),
                    version = VALUES(version), items = VALUES(items), total = VALUES(total),
                    express = VALUES(express), delivery_day = VALUES(delivery_day), details = VALUES(details),
                    gift_note = CASE WHEN :giftNotePresent THEN VALUES(gift_note) ELSE gift_note END,
                    placed_at = VALUES(placed_at)
                """;
    }
}
