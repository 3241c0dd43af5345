package io.rustcdc.source.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.rustcdc.event.Remedy;
import io.rustcdc.source.Credentials;
import io.rustcdc.source.Diagnosis;
import io.rustcdc.source.Prerequisite;
import io.rustcdc.source.Prerequisite.Verdict;
import io.rustcdc.source.SourceException;
import io.rustcdc.source.SourceStream;
import io.rustcdc.source.StreamRequest;
import io.rustcdc.source.TableFilter;
import io.rustcdc.test.databases.PostgresServer;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Servers on which a source cannot start, or not well: the doctor names what is wrong, and what it prints mends it as it is. */
class BrokenPostgresTests {

    private static PostgresServer own;

    /**
     * A way to be broken.
     *
     * @param name for people
     * @param check the one that finds it
     * @param breaking what makes it so
     */
    record Broken(String name, PostgresCheck check, Consumer<Setup> breaking) {

        @Override
        public String toString() {
            return name;
        }
    }

    /** A source whose server can be broken. */
    static final class Setup implements AutoCloseable {

        final PostgresFixture shop;
        final PostgresOptions.Builder options;
        StreamRequest request = StreamRequest.fresh();
        AutoCloseable other = () -> {};

        Setup(PostgresServer server) {
            shop = new PostgresFixture(server.createDatabase());
            options = shop.options();
        }

        void sql(String... statements) {
            shop.database.sql(statements);
        }

        /** Lets the source be another role, which may replicate. */
        String role(String attributes) {
            String role = "role_" + shop.database.name();
            shop.database.server().createRole(role, null, "LOGIN NOSUPERUSER " + attributes);
            options.credentials(() -> new Credentials(role, null));
            return role;
        }

        void publish() {
            sql("CREATE PUBLICATION shop_cdc FOR TABLE orders");
        }

        void restart() {
            shop.database.server().stop();
            shop.database.server().start();
        }

        Diagnosis diagnose() {
            return new PostgresConnector(options.build()).diagnose(request);
        }

        @Override
        public void close() throws Exception {
            other.close();
            shop.close();
        }
    }

    static Stream<Broken> settings() {
        return Stream.of(
                new Broken("wal_level is replica", PostgresCheck.WAL_LEVEL, setup -> {
                    setup.sql("ALTER SYSTEM SET wal_level = 'replica'");
                    setup.restart();
                }),
                new Broken("there are no walsenders", PostgresCheck.WAL_SENDERS, setup -> {
                    setup.sql("ALTER SYSTEM SET max_wal_senders = 0");
                    setup.restart();
                }),
                new Broken("all replication slots are taken", PostgresCheck.SLOT, setup -> {
                    setup.sql("ALTER SYSTEM SET max_replication_slots = 1");
                    setup.restart();
                    setup.sql("SELECT pg_create_logical_replication_slot('other', 'pgoutput')");
                }),
                new Broken(
                        "nothing limits what a slot keeps",
                        PostgresCheck.WAL_RETENTION,
                        setup -> setup.sql("ALTER SYSTEM SET max_slot_wal_keep_size = -1", "SELECT pg_reload_conf()")));
    }

    static Stream<Broken> objects() {
        return Stream.of(
                new Broken("the role may not replicate", PostgresCheck.REPLICATION_RIGHT, setup -> {
                    setup.role("NOREPLICATION");
                    setup.publish();
                }),
                new Broken(
                        "the publication is missing and the role must not create it",
                        PostgresCheck.PUBLICATION,
                        setup -> setup.role("REPLICATION")),
                new Broken(
                        "the publication lacks a table and must not be changed", PostgresCheck.PUBLICATION, setup -> {
                            setup.publish();
                            setup.sql("CREATE TABLE customers (id int PRIMARY KEY)");
                            setup.options
                                    .createPublication(false)
                                    .tables(TableFilter.of("public.orders", "public.customers"));
                        }),
                new Broken("a table has no replica identity", PostgresCheck.PUBLICATION, setup -> {
                    setup.sql("CREATE TABLE log (line text)");
                    setup.options.tables(TableFilter.of("public.*"));
                }),
                new Broken("the publication sends the names of partitions", PostgresCheck.PUBLICATION, setup -> {
                    setup.sql(
                            "CREATE TABLE parts (id int PRIMARY KEY) PARTITION BY RANGE (id)",
                            "CREATE TABLE parts_1 PARTITION OF parts FOR VALUES FROM (0) TO (100)",
                            "CREATE PUBLICATION shop_cdc FOR TABLE orders, parts");
                    setup.options.tables(TableFilter.of("public.orders", "public.parts"));
                }),
                new Broken(
                        "the publication leaves out deletes",
                        PostgresCheck.PUBLICATION,
                        setup -> setup.sql(
                                "CREATE PUBLICATION shop_cdc FOR TABLE orders WITH (publish = 'insert, update')")),
                new Broken("the role may not read the rows", PostgresCheck.READ_RIGHTS, setup -> {
                    setup.role("REPLICATION");
                    setup.publish();
                    setup.sql("REVOKE USAGE ON SCHEMA public FROM PUBLIC");
                    setup.request = StreamRequest.fresh().readingRows();
                }),
                new Broken("policies hide rows", PostgresCheck.READ_RIGHTS, setup -> {
                    String role = setup.role("REPLICATION NOBYPASSRLS");
                    setup.publish();
                    setup.sql("GRANT SELECT ON orders TO " + role, "ALTER TABLE orders ENABLE ROW LEVEL SECURITY");
                    setup.request = StreamRequest.fresh().readingRows();
                }),
                new Broken(
                        "the slot is one of another plugin",
                        PostgresCheck.SLOT,
                        setup -> setup.sql("SELECT pg_create_logical_replication_slot('%s', 'test_decoding')"
                                .formatted(setup.shop.slot))),
                new Broken("another program reads the slot", PostgresCheck.SLOT, setup -> {
                    PostgresOptions other = PostgresOptions.builder("other")
                            .host("127.0.0.1")
                            .port(setup.shop.database.server().port())
                            .database(setup.shop.database.name())
                            .credentials(() -> new Credentials("postgres", null))
                            .replicationSlotName(setup.shop.slot)
                            .publicationName("shop_cdc")
                            .tables(TableFilter.of("public.orders"))
                            .transport(io.rustcdc.source.Transport.plaintext())
                            .build();
                    SourceStream stream = new PostgresConnector(other).open(StreamRequest.fresh());
                    stream.read(new CollectingSink(), Duration.ZERO);
                    setup.other = stream;
                }));
    }

    @AfterAll
    static void end() {
        if (own != null) {
            own.close();
        }
    }

    private static PostgresServer own() {
        if (own == null) {
            own = PostgresServer.builder()
                    .unset("wal_level")
                    .unset("max_wal_senders")
                    .unset("max_replication_slots")
                    .start();
        }
        own.database("postgres").sql("ALTER SYSTEM RESET ALL", "ALTER SYSTEM SET wal_level = 'logical'");
        own.stop();
        own.start();
        return own;
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("settings")
    void theRemedyMendsTheServer(Broken broken) throws Exception {
        try (Setup setup = new Setup(own())) {
            isNamedAndMended(broken, setup);
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("objects")
    void theRemedyMendsTheDatabase(Broken broken) throws Exception {
        try (Setup setup = new Setup(PostgresServer.shared())) {
            isNamedAndMended(broken, setup);
        }
    }

    private static void isNamedAndMended(Broken broken, Setup setup) {
        broken.breaking().accept(setup);

        Prerequisite found = prerequisite(setup.diagnose(), broken.check());

        assertThat(found.verdict()).as(found.found()).isIn(Verdict.FAILED, Verdict.WARNING);
        if (found.verdict() == Verdict.FAILED) {
            SourceException refused = PostgresFixture.refused(setup.options, setup.request);
            assertThat(refused).as("what a start says").isNotNull();
            assertThat(refused.description()).isEqualTo(found.found());
        }
        apply(Objects.requireNonNull(found.remedy()), setup);
        // A session that the remedy has told to end is there for a moment longer.
        await().pollDelay(Duration.ZERO)
                .untilAsserted(() -> assertThat(
                                prerequisite(setup.diagnose(), broken.check()).verdict())
                        .isEqualTo(Verdict.OK));
        assertThat(setup.diagnose().with(Verdict.FAILED)).isEmpty();
        new PostgresConnector(setup.options.build()).open(setup.request).close();
    }

    private static void apply(Remedy remedy, Setup setup) {
        assertThat(remedy.sql()).isNotEmpty();
        setup.sql(remedy.sql().toArray(String[]::new));
        if (remedy.restart()) {
            setup.restart();
        }
    }

    static Prerequisite prerequisite(Diagnosis diagnosis, PostgresCheck check) {
        return diagnosis.prerequisites().stream()
                .filter(one -> one.name().equals(check.label()))
                .findFirst()
                .orElseThrow();
    }
}
