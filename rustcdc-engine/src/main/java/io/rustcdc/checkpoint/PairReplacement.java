package io.rustcdc.checkpoint;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Replaces the checkpoint and the schemas together. The new schemas wait in a file that is named after the one checkpoint
 * they belong to; the rename of the checkpoint decides. So a crash before it leaves both old ones, and after it the new
 * schemas are found again and put in their place by {@link #finish()}.
 *
 * <p>What is replaced is copied before.
 */
final class PairReplacement {

    private static final String NEXT = ".next-";

    private final DurableFile files;
    private final Path checkpoint;
    private final Path schemas;
    private final KeptCopies copies;

    PairReplacement(DurableFile files, Path checkpoint, Path schemas) {
        this.files = files;
        this.checkpoint = checkpoint;
        this.schemas = schemas;
        this.copies = new KeptCopies(files, checkpoint, schemas);
    }

    KeptCopies copies() {
        return copies;
    }

    /**
     * Replaces both; durable on return. After a failure it can be repeated with the same content.
     *
     * @param nextSchemas null where none are to be and none are
     */
    void write(byte[] nextCheckpoint, byte @Nullable [] nextSchemas) throws IOException {
        if (!Arrays.equals(KeptCopies.bytes(checkpoint), nextCheckpoint)) {
            copies.keep();
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
        byte[] present = KeptCopies.bytes(checkpoint);
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

    /**
     * Removes both; durable on return. The removal of the checkpoint decides: schemas without one count for nothing, and whoever
     * begins anew replaces them. So a crash before it leaves both, and after it none.
     */
    void remove() throws IOException {
        copies.keep();
        files.remove(checkpoint);
        files.remove(schemas);
    }

    private Path waiting(byte[] owner) {
        return schemas.resolveSibling(schemas.getFileName() + NEXT + ContentChecksum.of(owner));
    }
}
