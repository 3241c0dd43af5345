package io.rustcdc.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** The runbook's commands, run as they stand. */
final class Runbook {

    static final Page PAGE = Page.named("docs/runbook.md");

    private Runbook() {}

    /**
     * Runs a block of the page behind that which sets the folder and the address.
     *
     * @param environment names and values
     * @return what it printed
     * @throws IOException if it failed, with what it printed
     */
    static String run(Path directory, String procedure, String... environment)
            throws IOException, InterruptedException {
        String script = block("setup") + block(procedure);
        ProcessBuilder bash = new ProcessBuilder("bash", "-euo", "pipefail", "-c", script)
                .directory(directory.toFile())
                .redirectErrorStream(true);
        for (int i = 0; i < environment.length; i += 2) {
            bash.environment().put(environment[i], environment[i + 1]);
        }
        Process process = bash.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException(procedure + " failed: " + output);
        }
        return output;
    }

    private static String block(String procedure) {
        List<CodeBlock> found = PAGE.blocksIn("bash").stream()
                .filter(block -> block.attribute("run").equals(procedure))
                .toList();
        assertThat(found).as(procedure).hasSize(1);
        return found.get(0).text() + "\n";
    }
}
