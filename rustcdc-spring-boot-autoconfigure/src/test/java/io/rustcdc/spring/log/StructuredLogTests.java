package io.rustcdc.spring.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.rustcdc.event.CdcException;
import io.rustcdc.event.EventSource;
import io.rustcdc.event.FailureKind;
import io.rustcdc.event.TableId;
import io.rustcdc.observe.LoggingObserver;
import io.rustcdc.spring.app.Changes;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** That each structured format of Boot carries the fields of our log events, with nothing but Boot's own setting. */
@ExtendWith(OutputCaptureExtension.class)
class StructuredLogTests {

    private static final EventSource SHOP = new EventSource("shop", "postgres");

    private final JsonMapper json = new JsonMapper();

    /** Boot keeps the format in a system property, which outlives the application. */
    @AfterEach
    void logAsBefore() {
        System.clearProperty("CONSOLE_LOG_STRUCTURED_FORMAT");
        run("");
    }

    @ParameterizedTest
    @CsvSource({"ecs, ''", "logstash, ''", "gelf, _"})
    void carriesTheFields(String format, String prefix, CapturedOutput output) {
        run(format);
        LoggingObserver observer = new LoggingObserver();
        observer.connected(SHOP);
        observer.checkpointSaved(SHOP, Changes.insert(1, "Ada").offset(), 12);
        observer.snapshotAborted(SHOP, TableId.parse("public.orders"), "it was \"dropped\"\nby somebody");
        observer.connectionFailed(
                SHOP, new CdcException(FailureKind.TRANSIENT, "no route to jdbc:x://db?password=s3cret", null, null));

        JsonNode connected = event(output, prefix, "source_connected");
        assertThat(connected.path(prefix + "source").asString()).isEqualTo("shop");
        assertThat(connected.path(prefix + "source_type").asString()).isEqualTo("postgres");
        JsonNode saved = event(output, prefix, "checkpoint_saved");
        assertThat(saved.path(prefix + "offset").asString()).isEqualTo("1");
        assertThat(saved.path(prefix + "committed_count").asLong()).isEqualTo(12);
        JsonNode aborted = event(output, prefix, "snapshot_aborted");
        assertThat(aborted.path(prefix + "table").asString()).isEqualTo("public.orders");
        assertThat(aborted.path(prefix + "reason").asString()).contains("it was \"dropped\"");
        assertThat(event(output, prefix, "connection_error")
                        .path(prefix + "error")
                        .asString())
                .isEqualTo("no route to jdbc:x://db?password=***redacted***");
        assertThat(output).doesNotContain("s3cret");
    }

    private static void run(String format) {
        SpringApplication application = new SpringApplicationBuilder(Nothing.class)
                .web(WebApplicationType.NONE)
                .build();
        try (ConfigurableApplicationContext context = format.isEmpty()
                ? application.run()
                : application.run("--logging.structured.format.console=" + format)) {
            assertThat(context.isActive()).isTrue();
        }
    }

    private JsonNode event(CapturedOutput output, String prefix, String name) {
        return output.getOut()
                .lines()
                .filter(line -> line.startsWith("{"))
                .map(json::readTree)
                .filter(line -> line.path(prefix + "event").asString("").equals(name))
                .reduce((one, other) -> other)
                .orElseThrow(() -> new AssertionError("No event " + name + " in " + output));
    }

    @Configuration(proxyBeanMethods = false)
    static class Nothing {}
}
