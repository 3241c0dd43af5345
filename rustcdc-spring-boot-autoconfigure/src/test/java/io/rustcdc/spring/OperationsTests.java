package io.rustcdc.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.rustcdc.spring.actuate.CdcEndpoint;
import io.rustcdc.spring.app.Shop;
import io.rustcdc.spring.app.ShopApplication;
import io.rustcdc.test.databases.PostgresDatabase;
import io.rustcdc.test.databases.PostgresServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.security.Principal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;
import org.springframework.boot.actuate.endpoint.SecurityContext;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What an operator sees and does, over HTTP, with a server that goes away and comes back. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OperationsTests {

    private static final Duration PATIENCE = Duration.ofSeconds(40);

    private final HttpClient client = HttpClient.newHttpClient();
    private final JsonMapper json = new JsonMapper();

    private PostgresServer server;
    private PostgresDatabase database;
    private ConfigurableApplicationContext application;
    private String actuator;

    @BeforeAll
    void start(@TempDir Path directory) {
        server = PostgresServer.builder().start();
        database = server.createDatabase();
        database.sql(Shop.SCHEMA);
        List<String> arguments = new ArrayList<>(List.of(
                "--server.port=0",
                "--management.endpoints.web.exposure.include=*",
                "--management.endpoint.cdc.access=unrestricted",
                "--management.endpoint.health.show-details=always",
                "--management.endpoint.env.show-values=always",
                "--management.endpoint.configprops.show-values=always",
                "--management.endpoint.health.probes.enabled=true",
                "--spring.datasource.url=" + database.jdbcUrl(),
                "--spring.datasource.username=postgres",
                "--spring.datasource.hikari.connection-timeout=1000",
                "--management.health.db.enabled=false",
                "--rustcdc.postgres.shop.tables=public.orders",
                "--rustcdc.postgres.shop.user=postgres",
                "--rustcdc.postgres.shop.password=s3cret-of-the-source",
                "--rustcdc.postgres.shop.stall-threshold=1s",
                "--rustcdc.postgres.shop.snapshot.conditions.of-grace=customer_name = 'Grace'",
                "--rustcdc.checkpoint.directory=" + directory));
        SpringApplication spring = new SpringApplicationBuilder(ShopApplication.class).build();
        application = spring.run(arguments.toArray(String[]::new));
        actuator = "http://localhost:" + application.getEnvironment().getProperty("local.server.port") + "/actuator";
    }

    @AfterAll
    void stop() {
        application.close();
        server.close();
    }

    @Test
    void theConnectionIsThatOfTheDataSource() throws Exception {
        Shop.insert(database, 1, "Ada");

        await().until(() -> application.getBean(ShopApplication.class).orders().contains(1L));
        await().untilAsserted(() ->
                assertThat(get("/cdc/shop").path("committedCount").asLong()).isPositive());
        JsonNode source = get("/cdc").path("sources").path("shop");
        assertThat(source.path("type").asString()).isEqualTo("postgres");
        assertThat(source.path("state").asString()).isEqualTo("STREAMING");
        assertThat(source.path("offset").asString()).contains("/");
        assertThat(source.path("position").has("lsn")).isTrue();
    }

    @Test
    void theDoctorLooksAtASourceThatRuns() throws Exception {
        await().until(() -> get("/cdc/shop").path("state").asString().equals("STREAMING"));
        HttpResponse<String> response = send("GET", "/cdcdoctor", null);
        JsonNode source = json.readTree(response.body()).path("sources").path("shop");

        assertThat(source.path("verdict").asString()).as(response.body()).isIn("ok", "warning");
        assertThat(source.path("prerequisites").valueStream())
                .as(response.body())
                .anyMatch(one -> one.path("name").asString().equals("slot")
                        && one.path("found").asString().contains("is read by this source"));
        assertThat(response.body()).doesNotContain("s3cret-of-the-source");
        assertThat(send("GET", "/cdcdoctor/other", null).statusCode()).isEqualTo(404);
        assertThat(send("POST", "/cdcdoctor/shop", "{}").statusCode()).isEqualTo(405);
    }

    @Test
    void anUnknownSourceIsNotFound() throws Exception {
        assertThat(send("GET", "/cdc/other", null).statusCode()).isEqualTo(404);
        assertThat(send("POST", "/cdc/other", "{\"action\": \"stop\"}").statusCode())
                .isEqualTo(400);
        assertThat(send("POST", "/cdc/shop", "{\"action\": \"explode\"}").statusCode())
                .isEqualTo(400);
    }

    @Test
    void aSourceIsPausedResumedStoppedAndStarted() throws Exception {
        assertThat(control("pause").path("state").asString()).isEqualTo("PAUSED");
        assertThat(health().path("status").asString()).isEqualTo("UP");
        Shop.insert(database, 10, "Ada");
        assertThat(control("resume").path("state").asString()).isEqualTo("STREAMING");
        await().until(() -> application.getBean(ShopApplication.class).orders().contains(10L));

        assertThat(control("stop").path("state").asString()).isEqualTo("STOPPED");
        assertThat(health().path("status").asString()).isEqualTo("UNKNOWN");
        assertThat(get("/health").path("status").asString())
                .as("the application")
                .isEqualTo("UP");
        Shop.insert(database, 11, "Bob");
        assertThat(control("start").path("state").asString()).isEqualTo("STREAMING");
        await().until(() -> application.getBean(ShopApplication.class).orders().contains(11L));
        await().untilAsserted(() -> assertThat(
                        application.getBean(ShopApplication.class).events())
                .contains("Paused", "Resumed", "Stopped", "Started"));
    }

    @Test
    @ExtendWith(OutputCaptureExtension.class)
    void aLostPositionIsDownWithTheRemedyAndItsGapIsAcceptedOnce(CapturedOutput output) throws Exception {
        Shop.insert(database, 50, "Ada");
        await().until(() -> application.getBean(ShopApplication.class).orders().contains(50L));
        assertThat(send("POST", "/cdc/shop", "{\"action\": \"accept-gap\"}").statusCode())
                .isEqualTo(400);
        assertThatThrownBy(() -> application
                        .getBean(CdcEndpoint.class)
                        .control("shop", CdcEndpoint.Action.ACCEPT_GAP, null, null, SecurityContext.NONE))
                .hasMessageContaining("has not lost its position")
                .hasMessageContaining("STREAMING");

        losePosition();
        assertThat(health().path("status").asString()).isEqualTo("DOWN");
        assertThat(health().path("details").path("reason").asString())
                .startsWith("postgres checkpoint/slot divergence for slot 'shop_cdc'");
        assertThat(health().path("details").path("action").asString())
                .contains("POST {\"action\": \"accept-gap\"} to /actuator/cdc/shop");
        assertThat(control("accept-gap").path("state").asString()).isEqualTo("STREAMING");
        Shop.insert(database, 52, "Ada");
        await().until(() -> application.getBean(ShopApplication.class).orders().contains(52L));
        assertThat(application.getBean(ShopApplication.class).orders()).doesNotContain(51L);
        await().untilAsserted(() ->
                assertThat(application.getBean(ShopApplication.class).events()).contains("GapAccepted"));

        losePosition();
        application.getBean(CdcEndpoint.class).control("shop", CdcEndpoint.Action.ACCEPT_GAP, null, null, as("ada"));
        await().untilAsserted(() -> assertThat(output).contains("ada accepted that changes after"));
    }

    private void losePosition() throws Exception {
        control("stop");
        database.dropSlot("shop_cdc");
        if (!application.getBean(ShopApplication.class).orders().contains(52L)) {
            Shop.insert(database, 51, "lost");
        }
        assertThat(control("start").path("state").asString()).isEqualTo("FAILED");
    }

    private static SecurityContext as(String name) {
        return new SecurityContext() {
            @Override
            public Principal getPrincipal() {
                return () -> name;
            }

            @Override
            public boolean isUserInRole(String role) {
                return false;
            }
        };
    }

    @Test
    void theScrapeHasTheMetricsOfTheRunbook() throws Exception {
        String scrape = send("GET", "/prometheus", null).body();

        for (String name : List.of(
                "cdc_runtime_replication_lag_ms",
                "cdc_runtime_events_polled_total",
                "cdc_runtime_events_committed_total",
                "cdc_runtime_liveness",
                "cdc_runtime_checkpoint_age_ms",
                "cdc_runtime_in_flight_events",
                "cdc_runtime_buffer_depth")) {
            assertThat(scrape)
                    .containsPattern(Pattern.compile(
                            "^" + name + "\\{source=\"shop\",source_type=\"postgres\"} [0-9.E]+$", Pattern.MULTILINE));
        }
        // Each line asks for the verdict by itself, and that may change between two of them.
        await().untilAsserted(() -> assertThat(send("GET", "/prometheus", null)
                        .body()
                        .lines()
                        .filter(line -> line.startsWith("cdc_runtime_health{")))
                .hasSize(6)
                .anySatisfy(line -> assertThat(line).contains("verdict=\"not_running\""))
                .filteredOn(line -> line.endsWith(" 1.0"))
                .hasSize(1));
    }

    @Test
    @DisplayName("OB-03 exactly one verdict is 1 in every state")
    void oneVerdictHoldsInEveryState() throws Exception {
        control("start");
        awaitOneVerdict("streaming", "healthy|idle");
        control("pause");
        awaitOneVerdict("paused", "idle");
        control("resume");
        control("stop");
        awaitOneVerdict("stopped", "not_running");
        losePosition();
        awaitOneVerdict("failed", "failed");
        control("accept-gap");
        server.stop();
        try {
            awaitOneVerdict("reconnecting", "stalled");
        } finally {
            server.start();
        }
        awaitOneVerdict("streaming", "healthy|idle");
    }

    private void awaitOneVerdict(String state, String verdict) {
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(send("GET", "/prometheus", null).body())
                        .containsPattern("cdc_runtime_state\\{.*state=\"" + state + "\"} 1.0")
                        .containsPattern("cdc_runtime_health\\{.*verdict=\"(" + verdict + ")\"} 1.0")
                        .satisfies(scrape -> assertThat(
                                        scrape.lines().filter(line -> line.matches("cdc_runtime_health\\{.*} 1\\.0")))
                                .hasSize(1))
                        .satisfies(scrape -> assertThat(
                                        scrape.lines().filter(line -> line.matches("cdc_runtime_state\\{.*} 1\\.0")))
                                .hasSize(1)));
    }

    @Test
    void rowsAreReadOnDemandUnderAConfiguredCondition() throws Exception {
        control("start");
        List<Long> orders = application.getBean(ShopApplication.class).orders();
        Shop.insert(database, 70, "Grace");
        Shop.insert(database, 71, "Heidi");
        await().until(() -> orders.containsAll(List.of(70L, 71L)));

        JsonNode asked = snapshot("\"tables\": \"public.orders\", \"condition\": \"of-grace\"");
        assertThat(asked.path("notice").isMissingNode()).isTrue();
        await().untilAsserted(() -> assertThat(
                        get("/cdc/shop").path("snapshot").path("complete").asBoolean())
                .isTrue());
        JsonNode table = get("/cdc/shop").path("snapshot").path("tables").get(0);
        assertThat(table.path("table").asString()).isEqualTo("public.orders");
        assertThat(table.path("phase").asString()).isEqualTo("complete");
        assertThat(table.path("condition").asString()).isEqualTo("of-grace");
        assertThat(table.path("rows").asLong()).isEqualTo(1);
        assertThat(table.path("percent").asInt()).isEqualTo(100);
        assertThat(table.path("generation").asLong())
                .isEqualTo(get("/cdc/shop").path("snapshot").path("generation").asLong());
        await().untilAsserted(() ->
                assertThat(orders).filteredOn(id -> id == 70 || id == 71).containsExactlyInAnyOrder(70L, 71L, 70L));
        await().untilAsserted(() -> assertThat(
                        application.getBean(ShopApplication.class).events())
                .containsSubsequence("SnapshotStarted", "SnapshotCompleted", "AllSnapshotsCompleted"));
        assertThat(send("GET", "/prometheus", null).body())
                .containsPattern("cdc_runtime_snapshot_rows_total\\{source=\"shop\",source_type=\"postgres\"} [1-9]")
                .containsPattern("cdc_runtime_snapshot_tables_remaining\\{source=\"shop\",source_type=\"postgres\"} 0");
    }

    @Test
    void theReadingOfRowsIsPausedResumedAndStopped() throws Exception {
        control("start");
        assertThat(control("pause-snapshot").path("snapshot").path("paused").asBoolean())
                .isTrue();
        assertThat(control("resume-snapshot").path("snapshot").path("paused").asBoolean(true))
                .isFalse();
        assertThat(control("stop-snapshot").path("snapshot").path("complete").asBoolean())
                .isTrue();
        assertThat(get("/cdc/shop").path("state").asString()).isEqualTo("STREAMING");
    }

    @Test
    void aSnapshotThatCannotBeIsRefusedAsAWhole() throws Exception {
        control("start");
        long generation = get("/cdc/shop").path("snapshot").path("generation").asLong();
        assertRefused("a snapshot needs tables", List.of(), null, "A snapshot needs 'tables'");
        assertRefused(
                "one of the tables is unknown",
                List.of("public.orders", "public.nowhere"),
                null,
                "No captured table matches 'public.nowhere'; the captured tables are public.orders");
        assertRefused(
                "SQL instead of a name",
                List.of("public.orders"),
                "1 = 1",
                "There is no condition '1 = 1'; the configured names (snapshot.conditions) are [of-grace]");
        assertThat(send("POST", "/cdc/shop", "{\"action\": \"snapshot\", \"tables\": \"public.nowhere\"}")
                        .statusCode())
                .isEqualTo(400);
        assertThat(get("/cdc/shop").path("snapshot").path("generation").asLong())
                .isEqualTo(generation);

        assertThat(send("POST", "/cdc/shop", "{\"action\": \"stop\", \"tables\": \"public.orders\"}")
                        .statusCode())
                .isEqualTo(400);
        // A request that is looked at counts as reading for a moment, also when it is refused.
        await().untilAsserted(() -> assertThat(get("/cdc/shop").path("state").asString())
                .as("not stopped by a mistake")
                .isEqualTo("STREAMING"));
        control("stop");
        assertRefused("not connected", List.of("public.orders"), null, "'shop' is not connected");
        control("start");
    }

    private void assertRefused(String what, List<String> tables, String condition, String reason) {
        assertThatThrownBy(() -> application
                        .getBean(CdcEndpoint.class)
                        .control("shop", CdcEndpoint.Action.SNAPSHOT, tables, condition, SecurityContext.NONE))
                .as(what)
                .isInstanceOf(InvalidEndpointRequestException.class)
                .hasMessageContaining(reason);
    }

    @Test
    void aWishThatIsNotSavedYetIsSaidToBe() throws Exception {
        control("start");
        control("pause");
        assertThat(control("pause-snapshot").path("notice").asString()).contains("is not saved yet");
        control("resume");
        assertThat(control("resume-snapshot").has("notice")).isFalse();
    }

    private JsonNode snapshot(String arguments) throws Exception {
        HttpResponse<String> response = send("POST", "/cdc/shop", "{\"action\": \"snapshot\", " + arguments + "}");
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return json.readTree(response.body());
    }

    @Test
    @DisplayName(
            "PG-12: what the server keeps is in the metrics, the endpoint and the health; absent after a stop, not 0")
    void whatTheServerKeepsIsShown() throws Exception {
        control("start");
        await().atMost(PATIENCE).untilAsserted(() -> {
            String scrape = send("GET", "/prometheus", null).body();
            for (String name : List.of(
                    "cdc_replication_slot_lag_bytes",
                    "cdc_runtime_retained_log_bytes",
                    "cdc_runtime_retained_log_safe")) {
                assertThat(scrape)
                        .containsPattern(Pattern.compile(
                                "^" + name + "\\{source=\"shop\",source_type=\"postgres\"} [0-9.E]+$",
                                Pattern.MULTILINE));
            }
        });
        for (JsonNode log : List.of(
                get("/cdc/shop").path("retainedLog"), health().path("details").path("retainedLog"))) {
            assertThat(log.path("status").asString()).isEqualTo("reserved");
            assertThat(log.path("bytes").isNumber()).isTrue();
        }
        assertThat(get("/cdc/shop").path("warnings").isEmpty()).isTrue();

        control("stop");
        await().atMost(PATIENCE)
                .untilAsserted(() ->
                        assertThat(send("GET", "/prometheus", null).body()).doesNotContain("retained_log", "slot_lag"));
        assertThat(get("/cdc/shop").has("retainedLog")).isFalse();
        control("start");
    }

    @Test
    void theHealthTurnsDownWithTheReasonWhileTheServerIsAwayAndUpAgainByItself() throws Exception {
        await().atMost(PATIENCE)
                .untilAsserted(
                        () -> assertThat(health().path("status").asString()).isEqualTo("UP"));
        server.stop();
        try {
            await().atMost(PATIENCE).untilAsserted(() -> {
                assertThat(health().path("status").asString()).isEqualTo("DOWN");
                assertThat(health().path("details").path("state").asString()).isEqualTo("RECONNECTING");
            });
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(
                                    application.getBean(ShopApplication.class).events())
                            .containsSubsequence("Reconnecting", "Stalled"));
            assertThat(health().path("details").path("reason").asString()).isNotEmpty();
            assertThat(send("GET", "/health", null).statusCode()).isEqualTo(503);
            assertThat(send("GET", "/health/liveness", null).statusCode()).isEqualTo(200);
            assertThat(send("GET", "/health/readiness", null).statusCode()).isEqualTo(200);
            assertThat(send("GET", "/prometheus", null).body())
                    .containsPattern("cdc_runtime_health\\{.*stalled.*} 1.0");
        } finally {
            server.start();
        }
        await().atMost(PATIENCE)
                .untilAsserted(
                        () -> assertThat(health().path("status").asString()).isEqualTo("UP"));
        Shop.insert(database, 20, "Ada");
        await().atMost(PATIENCE)
                .until(() -> application.getBean(ShopApplication.class).orders().contains(20L));
        await().untilAsserted(() -> assertThat(
                        application.getBean(ShopApplication.class).events())
                .containsSubsequence("Reconnecting", "Stalled", "Reconnected")
                .endsWith("Recovered"));
    }

    @Test
    void noEndpointShowsThePassword() throws Exception {
        for (String endpoint :
                List.of("/env", "/configprops", "/cdc", "/health", "/env/rustcdc.postgres.shop.password")) {
            assertThat(send("GET", endpoint, null).body())
                    .as(endpoint)
                    .isNotEmpty()
                    .doesNotContain("s3cret-of-the-source");
        }
        assertThat(send("GET", "/configprops", null).body()).contains("cdc-io.rustcdc", "stallThreshold");
    }

    private JsonNode health() throws Exception {
        return get("/health/cdc/shop");
    }

    private JsonNode get(String path) throws Exception {
        return json.readTree(send("GET", path, null).body());
    }

    private JsonNode control(String action) throws Exception {
        HttpResponse<String> response = send("POST", "/cdc/shop", "{\"action\": \"" + action + "\"}");
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return json.readTree(response.body());
    }

    private HttpResponse<String> send(String method, String path, String body)
            throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(actuator + path))
                .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
                .header("Content-Type", "application/json")
                .build();
        return client.send(request, BodyHandlers.ofString());
    }
}
