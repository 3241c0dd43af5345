package io.rustcdc.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.rustcdc.CdcEngine;
import io.rustcdc.event.Offset;
import io.rustcdc.spring.actuate.CdcCheckpointsEndpoint;
import io.rustcdc.spring.actuate.CdcCheckpointsEndpoint.Action;
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
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;
import org.springframework.boot.actuate.endpoint.SecurityContext;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What an operator sees of checkpoints and does to them, over HTTP; the same wherever they are kept. */
@ExtendWith(OutputCaptureExtension.class)
abstract class CheckpointsEndpointContract {

    private final HttpClient client = HttpClient.newHttpClient();
    private final JsonMapper json = new JsonMapper();
    private final PostgresDatabase database = PostgresServer.shared().createDatabase();
    private ConfigurableApplicationContext application;
    private String actuator;

    /** Beans and settings that say where the checkpoints are. */
    abstract Class<?>[] configuration();

    @BeforeEach
    void start(@TempDir Path directory) {
        database.sql(Shop.SCHEMA);
        application = new SpringApplicationBuilder(
                        Stream.concat(Stream.of(ShopApplication.class), Arrays.stream(configuration()))
                                .toArray(Class<?>[]::new))
                .run(Stream.concat(
                                Arrays.stream(Shop.properties(database, directory)),
                                Stream.of(
                                        "server.port=0",
                                        "spring.datasource.url=" + database.jdbcUrl(),
                                        "spring.datasource.username=postgres",
                                        "rustcdc.postgres.shop.tables=public.orders",
                                        "rustcdc.defaults.snapshot.mode=never",
                                        "management.endpoints.web.exposure.include=*",
                                        "management.endpoint.cdccheckpoints.access=unrestricted"))
                        .map(property -> "--" + property)
                        .toArray(String[]::new));
        actuator = "http://localhost:" + application.getEnvironment().getProperty("local.server.port")
                + "/actuator/cdccheckpoints";
    }

    @AfterEach
    void stop() {
        application.close();
        database.close();
    }

    private CdcEngine engine() {
        return application.getBean(CdcEngines.class).get("shop");
    }

    private List<Long> orders() {
        return application.getBean(ShopApplication.class).orders();
    }

    private void insert(int id) {
        Shop.insert(database, id, "Ada");
        await().atMost(Duration.ofSeconds(20)).until(() -> orders().contains((long) id));
        await().atMost(Duration.ofSeconds(20)).until(this::isSaved);
    }

    /** Also the end of the transaction, which may be saved a moment later. */
    private boolean isSaved() {
        if (engine().status().buffered() > 0 || engine().status().inFlight() > 0) {
            return false;
        }
        Offset saved = engine().status().offset();
        return saved != null && !saved.isInsideTransaction();
    }

    private CdcCheckpointsEndpoint endpoint() {
        return application.getBean(CdcCheckpointsEndpoint.class);
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
    @DisplayName("Checkpoints are listed and shown while their source runs, also as they are kept")
    void showsCheckpoints() throws Exception {
        insert(1);
        JsonNode source = get("").path("checkpoints").path("shop");
        assertThat(source.path("type").asString()).isEqualTo("postgres");
        assertThat(source.path("location").asString()).contains("checkpoint");
        JsonNode present = get("/shop").path("present");
        assertThat(present.path("committedCount").asLong()).isEqualTo(1);
        assertThat(present.path("position").path("slot_name").asString()).isEqualTo(database.name());
        assertThat(present.path("offset").asString()).contains("/");
        assertThat(present.path("at").asString()).startsWith("20");
        assertThat(present.path("byHand").asBoolean(true)).isFalse();
        JsonNode raw = get("/shop/present");
        assertThat(raw.path("checkpoint_format_version").asInt()).isEqualTo(1);
        assertThat(raw.path("committed_event_count").asLong()).isEqualTo(1);
        assertThat(raw.has("content_checksum")).isTrue();
        assertThat(send("GET", "/other", null).statusCode()).isEqualTo(404);
        assertThat(send("GET", "/shop/nothing", null).statusCode()).isEqualTo(404);
        assertThat(send("GET", "/other/present", null).statusCode()).isEqualTo(404);
    }

    @Test
    @DisplayName("A running source's checkpoint cannot be changed")
    void refusesWhileTheSourceRuns() throws Exception {
        insert(1);
        JsonNode before = get("/shop/present");
        assertThat(send("POST", "/shop", set(before.path("offset").toString())))
                .satisfies(RefusedOverHttp.with("'shop' runs (STREAMING)"));
        assertThat(send("DELETE", "/shop", null)).satisfies(RefusedOverHttp.with("'shop' runs (STREAMING)"));
        assertThatThrownBy(() -> endpoint().delete("shop", SecurityContext.NONE))
                .isInstanceOf(InvalidEndpointRequestException.class)
                .hasMessageContaining("'shop' runs (STREAMING)")
                .hasMessageContaining("Stop the source first");
        assertThat(get("/shop/present")).isEqualTo(before);
        assertThat(get("/shop").path("history").isEmpty()).isTrue();
        insert(2);
    }

    @Test
    @DisplayName("A stopped source goes on where its checkpoint is set to, and the log says who did it")
    void setsThePosition(CapturedOutput output) throws Exception {
        insert(1);
        engine().stop();
        Map<String, Object> before = offset();
        Shop.insert(database, 2, "skipped");
        long end = Long.parseLong(database.value("SELECT pg_current_wal_lsn() - '0/0'"));

        JsonNode after = json.readTree(json.writeValueAsString(endpoint()
                .change(
                        "shop",
                        Action.SET,
                        Map.of("lsn", end, "slot_name", database.name()),
                        null,
                        null,
                        as("grace"))));

        assertThat(after.path("present").path("byHand").asBoolean()).isTrue();
        assertThat(after.path("present").path("committedCount").asLong()).isEqualTo(1);
        assertThat(after.path("history")).hasSize(1);
        assertThat(json.convertValue(after.path("history").get(0).path("position"), Map.class))
                .isEqualTo(before);
        assertThat(output).contains("checkpoint set by grace");
        engine().start();
        insert(3);
        assertThat(orders()).containsExactly(1L, 3L);
    }

    @Test
    @DisplayName("A position that is not of this source's type, or that its server cannot go on from, is not stored")
    void refusesAPositionThatCannotBe() throws Exception {
        insert(1);
        engine().stop();
        JsonNode before = get("/shop/present");
        assertRefused(Map.of("gtid", "x", "binlog_file", "b", "binlog_pos", 4), null, "'shop'", "'postgres'", "'lsn'");
        assertRefused(Map.of("lsn", Long.MAX_VALUE, "slot_name", database.name()), null, "divergence");
        assertRefused(Map.of("lsn", 1, "slot_name", database.name()), null, "divergence");
        assertRefused(Map.of("lsn", 1, "slot_name", "another"), null, "another", "replication-slot-name");
        assertRefused(offset(), -1L, "count");
        assertRefused(null, null, "needs 'offset'");
        assertThat(send("POST", "/shop", "{\"action\": \"explode\"}").statusCode())
                .isEqualTo(400);
        assertThat(send("POST", "/other", "{\"action\": \"restore\", \"id\": \"1\"}"))
                .satisfies(RefusedOverHttp.with("There is no source 'other'"));
        assertThat(get("/shop/present")).isEqualTo(before);
        assertThat(get("/shop").path("history").isEmpty()).isTrue();
        engine().start();
        insert(2);
    }

    /** The position as JSON in a text: Boot's endpoints take flat bodies only. */
    private String set(String offset) {
        return json.writeValueAsString(Map.of("action", "set", "offset", offset));
    }

    @Test
    @DisplayName("A position is set over HTTP, and what is no position is refused with the form that is expected")
    void setsThePositionOverHttp() throws Exception {
        insert(1);
        engine().stop();
        String position = json.writeValueAsString(offset());

        assertThat(send("POST", "/shop", set("0/16B3748")))
                .satisfies(RefusedOverHttp.with("JSON object of a position", "found '0/16B3748'"));
        assertThat(send("POST", "/shop", set(position)).statusCode()).isEqualTo(200);

        assertThat(get("/shop").path("present").path("byHand").asBoolean()).isTrue();
        engine().start();
        insert(2);
    }

    private void assertRefused(Map<String, Object> offset, Long count, String... reasons) {
        assertThatThrownBy(() -> endpoint().change("shop", Action.SET, offset, count, null, SecurityContext.NONE))
                .isInstanceOf(InvalidEndpointRequestException.class)
                .satisfies(e -> assertThat(e.getMessage()).contains(reasons));
    }

    @Test
    @DisplayName("A reset keeps the checkpoint, and what was kept can be restored")
    void resetsAndRestores(CapturedOutput output) throws Exception {
        insert(1);
        engine().stop();
        Map<String, Object> before = offset();
        Shop.insert(database, 2, "Bob");

        JsonNode reset = json.readTree(send("DELETE", "/shop", null).body());

        assertThat(reset.has("present")).isFalse();
        String id = reset.path("history").get(0).path("id").asString();
        assertThat(send("DELETE", "/shop", null).statusCode()).isEqualTo(204);
        assertThat(send("GET", "/shop/present", null).statusCode()).isEqualTo(404);
        assertThat(get("/shop/" + id).path("committed_event_count").asLong()).isEqualTo(1);
        assertThat(output).contains("checkpoint reset by");

        assertThatThrownBy(() -> endpoint().change("shop", Action.RESTORE, null, null, "999999", as("ada")))
                .hasMessageContaining("no archived checkpoint '999999'");
        JsonNode restored =
                json.readTree(send("POST", "/shop", "{\"action\": \"restore\", \"id\": \"%s\"}".formatted(id))
                        .body());
        assertThat(json.convertValue(restored.path("present").path("position"), Map.class))
                .isEqualTo(before);
        assertThat(output).contains("checkpoint restored by");
        engine().start();
        insert(3);
        assertThat(orders()).containsExactly(1L, 2L, 3L);
    }

    @Test
    @DisplayName("An archived checkpoint that the server cannot go on from is not restored")
    void refusesToRestoreWhatIsGone() throws Exception {
        insert(1);
        engine().stop();
        String id = json.readTree(send("DELETE", "/shop", null).body())
                .path("history")
                .get(0)
                .path("id")
                .asString();
        engine().start();
        insert(2);
        await().atMost(Duration.ofSeconds(20))
                .until(() -> database.value("SELECT count(*) FROM pg_replication_slots WHERE slot_name = '"
                                + database.name() + "' AND confirmed_flush_lsn >= '"
                                + engine().status().offset().text()
                                + "'")
                        .equals("1"));
        engine().stop();
        JsonNode present = get("/shop/present");
        assertThatThrownBy(() -> endpoint().change("shop", Action.RESTORE, null, null, id, SecurityContext.NONE))
                .hasMessageContaining("divergence");
        assertThat(get("/shop/present")).isEqualTo(present);
    }

    @SuppressWarnings("unchecked")
    private Map<String, Object> offset() throws Exception {
        return json.convertValue(get("/shop/present").path("offset"), Map.class);
    }

    private JsonNode get(String path) throws Exception {
        HttpResponse<String> response = send("GET", path, null);
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
