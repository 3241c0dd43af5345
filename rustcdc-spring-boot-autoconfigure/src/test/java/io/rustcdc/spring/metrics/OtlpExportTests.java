package io.rustcdc.spring.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.micrometer.core.instrument.Clock;
import io.micrometer.registry.otlp.OtlpMeterRegistry;
import io.rustcdc.observe.EngineState;
import io.rustcdc.spring.CdcEngines;
import io.rustcdc.spring.app.Shop;
import io.rustcdc.spring.app.ShopApplication;
import io.rustcdc.test.databases.FreePorts;
import io.rustcdc.test.databases.PostgresDatabase;
import io.rustcdc.test.databases.PostgresServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.GenericApplicationContext;

/** The metrics pushed to an OpenTelemetry collector that is not there, and then is. */
@ExtendWith(OutputCaptureExtension.class)
@Timeout(120)
class OtlpExportTests {

    private static final Duration PATIENCE = Duration.ofSeconds(40);

    @TempDir
    private Path directory;

    private final Queue<String> received = new ConcurrentLinkedQueue<>();

    @Test
    @DisplayName("an unreachable collector is a warning; capture goes on, and the export resumes when it is there")
    void resumes(CapturedOutput output) throws Exception {
        int port = FreePorts.next();
        try (PostgresDatabase database = PostgresServer.shared().createDatabase()) {
            database.sql(Shop.SCHEMA);
            try (ConfigurableApplicationContext application = run(database, port)) {
                List<Long> orders = application.getBean(ShopApplication.class).orders();
                await().atMost(PATIENCE)
                        .until(() -> output.toString().contains("Failed to publish metrics to OTLP receiver"));
                assertThat(output.toString().lines())
                        .filteredOn(line -> line.contains("Failed to publish metrics"))
                        .allSatisfy(line -> assertThat(line).contains("WARN"));
                Shop.insert(database, 1, "Ada");
                await().atMost(PATIENCE).until(() -> orders.contains(1L));
                assertThat(application
                                .getBean(CdcEngines.class)
                                .get("shop")
                                .status()
                                .state())
                        .isEqualTo(EngineState.STREAMING);

                HttpServer collector = HttpServer.create(loopback(port), 0);
                collector.createContext("/v1/metrics", this::receive);
                collector.start();
                try {
                    await().atMost(PATIENCE)
                            .untilAsserted(() -> assertThat(received)
                                    .anySatisfy(metrics -> assertThat(metrics)
                                            .contains(
                                                    CdcMetric.EVENTS_COMMITTED.meterName(),
                                                    CdcMetric.REPLICATION_LAG.meterName(),
                                                    "source_type",
                                                    "postgres")));
                } finally {
                    collector.stop(0);
                }
                Shop.insert(database, 2, "Bob");
                await().atMost(PATIENCE).until(() -> orders.contains(2L));
            }
        }
    }

    private ConfigurableApplicationContext run(PostgresDatabase database, int port) {
        List<String> arguments = new ArrayList<>(List.of(
                "--rustcdc.postgres.shop.snapshot.mode=never",
                "--spring.datasource.url=" + database.jdbcUrl(),
                "--spring.datasource.username=postgres"));
        for (String property : Shop.properties(database, directory)) {
            arguments.add("--" + property);
        }
        Map<String, String> settings =
                Map.of("otlp.url", "http://127.0.0.1:" + port + "/v1/metrics", "otlp.step", "PT1S");
        SpringApplication application = new SpringApplicationBuilder(ShopApplication.class)
                .web(WebApplicationType.NONE)
                .initializers(context -> ((GenericApplicationContext) context)
                        .registerBean(
                                OtlpMeterRegistry.class, () -> new OtlpMeterRegistry(settings::get, Clock.SYSTEM)))
                .build();
        return application.run(arguments.toArray(String[]::new));
    }

    /** The names stand in the message as they are; nothing more is to be known of protocol buffers. */
    private void receive(HttpExchange exchange) throws IOException {
        try (exchange) {
            received.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.ISO_8859_1));
            exchange.sendResponseHeaders(200, -1);
        }
    }

    private static InetSocketAddress loopback(int port) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }
}
