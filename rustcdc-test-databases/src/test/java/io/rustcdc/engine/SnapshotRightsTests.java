package io.rustcdc.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.rustcdc.CdcEngine;
import io.rustcdc.event.FailureKind;
import io.rustcdc.observe.EngineState;
import io.rustcdc.runtime.EngineOptions;
import io.rustcdc.source.SourceException;
import io.rustcdc.source.TableFilter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What a role must be granted to read rows, and when it learns of it. */
class SnapshotRightsTests extends SnapshotFixture {

    private static final String ROLE = "row_reader";

    @BeforeEach
    void createRole() {
        database.server().createRole(ROLE, "secret", "LOGIN REPLICATION NOBYPASSRLS");
        database.sql(
                "CREATE SCHEMA \"Back Office\"",
                "CREATE TABLE \"Back Office\".\"Notes\" (id int PRIMARY KEY, note text)",
                "CREATE TABLE secrets (id int PRIMARY KEY)",
                "INSERT INTO secrets VALUES (1)",
                "INSERT INTO \"Back Office\".\"Notes\" VALUES (1, 'n')");
        insert(1, 10);
    }

    @AfterEach
    void dropGrants() {
        database.sql("DROP OWNED BY " + ROLE);
    }

    private CdcEngine reader(EngineOptions options) {
        return copyingAs(ROLE, "secret", options, TableFilter.of("public.orders", "Back Office.Notes"));
    }

    private SourceException refused(EngineOptions options) {
        return catchThrowableOfType(SourceException.class, () -> reader(options).start());
    }

    private void publish() {
        database.sql(
                "CREATE PUBLICATION cdc_%s FOR TABLE orders, \"Back Office\".\"Notes\"".formatted(database.name()));
    }

    private String count(String catalog, String condition) {
        return database.value("SELECT count(*) FROM %s WHERE %s".formatted(catalog, condition));
    }

    private void assertNothingIsBegun() {
        assertThat(count("pg_replication_slots", "database = current_database()"))
                .as("slots")
                .isEqualTo("0");
        assertThat(directory.resolve("shop/checkpoint_postgres.json")).doesNotExist();
    }

    @Test
    @DisplayName(
            "a role that may not read some tables is refused once, with the GRANTs for all of them, before a slot is made")
    void refusesBeforeASlotIsMade() {
        publish();
        SourceException refused = refused(EngineOptions.ofDefaults());
        assertThat(refused.kind()).isEqualTo(FailureKind.CONFIGURATION);
        assertThat(refused.description())
                .contains(
                        "'row_reader'", "'public.orders'", "'Back Office.Notes'", "rustcdc.postgres.shop.snapshot.mode")
                .doesNotContain("secrets");
        assertThat(refused.action())
                .isEqualTo("GRANT USAGE ON SCHEMA \"Back Office\" TO \"row_reader\"; "
                        + "GRANT SELECT ON \"Back Office\".\"Notes\", \"public\".\"orders\" TO \"row_reader\"; "
                        + "Or set rustcdc.postgres.shop.snapshot.mode to never");
        assertNothingIsBegun();

        database.sql(refused.action().substring(0, refused.action().indexOf(" Or set")));
        CdcEngine engine = reader(EngineOptions.ofDefaults());
        engine.start();
        awaitComplete(engine);
        awaitSaved(engine);
        assertThat(readIds("orders")).isEqualTo(numbers(1, 10));
        assertThat(readIds("Notes")).containsExactly(1);
    }

    @Test
    @DisplayName("a role that could create the publication, but not read the table, leaves no publication behind")
    void refusesBeforeThePublicationIsMade() {
        database.sql(
                "GRANT CREATE ON DATABASE %s TO %s".formatted(database.name(), ROLE),
                "ALTER TABLE orders OWNER TO " + ROLE,
                "REVOKE SELECT ON orders FROM " + ROLE);
        SourceException refused = catchThrowableOfType(
                SourceException.class,
                () -> copyingAs(ROLE, "secret", EngineOptions.ofDefaults(), TableFilter.of("public.orders"))
                        .start());
        assertThat(refused.action()).startsWith("GRANT SELECT ON \"public\".\"orders\" TO \"row_reader\";");
        assertNothingIsBegun();
        assertThat(count("pg_publication", "true")).as("publications").isEqualTo("0");
    }

    @Test
    @DisplayName("a role from which a policy hides rows is refused like one that may not read any")
    void refusesAPolicyThatHidesRows() {
        publish();
        database.sql(
                "GRANT USAGE ON SCHEMA \"Back Office\" TO " + ROLE,
                "GRANT SELECT ON orders, \"Back Office\".\"Notes\" TO " + ROLE,
                "ALTER TABLE orders ENABLE ROW LEVEL SECURITY",
                "CREATE POLICY low ON orders USING (id < 5)");
        SourceException refused = refused(EngineOptions.ofDefaults());
        assertThat(refused.description())
                .contains("row-level security", "'public.orders'")
                .doesNotContain("Notes");
        assertThat(refused.action()).startsWith("ALTER ROLE \"row_reader\" BYPASSRLS;");
        assertNothingIsBegun();
        database.sql("ALTER ROLE row_reader BYPASSRLS");
        CdcEngine engine = reader(EngineOptions.ofDefaults());
        engine.start();
        awaitComplete(engine);
        awaitSaved(engine);
        assertThat(readIds("orders")).isEqualTo(numbers(1, 10));
    }

    @Test
    @DisplayName("changes alone need no right to read")
    void changesNeedNoRight() {
        publish();
        CdcEngine engine = reader(changesOnly());
        engine.start();
        insert(11, 11);
        awaitEvents(1);
        assertThat(events()).extracting(event -> event.after().get("id")).containsExactly(11L);
    }

    @Test
    @DisplayName(
            "a right that is taken away while rows are read fails the source with the GRANT; then it goes on at its cursor")
    void namesTheGrantThatWasTakenAway() {
        publish();
        database.sql(
                "GRANT USAGE ON SCHEMA \"Back Office\" TO " + ROLE,
                "GRANT SELECT ON orders, \"Back Office\".\"Notes\" TO " + ROLE);
        insert(11, 1000);
        CdcEngine engine = reader(slowly(10, 50));
        engine.start();
        request(engine, null, "public.orders");
        awaitEvents(50);
        database.sql("REVOKE SELECT ON orders FROM " + ROLE);
        awaitState(engine, EngineState.FAILED);
        assertThat(engine.status().health().action()).contains("GRANT SELECT ON \"public\".\"orders\" TO");
        engine.stop();
        database.sql("GRANT SELECT ON orders TO " + ROLE);
        CdcEngine next = reader(onRequest(100));
        next.start();
        awaitComplete(next);
        awaitSaved(next);
        assertThat(readIds("orders")).isEqualTo(numbers(1, 1000));
    }
}
