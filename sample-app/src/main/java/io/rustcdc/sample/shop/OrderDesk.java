package io.rustcdc.sample.shop;

import java.math.BigDecimal;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** What the shop's staff does with orders, one transaction for each method. Thread-safe. */
@Component
class OrderDesk {

    private static final List<String> GOODS = List.of(
            "espresso cups",
            "linen shirt",
            "desk lamp",
            "chess set",
            "rain jacket",
            "teapot",
            "sketchbook",
            "headphones",
            "bread knife",
            "wool blanket",
            "field guide",
            "bicycle bell");
    private static final int LONG_NOTE = 9_000;

    private final JdbcClient jdbc;
    private final RandomGenerator random = new Random();

    OrderDesk(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** Takes a new order, and moves up to three open ones a step on: most towards delivery, some are cancelled. */
    @Transactional
    void work() {
        place();
        for (int i = 0; i < 3; i++) {
            advanceOne();
        }
    }

    private void place() {
        String item = GOODS.get(random.nextInt(GOODS.size()));
        String other = GOODS.get(random.nextInt(GOODS.size()));
        boolean express = random.nextInt(4) == 0;
        jdbc.sql("""
                        INSERT INTO orders (reference, customer_id, status, items, total, express, delivery_day, details,
                                            gift_note, placed_at)
                        VALUES (:reference, :customer, 'NEW', ARRAY[:item, :other], :total, :express,
                                CASE WHEN :express THEN current_date + 1 END,
                                jsonb_build_object('channel', :channel, 'weight', :weight), :note, now())
                        """)
                .param("reference", UUID.randomUUID())
                .param("customer", 1 + random.nextInt(12))
                .param("item", item)
                .param("other", other)
                .param("total", BigDecimal.valueOf(500 + random.nextInt(30_000), 2))
                .param("express", express)
                .param("channel", random.nextBoolean() ? "web" : "phone")
                .param("weight", random.nextInt(1, 5_000))
                .param("note", note())
                .update();
    }

    /** None, a short one, or one so long that PostgreSQL stores it outside the row and omits it from later changes. */
    private @Nullable String note() {
        return switch (random.nextInt(20)) {
            case 0 ->
                random.ints(LONG_NOTE, 'a', 'z' + 1)
                        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                        .toString();
            case 1, 2, 3 -> "Happy birthday! 🎁";
            default -> null;
        };
    }

    private void advanceOne() {
        jdbc.sql("""
                        UPDATE orders
                        SET version = version + 1,
                            delivery_day = CASE WHEN status = 'PAID' THEN coalesce(delivery_day, current_date + 3)
                                                ELSE delivery_day END,
                            status = CASE WHEN :cancel AND status IN ('NEW', 'PAID') THEN 'CANCELLED'
                                          WHEN status = 'NEW' THEN 'PAID'
                                          WHEN status = 'PAID' THEN 'SHIPPED'
                                          ELSE 'DELIVERED' END
                        WHERE id = (SELECT id FROM orders WHERE status IN ('NEW', 'PAID', 'SHIPPED')
                                    ORDER BY random() LIMIT 1)
                        """).param("cancel", random.nextInt(8) == 0).update();
    }

    /** Deletes the oldest finished orders beyond the number to keep. */
    @Transactional
    void archive(int keep) {
        jdbc.sql("""
                        DELETE FROM orders WHERE id IN (
                            SELECT id FROM orders WHERE status IN ('DELIVERED', 'CANCELLED') ORDER BY id DESC OFFSET :keep)
                        """).param("keep", keep).update();
    }
}
