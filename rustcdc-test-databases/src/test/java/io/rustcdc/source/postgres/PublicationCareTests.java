package io.rustcdc.source.postgres;

import static io.rustcdc.source.postgres.RowCapture.assumeVersion;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.rustcdc.event.CdcException;
import io.rustcdc.event.FailureKind;
import io.rustcdc.event.JoinedTable;
import io.rustcdc.event.JoinedTable.Cause;
import io.rustcdc.event.Offset;
import io.rustcdc.event.TableId;
import io.rustcdc.observe.EngineState;
import io.rustcdc.source.Credentials;
import io.rustcdc.source.SourceException;
import io.rustcdc.source.SourceStream;
import io.rustcdc.source.StreamRequest;
import io.rustcdc.source.TableFilter;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The publication over the life of a source: tables that come, go and come back. */
class PublicationCareTests extends PublicationFixture {

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
            assertThat(source.warnings.get(0).action()).startsWith(sql).endsWith("As the owner of both.");
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
}
