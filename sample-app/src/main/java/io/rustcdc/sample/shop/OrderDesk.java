package io.rustcdc.sample.shop;

import java.math.BigDecimal;
import java.time.Clock;
import java.time.LocalDate;
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
    private static final List<String> CITIES = List.of("Lisbon", "Kraków", "Oslo", "Valencia", "Québec", "Kyoto");
    private static final int LONG_NOTE = 9_000;
    private static final int OPEN_ORDERS = 30;
    private static final int CUSTOMERS = 12;

    private final JdbcClient jdbc;
    private final ShopSql sql;
    private final RandomGenerator random = new Random();
    private final Clock clock = Clock.systemUTC();

    OrderDesk(JdbcClient jdbc, ShopSql sql) {
        this.jdbc = jdbc;
        this.sql = sql;
    }

    /**
     * Takes a new order, and moves up to three open ones a step on: most towards delivery, some are cancelled. Now and then
     * a customer moves house.
     */
    @Transactional
    void work() {
        place();
        for (int i = 0; i < 3; i++) {
            advanceOne();
        }
        if (random.nextInt(10) == 0) {
            moveHouse();
        }
    }

    private void place() {
        int item = random.nextInt(GOODS.size());
        int other = (item + random.nextInt(1, GOODS.size())) % GOODS.size();
        boolean express = random.nextInt(4) == 0;
        jdbc.sql(sql.insertOrder())
                .param("reference", UUID.randomUUID())
                .param("customer", 1 + random.nextInt(CUSTOMERS))
                .param("item", GOODS.get(item))
                .param("other", GOODS.get(other))
                .param("total", BigDecimal.valueOf(500 + random.nextInt(30_000), 2))
                .param("express", express)
                .param("deliveryDay", express ? LocalDate.now(clock).plusDays(1) : null)
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

    /** Leaves a number of orders open, so that their lives overlap. */
    private void advanceOne() {
        List<Long> open = jdbc.sql("SELECT id FROM orders WHERE status IN ('NEW', 'PAID', 'SHIPPED')")
                .query(Long.class)
                .list();
        if (open.size() <= OPEN_ORDERS) {
            return;
        }
        jdbc.sql("""
                        UPDATE orders
                        SET version = version + 1,
                            delivery_day = CASE WHEN status = 'PAID' THEN coalesce(delivery_day, :soon)
                                                ELSE delivery_day END,
                            status = CASE WHEN :cancel AND status IN ('NEW', 'PAID') THEN 'CANCELLED'
                                          WHEN status = 'NEW' THEN 'PAID'
                                          WHEN status = 'PAID' THEN 'SHIPPED'
                                          ELSE 'DELIVERED' END
                        WHERE id = :id
                        """)
                .param("soon", LocalDate.now(clock).plusDays(3))
                .param("cancel", random.nextInt(16) == 0)
                .param("id", open.get(random.nextInt(open.size())))
                .update();
    }

    private void moveHouse() {
        jdbc.sql("UPDATE customers SET city = :city WHERE id = :id")
                .param("city", CITIES.get(random.nextInt(CITIES.size())))
                .param("id", 1 + random.nextInt(CUSTOMERS))
                .update();
    }

    /** Deletes the oldest finished orders beyond the number to keep. */
    @Transactional
    void archive(int keep) {
        jdbc.sql("""
                        SELECT id FROM orders WHERE status IN ('DELIVERED', 'CANCELLED')
                        ORDER BY id DESC LIMIT 1 OFFSET :keep
                        """)
                .param("keep", keep)
                .query(Long.class)
                .optional()
                .ifPresent(last -> jdbc.sql(
                                "DELETE FROM orders WHERE status IN ('DELIVERED', 'CANCELLED') AND id <= :last")
                        .param("last", last)
                        .update());
    }
}
