package io.rustcdc.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.web.server.servlet.context.ServletWebServerApplicationContext;

/** The whole sample on its own server, seen from outside. */
@Timeout(180)
class SampleApplicationTests {

    @TempDir
    private static Path directory;

    private static ServletWebServerApplicationContext context;

    private final HttpClient http = HttpClient.newHttpClient();

    @BeforeAll
    static void start() {
        context = (ServletWebServerApplicationContext) SpringApplication.run(
                SampleApplication.class,
                "--server.port=0",
                "--shop.data-directory=" + directory,
                "--shop.orders-per-second=20",
                "--spring.main.banner-mode=off");
    }

    @AfterAll
    static void stop() {
        context.close();
    }

    @Test
    void showsOrdersToTheBrowserAsTheyArrive() throws Exception {
        HttpResponse<Stream<String>> stream = http.send(request("/api/changes"), HttpResponse.BodyHandlers.ofLines());
        try (Stream<String> lines = stream.body()) {
            String data = lines.filter(line -> line.startsWith("data:") && line.contains("\"public.orders\""))
                    .findFirst()
                    .orElseThrow();
            assertThat(data).contains("\"operation\":\"", "\"number\":", "\"offset\":\"", "\"delayMillis\":");
        }
    }

    @Test
    void keepsTheReadModelEqualToTheOrders() throws Exception {
        await("orders in the read model")
                .atMost(Duration.ofSeconds(90))
                .untilAsserted(() -> assertThat(get("/api/totals"))
                        .doesNotContain("\"orders\":0,")
                        .contains("\"PAID\":"));
        assertThat(get("/api/verify?patience=60")).contains("\"equal\":true");
    }

    @Test
    void servesThePageFromItself() throws Exception {
        assertThat(get("/")).contains("<title>rustcdc").doesNotContain("src=\"http", "href=\"http", "@import");
        assertThat(get("/page.js")).contains("EventSource");
        assertThat(get("/page.css")).contains("--page");
    }

    @Test
    void showsItsHealth() throws Exception {
        await("healthy")
                .untilAsserted(() -> assertThat(get("/actuator/health"))
                        .contains("\"cdc\":", "\"shop\":")
                        .doesNotContain("DOWN"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "cdc_runtime_replication_lag_ms",
                "cdc_runtime_events_polled_total",
                "cdc_runtime_events_committed_total",
                "cdc_runtime_liveness",
                "cdc_runtime_checkpoint_age_ms",
                "cdc_runtime_in_flight_events",
                "cdc_runtime_buffer_depth"
            })
    void hasTheMetricsOfTheRunbook(String name) throws Exception {
        assertThat(get("/actuator/prometheus").lines())
                .anyMatch(line -> line.startsWith(name + "{") && line.contains("source=\"shop\""));
    }

    private String get(String path) throws Exception {
        return http.send(request(path), HttpResponse.BodyHandlers.ofString()).body();
    }

    private static HttpRequest request(String path) {
        return HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + context.getWebServer().getPort() + path))
                .timeout(Duration.ofSeconds(120))
                .build();
    }
}
