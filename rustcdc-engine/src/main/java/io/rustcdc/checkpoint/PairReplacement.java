package io.rustcdc.checkpoint;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Replaces the checkpoint and the schemas together. The new schemas wait in a file that is named after the one checkpoint
 * they belong to; the rename of the checkpoint decides. So a crash before it leaves both old ones, and after it the new
 * schemas are found again and put in their place by {@link #finish()}.
 *
 * <p>What is replaced is copied before to a file with the time at the end of its name.
 */
final class PairReplacement {

    private static final String NEXT = ".next-";

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss.SSS'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

    private final DurableFile files;
    private final Path checkpoint;
    private final Path schemas;

    PairReplacement(DurableFile files, Path checkpoint, Path schemas) {
        this.files = files;
        this.checkpoint = checkpoint;
        this.schemas = schemas;
    }

    /**
     * Replaces both; durable on return. After a failure it can be repeated with the same content.
     *
     * @param nextSchemas null where none are to be and none are
     */
    void write(byte[] nextCheckpoint, byte @Nullable [] nextSchemas) throws IOException {
        byte[] oldCheckpoint = bytes(checkpoint);
        if (!Arrays.equals(oldCheckpoint, nextCheckpoint)) {
            keep(oldCheckpoint, bytes(schemas));
        }
        if (nextSchemas == null) {
            files.replace(checkpoint, nextCheckpoint);
            return;
        }
        files.replace(waiting(nextCheckpoint), nextSchemas);
        files.replace(checkpoint, nextCheckpoint);
        files.move(waiting(nextCheckpoint), schemas);
    }

    /** Ends a replacement that a crash interrupted: completes it, or removes its trace when it had not come to count. */
    void finish() throws IOException {
        byte[] present = bytes(checkpoint);
        Path ours = present == null ? null : waiting(present);
        try (DirectoryStream<Path> left =
                Files.newDirectoryStream(checkpoint.getParent(), schemas.getFileName() + NEXT + "*")) {
            for (Path file : left) {
                if (file.equals(ours)) {
                    files.move(file, schemas);
                } else {
                    Files.deleteIfExists(file);
                }
            }
        }
    }

    private void keep(byte @Nullable [] oldCheckpoint, byte @Nullable [] oldSchemas) throws IOException {
        if (oldCheckpoint == null) {
            return;
        }
        String time = "." + TIME.format(Instant.now());
        files.replace(checkpoint.resolveSibling(checkpoint.getFileName() + time), oldCheckpoint);
        if (oldSchemas != null) {
            files.replace(schemas.resolveSibling(schemas.getFileName() + time), oldSchemas);
        }
    }

    private Path waiting(byte[] owner) {
        return schemas.resolveSibling(schemas.getFileName() + NEXT + ContentChecksum.of(owner));
    }

    private static byte @Nullable [] bytes(Path file) throws IOException {
        try {
            return Files.readAllBytes(file);
        } catch (NoSuchFileException e) {
            return null;
        }
    }
}
