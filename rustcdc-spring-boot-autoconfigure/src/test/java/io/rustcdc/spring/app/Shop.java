package io.rustcdc.spring.app;

import io.rustcdc.test.databases.PostgresDatabase;
import java.nio.file.Path;

/** The database of a small shop and the settings to capture it. */
public final class Shop {

    public static final String[] SCHEMA = {
        "CREATE TYPE status AS ENUM ('NEW', 'PAID')",
        "CREATE TABLE orders (id bigint PRIMARY KEY, customer_name text NOT NULL, total numeric(12,2) NOT NULL, status status NOT NULL DEFAULT 'NEW', paid_at timestamptz)",
        "CREATE TABLE customers (id int PRIMARY KEY, name text NOT NULL)"
    };

    private Shop() {}

    public static String[] properties(PostgresDatabase database, Path directory) {
        return new String[] {
            "rustcdc.postgres.shop.host=" + database.server().host(),
            "rustcdc.postgres.shop.port=" + database.server().port(),
            "rustcdc.postgres.shop.database=" + database.name(),
            "rustcdc.postgres.shop.user=postgres",
            "rustcdc.postgres.shop.replication-slot-name=" + database.name(),
            "rustcdc.checkpoint.directory=" + directory
        };
    }

    public static void insert(PostgresDatabase database, int id, String customer) {
        database.sql("INSERT INTO orders (id, customer_name, total) VALUES (%d, '%s', 12.50)".formatted(id, customer));
    }
}
