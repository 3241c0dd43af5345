package io.rustcdc.benchmarks;

import io.rustcdc.source.mysql.Flavor;
import java.io.IOException;
import java.util.Locale;

/** The databases whose changes are measured. */
enum Database {
    POSTGRES("PostgreSQL", 1_000_000),
    MYSQL("MySQL", 2_000_000),
    MARIADB("MariaDB", 2_000_000);

    private final String product;
    private final int batchedRows;

    Database(String product, int batchedRows) {
        this.product = product;
        this.batchedRows = batchedRows;
    }

    String product() {
        return product;
    }

    /** Rows in large transactions by default: enough for a second of the naive loop. */
    int batchedRows() {
        return batchedRows;
    }

    String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Starts a server of its own. */
    BenchmarkServer start() throws IOException {
        return switch (this) {
            case POSTGRES -> new PostgresBenchmarkServer();
            case MYSQL -> new MySqlBenchmarkServer(Flavor.MYSQL);
            case MARIADB -> new MySqlBenchmarkServer(Flavor.MARIADB);
        };
    }
}
