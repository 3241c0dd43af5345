package io.rustcdc.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.rustcdc.spring.metrics.CdcMetric;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** That what the page says of metrics, alerts and log events is what there is. */
class ObservabilityPageTests {

    private static final Page PAGE = Page.named("docs/observability.md");
    private static final Path RULES = Page.root().resolve("docs/observability/alerts.yml");
    private static final Pattern METRIC = Pattern.compile("\\bcdc_[a-z_]+");
    private static final Pattern ALERT = Pattern.compile("- alert: (\\w+)");
    private static final Pattern EVENT =
            Pattern.compile("\\b(?:log|failure|checkpoint)\\([^\";{}]*Level\\.[^\";{}]*\"([a-z]+_[a-z_]+)\"");

    @Test
    void listsTheMetrics() throws IOException {
        GeneratedTables.requireIn("docs/observability.md", Map.of("metrics", metrics()), getClass());
    }

    private static String metrics() {
        return Arrays.stream(CdcMetric.values())
                .map(metric -> "| `%s` | %s | %s | %s |\n"
                        .formatted(
                                metric.prometheusName(),
                                metric.kind().name().toLowerCase(Locale.ROOT),
                                Stream.concat(Stream.of("source", "source_type"), metric.tags().stream())
                                        .map(tag -> "`" + tag + "`")
                                        .collect(Collectors.joining(", ")),
                                metric.description()))
                .collect(Collectors.joining(
                        "", "| metric in Prometheus | kind | tags | meaning |\n|---|---|---|---|\n", ""));
    }

    @Test
    void theRulesUseMetricsThatExist() throws IOException {
        Set<String> known =
                Arrays.stream(CdcMetric.values()).map(CdcMetric::prometheusName).collect(Collectors.toSet());
        for (String file : List.of("alerts.yml", "alerts-test.yml")) {
            assertThat(found(METRIC, Files.readString(RULES.resolveSibling(file)), MatchResult::group))
                    .as(file)
                    .isNotEmpty()
                    .isSubsetOf(known);
        }
    }

    @Test
    void explainsEveryAlertAndTestsIt() throws IOException {
        Set<String> alerts = found(ALERT, Files.readString(RULES), match -> match.group(1));
        assertThat(firstColumn("Cdc\\w+")).containsExactlyInAnyOrderElementsOf(alerts);
        assertThat(Files.readString(RULES.resolveSibling("alerts-test.yml"))).contains(alerts);
    }

    @Test
    void theRulesPassTheirTests() throws Exception {
        boolean installed = Arrays.stream(System.getenv("PATH").split(":"))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, "promtool")));
        assumeThat(installed)
                .as("NOT RUN: promtool is not installed (Debian package prometheus)")
                .isTrue();
        Process promtool = new ProcessBuilder("promtool", "test", "rules", "alerts-test.yml")
                .directory(RULES.getParent().toFile())
                .redirectErrorStream(true)
                .start();
        String said = new String(promtool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(promtool.waitFor()).as(said).isZero();
    }

    @Test
    void listsTheLogEvents() throws IOException {
        String observer = Files.readString(
                Page.root().resolve("rustcdc-engine/src/main/java/io/rustcdc/observe/LoggingObserver.java"));
        Set<String> events = found(EVENT, observer, match -> match.group(1));
        events.remove("delivery_error_text"); // the text of one that is listed
        String letters = Files.readString(
                Page.root().resolve("rustcdc-engine/src/main/java/io/rustcdc/observe/DeadLetterLog.java"));
        events.addAll(found(Pattern.compile("-> \"([a-z]+_[a-z_]+)\""), letters, match -> match.group(1)));
        events.add("insecure_transport");
        events.add("transaction_split"); // a warning, whose code is the event
        assertThat(firstColumn("[a-z]+_[a-z_]+")).containsExactlyInAnyOrderElementsOf(events);
    }

    /** The Loki filter asks for events that are written. */
    @Test
    void filtersEventsThatExist() {
        Set<String> events = Set.copyOf(firstColumn("[a-z]+_[a-z_]+"));
        assertThat(PAGE.blocksIn("logql")).isNotEmpty().allSatisfy(block -> {
            Set<String> asked = found(Pattern.compile("event=~?\"([a-z_|]+)\""), block.text(), match -> match.group(1));
            assertThat(asked).isNotEmpty();
            assertThat(events)
                    .containsAll(asked.stream()
                            .flatMap(names -> Arrays.stream(names.split("\\|")))
                            .toList());
        });
    }

    private static List<String> firstColumn(String name) {
        return PAGE.prose().stream()
                .filter(line -> line.matches("\\| `" + name + "` \\| .*"))
                .map(line -> line.split("`")[1])
                .filter(found -> !found.startsWith("cdc_"))
                .toList();
    }

    private static Set<String> found(Pattern pattern, String text, Function<MatchResult, String> name) {
        return pattern.matcher(text).results().map(name).collect(Collectors.toCollection(TreeSet::new));
    }
}
