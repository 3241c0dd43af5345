package io.rustcdc.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.rustcdc.CdcEngine;
import io.rustcdc.event.Offset;
import io.rustcdc.source.Credentials;
import io.rustcdc.source.Prerequisite;
import io.rustcdc.source.SourceConnector;
import io.rustcdc.source.SourceStream;
import io.rustcdc.source.StreamRequest;
import io.rustcdc.source.TableFilter;
import io.rustcdc.source.Transport;
import io.rustcdc.source.mysql.Flavor;
import io.rustcdc.source.mysql.MySqlConnector;
import io.rustcdc.source.mysql.MySqlOptions;
import io.rustcdc.source.postgres.PostgresConnector;
import io.rustcdc.source.postgres.PostgresOptions;
import io.rustcdc.source.sqlserver.SqlServerConnector;
import io.rustcdc.source.sqlserver.SqlServerOptions;
import io.rustcdc.spring.CdcEngines;
import io.rustcdc.spring.actuate.CdcDoctorEndpoint;
import io.rustcdc.test.databases.MySqlDatabase;
import io.rustcdc.test.databases.MySqlServer;
import io.rustcdc.test.databases.PostgresDatabase;
import io.rustcdc.test.databases.PostgresServer;
import io.rustcdc.test.databases.sqlserver.SqlServerStandIn;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** That the page of the doctor lists the checks that are made, and shows answers in the form that they have. */
class DoctorPageTests {

    private static final Page PAGE = Page.named("docs/doctor.md");

    @Test
    void listsTheChecksOfPostgres() {
        try (PostgresDatabase shop = PostgresServer.shared().createDatabase()) {
            shop.sql("CREATE TABLE orders (id int PRIMARY KEY)");

            assertThat(rows("PostgreSQL")).containsExactlyElementsOf(checks(postgres(shop)));
        }
    }

    @ParameterizedTest
    @EnumSource
    void listsTheChecksOfMySql(Flavor flavor) {
        MySqlServer server = MySqlServer.shared(flavor);
        try (MySqlDatabase shop = server.createDatabase()) {
            shop.sql("CREATE TABLE orders (id int PRIMARY KEY)");
            MySqlOptions options = MySqlOptions.builder(flavor, "shop")
                    .host(server.host())
                    .port(server.port())
                    .database(shop.name())
                    .credentials(() -> new Credentials(MySqlServer.SUPERUSER, null))
                    .serverId(71_001)
                    .tables(TableFilter.of("orders"))
                    .transport(Transport.plaintext())
                    .build();

            assertThat(rows("MySQL and MariaDB")).containsExactlyElementsOf(checks(new MySqlConnector(options)));
        }
    }

    @Test
    void listsTheChecksOfSqlServer() {
        try (SqlServerStandIn shop = SqlServerStandIn.start()) {
            shop.sql("CREATE TABLE dbo.orders (id int PRIMARY KEY)");
            shop.enable("dbo.orders");
            shop.capture();
            SqlServerOptions options = SqlServerOptions.builder("shop")
                    .database(shop.name())
                    .credentials(() -> new Credentials("sa", null))
                    .transport(Transport.plaintext())
                    .captureTruncateEvents(true)
                    .build();

            assertThat(rows("SQL Server"))
                    .containsExactlyElementsOf(checks(new SqlServerConnector(options, shop.connections())));
        }
    }

    /** Of a source that has a checkpoint and wants the rows that exist, for which all checks are made. */
    private static List<String> checks(SourceConnector connector) {
        Offset start;
        try (SourceStream stream = connector.open(StreamRequest.fresh())) {
            start = stream.start();
        }
        return connector.diagnose(StreamRequest.resume(start).readingRows()).prerequisites().stream()
                .map(Prerequisite::name)
                .toList();
    }

    private static List<String> rows(String heading) {
        return PAGE.prose().stream()
                .dropWhile(line -> !line.equals("### " + heading))
                .skip(1)
                .takeWhile(line -> !line.startsWith("#"))
                .filter(line -> line.startsWith("| `"))
                .map(line -> line.substring("| `".length(), line.indexOf("` |")))
                .toList();
    }

    @Test
    void showsAnAnswerInTheFormOfTheEndpoint() {
        try (PostgresDatabase shop = PostgresServer.shared().createDatabase()) {
            JsonMapper json = JsonMapper.shared();
            CdcDoctorEndpoint endpoint = new CdcDoctorEndpoint(
                    new One(CdcEngine.builder(postgres(shop)).build()));
            JsonNode answer = json.valueToTree(Objects.requireNonNull(endpoint.source("shop")));
            JsonNode shown = json.readTree(PAGE.blocksIn("json").get(0).text());

            assertThat(JsonBlocksTests.keys(shown)).isEqualTo(JsonBlocksTests.keys(answer));
            JsonNode check = shown.path("prerequisites").get(0);
            JsonNode failed = answer.path("prerequisites")
                    .valueStream()
                    .filter(one -> one.path("verdict").asString().equals("failed"))
                    .findFirst()
                    .orElseThrow();
            assertThat(JsonBlocksTests.keys(check))
                    .containsAll(JsonBlocksTests.keys(failed).stream()
                            .filter(key -> !key.contains("managed."))
                            .toList());
            assertThat(endpoint.source("other")).isNull();
        }
    }

    private static PostgresConnector postgres(PostgresDatabase shop) {
        return new PostgresConnector(PostgresOptions.builder("shop")
                .host(shop.server().host())
                .port(shop.server().port())
                .database(shop.name())
                .credentials(() -> new Credentials(PostgresServer.SUPERUSER, null))
                .replicationSlotName("doctor_" + shop.name())
                .publicationName("shop_cdc")
                .tables(TableFilter.of("public.orders"))
                .transport(Transport.plaintext())
                .build());
    }

    /** One source. */
    private record One(CdcEngine engine) implements CdcEngines {

        @Override
        public Set<String> names() {
            return Map.of("shop", engine).keySet();
        }

        @Override
        public CdcEngine get(String source) {
            return engine;
        }
    }
}
