package io.rustcdc.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** New folders, one for each run, in a temporary one. */
final class RunFolders implements AutoCloseable {

    private final Path folder;
    private int runs;

    RunFolders() throws IOException {
        this.folder = Files.createTempDirectory("rustcdc-benchmark");
    }

    /** Its name is {@code run_} and a number from 1 on. */
    Path next() throws IOException {
        return Files.createDirectory(folder.resolve("run_" + ++runs));
    }

    /** Deletes all. */
    @Override
    public void close() {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
