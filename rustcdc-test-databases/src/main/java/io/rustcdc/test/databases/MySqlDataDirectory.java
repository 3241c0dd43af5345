package io.rustcdc.test.databases;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where an embedded server keeps its data, its log and the traces of its process. */
final class MySqlDataDirectory {

    /** Relative to the data: the full path of the socket may be longer than systems allow. */
    static final String SOCKET = "mysqld.sock";

    static final String PID = "mysqld.pid";

    private static final Logger logger = LoggerFactory.getLogger(MySqlDataDirectory.class);

    private static final int LOG_LINES = 40;

    private final Path path;
    private final boolean temporary;

    /** The directory that a test chose and keeps, or a temporary one for null. */
    MySqlDataDirectory(@Nullable Path chosen) {
        temporary = chosen == null;
        try {
            path = chosen == null
                    ? Files.createTempDirectory("rustcdc-mysql")
                    : Files.createDirectories(chosen.toAbsolutePath().normalize());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Path path() {
        return path;
    }

    boolean isTemporary() {
        return temporary;
    }

    boolean isEmpty() {
        return FileTree.isEmpty(path);
    }

    /** What the server prints, over all its starts. */
    Path log() {
        return path.resolve("error.log");
    }

    String logEnd() {
        try {
            List<String> lines = Files.readAllLines(log());
            return String.join("\n", lines.subList(Math.max(0, lines.size() - LOG_LINES), lines.size()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Kills a server that a dead JVM left here. */
    void endOrphan() {
        Path file = path.resolve(PID);
        if (!Files.exists(file)) {
            return;
        }
        try {
            // The number may belong to anybody by now.
            ProcessHandle.of(Long.parseLong(Files.readString(file).strip()))
                    .filter(process -> List.of(process.info().arguments().orElse(new String[0]))
                            .contains("--datadir=" + path))
                    .ifPresent(orphan -> {
                        orphan.destroyForcibly();
                        orphan.onExit().join();
                    });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        deleteTraces();
    }

    /** A killed server leaves them, and the next one believes in them when the number belongs to another process. */
    void deleteTraces() {
        try {
            Files.deleteIfExists(path.resolve(PID));
            Files.deleteIfExists(path.resolve(SOCKET + ".lock"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void delete() {
        try {
            FileTree.delete(path);
        } catch (IOException e) {
            // A temporary folder that stays behind harms nobody.
            logger.warn("Cannot delete '{}'", path, e);
        }
    }
}
