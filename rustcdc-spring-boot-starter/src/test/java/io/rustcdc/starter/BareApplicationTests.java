package io.rustcdc.starter;

import static org.assertj.core.api.Assertions.assertThat;

import io.rustcdc.starter.app.BareApplication;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With the starter alone, without actuator, metrics, JDBC or web, an application starts: in a process that really lacks them. */
class BareApplicationTests {

    @TempDir
    Path directory;

    @Test
    void startsWithTheStarterAlone() throws Exception {
        String output = run();

        assertThat(output).contains("state: RECONNECTING").doesNotContain("\tat ");
    }

    @Test
    void explainsABadSettingWithoutAStackTrace() throws Exception {
        String output = run("--rustcdc.postgres.shop.pasword=s3cret");

        assertThat(output)
                .contains("APPLICATION FAILED TO START", "rustcdc.postgres.shop.pasword")
                .doesNotContain("\tat ", "s3cret");
    }

    private String run(String... arguments) throws IOException, InterruptedException {
        List<String> classpath =
                new ArrayList<>(List.of(Path.of("target", "test-classes").toString()));
        RuntimeClasspath.entries().forEach(entry -> classpath.add(entry.toString()));
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                String.join(File.pathSeparator, classpath),
                BareApplication.class.getName(),
                "--rustcdc.checkpoint.directory=" + directory));
        command.addAll(List.of(arguments));
        File output = directory.resolve("output.txt").toFile();
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output)
                .start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return Files.readString(output.toPath(), StandardCharsets.UTF_8);
    }
}
