package io.rustcdc.source.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import io.rustcdc.event.Remedy;
import io.rustcdc.source.Credentials;
import io.rustcdc.source.Diagnosis;
import io.rustcdc.source.Prerequisite;
import io.rustcdc.source.Prerequisite.Verdict;
import io.rustcdc.source.SourceException;
import io.rustcdc.source.SourceStream;
import io.rustcdc.source.StreamRequest;
import io.rustcdc.source.TableFilter;
import io.rustcdc.test.databases.MySqlServer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Servers on which a source cannot start, or not well: the doctor names what is wrong, and what it prints mends it as it is. */
class BrokenMySqlTests {

    private static final Map<Flavor, MySqlServer> own = new EnumMap<>(Flavor.class);

    /**
     * A way to be broken.
     *
     * @param name for people
     * @param check the one that finds it
     * @param breaking what makes it so
     */
    record Broken(Flavor flavor, String name, MySqlCheck check, Consumer<Setup> breaking) {

        @Override
        public String toString() {
            return flavor.product() + ": " + name;
        }
    }

    /** A source whose server can be broken. */
    static final class Setup implements AutoCloseable {

        final MySqlFixture shop;
        MySqlOptions.Builder options;
        StreamRequest request = StreamRequest.fresh();
        AutoCloseable other = () -> {};

        Setup(MySqlServer server) {
            shop = new MySqlFixture(server);
            options = shop.options();
        }

        void sql(String... statements) {
            shop.server.database("mysql").sql(statements);
        }

        /** Lets the source be another user with these rights. */
        void user(String... rights) {
            String user = "u_" + shop.database.name();
            boolean mysql = shop.server.flavor() == Flavor.MYSQL;
            shop.server.createUser(user, "secret", mysql ? "caching_sha2_password" : "mysql_native_password");
            for (String right : rights) {
                sql("GRANT %s TO '%s'@'%%'".formatted(right, user));
            }
            options.credentials(() -> new Credentials(user, "secret")).allowPublicKeyRetrieval(true);
        }

        Diagnosis diagnose() {
            return new MySqlConnector(options.build()).diagnose(request);
        }

        @Override
        public void close() throws Exception {
            other.close();
            shop.close();
        }
    }

    static Stream<Broken> broken() {
        List<Broken> all = new ArrayList<>();
        for (Flavor flavor : Flavor.values()) {
            String monitor = flavor == Flavor.MYSQL ? "REPLICATION CLIENT" : "BINLOG MONITOR";
            all.add(new Broken(
                    flavor,
                    "binlog_format is STATEMENT",
                    MySqlCheck.BINLOG_FORMAT,
                    setup -> setup.sql("SET GLOBAL binlog_format = STATEMENT")));
            all.add(new Broken(
                    flavor,
                    "binlog_format is MIXED",
                    MySqlCheck.BINLOG_FORMAT,
                    setup -> setup.sql("SET GLOBAL binlog_format = MIXED")));
            all.add(new Broken(
                    flavor,
                    "rows are logged in part",
                    MySqlCheck.BINLOG_ROW_IMAGE,
                    setup -> setup.sql("SET GLOBAL binlog_row_image = MINIMAL")));
            all.add(new Broken(
                    flavor,
                    "the log does not name its columns",
                    MySqlCheck.BINLOG_ROW_METADATA,
                    setup -> setup.sql("SET GLOBAL binlog_row_metadata = MINIMAL")));
            all.add(new Broken(
                    flavor,
                    "the log is kept for an hour",
                    MySqlCheck.BINLOG_RETENTION,
                    setup -> setup.sql("SET GLOBAL binlog_expire_logs_seconds = 3600")));
            all.add(new Broken(
                    flavor,
                    "the user may not look at the binlog",
                    MySqlCheck.BINLOG_RIGHTS,
                    setup -> setup.user("SELECT, REPLICATION SLAVE ON *.*")));
            all.add(new Broken(
                    flavor,
                    "the user may not read the binlog",
                    MySqlCheck.BINLOG_RIGHTS,
                    setup -> setup.user("SELECT, %s ON *.*".formatted(monitor))));
            all.add(new Broken(flavor, "the user may not read the rows", MySqlCheck.READ_RIGHTS, setup -> {
                setup.user("REPLICATION SLAVE, %s ON *.*".formatted(monitor));
                setup.sql("GRANT INSERT ON %s.orders TO 'u_%1$s'@'%%'".formatted(setup.shop.database.name()));
                setup.request = StreamRequest.fresh().readingRows();
            }));
            all.add(new Broken(
                    flavor,
                    "the database is missing",
                    MySqlCheck.CONNECTION,
                    setup -> setup.options.database("missing_" + setup.shop.database.name())));
            all.add(new Broken(
                    flavor,
                    "the source has the server's own id",
                    MySqlCheck.SERVER_ID,
                    setup -> setup.options.serverId(
                            Long.parseLong(String.valueOf(setup.shop.database.value("SELECT @@server_id"))))));
            all.add(new Broken(flavor, "another source reads with the same id", MySqlCheck.READER_ID, setup -> {
                MySqlOptions other = MySqlOptions.builder(flavor, "other")
                        .host(setup.shop.server.host())
                        .port(setup.shop.server.port())
                        .credentials(() -> new Credentials(MySqlServer.SUPERUSER, null))
                        .serverId(setup.shop.serverId)
                        .tables(TableFilter.of(setup.shop.database.name() + ".orders"))
                        .transport(io.rustcdc.source.Transport.plaintext())
                        .build();
                SourceStream stream = new MySqlConnector(other).open(StreamRequest.fresh());
                stream.read(new io.rustcdc.source.CollectingSink(), Duration.ZERO);
                setup.other = stream;
            }));
        }
        all.add(new Broken(
                Flavor.MYSQL,
                "updates of JSON are logged in part",
                MySqlCheck.BINLOG_ROW_VALUE_OPTIONS,
                setup -> setup.sql("SET GLOBAL binlog_row_value_options = PARTIAL_JSON")));
        all.add(new Broken(Flavor.MYSQL, "GTIDs are wanted and off", MySqlCheck.GTID_MODE, setup -> {
            setup.sql(
                    "SET GLOBAL gtid_mode = ON_PERMISSIVE",
                    "SET GLOBAL gtid_mode = OFF_PERMISSIVE",
                    "SET GLOBAL gtid_mode = OFF");
            setup.options.gtidModeEnabled(true);
        }));
        return all.stream();
    }

    @AfterAll
    static void end() {
        own.values().forEach(MySqlServer::close);
    }

    private static MySqlServer own(Flavor flavor) {
        return own.computeIfAbsent(flavor, kind -> MySqlServer.builder(kind).start());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("broken")
    void theRemedyMendsTheServer(Broken broken) throws Exception {
        try (Setup setup = new Setup(own(broken.flavor()))) {
            broken.breaking().accept(setup);

            Prerequisite found = prerequisite(setup.diagnose(), broken.check());

            assertThat(found.verdict()).as(found.found()).isIn(Verdict.FAILED, Verdict.WARNING);
            if (found.verdict() == Verdict.FAILED) {
                SourceException refused = MySqlFixture.refused(setup.options, setup.request);
                assertThat(refused).as("what a start says").isNotNull();
                assertThat(refused.description()).isEqualTo(found.found());
            }
            Remedy remedy = Objects.requireNonNull(found.remedy());
            assertThat(remedy.restart()).isFalse();
            assertThat(remedy.sql().isEmpty() && remedy.lines() == null).isFalse();
            setup.sql(remedy.sql().toArray(String[]::new));
            if (remedy.sql().isEmpty()) {
                set(Objects.requireNonNull(remedy.lines()), setup.options);
            }
            Diagnosis mended = setup.diagnose();
            assertThat(prerequisite(mended, broken.check()).verdict()).isEqualTo(Verdict.OK);
            assertThat(mended.with(Verdict.FAILED)).isEmpty();
            new MySqlConnector(setup.options.build()).open(setup.request).close();
        }
    }

    @ParameterizedTest(name = "{0}: there is no binlog")
    @EnumSource(Flavor.class)
    void theLinesForTheServersFileMendIt(Flavor flavor, @TempDir Path data) {
        Remedy remedy;
        try (MySqlServer server = MySqlServer.builder(flavor)
                .dataDirectory(data)
                .options("skip-log-bin")
                .start()) {
            MySqlOptions options = BinlogLook.options(server).build();
            Prerequisite found =
                    prerequisite(new MySqlConnector(options).diagnose(StreamRequest.fresh()), MySqlCheck.LOG_BIN);

            assertThat(found.verdict()).isEqualTo(Verdict.FAILED);
            remedy = Objects.requireNonNull(found.remedy());
            assertThat(remedy.restart()).isTrue();
            assertThat(remedy.managed()).containsKeys(Remedy.AMAZON, Remedy.GOOGLE);
        }
        String[] lines = Objects.requireNonNull(remedy.lines()).text().stream()
                .map(line -> line.replace(" = ", "="))
                .toArray(String[]::new);
        try (MySqlServer server = MySqlServer.builder(flavor)
                .dataDirectory(data)
                .options("skip-log-bin")
                .options(lines)
                .start()) {
            MySqlConnector connector =
                    new MySqlConnector(BinlogLook.options(server).build());
            assertThat(connector.diagnose(StreamRequest.fresh()).with(Verdict.FAILED))
                    .isEmpty();
            connector.open(StreamRequest.fresh()).close();
        }
    }

    /** The one line for {@code application.yml} that is printed here. */
    private static void set(Remedy.Lines lines, MySqlOptions.Builder options) {
        String line = lines.text().get(0);
        assertThat(lines.file()).isEqualTo("application.yml");
        assertThat(line).matches("rustcdc\\.(mysql|mariadb)\\.shop\\.server-id: \\d+");
        options.serverId(Long.parseLong(line.substring(line.indexOf(": ") + 2)));
    }

    static Prerequisite prerequisite(Diagnosis diagnosis, MySqlCheck check) {
        return diagnosis.prerequisites().stream()
                .filter(one -> one.name().equals(check.label()))
                .findFirst()
                .orElseThrow();
    }
}
