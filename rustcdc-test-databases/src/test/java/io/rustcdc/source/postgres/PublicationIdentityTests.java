package io.rustcdc.source.postgres;

import static io.rustcdc.source.postgres.RowCapture.assumeVersion;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.rustcdc.event.CdcException;
import io.rustcdc.event.FailureKind;
import io.rustcdc.event.SourceWarning;
import io.rustcdc.observe.EngineState;
import io.rustcdc.source.SourceException;
import io.rustcdc.source.SourceStream;
import io.rustcdc.source.StreamRequest;
import io.rustcdc.source.TableFilter;
import java.sql.Connection;
import java.sql.SQLException;
import org.assertj.core.api.Assumptions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tables whose rows the server could not name once they are published: their UPDATEs and DELETEs would be refused. */
class PublicationIdentityTests extends PublicationFixture {

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
}
