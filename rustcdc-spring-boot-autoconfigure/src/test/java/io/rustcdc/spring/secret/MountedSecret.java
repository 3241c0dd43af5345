package io.rustcdc.spring.secret;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** A secret in a file, mounted as Kubernetes does it: all files of a version are replaced by the renaming of one link. */
final class MountedSecret {

    private final Path directory;
    private final String name;
    private int version;

    MountedSecret(Path directory, String name, String value) {
        this.directory = directory;
        this.name = name;
        try {
            Files.createDirectories(directory);
            Files.createSymbolicLink(directory.resolve(name), Path.of("..data", name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        replace(value);
    }

    Path directory() {
        return directory;
    }

    void replace(String value) {
        Path folder = Path.of("..version_" + ++version);
        try {
            Files.createDirectory(directory.resolve(folder));
            Files.writeString(directory.resolve(folder).resolve(name), value);
            Path link = Files.createSymbolicLink(directory.resolve("..data_next"), folder);
            Files.move(link, directory.resolve("..data"), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
