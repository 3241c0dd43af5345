package io.rustcdc.checkpoint;

import io.rustcdc.event.EventSource;
import io.rustcdc.event.FailureKind;
import io.rustcdc.event.TableId;
import io.rustcdc.schema.AcknowledgedSchema;
import io.rustcdc.source.OffsetFormat;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A checkpoint and the schemas that belong to it, as two files.
 *
 * @param checkpoint need not exist, nor need the other
 */
record CheckpointFiles(Path checkpoint, Path schemas, CheckpointText text) {

    private static final Pattern SAFE_NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]{0,99}");
    private static final String REMEDY = "Restore '%s' from a backup, or delete it: %s.";

    /** @throws CheckpointException CONFIGURATION if the source's name cannot be part of a path */
    static Path folder(Path directory, EventSource source) {
        return directory.toAbsolutePath().normalize().resolve(safe("name", source.name()));
    }

    /** @throws CheckpointException CONFIGURATION if the source's type cannot be part of a path */
    static CheckpointFiles in(Path folder, EventSource source, OffsetFormat format) {
        String type = safe("type", source.type());
        return at(
                folder.resolve("checkpoint_" + type + ".json"),
                folder.resolve("schemas_" + type + ".json"),
                source,
                format);
    }

    static CheckpointFiles at(Path checkpoint, Path schemas, EventSource source, OffsetFormat format) {
        CheckpointText.Places places = new CheckpointText.Places(
                named(checkpoint),
                REMEDY.formatted(
                        checkpoint,
                        "then the source starts anew, and changes since the lost checkpoint are delivered only as far as the database still has them"),
                named(schemas),
                REMEDY.formatted(
                        schemas, "then a change of a table's columns that was not yet delivered is not announced"));
        return new CheckpointFiles(checkpoint, schemas, new CheckpointText(source, format, places));
    }

    private static String named(Path file) {
        return "Checkpoint file '%s'".formatted(file);
    }

    /** What the file of the checkpoint holds; null when there is none. */
    byte @Nullable [] checkpointBytes() {
        return StoredFile.read(checkpoint, text::damagedCheckpoint);
    }

    /** As {@link #checkpointBytes}. */
    byte @Nullable [] schemasBytes() {
        return StoredFile.read(schemas, text::damagedSchemas);
    }

    /** The checkpoint; null when there is none. */
    @Nullable
    Checkpoint readCheckpoint() {
        byte[] bytes = checkpointBytes();
        return bytes == null ? null : text.decode(bytes);
    }

    Map<TableId, AcknowledgedSchema> readSchemas() {
        byte[] bytes = schemasBytes();
        return bytes == null ? Map.of() : text.decodeSchemas(bytes);
    }

    private static String safe(String what, String value) {
        if (!SAFE_NAME.matcher(value).matches()) {
            throw new CheckpointException(
                    FailureKind.CONFIGURATION,
                    "The %s '%s' of a source cannot be used in the path of its checkpoint: expected are at most 100 of the characters A-Z a-z 0-9 . _ -, not beginning with . or -"
                            .formatted(what, value),
                    "Rename the source.",
                    null);
        }
        return value;
    }

    static CheckpointException notWritten(Path file, IOException cause) {
        return new CheckpointException(
                FailureKind.TRANSIENT,
                "Checkpoint file '%s' could not be written: %s".formatted(file, reason(cause)),
                "Free space on that disk, or give the process's user the right to write there. The old file is unchanged; saving is tried again.",
                cause);
    }

    /** The messages of Java's file exceptions are often the path alone; then the class says what happened. */
    static String reason(IOException e) {
        return e.getClass().getSimpleName().replace("IOException", "") + " " + e.getMessage();
    }
}
