package io.rustcdc.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.rustcdc.checkpoint.jdbc.JdbcDeadLetters;
import io.rustcdc.checkpoint.jdbc.JdbcOptions;
import io.rustcdc.checkpoint.jdbc.JdbcTables;
import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.Row;
import io.rustcdc.spring.CdcListener;
import io.rustcdc.spring.DeadLetterStoreFactory;
import io.rustcdc.test.databases.PostgresDatabase;
import io.rustcdc.test.databases.PostgresServer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.ds.PGSimpleDataSource;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.GenericApplicationContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Sends what docs/dead-letters.md and the runbook tell people to send, from top to bottom, to an application that has dead letters. */
class DeadLettersPageTests {

    private static final Page PAGE = Page.named("docs/dead-letters.md");
    private static final Page RUNBOOK = Page.named("docs/runbook.md");
    private static final Pattern CURL =
            Pattern.compile("curl(?: -X POST .* -d '(.+)')? '?http://localhost:8080([^']+)'?");

    private final HttpClient client = HttpClient.newHttpClient();

    @SpringBootConfiguration
    @EnableAutoConfiguration
    static class Application {

        final List<String> handled = new CopyOnWriteArrayList<>();
        volatile boolean mended;

        @CdcListener(id = "invoices.on", tables = "public.orders")
        void on(ChangeEvent<Row> change) {
            if (!mended && !"fine".equals(change.after().get("status"))) {
                throw new IllegalStateException("no invoice");
            }
            handled.add(change.after().get("id") + " " + change.after().get("status"));
        }
    }

    private record Sent(String command, HttpResponse<String> response) {}

    private List<Sent> send(ConfigurableApplicationContext application, Stream<CodeBlock> blocks) throws Exception {
        String port = application.getEnvironment().getProperty("local.server.port");
        List<Sent> sent = new ArrayList<>();
        for (String command : blocks.flatMap(block -> block.text().lines())
                .filter(line -> line.contains("/actuator/cdcdeadletters"))
                .toList()) {
            Matcher curl = CURL.matcher(command);
            assertThat(curl.matches()).as(command).isTrue();
            HttpRequest.Builder request =
                    HttpRequest.newBuilder(URI.create("http://localhost:" + port + curl.group(2)));
            if (curl.group(1) != null) {
                request.header("Content-Type", "application/json").POST(BodyPublishers.ofString(curl.group(1)));
            }
            sent.add(new Sent(command, client.send(request.build(), BodyHandlers.ofString())));
        }
        return sent;
    }

    private ConfigurableApplicationContext start(ShopDatabase shop, Path directory) throws SQLException {
        PostgresDatabase database = shop.database();
        database.sql("CREATE TABLE public.orders (id bigint PRIMARY KEY, status text)");
        PGSimpleDataSource dataSource = new PGSimpleDataSource();
        dataSource.setUrl(database.jdbcUrl());
        dataSource.setUser(PostgresServer.SUPERUSER);
        JdbcTables.create(dataSource, JdbcOptions.ofDefaults());
        JdbcDeadLetters letters = new JdbcDeadLetters(dataSource, JdbcOptions.ofDefaults(), 100);
        DeadLetterStoreFactory factory = letters::store;
        ConfigurableApplicationContext application = new SpringApplicationBuilder(Application.class)
                .initializers((GenericApplicationContext context) ->
                        context.registerBean(DeadLetterStoreFactory.class, () -> factory))
                .run(
                        "--server.port=0",
                        "--rustcdc.postgres.shop.host=" + database.server().host(),
                        "--rustcdc.postgres.shop.port=" + shop.port(),
                        "--rustcdc.postgres.shop.database=" + database.name(),
                        "--rustcdc.postgres.shop.user=" + PostgresServer.SUPERUSER,
                        "--rustcdc.checkpoint.directory=" + directory,
                        "--rustcdc.defaults.delivery.on-failure=park",
                        "--rustcdc.defaults.delivery.retry.attempts=1",
                        "--spring.web.error.include-message=always",
                        "--management.endpoints.web.exposure.include=cdcdeadletters",
                        "--management.endpoint.cdcdeadletters.access=unrestricted");
        database.sql("INSERT INTO public.orders VALUES (1, 'new')", "UPDATE public.orders SET status = 'paid'");
        await().atMost(Duration.ofSeconds(20))
                .until(() -> database.value("SELECT count(*) FROM rustcdc_dead_letter")
                        .equals("2"));
        return application;
    }

    @Test
    void whatThePageSendsIsAnswered(@TempDir Path directory) throws Exception {
        try (ShopDatabase shop = new ShopDatabase();
                ConfigurableApplicationContext application = start(shop, directory)) {
            List<Sent> sent = send(application, PAGE.blocksIn("shell").stream());

            assertThat(sent)
                    .hasSize(8)
                    .allSatisfy(each -> assertThat(each.response.statusCode())
                            .as(each.command + each.response.body())
                            .isEqualTo(200));
            JsonNode answer = JsonMapper.shared().readTree(sent.get(7).response.body());
            assertThat(answer.path("discarded").asInt()).isEqualTo(2);
            assertThat(application.getBean(Application.class).handled).isEmpty();
            JsonNode list = JsonMapper.shared().readTree(sent.get(1).response.body());
            JsonNode shown =
                    JsonMapper.shared().readTree(PAGE.blocksIn("json").get(0).text());
            assertThat(fields(shown.at("/letters/0"))).isEqualTo(fields(list.at("/letters/0")));
            assertThat(fields(list)).isSubsetOf(fields(shown));
        }
    }

    @Test
    void whatTheRunbookSendsMendsIt(@TempDir Path directory) throws Exception {
        try (ShopDatabase shop = new ShopDatabase();
                ConfigurableApplicationContext application = start(shop, directory)) {
            application.getBean(Application.class).mended = true;

            List<Sent> sent = send(application, RUNBOOK.blocksIn("shell").stream());

            assertThat(sent).hasSize(5);
            assertThat(sent.subList(0, 4))
                    .allSatisfy(each -> assertThat(each.response.statusCode())
                            .as(each.command + each.response.body())
                            .isEqualTo(200));
            assertThat(application.getBean(Application.class).handled).containsExactly("1 new", "1 paid");
            assertThat(sent.get(4).response.body()).contains("no dead letter 1");
        }
    }

    private static List<String> fields(JsonNode node) {
        return List.copyOf(node.propertyNames());
    }
}
