package io.rustcdc.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.convert.DurationStyle;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** That the examples of the page fit together and to what Boot does: times, paths, names of settings. */
class DeploymentPageTests {

    private static final Page PAGE = Page.named("docs/deployment.md");

    @Test
    @SuppressWarnings("unchecked") // the shape of a Kubernetes manifest
    void theManifestGivesTheApplicationTimeToStopAndBootsProbes() {
        Map<String, Object> manifest = yaml(PAGE.blocksIn("yaml").stream()
                .filter(block -> block.attribute("of").equals("kubernetes"))
                .toList());
        Map<String, Object> spec = (Map<String, Object>) manifest.get("spec");
        Map<String, Object> template = (Map<String, Object>) spec.get("template");
        Map<String, Object> pod = (Map<String, Object>) template.get("spec");
        Map<String, Object> container = ((List<Map<String, Object>>) pod.get("containers")).get(0);

        assertThat(spec.get("replicas")).isEqualTo(2);
        assertThat(((Map<String, Object>) template.get("metadata")).get("labels"))
                .isEqualTo(((Map<String, Object>) spec.get("selector")).get("matchLabels"));
        assertThat(Duration.ofSeconds((Integer) pod.get("terminationGracePeriodSeconds")))
                .isGreaterThan(longestStop());
        assertThat(probe(container, "livenessProbe")).isEqualTo("/actuator/health/liveness");
        assertThat(probe(container, "startupProbe")).isEqualTo("/actuator/health/liveness");
        assertThat(probe(container, "readinessProbe")).isEqualTo("/actuator/health/readiness");
        assertThat((List<Map<String, Object>>) container.get("env"))
                .anySatisfy(variable -> assertThat(variable)
                        .containsEntry("name", "RUSTCDC_CHECKPOINT_STORE")
                        .containsEntry("value", "jdbc"));
        assertThat(Metadata.ofClassPath().knows("rustcdc.checkpoint.store")).isTrue();
    }

    @SuppressWarnings("unchecked") // as above
    private static Object probe(Map<String, Object> container, String name) {
        Map<String, Object> get = (Map<String, Object>) ((Map<String, Object>) container.get(name)).get("httpGet");
        Object served =
                ((List<Map<String, Object>>) container.get("ports")).get(0).get("containerPort");
        assertThat(get.get("port")).isEqualTo(served);
        return get.get("path");
    }

    @Test
    void theUnitGivesTheApplicationTimeToStopAndNamesASettingThatExists() {
        String unit = PAGE.blocksIn("ini").get(0).text();

        assertThat(Duration.ofSeconds(Long.parseLong(value(unit, "TimeoutStopSec"))))
                .isGreaterThan(longestStop());
        assertThat(value(unit, "SuccessExitStatus"))
                .as("what a JVM ends with at SIGTERM")
                .isEqualTo("143");
        assertThat(value(unit, "ExecStart")).contains("--rustcdc.checkpoint.directory=/var/lib/shop");
        assertThat(value(unit, "StateDirectory")).isEqualTo("shop");
        assertThat(Metadata.ofClassPath().knows("rustcdc.checkpoint.directory")).isTrue();
    }

    @Test
    void theContainerLetsTheSignalReachJavaAndKeepsTheCheckpoint() {
        String file = PAGE.blocksIn("dockerfile").get(0).text();

        assertThat(file).contains("ENTRYPOINT [\"java\",", "USER 10001");
        assertThat(file)
                .as("the default directory, below the working directory")
                .contains("VOLUME /home/shop/rustcdc");
        assertThat(file).contains("WORKDIR /home/shop");
    }

    /** As the page itself sets it. */
    private static Duration longestStop() {
        Map<String, Object> settings = yaml(PAGE.blocksIn("yaml").stream()
                .filter(block -> block.attribute("of").isEmpty())
                .toList());
        return DurationStyle.detectAndParse(String.valueOf(
                ((Map<?, ?>) ((Map<?, ?>) settings.get("spring")).get("lifecycle")).get("timeout-per-shutdown-phase")));
    }

    private static Map<String, Object> yaml(List<CodeBlock> blocks) {
        assertThat(blocks).hasSize(1);
        return new Yaml(new SafeConstructor(new LoaderOptions()))
                .load(blocks.get(0).text());
    }

    private static String value(String unit, String key) {
        List<String> values = unit.lines()
                .filter(line -> line.startsWith(key + "="))
                .map(line -> line.substring(key.length() + 1))
                .toList();
        assertThat(values).as(key).hasSize(1);
        return values.get(0);
    }
}
