package io.rustcdc.checkpoint;

import io.rustcdc.event.FailureKind;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** Reads a file as bytes, and tells "there is none" from everything that keeps it from being read. */
final class StoredFile {

    private StoredFile() {}

    /**
     * The bytes; null when there is no file.
     *
     * @param damaged makes the refusal of what is there and is no readable file
     */
    static byte @Nullable [] read(Path file, BiFunction<String, Throwable, CheckpointException> damaged) {
        try {
            return Files.readAllBytes(file);
        } catch (NoSuchFileException e) {
            if (Files.isSymbolicLink(file)) {
                throw damaged.apply("it is a link to a file that does not exist", e);
            }
            return null;
        } catch (AccessDeniedException e) {
            throw new CheckpointException(
                    FailureKind.CONFIGURATION,
                    "Checkpoint file '%s' cannot be read: permission denied for user '%s'"
                            .formatted(file, System.getProperty("user.name")),
                    "Give the file to that user: chown %s '%s'".formatted(System.getProperty("user.name"), file),
                    e);
        } catch (IOException e) {
            if (Files.isDirectory(file)) {
                throw damaged.apply("it is a folder, not a file", e);
            }
            throw new CheckpointException(
                    FailureKind.TRANSIENT,
                    "Checkpoint file '%s' cannot be read: %s".formatted(file, e.getMessage()),
                    "Check the disk or the volume that holds it.",
                    e);
        }
    }
}
