package io.rustcdc.starter;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** What an application gets that depends on the starter and nothing else. */
final class RuntimeClasspath {

    private RuntimeClasspath() {}

    static List<Path> entries() throws IOException {
        String paths =
                Files.readString(Path.of("target", "runtime-classpath.txt")).strip();
        return Stream.of(paths.split(File.pathSeparator)).map(Path::of).toList();
    }

    /** In a build that has not packaged yet, a module is a folder; its bytes are not compressed then. */
    static long bytes(Path entry) throws IOException {
        try (Stream<Path> files = Files.walk(entry)) {
            return files.filter(Files::isRegularFile)
                    .mapToLong(file -> file.toFile().length())
                    .sum();
        }
    }
}
