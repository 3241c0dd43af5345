package io.rustcdc.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.rustcdc.test.databases.FreePorts;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A Prometheus that scrapes one shop, with the alert rules of the documentation. */
final class PrometheusProcess implements AutoCloseable {

    private static final String CONFIGURATION = """
            global:
              scrape_interval: 5s
              evaluation_interval: 5s
            rule_files:
              - '%s'
            scrape_configs:
              - job_name: shop
                metrics_path: /actuator/prometheus
                static_configs:
                  - targets: ['127.0.0.1:%d']
            """;

    private final JsonMapper json = JsonMapper.shared();
    private final HttpClient http = HttpClient.newHttpClient();
    private final Process process;
    private final Path log;
    private final int port;

    private PrometheusProcess(Process process, Path log, int port) {
        this.process = process;
        this.log = log;
        this.port = port;
    }

    static boolean isInstalled() {
        for (String folder : System.getenv("PATH").split(":")) {
            if (Files.isExecutable(Path.of(folder, "prometheus"))) {
                return true;
            }
        }
        return false;
    }

    static PrometheusProcess start(Path directory, ShopProcess shop) throws IOException {
        Path rules =
                Path.of("../docs/observability/alerts.yml").toAbsolutePath().normalize();
        Path configuration = directory.resolve("prometheus.yml");
        Files.writeString(configuration, CONFIGURATION.formatted(rules, shop.port()));
        int port = FreePorts.next();
        Path log = directory.resolve("prometheus.log");
        Process process = new ProcessBuilder(
                        "prometheus",
                        "--config.file=" + configuration,
                        "--storage.tsdb.path=" + directory.resolve("prometheus"),
                        "--web.listen-address=127.0.0.1:" + port)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        PrometheusProcess prometheus = new PrometheusProcess(process, log, port);
        await("Prometheus sees the shop").atMost(Duration.ofSeconds(60)).until(prometheus::seesTheShop);
        return prometheus;
    }

    private boolean seesTheShop() throws InterruptedException, IOException {
        assertThat(process.isAlive()).as(() -> text()).isTrue();
        try {
            return !query("/api/v1/query?query=cdc_runtime_liveness%3D%3D1")
                    .at("/data/result")
                    .isEmpty();
        } catch (IOException notYet) {
            return false;
        }
    }

    /** The names of the alerts that fire now. */
    Set<String> firing() throws IOException, InterruptedException {
        Set<String> names = new TreeSet<>();
        for (JsonNode alert : query("/api/v1/alerts").at("/data/alerts")) {
            if (alert.at("/state").asString().equals("firing")) {
                names.add(alert.at("/labels/alertname").asString());
            }
        }
        return names;
    }

    private JsonNode query(String path) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .timeout(Duration.ofSeconds(10))
                .build();
        HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() != 200) {
            throw new IOException(
                    "%s: status %d, %s".formatted(path, answer.statusCode(), answer.body())); // it is starting
        }
        return json.readTree(answer.body());
    }

    private String text() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            return e.toString();
        }
    }

    @Override
    public void close() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(20, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
        }
    }
}
