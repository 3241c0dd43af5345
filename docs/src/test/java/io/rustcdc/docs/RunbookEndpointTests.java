package io.rustcdc.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.Operation;
import io.rustcdc.event.Row;
import io.rustcdc.spring.CdcListener;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Sends the requests of the runbook, as they stand, to an application with its settings. */
class RunbookEndpointTests {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Pattern CURL =
            Pattern.compile("curl(?: -X (\\w+))?( -H \"[^\"]+\")?(?: -d '([^']+)')? http://localhost:8080(/\\S+)");

    @TempDir
    private Path folder;

    private final ShopDatabase shop = new ShopDatabase();
    private final HttpClient client = HttpClient.newHttpClient();
    private ConfigurableApplicationContext context;
    private List<String> delivered;
    private String address;

    @BeforeEach
    void start() throws Exception {
        Page.named("docs/getting-started.md").blocksIn("sql").stream()
                .filter(block -> !block.text().contains("INSERT"))
                .forEach(shop::run);
        String yaml = Runbook.PAGE.blocksIn("yaml").get(0).text() + """
                ---
                rustcdc:
                  postgres:
                    shop:
                      host: localhost
                      database: shop
                      user: cdc_user
                      password: change-me
                      replication-slot-name: shop_cdc
                      publication-name: shop_cdc
                """;
        Files.writeString(folder.resolve("application.yml"), yaml);
        context = new SpringApplication(Orders.class)
                .run(
                        "--spring.config.location="
                                + folder.resolve("application.yml").toUri(),
                        "--rustcdc.postgres.shop.port=" + shop.port(),
                        "--rustcdc.checkpoint.directory=" + folder.resolve("rustcdc"),
                        "--server.port=0");
        delivered = context.getBean(Orders.class).delivered;
        address = "http://127.0.0.1:" + context.getEnvironment().getRequiredProperty("local.server.port");
        awaitState("STREAMING");
    }

    @AfterEach
    void end() {
        context.close();
        shop.close();
    }

    @Test
    void stopsAndStarts() throws Exception {
        send("\"stop\"");
        awaitState("STOPPED");
        send("\"start\"");
        awaitState("STREAMING");
        insert();
        awaitDelivered("INSERT 1");
    }

    @Test
    void acceptsAGapAndReadsTheRowsAgain() throws Exception {
        insert();
        awaitDelivered("INSERT 1");
        send("\"stop\"");
        awaitState("STOPPED");
        shop.database().dropSlot("shop_cdc");
        insert();
        send("\"start\"");
        awaitState("FAILED");
        delivered.clear();

        send("\"accept-gap\"");
        awaitState("STREAMING");
        send("\"snapshot\"");

        awaitDelivered("READ 1", "READ 2");
    }

    private void awaitConfirmedBehind(String lsn) {
        await().atMost(PATIENCE)
                .until(() -> "t"
                        .equals(shop.database()
                                .value(
                                        "SELECT (confirmed_flush_lsn > '%s')::text::char FROM pg_replication_slots WHERE slot_name = 'shop_cdc'"
                                                .formatted(lsn))));
    }

    @Test
    void looksAtCheckpointsSetsThemAndRestoresThem() throws Exception {
        insert();
        awaitDelivered("INSERT 1");
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(
                                get("/actuator/cdc/shop").at("/committedCount").asInt())
                        .isEqualTo(1));
        send("\"stop\"");
        awaitState("STOPPED");
        insert();
        String end = shop.database().value("SELECT pg_current_wal_lsn()");
        insert();
        List<String> looks = commands().stream()
                .filter(command -> !command.contains(" -X ") && command.contains("checkpoints"))
                .toList();
        assertThat(looks).hasSize(3);
        for (String look : looks) {
            assertThat(run(look)).contains("lsn");
        }

        run(command("\"set\"").replace("0/16B3748", end));
        send("\"start\"");

        awaitDelivered("INSERT 1", "INSERT 3");
        awaitConfirmedBehind(end);
        send("\"stop\"");
        awaitState("STOPPED");
        String id = get("/actuator/cdccheckpoints/shop").at("/history/0/id").asString();
        assertThat(id).isNotEmpty();
        HttpResponse<String> refused = exchange(command("\"restore\"").replace("20261128T205917.123Z", id));
        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(refused.body()).startsWith("{\"refused\":").contains("divergence"); // the slot has moved on
        run(command("-X DELETE"));
        assertThat(get("/actuator/cdccheckpoints/shop").at("/present").isEmpty())
                .isTrue();
    }

    @Test
    void showsWhatTheSourceSays() throws Exception {
        assertThat(Runbook.run(folder, "diagnose", "ACTUATOR", address + "/actuator"))
                .contains("\"state\":\"STREAMING\"", "cdc_runtime_liveness");
        assertThat(Runbook.run(folder, "lag", "ACTUATOR", address + "/actuator"))
                .isEmpty();
    }

    @Test
    void tellsOfASourceThatIsBehind() throws Exception {
        HttpServer behind = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        behind.createContext("/actuator/prometheus", exchange -> {
            byte[] metrics = "cdc_runtime_replication_lag_ms{source=\"shop\",source_type=\"postgres\"} 45000.0\n"
                    .getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, metrics.length);
            exchange.getResponseBody().write(metrics);
            exchange.close();
        });
        behind.start();
        try {
            String actuator = "http://127.0.0.1:" + behind.getAddress().getPort() + "/actuator";
            assertThatThrownBy(() -> Runbook.run(folder, "lag", "ACTUATOR", actuator))
                    .hasMessageContaining("behind by 45000.0 ms")
                    .hasMessageContaining("source=\"shop\"");
        } finally {
            behind.stop(0);
        }
    }

    /** The server numbers the orders from 1 on. */
    private void insert() {
        shop.database().sql("INSERT INTO orders (customer_id, status, total) VALUES (3, 'NEW', 10.50)");
    }

    private void awaitDelivered(String... changes) {
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(delivered).containsExactly(changes));
    }

    private void awaitState(String state) {
        await().atMost(PATIENCE)
                .untilAsserted(
                        () -> assertThat(get("/actuator/cdc/shop").at("/state").asString())
                                .isEqualTo(state));
    }

    private static List<String> commands() {
        return Runbook.PAGE.blocksIn("shell").stream()
                .flatMap(block -> block.text().lines())
                .toList();
    }

    /** The page's command with this text; it may stand there several times, but always the same. */
    private static String command(String text) {
        List<String> found = commands().stream()
                .filter(command -> command.contains(text))
                .distinct()
                .toList();
        assertThat(found).as(text).hasSize(1);
        return found.get(0);
    }

    private void send(String action) throws Exception {
        run(command(action));
    }

    private String run(String command) throws Exception {
        HttpResponse<String> response = exchange(command);
        assertThat(response.statusCode()).as(command + ": " + response.body()).isBetween(200, 204);
        return response.body();
    }

    private JsonNode get(String path) throws Exception {
        return JsonMapper.shared().readTree(run("curl http://localhost:8080" + path));
    }

    private HttpResponse<String> exchange(String command) throws Exception {
        Matcher curl = CURL.matcher(command);
        assertThat(curl.matches()).as(command).isTrue();
        String body = curl.group(3);
        HttpRequest.BodyPublisher publisher =
                body == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body);
        HttpRequest request = HttpRequest.newBuilder(URI.create(address + curl.group(4)))
                .header("Content-Type", "application/json")
                .method(curl.group(1) == null ? "GET" : curl.group(1), publisher)
                .build();
        return client.send(request, HttpResponse.BodyHandlers.ofString());
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Orders {

        private final List<String> delivered = new CopyOnWriteArrayList<>();

        @CdcListener(
                tables = "public.orders",
                operations = {Operation.READ, Operation.INSERT})
        void on(ChangeEvent<Row> change) {
            delivered.add(change.operation() + " " + change.afterRow().get("id"));
        }
    }
}
