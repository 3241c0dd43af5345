package io.rustcdc.source.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.Offset;
import io.rustcdc.event.Row;
import io.rustcdc.source.SourceStream;
import io.rustcdc.source.StreamRequest;
import io.rustcdc.source.TableFilter;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** A publication that others lock, change or create at the same time. */
class PublicationRaceTests extends PublicationFixture {

    @Test
    @DisplayName("A failure that passes by itself, such as a full disk, is warned of and ends without a reconnect")
    void aPassingFailureIsTriedAgain() {
        try (WatchedEngine source = start(everything())) {
            shop.database.sql(
                    "CREATE FUNCTION refuse() RETURNS event_trigger LANGUAGE plpgsql AS "
                            + "$$BEGIN RAISE EXCEPTION 'disk full' USING ERRCODE = '53100'; END$$",
                    "CREATE EVENT TRIGGER full_disk ON ddl_command_start WHEN TAG IN ('ALTER PUBLICATION')"
                            + " EXECUTE FUNCTION refuse()",
                    "CREATE TABLE customers (id int PRIMARY KEY)");
            patiently().until(() -> !source.warnings.isEmpty());
            assertThat(source.warnings.get(0).text())
                    .contains("'public.customers'")
                    .contains("disk full");
            shop.database.sql("DROP EVENT TRIGGER full_disk");
            patiently().until(() -> source.joined.size() == 1);
            patiently().until(() -> source.engine.status().warnings().isEmpty());
        }
    }

    @Test
    @DisplayName("Locked tables that wait to be added do not keep a source from going on, and join when they are free")
    void lockedTablesDoNotDelayAReconnect() throws Exception {
        startAndSave(everything());
        try (Connection other = shop.database.connect();
                Statement statement = other.createStatement()) {
            other.setAutoCommit(false);
            for (int i = 0; i < 30; i++) {
                shop.database.sql("CREATE TABLE new_%d (id int PRIMARY KEY)".formatted(i));
                statement.execute("LOCK TABLE new_%d IN SHARE UPDATE EXCLUSIVE MODE".formatted(i));
            }
            PostgresOptions.Builder named = shop.options()
                    .tables(TableFilter.of("public.*", "public.orders", "public.new_7"))
                    .connTimeout(Duration.ofMinutes(2));
            CompletableFuture<WatchedEngine> starting = CompletableFuture.supplyAsync(() -> start(named));
            patiently().until(starting::isDone);
            try (WatchedEngine source = starting.get()) {
                shop.insert(1, 1);
                patiently().until(() -> source.rows().contains("orders 1"));
                other.rollback();
                patiently().until(() -> source.joined.size() == 30);
            }
        }
    }

    @Test
    @DisplayName("A table that stays locked is warned of and does not keep the next one out")
    void aLockedTableDoesNotKeepTheNextOut() throws Exception {
        // Not wanted before it is locked, or a look in between would add it. Its schema can be renamed all the same.
        shop.database.sql("CREATE SCHEMA hidden", "CREATE TABLE hidden.locked (id int PRIMARY KEY)");
        try (WatchedEngine source = start(shop.options().tables(new TableFilter(List.of(), List.of("hidden.*"))));
                Connection other = shop.database.connect();
                Statement statement = other.createStatement()) {
            other.setAutoCommit(false);
            statement.execute("LOCK TABLE hidden.locked IN SHARE UPDATE EXCLUSIVE MODE");
            shop.database.transaction(
                    "ALTER SCHEMA hidden RENAME TO a_schema", "CREATE TABLE b_free (id int PRIMARY KEY)");
            patiently()
                    .until(() -> source.joined.stream()
                            .anyMatch(table -> table.table().name().equals("b_free")));
            patiently().until(() -> !source.warnings.isEmpty());
            assertThat(source.warnings.get(0).subject()).isEqualTo("a_schema.locked");
            other.rollback();
            patiently().until(() -> source.joined.size() == 2);
        }
    }

    @Test
    @DisplayName("Tables locked for long, wanted or not, published or not, keep neither a start nor a look waiting")
    void lockedTablesKeepNobodyWaiting() throws Exception {
        startAndSave(shop.options());
        shop.database.sql(
                "CREATE TABLE parts (id int PRIMARY KEY) PARTITION BY RANGE (id)",
                "CREATE TABLE parts_low PARTITION OF parts FOR VALUES FROM (0) TO (10)",
                "CREATE TABLE customers (id int PRIMARY KEY)",
                "ALTER PUBLICATION shop_cdc ADD TABLE customers");
        PostgresOptions.Builder patient = shop.options().connTimeout(Duration.ofMinutes(2));
        try (Connection other = shop.database.connect();
                Statement statement = other.createStatement()) {
            other.setAutoCommit(false);
            statement.execute("LOCK TABLE parts_low, customers IN ACCESS EXCLUSIVE MODE");
            CompletableFuture<WatchedEngine> starting = CompletableFuture.supplyAsync(() -> start(patient));
            patiently().until(starting::isDone);
            try (WatchedEngine source = starting.get()) {
                awaitLook(source);
                assertThat(source.warnings).isEmpty();
                other.rollback();
            }
        }
    }

    @Test
    @DisplayName("Two instances extend a publication at once: who loses the race looks again and adds the rest")
    void whoIsSlowerAddsTheRest() throws Exception {
        shop.database.sql(
                "CREATE PUBLICATION shop_cdc FOR TABLE orders",
                "CREATE TABLE customers (id int PRIMARY KEY)",
                "CREATE TABLE parts (id int PRIMARY KEY)");
        CompletableFuture<Void> opening;
        try (Connection faster = shop.database.connect();
                Statement statement = faster.createStatement()) {
            faster.setAutoCommit(false);
            statement.execute("ALTER PUBLICATION shop_cdc ADD TABLE customers");
            opening = CompletableFuture.runAsync(
                    () -> new PostgresConnector(everything().build())
                            .open(StreamRequest.fresh())
                            .close());
            patiently()
                    .until(() -> !shop.database
                            .query("SELECT FROM pg_stat_activity WHERE application_name = 'rustcdc-shop'"
                                    + " AND wait_event_type = 'Lock' AND query LIKE 'ALTER PUBLICATION%'")
                            .isEmpty());
            faster.commit();
        }
        opening.get(30, java.util.concurrent.TimeUnit.SECONDS);
        assertThat(shop.database.value(
                        "SELECT string_agg(tablename, ' ' ORDER BY tablename) FROM pg_publication_tables"))
                .isEqualTo("customers orders parts");
    }

    @Test
    @DisplayName("Many instances that start at once create one publication")
    void manyCreateOne() {
        List<CompletableFuture<Void>> starts = IntStream.range(0, 6)
                .mapToObj(i -> CompletableFuture.runAsync(() -> {
                    try (Connection connection = shop.database.connect()) {
                        PostgresCatalog catalog = new PostgresCatalog(connection);
                        PostgresOptions options = everything().build();
                        new PublicationCheck(options, catalog).ensure(catalog.tables("shop_cdc"));
                    } catch (SQLException e) {
                        throw new IllegalStateException(e);
                    }
                }))
                .toList();
        starts.forEach(CompletableFuture::join);
        assertThat(shop.database.value("SELECT count(*) FROM pg_publication_tables"))
                .isEqualTo("1");
    }

    @Test
    @DisplayName(
            "A table that joins inside a transaction in progress: at each resumption exactly the rest of it arrives")
    void joiningInsideATransactionKeepsTheCount() throws Exception {
        shop.database.sql("CREATE TABLE customers (id int PRIMARY KEY)");
        Offset saved;
        try (SourceStream stream = shop.openFresh()) {
            saved = stream.start();
        }
        PostgresOptions.Builder both =
                shop.options().tables(TableFilter.of("public.*")).createPublication(false);
        List<ChangeEvent<Row>> all;
        try (RowCapture capture = RowCapture.of(shop, both, StreamRequest.resume(saved))) {
            writeWhileTheTableJoins();
            all = capture.arrived();
        }
        assertThat(ids(all)).as("published or not is decided change by change").containsExactly(1, 2, 30, 31, 3, 4);
        for (int done = 1; done <= all.size(); done++) {
            Offset offset = all.get(done - 1).offset();
            try (RowCapture capture = RowCapture.of(shop, both, StreamRequest.resume(offset))) {
                assertThat(ids(capture.arrived())).isEqualTo(ids(all).subList(done, all.size()));
            }
        }
    }

    /** Rows of both tables, and the second one joins in the middle. */
    private void writeWhileTheTableJoins() throws SQLException {
        try (Connection writer = shop.database.connect();
                Statement statement = writer.createStatement()) {
            writer.setAutoCommit(false);
            statement.execute("INSERT INTO orders VALUES (1, 'a'), (2, 'b')");
            statement.execute("INSERT INTO customers VALUES (10), (11)");
            shop.database.sql("ALTER PUBLICATION shop_cdc ADD TABLE customers");
            statement.execute("INSERT INTO customers VALUES (30), (31)");
            statement.execute("INSERT INTO orders VALUES (3, 'c'), (4, 'd')");
            writer.commit();
        }
    }
}
