package io.rustcdc.source.postgres;

import static io.rustcdc.source.postgres.RowCapture.assumeVersion;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.rustcdc.checkpoint.CheckpointStore;
import io.rustcdc.checkpoint.MemoryCheckpointStore;
import io.rustcdc.delivery.Subscription.AckMode;
import io.rustcdc.event.CdcException;
import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.FailureKind;
import io.rustcdc.event.JoinedTable;
import io.rustcdc.event.JoinedTable.Cause;
import io.rustcdc.event.Offset;
import io.rustcdc.event.Row;
import io.rustcdc.event.SourceWarning;
import io.rustcdc.event.TableId;
import io.rustcdc.observe.EngineState;
import io.rustcdc.source.Credentials;
import io.rustcdc.source.SourceException;
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
import org.assertj.core.api.Assumptions;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The publication over the life of a source: tables that come, go, come back, or must not be published. */
class PublicationCareTests {

    private static final TableId CUSTOMERS = new TableId("public", "customers");

    private final CheckpointStore store = new MemoryCheckpointStore();
    private PostgresFixture shop;

    @BeforeEach
    void createDatabase() {
        shop = new PostgresFixture();
    }

    @AfterEach
    void dropDatabase() {
        shop.close();
    }

    @Test
    @DisplayName("A table created while the source runs joins, is reported, and its changes arrive")
    void aNewTableJoins() {
        try (WatchedEngine source = start(everything())) {
            shop.insert(1, 1);
            shop.database.sql("CREATE TABLE customers (id int PRIMARY KEY)", "INSERT INTO customers VALUES (1)");
            patiently().until(() -> source.joined.size() == 1);
            shop.database.sql("INSERT INTO customers VALUES (2)");
            patiently().until(() -> source.rows().contains("customers 2"));

            JoinedTable joined = source.joined.get(0);
            assertThat(joined.table()).isEqualTo(CUSTOMERS);
            assertThat(joined.cause()).isEqualTo(Cause.ADDED);
            assertThat(Lsn.parse(joined.position()).value()).isPositive();
            assertThat(source.joined).as("orders was there from the start").hasSize(1);
            assertThat(source.warnings).isEmpty();
        }
    }

    @Test
    @DisplayName("PG-17: a FULL table that joins while the stream runs has its key from the catalog")
    void aFullTableThatJoinsHasItsKey() {
        try (WatchedEngine source = start(everything())) {
            shop.insert(1, 1);
            patiently().until(() -> source.events.size() == 1);
            shop.database.sql(
                    "CREATE TABLE customers (name text, id int, PRIMARY KEY (id, name))",
                    "ALTER TABLE customers REPLICA IDENTITY FULL");
            patiently().until(() -> source.joined.size() == 1);
            shop.database.sql("INSERT INTO customers VALUES ('Ada', 2)");
            patiently().until(() -> source.events.size() == 2);
            assertThat(source.events.get(1).key().columns()).containsExactly("id", "name");
        }
    }

    @Test
    @DisplayName(
            "A keyless table that comes while the source runs is left out with a warning, and joins once it has a key")
    void aKeylessTableIsLeftOut() {
        try (WatchedEngine source = start(everything())) {
            shop.database.sql("CREATE TABLE log (id int)", "INSERT INTO log VALUES (1)");
            patiently().until(() -> !source.warnings.isEmpty());
            shop.database.sql("UPDATE log SET id = 2", "DELETE FROM log");
            SourceWarning warning = source.warnings.get(0);
            assertThat(warning.code()).isEqualTo("table_not_captured");
            assertThat(warning.subject()).isEqualTo("public.log");
            assertThat(warning.action()).contains("ALTER TABLE public.log REPLICA IDENTITY FULL;");
            assertThat(source.engine.status().state()).isEqualTo(EngineState.STREAMING);
            assertThat(source.engine.status().warnings()).containsExactly(warning);

            shop.database.sql("ALTER TABLE log ADD PRIMARY KEY (id)");
            patiently().until(() -> source.joined.size() == 1);
            patiently().until(() -> source.engine.status().warnings().isEmpty());
            assertThat(source.warnings).hasSize(1);
        }
    }

    @Test
    @DisplayName("A DEFERRABLE primary key names no rows for the server: refused at a first start, with the remedy")
    void aDeferrableKeyIsRefused() {
        shop.database.sql("CREATE TABLE log (id int PRIMARY KEY DEFERRABLE)");
        SourceException refused = PostgresFixture.refused(everything(), StreamRequest.fresh());
        assertThat(refused.kind()).isEqualTo(FailureKind.CONFIGURATION);
        assertThat(refused).hasMessageContaining("public.log").hasMessageContaining("DEFERRABLE");
        assertThat(refused.action()).contains("ALTER TABLE public.log REPLICA IDENTITY FULL;");
        shop.database.sql("INSERT INTO log VALUES (1)", "UPDATE log SET id = 2", "DELETE FROM log");
    }

    @Test
    @DisplayName("A table with a DEFERRABLE key that comes while the source runs is left out with a warning")
    void aDeferrableKeyIsLeftOut() {
        try (WatchedEngine source = start(everything())) {
            shop.database.sql("CREATE TABLE log (id int PRIMARY KEY DEFERRABLE)", "INSERT INTO log VALUES (1)");
            patiently().until(() -> !source.warnings.isEmpty());
            shop.database.sql("UPDATE log SET id = 2", "DELETE FROM log");
            assertThat(source.warnings.get(0).code()).isEqualTo("table_not_captured");
            assertThat(source.warnings.get(0).text()).contains("'public.log'").contains("DEFERRABLE");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "CREATE TABLE log (id int PRIMARY KEY, twice int GENERATED ALWAYS AS (id * 2) STORED); ALTER TABLE log REPLICA IDENTITY FULL",
                "CREATE TABLE log (id int PRIMARY KEY, twice int GENERATED ALWAYS AS (id * 2)); ALTER TABLE log REPLICA IDENTITY FULL",
                "CREATE TABLE log (id int, twice int GENERATED ALWAYS AS (id * 2) STORED PRIMARY KEY)",
                "CREATE TABLE log (id int, twice int GENERATED ALWAYS AS (id * 2) STORED)"
            })
    @DisplayName(
            "PostgreSQL 18: an identity with generated columns that are not sent counts for nothing; FULL is no remedy")
    void aGeneratedIdentityIsRefused(String table) {
        assumeVersion(shop, 18, "the check of generated columns");
        shop.database.sql(table.split("; "));
        SourceException refused = PostgresFixture.refused(everything(), StreamRequest.fresh());
        assertThat(refused).hasMessageContaining("public.log");
        assertThat(refused.action())
                .contains("primary key of columns that are not generated")
                .contains("ALTER TABLE public.log REPLICA IDENTITY DEFAULT;")
                .doesNotContain("FULL");
        shop.database.sql("INSERT INTO log VALUES (1)", "UPDATE log SET id = 2", "DELETE FROM log");
    }

    @Test
    @DisplayName("PostgreSQL 18: a table with a generated identity that comes while the source runs is left out")
    void aGeneratedIdentityIsLeftOut() {
        assumeVersion(shop, 18, "the check of generated columns");
        try (WatchedEngine source = start(everything())) {
            shop.database.transaction(
                    "CREATE TABLE log (id int PRIMARY KEY, twice int GENERATED ALWAYS AS (id * 2))",
                    "ALTER TABLE log REPLICA IDENTITY FULL");
            patiently().until(() -> !source.warnings.isEmpty());
            shop.database.sql("INSERT INTO log VALUES (1)", "UPDATE log SET id = 2", "DELETE FROM log");
            assertThat(source.warnings.get(0).text()).contains("'public.log'").contains("generated columns");
            shop.database.sql("ALTER TABLE log REPLICA IDENTITY DEFAULT");
            patiently().until(() -> source.joined.size() == 1);
        }
    }

    @Test
    @DisplayName("PostgreSQL 18: a generated identity whose columns the publication sends is one")
    void aGeneratedIdentityThatIsSentCounts() {
        assumeVersion(shop, 18, "published generated columns");
        shop.database.sql(
                "CREATE TABLE full_log (id int, twice int GENERATED ALWAYS AS (id * 2) STORED)",
                "ALTER TABLE full_log REPLICA IDENTITY FULL",
                "CREATE TABLE key_log (id int, twice int GENERATED ALWAYS AS (id * 2) STORED PRIMARY KEY)",
                "CREATE TABLE list_log (id int, twice int GENERATED ALWAYS AS (id * 2) STORED PRIMARY KEY)",
                "CREATE PUBLICATION shop_cdc FOR TABLE orders WITH (publish_generated_columns = stored)");
        try (SourceStream stream = new PostgresConnector(everything().build()).open(StreamRequest.fresh())) {
            shop.database.sql("INSERT INTO full_log VALUES (1)", "UPDATE full_log SET id = 2");
            shop.database.sql("INSERT INTO key_log VALUES (1)", "UPDATE key_log SET id = 2");
            assertThat(stream.start()).isNotNull();
        }
        shop.database.sql(
                "ALTER PUBLICATION shop_cdc SET TABLE orders, list_log (twice)",
                "ALTER PUBLICATION shop_cdc SET (publish_generated_columns = none)",
                "INSERT INTO list_log VALUES (1)",
                "UPDATE list_log SET id = 2");
        assertThat(identified("list_log"))
                .as("a column list sends what it names")
                .isTrue();
        assertThat(identified("key_log")).isFalse();
    }

    @Test
    @DisplayName("Before PostgreSQL 18 a replica identity with generated columns does no harm")
    void aGeneratedIdentityCountsBefore18() {
        Assumptions.assumeThat(shop.database.server().version()).isLessThan(18);
        shop.database.sql(
                "CREATE TABLE log (id int, twice int GENERATED ALWAYS AS (id * 2) STORED)",
                "ALTER TABLE log REPLICA IDENTITY FULL");
        try (SourceStream stream = new PostgresConnector(everything().build()).open(StreamRequest.fresh())) {
            shop.database.sql("INSERT INTO log VALUES (1)", "UPDATE log SET id = 2", "DELETE FROM log");
            assertThat(stream.start()).isNotNull();
        }
    }

    private boolean identified(String table) {
        try (Connection connection = shop.database.connect()) {
            return new PostgresCatalog(connection)
                    .tables("shop_cdc").stream()
                            .filter(one -> one.id().name().equals(table))
                            .allMatch(CatalogTable::identified);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    @DisplayName(
            "A table dropped and created again while the source runs leaves the publication; it is added and reported")
    void aTableCreatedAgainJoinsAgain() {
        try (WatchedEngine source = start(shop.options())) {
            shop.insert(1, 1);
            patiently().until(() -> source.events.size() == 1);
            shop.database.transaction("DROP TABLE orders", "CREATE TABLE orders (id int PRIMARY KEY, note text)");
            patiently().until(() -> source.joined.size() == 1);
            shop.insert(7, 7);
            patiently().until(() -> source.rows().contains("orders 7"));
            assertThat(source.joined.get(0).cause()).isEqualTo(Cause.CREATED_AGAIN);
            assertThat(source.engine.status().state()).isEqualTo(EngineState.STREAMING);
        }
    }

    @Test
    @DisplayName("A table that left the publication and came back between two looks is reported")
    void aTableThatCameBackIsReported() {
        try (WatchedEngine source = start(
                shop.options().createPublication(false),
                () -> shop.database.sql("CREATE PUBLICATION shop_cdc FOR TABLE orders"))) {
            awaitLook(source);
            shop.database.transaction(
                    "ALTER PUBLICATION shop_cdc DROP TABLE orders", "ALTER PUBLICATION shop_cdc ADD TABLE orders");
            patiently().until(() -> source.joined.size() == 1);
            assertThat(source.joined.get(0).cause()).isEqualTo(Cause.ADDED);
            assertThat(source.warnings).isEmpty();
        }
    }

    @Test
    @DisplayName(
            "Where the role may not change the publication, one warning has the SQL; the gap is reported once somebody ran it")
    void withoutTheRightsTheSqlIsSaid() {
        shop.database.sql("CREATE PUBLICATION shop_cdc FOR TABLE orders");
        shop.database.server().createRole("reading_role", null, "LOGIN REPLICATION");
        try (WatchedEngine source = start(everything().credentials(() -> new Credentials("reading_role", null)))) {
            shop.database.sql("CREATE TABLE customers (id int PRIMARY KEY)");
            patiently().until(() -> !source.warnings.isEmpty());
            String sql = "ALTER PUBLICATION \"shop_cdc\" ADD TABLE public.customers;";
            assertThat(source.warnings.get(0).action()).endsWith("run: " + sql);
            assertThat(source.joined).isEmpty();
            shop.database.sql(sql);
            patiently().until(() -> source.joined.size() == 1);
            shop.database.sql("INSERT INTO customers VALUES (1)");
            patiently().until(() -> source.rows().contains("customers 1"));
            assertThat(source.warnings).hasSize(1);
        }
    }

    @Test
    @DisplayName("FOR ALL TABLES covers a new table from its creation: no gap, nothing to add")
    void allTablesCoverNewOnes() {
        shop.database.sql("CREATE PUBLICATION shop_cdc FOR ALL TABLES");
        try (WatchedEngine source =
                start(shop.options().tables(new TableFilter(List.of(), List.of("public.hidden"))))) {
            awaitLook(source);
            shop.database.transaction(
                    "CREATE TABLE customers (id int PRIMARY KEY)", "INSERT INTO customers VALUES (1)");
            patiently().until(() -> source.rows().contains("customers 1"));
            awaitLook(source);
            assertThat(source.joined).isEmpty();
            assertThat(source.warnings).isEmpty();

            shop.database.sql("CREATE TABLE hidden (id int PRIMARY KEY)", "INSERT INTO hidden VALUES (1)");
            awaitLook(source);
            shop.database.sql("ALTER TABLE hidden RENAME TO shown");
            patiently().until(() -> source.joined.size() == 1);
            assertThat(source.joined.get(0).table().name())
                    .as("it has rows that nobody got")
                    .isEqualTo("shown");
        }
    }

    @Test
    @DisplayName("FOR TABLES IN SCHEMA (15 and later) covers a new table of that schema; one elsewhere is added")
    void tablesInSchemaCoverNewOnes() {
        assumeVersion(shop, 15, "publications of a schema");
        shop.database.sql("CREATE SCHEMA other", "CREATE PUBLICATION shop_cdc FOR TABLES IN SCHEMA public");
        try (WatchedEngine source = start(everything())) {
            awaitLook(source);
            shop.database.transaction(
                    "CREATE TABLE customers (id int PRIMARY KEY)", "INSERT INTO customers VALUES (1)");
            patiently().until(() -> source.rows().contains("customers 1"));
            shop.database.sql("CREATE TABLE other.parts (id int PRIMARY KEY)");
            patiently().until(() -> source.joined.size() == 1);
            assertThat(source.joined.get(0).table()).hasToString("other.parts");
            shop.database.sql("INSERT INTO other.parts VALUES (5)");
            patiently().until(() -> source.rows().contains("parts 5"));
        }
    }

    @Test
    @DisplayName(
            "A publication dropped while the source runs ends in a terminal failure, on all versions, and loses nothing silently")
    void aDroppedPublicationIsTerminal() {
        try (WatchedEngine source = start(shop.options())) {
            awaitLook(source);
            shop.database.sql("DROP PUBLICATION shop_cdc");
            patiently().until(() -> !source.warnings.isEmpty());
            assertThat(source.warnings.get(0).code()).isEqualTo("publication_missing");
            assertThat(source.warnings.get(0).action())
                    .contains("CREATE PUBLICATION \"shop_cdc\" FOR TABLE public.orders");
            shop.insert(1, 1);
            patiently().until(() -> source.engine.status().state() == EngineState.FAILED);
            assertThat(source.engine.status().health().reason()).contains("shop_cdc");
            assertThat(source.engine.status().health().action())
                    .contains("What was written while there was no publication 'shop_cdc' cannot be read");
            assertThat(source.events).isEmpty();
        }
    }

    @Test
    @DisplayName(
            "A publication dropped and created again with changes in between: terminal, also when nobody looked meanwhile")
    void aPublicationCreatedAgainTooLateIsTerminal() {
        Offset saved;
        try (SourceStream stream = shop.openFresh()) {
            saved = stream.start();
        }
        shop.database.sql("DROP PUBLICATION shop_cdc");
        shop.insert(1, 1);
        shop.database.sql("CREATE PUBLICATION shop_cdc FOR TABLE orders");
        shop.insert(2, 2);
        try (SourceStream stream = shop.resume(saved)) {
            CdcException refused = catchThrowableOfType(
                    CdcException.class, () -> PostgresFixture.readEvents(stream, new CollectingSink(), 1));
            assertThat(refused.kind()).isEqualTo(FailureKind.POSITION_LOST);
            assertThat(refused).hasMessageContaining("shop_cdc");
        }
    }

    @Test
    @DisplayName("A table created while the source was stopped joins at the start and is reported")
    void aTableCreatedWhileStoppedJoins() {
        startAndSave(everything());
        shop.database.sql("CREATE TABLE customers (id int PRIMARY KEY)", "CREATE TABLE log (line text)");
        try (WatchedEngine source = start(everything())) {
            patiently().until(() -> source.joined.size() == 1 && source.warnings.size() == 1);
            assertThat(source.joined.get(0).table()).isEqualTo(CUSTOMERS);
            assertThat(source.warnings.get(0).subject()).isEqualTo("public.log");
            assertThat(source.engine.status().state()).isEqualTo(EngineState.STREAMING);
        }
    }

    @Test
    @DisplayName("A keyless table that is newly named itself is refused at the next start, as it would be at the first")
    void aNamedKeylessTableIsRefused() {
        startAndSave(shop.options());
        shop.database.sql("CREATE TABLE log (line text)");
        PostgresOptions.Builder both = shop.options().tables(TableFilter.of("public.orders", "public.log"));
        CdcException refused =
                catchThrowableOfType(CdcException.class, () -> start(both).close());
        assertThat(refused.kind()).isEqualTo(FailureKind.CONFIGURATION);
        assertThat(refused).hasMessageContaining("public.log");
    }

    @Test
    @DisplayName("A named table that was refused at one start is refused at the next in the same process, too")
    void aNamedTableIsRefusedEachTime() {
        Offset saved;
        try (SourceStream stream = shop.openFresh()) {
            saved = stream.start();
        }
        shop.database.sql("CREATE TABLE log (line text)");
        PostgresConnector connector = new PostgresConnector(shop.options()
                .tables(TableFilter.of("public.orders", "public.log"))
                .build());
        for (int start = 1; start <= 2; start++) {
            SourceException refused = catchThrowableOfType(
                    SourceException.class,
                    () -> connector.open(StreamRequest.resume(saved)).close());
            assertThat(refused).as("start %d", start).isNotNull().hasMessageContaining("public.log");
        }
        shop.database.sql("ALTER TABLE log ADD id int PRIMARY KEY");
        connector.open(StreamRequest.resume(saved)).close();
    }

    @Test
    @DisplayName(
            "A key that is dropped while the source runs is warned of: the server refuses the application's updates")
    void aDroppedKeyIsWarnedOf() {
        try (WatchedEngine source = start(shop.options())) {
            shop.database.sql("ALTER TABLE orders DROP CONSTRAINT orders_pkey");
            patiently().until(() -> !source.warnings.isEmpty());
            assertThat(source.warnings.get(0).code()).isEqualTo("table_without_identity");
            assertThat(source.warnings.get(0).action()).contains("ALTER TABLE public.orders REPLICA IDENTITY FULL;");
        }
    }

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
        try (WatchedEngine source = start(everything());
                Connection other = shop.database.connect();
                Statement statement = other.createStatement()) {
            other.setAutoCommit(false);
            statement.execute("CREATE TABLE a_locked (id int PRIMARY KEY)");
            other.commit();
            statement.execute("LOCK TABLE a_locked IN SHARE UPDATE EXCLUSIVE MODE");
            shop.database.sql("CREATE TABLE b_free (id int PRIMARY KEY)");
            patiently()
                    .until(() -> source.joined.stream()
                            .anyMatch(table -> table.table().name().equals("b_free")));
            patiently().until(() -> !source.warnings.isEmpty());
            assertThat(source.warnings.get(0).subject()).isEqualTo("public.a_locked");
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

    @ParameterizedTest
    @ValueSource(
            strings = {
                "FOR ALL TABLES",
                "FOR ALL TABLES WITH (publish_via_partition_root = true)",
                "FOR TABLE parts, orders",
                "FOR TABLE parts, orders WITH (publish_via_partition_root = true)",
                "FOR TABLE parts_low WITH (publish_via_partition_root = true)",
                "FOR TABLE parts, parts_low WITH (publish_via_partition_root = true)",
                "FOR TABLES IN SCHEMA public, other",
                "FOR TABLES IN SCHEMA other WITH (publish_via_partition_root = true)"
            })
    @DisplayName("What a publication covers is read from the catalogs as the server's own view says it")
    void coversWhatTheServerSays(String tables) throws SQLException {
        if (tables.contains("SCHEMA") || tables.contains("parts, parts_low")) {
            assumeVersion(shop, 15, "publications of a schema, and of a partition beside its table,");
        }
        shop.database.sql(
                "CREATE SCHEMA other",
                "CREATE TABLE parts (id int PRIMARY KEY) PARTITION BY RANGE (id)",
                "CREATE TABLE parts_low PARTITION OF parts FOR VALUES FROM (0) TO (10) PARTITION BY RANGE (id)",
                "CREATE TABLE other.parts_lowest PARTITION OF parts_low FOR VALUES FROM (0) TO (5)",
                "CREATE TABLE parts_high PARTITION OF parts FOR VALUES FROM (10) TO (20)",
                "CREATE TABLE other.lines (id int PRIMARY KEY)",
                "CREATE UNLOGGED TABLE other.unlogged (id int PRIMARY KEY)",
                "CREATE PUBLICATION shop_cdc " + tables);
        try (Connection connection = shop.database.connect()) {
            Publication publication = new PostgresCatalog(connection).publication("shop_cdc");
            assertThat(publication.tables().keySet().stream().map(TableId::toString))
                    .containsExactlyInAnyOrderElementsOf(shop
                            .database
                            .query(
                                    "SELECT schemaname || '.' || tablename FROM pg_publication_tables WHERE pubname = 'shop_cdc'")
                            .stream()
                            .map(row -> String.valueOf(row.get(0)))
                            .toList());
        }
    }

    @Test
    @DisplayName("A column list (15 and later) without the key is warned of; one with the key is not")
    void aColumnListWithoutTheKeyIsWarnedOf() {
        assumeVersion(shop, 15, "column lists");
        shop.database.sql(
                "CREATE TABLE customers (id int PRIMARY KEY, name text)",
                "CREATE PUBLICATION shop_cdc FOR TABLE orders (note), customers (id)");
        try (WatchedEngine source = start(everything())) {
            patiently().until(() -> !source.warnings.isEmpty());
            assertThat(source.engine.status().warnings())
                    .singleElement()
                    .satisfies(warning -> assertThat(warning.text())
                            .contains("'public.orders'")
                            .contains("column list"));
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
                        new PublicationCheck(options, new PostgresErrors(options), catalog)
                                .ensure(catalog.tables("shop_cdc"));
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

    private static List<Object> ids(List<ChangeEvent<Row>> changes) {
        return changes.stream().map(change -> change.after().get("id")).toList();
    }

    private PostgresOptions.Builder everything() {
        return shop.options().tables(TableFilter.all());
    }

    private WatchedEngine start(PostgresOptions.Builder options) {
        return new WatchedEngine(options.build(), store, AckMode.AUTO).start();
    }

    /** So that the next start is not a first one. */
    private void startAndSave(PostgresOptions.Builder options) {
        try (WatchedEngine source = start(options)) {
            patiently().until(() -> source.savedLsn() > 0);
        }
    }

    private WatchedEngine start(PostgresOptions.Builder options, Runnable before) {
        before.run();
        return start(options);
    }

    /** One that begins from now on. */
    private static void awaitLook(WatchedEngine source) {
        for (int looks = 0; looks < 2; looks++) {
            var last = source.engine.status().log();
            patiently()
                    .until(() -> source.engine.status().log() != null
                            && !source.engine.status().log().equals(last));
        }
    }

    private static ConditionFactory patiently() {
        return await().atMost(Duration.ofSeconds(30));
    }
}
