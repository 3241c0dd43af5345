package io.rustcdc.source.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.rustcdc.event.FailureKind;
import io.rustcdc.source.Credentials;
import io.rustcdc.source.SourceException;
import io.rustcdc.source.SourceStream;
import io.rustcdc.source.StreamRequest;
import io.rustcdc.source.TableFilter;
import io.rustcdc.test.databases.PostgresDatabase;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What a server, a role, a publication and a slot must be, and what is said when they are not. */
class PostgresChecksTests {

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
    void roleWithoutReplicationIsRefused() {
        shop.database.server().createRole("plain_role", null, "LOGIN NOREPLICATION NOSUPERUSER");

        SourceException refused = PostgresFixture.refused(as("plain_role"), StreamRequest.fresh());

        assertThat(refused.kind()).isEqualTo(FailureKind.CONFIGURATION);
        assertThat(refused).hasMessageContaining("'plain_role'").hasMessageContaining("may not replicate");
        assertThat(refused.action()).contains("ALTER ROLE \"plain_role\" WITH REPLICATION;");
        assertNothingIsLeftOpen();
    }

    @Test
    void missingPublicationWithoutTheRightToCreateItSaysTheSql() {
        shop.database.server().createRole("replicating_role", null, "LOGIN REPLICATION");

        SourceException refused = PostgresFixture.refused(as("replicating_role"), StreamRequest.fresh());

        assertThat(refused.kind()).isEqualTo(FailureKind.CONFIGURATION);
        assertThat(refused).hasMessageContaining("Publication 'shop_cdc' does not exist");
        assertThat(refused.action())
                .contains(
                        "CREATE PUBLICATION \"shop_cdc\" FOR TABLE public.orders WITH (publish_via_partition_root = true);");
        assertThat(shop.slotColumn("slot_name")).isNull();
        assertNothingIsLeftOpen();
    }

    @Test
    void missingPublicationIsNotCreatedWhenForbidden() {
        SourceException refused =
                PostgresFixture.refused(shop.options().createPublication(false), StreamRequest.fresh());

        assertThat(refused.kind()).isEqualTo(FailureKind.CONFIGURATION);
        assertThat(refused.action()).contains("CREATE PUBLICATION");
        assertThat(shop.database.query("SELECT pubname FROM pg_publication")).isEmpty();
    }

    @Test
    void tableIsAddedToAnExistingPublicationWhereAllowed() {
        shop.openFresh().close();
        shop.database.sql("CREATE TABLE customers (id int PRIMARY KEY)");
        PostgresOptions.Builder both = shop.options().tables(TableFilter.of("public.orders", "public.customers"));

        SourceException refused = PostgresFixture.refused(both.createPublication(false), StreamRequest.fresh());
        assertThat(refused.kind()).isEqualTo(FailureKind.CONFIGURATION);
        assertThat(refused.action()).contains("ALTER PUBLICATION \"shop_cdc\" ADD TABLE public.customers;");

        new PostgresConnector(both.createPublication(true).build())
                .open(StreamRequest.fresh())
                .close();
        assertThat(shop.database.value("SELECT count(*) FROM pg_publication_tables"))
                .isEqualTo("2");
    }

    @Test
    @DisplayName("A publication that would make the application's own UPDATE fail is not created")
    void tableWithoutReplicaIdentityIsNotPublished() {
        shop.database.sql("CREATE TABLE log (line text)");
        PostgresOptions.Builder options = shop.options().tables(TableFilter.of("public.*"));

        SourceException refused = PostgresFixture.refused(options, StreamRequest.fresh());

        assertThat(refused.kind()).isEqualTo(FailureKind.CONFIGURATION);
        assertThat(refused).hasMessageContaining("public.log");
        assertThat(refused.action()).contains("ALTER TABLE public.log REPLICA IDENTITY FULL;");
        shop.database.sql("INSERT INTO log VALUES ('a')", "UPDATE log SET line = 'b'");

        shop.database.sql("ALTER TABLE log REPLICA IDENTITY FULL");
        new PostgresConnector(options.build()).open(StreamRequest.fresh()).close();
        shop.database.sql("UPDATE log SET line = 'c'");
    }

    @Test
    void tableThatDoesNotExistIsRefusedWithTheOnesThatDo() {
        SourceException refused = PostgresFixture.refused(
                shop.options().tables(TableFilter.of("public.orders", "public.odrers")), StreamRequest.fresh());

        assertThat(refused.kind()).isEqualTo(FailureKind.CONFIGURATION);
        assertThat(refused).hasMessageContaining("'public.odrers'");
        assertThat(refused.action()).contains("'public.orders'");
    }

    @Test
    void ownTablesAreNeverPublished() {
        shop.database.sql("CREATE TABLE rustcdc_checkpoint (id int PRIMARY KEY)");
        new PostgresConnector(shop.options().tables(TableFilter.all()).build())
                .open(StreamRequest.fresh())
                .close();

        assertThat(shop.database.query("SELECT tablename FROM pg_publication_tables"))
                .singleElement()
                .asList()
                .containsExactly("orders");
    }

    @Test
    void partitionedTableIsCapturedUnderItsOwnName() {
        shop.database.sql(
                "CREATE TABLE parts (id int PRIMARY KEY, note text) PARTITION BY RANGE (id)",
                "CREATE TABLE parts_1 PARTITION OF parts FOR VALUES FROM (0) TO (100)");
        CollectingSink sink = new CollectingSink();
        PostgresOptions.Builder options = shop.options().tables(TableFilter.of("public.parts"));
        try (SourceStream stream = new PostgresConnector(options.build()).open(StreamRequest.fresh())) {
            shop.database.sql("INSERT INTO parts VALUES (1, 'a')");
            PostgresFixture.readCommits(stream, sink, 1);
        }

        assertThat(sink.events)
                .singleElement()
                .satisfies(event -> assertThat(event.table()).hasToString("public.parts"));
    }

    @Test
    @DisplayName("PG-R7: a slot of another plugin is refused")
    void slotOfAnotherPluginIsRefused() {
        shop.database.sql("SELECT pg_create_logical_replication_slot('%s', 'test_decoding')".formatted(shop.slot));

        SourceException refused = shop.refused(StreamRequest.fresh());

        assertThat(refused.kind()).isEqualTo(FailureKind.CONFIGURATION);
        assertThat(refused).hasMessageContaining("'test_decoding', expected 'pgoutput'");
        assertThat(refused.action()).contains("replication-slot-name").contains("pg_drop_replication_slot");
        assertNothingIsLeftOpen();
    }

    @Test
    @DisplayName("PG-R7: a physical slot is refused")
    void physicalSlotIsRefused() {
        shop.database.sql("SELECT pg_create_physical_replication_slot('%s')".formatted(shop.slot));
        try {
            SourceException refused = shop.refused(StreamRequest.fresh());

            assertThat(refused.kind()).isEqualTo(FailureKind.CONFIGURATION);
            assertThat(refused).hasMessageContaining("physical");
        } finally {
            shop.database.sql("SELECT pg_drop_replication_slot('%s')".formatted(shop.slot));
        }
    }

    @Test
    @DisplayName("PG-R7: a slot of another database is refused")
    void slotOfAnotherDatabaseIsRefused() {
        try (PostgresDatabase other = shop.database.server().createDatabase()) {
            other.sql("SELECT pg_create_logical_replication_slot('%s', 'pgoutput')".formatted(shop.slot));

            SourceException refused = shop.refused(StreamRequest.fresh());

            assertThat(refused.kind()).isEqualTo(FailureKind.CONFIGURATION);
            assertThat(refused)
                    .hasMessageContaining("'" + other.name() + "'")
                    .hasMessageContaining("'" + shop.database.name() + "'");
        }
    }

    @Test
    void slotInUseNamesTheProcess() {
        try (SourceStream first = shop.openFresh()) {
            first.read(new CollectingSink(), Duration.ZERO); // rows could have been read before
            SourceException refused = shop.refused(StreamRequest.resume(first.start()));

            assertThat(refused.kind()).isEqualTo(FailureKind.IN_USE);
            assertThat(refused)
                    .hasMessageContaining("in use by PID " + shop.slotColumn("active_pid"))
                    .hasMessageContaining("rustcdc-shop");
        }
    }

    @Test
    void missingDatabaseIsAConfigurationError() {
        SourceException refused =
                PostgresFixture.refused(shop.options().database("no_such_database"), StreamRequest.fresh());

        assertThat(refused.kind()).isEqualTo(FailureKind.CONFIGURATION);
        assertThat(refused.action()).contains("rustcdc.postgres.shop.database");
    }

    private PostgresOptions.Builder as(String role) {
        return shop.options().credentials(() -> new Credentials(role, null));
    }

    private void assertNothingIsLeftOpen() {
        org.awaitility.Awaitility.await()
                .untilAsserted(() -> assertThat(shop.database.value(
                                "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'rustcdc-shop' AND datname = '"
                                        + shop.database.name() + "'"))
                        .isEqualTo("0"));
    }
}
