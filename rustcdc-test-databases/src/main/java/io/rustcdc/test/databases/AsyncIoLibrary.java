package io.rustcdc.test.databases;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The one library that MySQL's binaries need and do not bring. */
final class AsyncIoLibrary {

    static final String MISSING =
            "mysqld needs libaio.so.1, which this machine lacks: apt-get install libaio1 (libaio1t64 on Debian 13 and Ubuntu 24.04)";

    private static final String NAME = "libaio.so.1";

    /** The same library where time_t has 64 bits everywhere: on x86-64 only its name is another. */
    private static final Path RENAMED = Path.of("/usr/lib/x86_64-linux-gnu/libaio.so.1t64");

    private AsyncIoLibrary() {}

    /** Puts the renamed library, where the machine has that one, into the folder that mysqld looks into first. */
    static void provide(Path folder) {
        if (!Files.exists(RENAMED) || Files.exists(RENAMED.resolveSibling(NAME))) {
            return;
        }
        try {
            Files.createSymbolicLink(folder.resolve(NAME), RENAMED);
        } catch (FileAlreadyExistsException e) {
            // An earlier run made it.
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
