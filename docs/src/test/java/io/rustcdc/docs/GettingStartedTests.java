package io.rustcdc.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.io.DefaultResourceLoader;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Follows the guide: its SQL on a server, its application in a context, and looks whether what it promises comes true. */
@ExtendWith(OutputCaptureExtension.class)
class GettingStartedTests {

    private static final Page GUIDE = Page.named("docs/getting-started.md");
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @Test
    void leadsToAFirstChange(@TempDir Path folder, CapturedOutput output) throws Exception {
        List<CodeBlock> applications = GUIDE.blocksIn("java").stream()
                .filter(block -> block.text().startsWith("package com.example.shop;"))
                .toList();
        assertThat(JavaCompilation.compile(applications, folder)).isEmpty();
        int listenerLine = applications.get(0).line();
        try (ShopDatabase shop = new ShopDatabase();
                URLClassLoader classes =
                        new URLClassLoader(new URL[] {folder.toUri().toURL()})) {
            sql(block -> block.line() < listenerLine).forEach(shop::run);
            try (ConfigurableApplicationContext context = start(classes, folder, shop.port())) {
                shop.run(sql(block -> block.line() > listenerLine).get(0));
                String promised = GUIDE.inlineCode().stream()
                        .filter(code -> code.startsWith("INSERT null ->"))
                        .findFirst()
                        .orElseThrow();
                await().atMost(PATIENCE)
                        .untilAsserted(() -> assertThat(output)
                                .contains(promised)
                                .contains("UPDATE Order[id=1")
                                .contains("DELETE Order[id=1"));
                String port = context.getEnvironment().getRequiredProperty("local.server.port");
                await().atMost(PATIENCE)
                        .untilAsserted(() -> assertThat(json(port, "cdc")
                                        .at("/sources/shop/committedCount")
                                        .asInt())
                                .isEqualTo(3));
                showsTheEndpoint(port);
                showsTheHealth(port);
                showsTheMetrics(port);
            }
        }
    }

    private static void showsTheEndpoint(String port) throws Exception {
        CodeBlock promised = GUIDE.blocksIn("json").stream()
                .filter(block -> block.attribute("of").equals("endpoint"))
                .findFirst()
                .orElseThrow();
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(JsonBlocksTests.keys(json(port, "cdc")))
                        .isEqualTo(JsonBlocksTests.keys(JsonMapper.shared().readTree(promised.text()))));
    }

    private static void showsTheHealth(String port) throws Exception {
        assertThat(json(port, "health")
                        .at("/components/cdc/components/shop/status")
                        .asString())
                .isEqualTo("UP");
    }

    /** Without a limit of the server's log, before a listener has failed, and where nothing is polled. */
    private static final Set<String> ABSENT_AT_FIRST = Set.of(
            "cdc_runtime_retained_log_safe_bytes",
            "cdc_runtime_retained_log_runway_seconds",
            "cdc_runtime_delivery_errors_total",
            "cdc_transform_rules_unmatched",
            "cdc_outbox_removal_errors_total",
            "cdc_runtime_dead_letters_discarded_total",
            "cdc_runtime_dead_letters_replayed_total",
            "cdc_runtime_dead_letters_superseded_total",
            "cdc_runtime_delivery_skipped_total",
            "cdc_runtime_events_parked_total",
            "cdc_outbox_rows_removed_total",
            "cdc_runtime_poll_latency_p95_ms",
            "cdc_runtime_poll_latency_p99_ms",
            "cdc_runtime_capture_latency_ms");

    /** All metrics that are described are there, and all that are there are described. */
    private static void showsTheMetrics(String port) {
        Set<String> described = Page.named("docs/observability.md").inlineCode().stream()
                .filter(code -> code.matches("cdc_[a-z0-9_]+"))
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(described).containsAll(ABSENT_AT_FIRST);
        described.removeAll(ABSENT_AT_FIRST);
        // What is measured is in the endpoint a moment before it is a metric.
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(metrics(port)).isEqualTo(described));
    }

    private static Set<String> metrics(String port) throws IOException, InterruptedException {
        return get(port, "prometheus")
                .lines()
                .filter(line -> line.startsWith("cdc_"))
                .map(line -> line.substring(0, line.indexOf('{')))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static List<CodeBlock> sql(java.util.function.Predicate<CodeBlock> where) {
        return GUIDE.blocksIn("sql").stream().filter(where).toList();
    }

    private static ConfigurableApplicationContext start(ClassLoader classes, Path folder, int port)
            throws IOException, ClassNotFoundException {
        String yaml = GUIDE.blocksIn("yaml").stream().map(CodeBlock::text).collect(Collectors.joining("---\n"));
        Files.writeString(folder.resolve("application.yml"), yaml);
        SpringApplication application = new SpringApplication(
                new DefaultResourceLoader(classes), Class.forName("com.example.shop.ShopApplication", true, classes));
        return application.run(
                "--spring.config.location=" + folder.resolve("application.yml").toUri(),
                "--rustcdc.postgres.shop.port=" + port,
                "--rustcdc.checkpoint.directory=" + folder.resolve("checkpoints"),
                "--CDC_PASSWORD=change-me",
                "--server.port=0");
    }

    private static JsonNode json(String port, String endpoint) throws Exception {
        return JsonMapper.shared().readTree(get(port, endpoint));
    }

    private static String get(String port, String endpoint) throws IOException, InterruptedException {
        HttpResponse<String> response = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/actuator/" + endpoint))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        assertThat(response.statusCode()).as(endpoint + ": " + response.body()).isEqualTo(200);
        return response.body();
    }
}
