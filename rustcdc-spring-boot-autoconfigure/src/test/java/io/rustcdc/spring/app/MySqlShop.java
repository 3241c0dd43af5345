package io.rustcdc.spring.app;

import io.rustcdc.test.databases.MySqlDatabase;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.LocalTime;
import org.jspecify.annotations.Nullable;

/** The shop on MySQL or MariaDB: its table, a row of it, and the settings to capture it. */
public final class MySqlShop {

    public static final String SCHEMA = """
            CREATE TABLE orders (id bigint unsigned PRIMARY KEY, customer_name varchar(100) NOT NULL,
                total decimal(12,2) NOT NULL, status enum('NEW','PAID') NOT NULL DEFAULT 'NEW', gift tinyint(1) NOT NULL,
                collected_at time(3), due datetime, paid_at timestamp(6) NULL)
            """;

    private MySqlShop() {}

    public record Order(
            BigInteger id,
            String customerName,
            BigDecimal total,
            Status status,
            boolean gift,
            @Nullable LocalTime collectedAt,
            @Nullable LocalDateTime due,
            @Nullable Instant paidAt) {}

    public enum Status {
        NEW,
        PAID
    }

    public static String[] properties(MySqlDatabase database, Path directory) {
        String source = "rustcdc." + database.server().flavor().type() + ".shop.";
        return new String[] {
            source + "host=" + database.server().host(),
            source + "port=" + database.server().port(),
            source + "database=" + database.name(),
            source + "user=root",
            source + "server-id=184051",
            "rustcdc.checkpoint.directory=" + directory
        };
    }

    public static void insert(MySqlDatabase database, int id, String customer) {
        database.sql(
                "INSERT INTO orders VALUES (%d, '%s', 12.50, 'NEW', 1, '23:59:59.999', '2026-01-02 03:04:05', NULL)"
                        .formatted(id, customer));
    }
}
