package io.rustcdc.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.Row;
import io.rustcdc.spring.CdcListener;
import io.rustcdc.spring.metrics.CdcMetric;
import io.rustcdc.test.databases.PostgresDatabase;
import io.rustcdc.test.databases.PostgresServer;
import io.rustcdc.test.databases.sqlserver.SqlServerStandIn;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;

/** What an application with two sources really shows to Prometheus, against what the pages and the alert rules say. */
@Timeout(180)
class ScrapeTests {

    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final Pattern SAMPLE = Pattern.compile("(cdc_\\w+)(?:\\{(.*)})? \\S+");
    private static final Pattern LABEL = Pattern.compile("(\\w+)(=~?)\"((?:[^\"\\\\]|\\\\.)*)\"");
    private static final Pattern SELECTOR = Pattern.compile("(cdc_\\w+)\\{([^}]*)}");
    private static final Pattern MATCHED = Pattern.compile("\\b(?:on|by|ignoring) \\(([^)]*)\\)");

    /** A source that keeps up has no runway. What belongs to an outbox or to dead letters is there only where these are. */
    private static final Pattern ALWAYS = Pattern.compile(
            "cdc_((runtime|replication)_(?!retained_log_runway|dead_letters|events_parked).*|transform_rules_unmatched)");

    private static final Set<String> OF_PROMETHEUS = Set.of("job", "instance", "alertname");

    /** A metric with the labels of one of its series. */
    private record Series(String name, Map<String, String> labels) {}

    @Test
    @DisplayName(
            "OB-01 every series of the page and of the alert rules is on a scrape, with that name and those labels")
    void showsWhatThePagesSay(@TempDir Path directory) throws Exception {
        try (PostgresServer server = PostgresServer.builder()
                        .setting("max_slot_wal_keep_size", "1GB")
                        .start();
                SqlServerStandIn ledger = SqlServerStandIn.start();
                PostgresDatabase shop = server.createDatabase()) {
            shop.sql("CREATE TABLE orders (id bigint PRIMARY KEY)");
            ledger.sql("CREATE TABLE dbo.orders (id bigint PRIMARY KEY)");
            ledger.enable("dbo.orders");
            ledger.capture();
            SpringApplication application = new SpringApplication(Listeners.class);
            application.addInitializers(
                    context -> context.getBeanFactory().registerSingleton("ledger", ledger.connections()));
            try (ConfigurableApplicationContext context = application.run(
                    "--server.port=0",
                    "--management.endpoints.web.exposure.include=prometheus",
                    "--rustcdc.checkpoint.directory=" + directory,
                    "--rustcdc.postgres.shop.host=" + server.host(),
                    "--rustcdc.postgres.shop.port=" + server.port(),
                    "--rustcdc.postgres.shop.database=" + shop.name(),
                    "--rustcdc.postgres.shop.user=postgres",
                    "--rustcdc.postgres.shop.delivery.retry.not-retried=java.lang.ArithmeticException",
                    "--rustcdc.postgres.shop.transforms.rules.secrets.tables=public.orders",
                    "--rustcdc.postgres.shop.transforms.rules.secrets.mask=iban",
                    "--rustcdc.sqlserver.ledger.host=localhost",
                    "--rustcdc.sqlserver.ledger.database=" + ledger.name(),
                    "--rustcdc.sqlserver.ledger.user=cdc_user",
                    "--rustcdc.sqlserver.ledger.password=change-me")) {
                shop.sql("INSERT INTO orders VALUES (1)");
                Set<String> documented = Arrays.stream(CdcMetric.values())
                        .map(CdcMetric::prometheusName)
                        .collect(Collectors.toSet());
                Set<String> required =
                        documented.stream().filter(ALWAYS.asMatchPredicate()).collect(Collectors.toSet());
                await().atMost(PATIENCE)
                        .untilAsserted(() -> assertThat(scrape(context))
                                .extracting(Series::name)
                                .containsAll(required));
                List<Series> scraped = scrape(context);
                assertThat(scraped).extracting(Series::name).isSubsetOf(documented);
                requireLabels(scraped);
                for (String file : List.of("alerts.yml", "alerts-test.yml")) {
                    requireSelected(file, Files.readString(Page.root().resolve("docs/observability/" + file)), scraped);
                }
            }
        }
    }

    private static void requireLabels(List<Series> scraped) {
        for (CdcMetric metric : CdcMetric.values()) {
            Set<String> labels = Stream.concat(Stream.of("source", "source_type"), metric.tags().stream())
                    .collect(Collectors.toSet());
            assertThat(scraped)
                    .filteredOn(series -> series.name().equals(metric.prometheusName()))
                    .allSatisfy(series -> assertThat(series.labels()).containsOnlyKeys(labels));
        }
        assertThat(scraped)
                .extracting(series ->
                        series.labels().get("source") + " " + series.labels().get("source_type"))
                .containsOnly("shop postgres", "ledger sqlserver");
    }

    /** Each label that a rule asks for is there; each value too, except for the examples in the rules' own tests. */
    private static void requireSelected(String file, String rules, List<Series> scraped) {
        Set<String> labels = scraped.stream()
                .flatMap(series -> series.labels().keySet().stream())
                .collect(Collectors.toSet());
        Matcher selector = SELECTOR.matcher(rules);
        while (selector.find()) {
            String metric = selector.group(1);
            labels(selector.group(2)).forEach((label, values) -> {
                if (!OF_PROMETHEUS.contains(label)) {
                    assertThat(scraped)
                            .as("%s: %s{%s=%s}", file, metric, label, values)
                            .filteredOn(series -> series.name().equals(metric))
                            .extracting(series -> series.labels().get(label))
                            .containsAll(label.startsWith("source") ? List.of() : List.of(values.split("\\|")))
                            .doesNotContainNull();
                }
            });
        }
        Matcher matched = MATCHED.matcher(rules);
        while (matched.find()) {
            assertThat(List.of(matched.group(1).split(", ?")))
                    .as(file)
                    .allMatch(label -> labels.contains(label) || OF_PROMETHEUS.contains(label));
        }
    }

    private static List<Series> scrape(ConfigurableApplicationContext context) throws Exception {
        URI address = URI.create("http://localhost:" + context.getEnvironment().getProperty("local.server.port")
                + "/actuator/prometheus");
        String text = HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(address).build(), BodyHandlers.ofString())
                .body();
        return text.lines()
                .map(SAMPLE::matcher)
                .filter(Matcher::matches)
                .map(sample -> new Series(sample.group(1), labels(sample.group(2) == null ? "" : sample.group(2))))
                .toList();
    }

    private static Map<String, String> labels(String text) {
        Map<String, String> labels = new TreeMap<>();
        Matcher label = LABEL.matcher(text);
        while (label.find()) {
            labels.put(label.group(1), label.group(3));
        }
        return labels;
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Listeners {

        private final AtomicBoolean failed = new AtomicBoolean();

        @CdcListener(source = "shop", tables = "public.orders")
        void onOrder(ChangeEvent<Row> change) {
            if (failed.compareAndSet(false, true)) {
                throw new IllegalStateException("once");
            }
        }

        @CdcListener(id = "invoices", source = "shop", tables = "public.orders", onFailure = "skip")
        void skipped(ChangeEvent<Row> change) {
            throw new ArithmeticException("always");
        }

        @CdcListener(source = "ledger", tables = "dbo.orders")
        void onEntry(ChangeEvent<Row> change) {}
    }
}
