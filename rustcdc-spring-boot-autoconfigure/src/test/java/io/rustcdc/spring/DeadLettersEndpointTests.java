package io.rustcdc.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.MeterRegistry;
import io.rustcdc.CdcEngine;
import io.rustcdc.test.databases.PostgresDatabase;
import io.rustcdc.test.databases.PostgresServer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.health.contributor.CompositeHealthContributor;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.context.ConfigurableApplicationContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What an operator sees of dead letters and does with them, over HTTP. */
class DeadLettersEndpointTests {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final HttpClient client = HttpClient.newHttpClient();
    private final JsonMapper json = new JsonMapper();
    private final PostgresDatabase database = PostgresServer.shared().createDatabase();
    private ConfigurableApplicationContext application;
    private PickyApplication picky;
    private String actuator;

    @BeforeEach
    void createTable() {
        database.sql("CREATE TABLE orders (id bigint PRIMARY KEY, note text)");
    }

    @AfterEach
    void stop() {
        application.close();
        database.close();
    }

    private void start(String... more) {
        List<String> arguments = new ArrayList<>(List.of(
                "--server.port=0",
                "--spring.datasource.url=" + database.jdbcUrl(),
                "--spring.datasource.username=postgres",
                "--rustcdc.postgres.shop.replication-slot-name=" + database.name(),
                "--rustcdc.defaults.snapshot.mode=never",
                "--rustcdc.defaults.delivery.retry.attempts=1",
                "--rustcdc.checkpoint.store=jdbc",
                "--rustcdc.checkpoint.jdbc.initialize-schema=always",
                "--rustcdc.dead-letters.store=jdbc",
                "--management.endpoints.web.exposure.include=*",
                "--management.endpoint.cdcdeadletters.access=unrestricted"));
        arguments.addAll(List.of(more));
        application = new SpringApplicationBuilder(PickyApplication.class).run(arguments.toArray(String[]::new));
        picky = application.getBean(PickyApplication.class);
        actuator = "http://localhost:" + application.getEnvironment().getProperty("local.server.port")
                + "/actuator/cdcdeadletters";
    }

    private CdcEngine engine() {
        return application.getBean(CdcEngines.class).get("shop");
    }

    private void park(int letters, String... statements) {
        database.sql(statements);
        await().atMost(PATIENCE)
                .until(() -> database.value("SELECT count(*) FROM rustcdc_dead_letter")
                        .equals("" + letters));
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return client.send(request.build(), BodyHandlers.ofString());
    }

    private JsonNode get(String path) throws Exception {
        HttpResponse<String> response = send(HttpRequest.newBuilder(URI.create(actuator + path)));
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return json.readTree(response.body());
    }

    private HttpResponse<String> post(String source, String body) throws Exception {
        return send(HttpRequest.newBuilder(URI.create(actuator + "/" + source))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body)));
    }

    private JsonNode done(String body) throws Exception {
        HttpResponse<String> response = post("shop", body);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return json.readTree(response.body());
    }

    private Health health() {
        CompositeHealthContributor sources =
                application.getBean("cdcHealthContributor", CompositeHealthContributor.class);
        return ((HealthIndicator) sources.getContributor("shop")).health();
    }

    @Test
    @DisplayName("Letters are listed page by page and shown without values, unless they may be shown")
    void showsLettersWithoutValues() throws Exception {
        start();
        picky.refused.addAll(List.of(1L, 2L));
        park(3, "INSERT INTO orders VALUES (1, 'hidden'), (2, 'hidden')", "DELETE FROM orders WHERE id = 1");

        assertThat(get("").at("/sources/shop/count").asInt()).isEqualTo(3);
        JsonNode page = get("/shop?limit=2");
        assertThat(page.path("count").asInt()).isEqualTo(3);
        JsonNode first = page.at("/letters/0");
        assertThat(first.path("listener").asString()).isEqualTo("picky");
        assertThat(first.path("operation").asString()).isEqualTo("insert");
        assertThat(first.path("table").asString()).isEqualTo("public.orders");
        assertThat(first.path("state").asString()).isEqualTo("parked");
        assertThat(first.path("error").asString()).isEqualTo("java.lang.IllegalStateException");
        assertThat(first.path("attempts").asInt()).isEqualTo(1);
        assertThat(page.path("letters")).hasSize(2);
        JsonNode rest = get("/shop?limit=2&after=" + page.path("next").asLong());
        assertThat(rest.path("letters")).hasSize(1);
        assertThat(rest.has("next")).isFalse();
        assertThat(rest.at("/letters/0").has("error")).isFalse();
        assertThat(get("/shop?listener=other").path("letters")).isEmpty();
        assertThat(get("/shop?table=public.orders&state=superseded").path("letters"))
                .isEmpty();
        String shown = get("/shop/" + first.path("id").asLong()).toString();
        assertThat(shown + page).doesNotContain("hidden", "secret", "\"key\"", "\"event\"");
    }

    @Test
    void showsValuesToWhomItMay() throws Exception {
        start("--management.endpoint.cdcdeadletters.show-values=always");
        picky.refused.add(1L);
        park(1, "INSERT INTO orders VALUES (1, 'shown')");

        long id = get("/shop").at("/letters/0/id").asLong();
        JsonNode letter = get("/shop/" + id);
        assertThat(letter.path("key").asString()).isEqualTo("id=1");
        assertThat(letter.path("error").asString()).contains("IllegalStateException: secret 1");
        assertThat(letter.at("/event/after/note").asString()).isEqualTo("shown");
    }

    @Test
    @DisplayName("A replay hands a row's changes over in order, and stops at the first that fails again")
    void replaysInOrder() throws Exception {
        start();
        picky.refused.addAll(List.of(1L, 2L));
        park(
                4,
                "INSERT INTO orders VALUES (1, 'a')",
                "UPDATE orders SET note = 'b' WHERE id = 1",
                "INSERT INTO orders VALUES (2, 'a')",
                "UPDATE orders SET note = 'c' WHERE id = 1");
        picky.refused.remove(1L);

        JsonNode outcome = done("{\"action\": \"replay\"}");
        assertThat(outcome.path("replayed").asInt()).isEqualTo(3);
        assertThat(outcome.path("failed").asInt()).isEqualTo(1);
        assertThat(outcome.path("count").asInt()).isEqualTo(1);
        assertThat(outcome.path("done").asBoolean()).isTrue();
        assertThat(picky.handled).containsExactly("insert 1 a", "update 1 b", "update 1 c");

        picky.refused.clear();
        database.sql("UPDATE orders SET note = 'd' WHERE id = 1");
        await().atMost(PATIENCE).until(() -> picky.handled.contains("update 1 d"));
        long id = get("/shop").at("/letters/0/id").asLong();
        assertThat(done("{\"action\": \"replay\", \"ids\": \"%d\"}".formatted(id))
                        .path("replayed")
                        .asInt())
                .isEqualTo(1);
        assertThat(picky.handled).endsWith("insert 2 a");
        assertThat(get("/shop").path("count").asInt()).isZero();
    }

    @Test
    void discardsForGood() throws Exception {
        start();
        picky.refused.add(1L);
        park(2, "INSERT INTO orders VALUES (1, 'a')", "UPDATE orders SET note = 'b'");
        long id = get("/shop").at("/letters/0/id").asLong();

        assertThat(done("{\"action\": \"discard\", \"ids\": \"%d\"}".formatted(id))
                        .path("discarded")
                        .asInt())
                .isEqualTo(1);
        picky.refused.clear();
        done("{\"action\": \"replay\", \"listener\": \"picky\", \"table\": \"public.orders\"}");
        assertThat(picky.handled).containsExactly("update 1 b");
    }

    @Test
    void healthAndMetricsTellHowManyThereAreAndStayUp() throws Exception {
        start();
        assertThat(health().getDetails()).containsEntry("deadLetters", 0L);
        picky.refused.add(1L);
        park(1, "INSERT INTO orders VALUES (1, 'a')");

        assertThat(health().getDetails()).containsEntry("deadLetters", 1L);
        assertThat(health().getStatus()).isEqualTo(Status.UP);
        assertThat(application
                        .getBean(MeterRegistry.class)
                        .get("cdc.runtime.dead.letters")
                        .tag("source", "shop")
                        .gauge()
                        .value())
                .isEqualTo(1);
    }

    @Test
    @DisplayName("What a transform fails for is shown and counted, keeps nothing back, and can only be discarded")
    void changesThatATransformFailsForCanOnlyBeDiscarded() throws Exception {
        start(
                "--picky.transform=true",
                "--rustcdc.defaults.transforms.on-error=skip",
                "--management.endpoint.cdcdeadletters.show-values=always");
        picky.broken.add(1L);
        park(1, "INSERT INTO orders VALUES (1, 'a'), (2, 'a')");
        picky.broken.clear();
        database.sql("UPDATE orders SET note = 'b' WHERE id = 1");
        await().atMost(PATIENCE).until(() -> picky.handled.contains("update 1 b"));

        JsonNode listed = get("/shop?state=skipped").at("/letters/0");
        assertThat(listed.path("listener").asString()).isEqualTo("transform:picking");
        assertThat(listed.path("state").asString()).isEqualTo("skipped");
        long id = listed.path("id").asLong();
        assertThat(get("/shop/" + id).at("/event/after/note").asString()).isEqualTo("a");
        assertThat(get("/shop/" + id).path("error").asString()).contains("IllegalStateException: secret");
        assertThat(health().getDetails()).containsEntry("deadLetters", 1L);
        assertThat(application
                        .getBean(MeterRegistry.class)
                        .get("cdc.runtime.dead.letters")
                        .gauge()
                        .value())
                .isEqualTo(1);

        HttpResponse<String> refused = post("shop", "{\"action\": \"replay\", \"ids\": \"%d\"}".formatted(id));
        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(refused.body()).contains("cannot be replayed", "request a snapshot of public.orders");
        JsonNode replayed = done("{\"action\": \"replay\"}");
        assertThat(replayed.path("replayed").asInt() + replayed.path("left").asInt())
                .isZero();
        assertThat(replayed.path("count").asInt()).isEqualTo(1);
        assertThat(done("{\"action\": \"discard\", \"ids\": \"%d\"}".formatted(id))
                        .path("count")
                        .asInt())
                .isZero();
        assertThat(picky.handled).containsExactly("insert 2 a", "update 1 b");
    }

    @Test
    void refusesWhatCannotBeDoneAndSaysWhy() throws Exception {
        start();
        assertThat(post("other", "{\"action\": \"replay\"}").body()).contains("There is no source 'other'");
        assertThat(post("shop", "{\"action\": \"discard\"}").body()).contains("needs 'ids'");
        assertThat(post("shop", "{\"action\": \"replay\", \"ids\": \"1\", \"listener\": \"picky\"}")
                        .body())
                .contains("nothing has been done");
        assertThat(post("shop", "{\"action\": \"discard\", \"ids\": \"x\"}").body())
                .contains("must be numbers with commas between, found 'x'");
        HttpResponse<String> unknown = post("shop", "{\"action\": \"replay\", \"ids\": 4711}");
        assertThat(unknown.statusCode()).isEqualTo(400);
        assertThat(unknown.body()).contains("no dead letter 4711");
        assertThat(send(HttpRequest.newBuilder(URI.create(actuator + "/shop?limit=0")))
                        .body())
                .contains("1 to 1000");
        assertThat(send(HttpRequest.newBuilder(URI.create(actuator + "/other"))).statusCode())
                .isEqualTo(404);
        assertThat(send(HttpRequest.newBuilder(URI.create(actuator + "/shop/4711")))
                        .statusCode())
                .isEqualTo(404);
        engine().stop();
        HttpResponse<String> stopped = post("shop", "{\"action\": \"replay\"}");
        assertThat(stopped.statusCode()).isEqualTo(400);
        assertThat(stopped.body()).contains("STOPPED");
    }
}
