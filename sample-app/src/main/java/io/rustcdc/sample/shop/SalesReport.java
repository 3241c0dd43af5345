package io.rustcdc.sample.shop;

import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Reads the totals from the read model. Thread-safe. */
@Component
public class SalesReport {

    private static final List<String> LIFE = List.of("NEW", "PAID", "SHIPPED", "DELIVERED", "CANCELLED");

    private final JdbcClient jdbc;

    SalesReport(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    public Totals totals() {
        Map<String, Long> byStatus = new LinkedHashMap<>();
        LIFE.forEach(status -> byStatus.put(status, 0L));
        BigDecimal[] revenue = {BigDecimal.ZERO};
        jdbc.sql("SELECT status, count(*), sum(total) FROM reporting.order_summary GROUP BY status")
                .query(row -> {
                    byStatus.put(row.getString(1), row.getLong(2));
                    if (!row.getString(1).equals("CANCELLED")) {
                        revenue[0] = revenue[0].add(row.getBigDecimal(3));
                    }
                });
        long orders = byStatus.values().stream().mapToLong(Long::longValue).sum();
        return new Totals(orders, revenue[0], byStatus);
    }
}
