package io.rustcdc.checkpoint;

import io.rustcdc.event.EventSource;
import io.rustcdc.event.FailureKind;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The files of one source and their names.
 *
 * @param folder all of them are in
 */
record CheckpointFiles(Path folder, StoredJson checkpoint, StoredJson schemas) {

    private static final Pattern SAFE_NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]{0,99}");

    /** @throws CheckpointException CONFIGURATION if the source's name or type cannot be part of a path */
    static CheckpointFiles below(Path directory, EventSource source) {
        Path folder = directory.toAbsolutePath().normalize().resolve(safe("name", source.name()));
        String type = safe("type", source.type());
        return new CheckpointFiles(
                folder,
                new StoredJson(
                        folder.resolve("checkpoint_" + type + ".json"),
                        CheckpointFormat.CHECKPOINT_FIELDS,
                        CheckpointFormat.CHECKPOINT_OPTIONAL,
                        "then the source starts anew, and changes since the lost checkpoint are delivered only as far as the database still has them"),
                new StoredJson(
                        folder.resolve("schemas_" + type + ".json"),
                        CheckpointFormat.SCHEMAS_FIELDS,
                        List.of(),
                        "then a change of a table's columns that was not yet delivered is not announced"));
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

    static CheckpointException notWritten(StoredJson file, IOException cause) {
        return new CheckpointException(
                FailureKind.TRANSIENT,
                "Checkpoint file '%s' could not be written: %s".formatted(file.file(), text(cause)),
                "Free space on that disk, or give the process's user the right to write there. The old file is unchanged; saving is tried again.",
                cause);
    }

    /** The messages of Java's file exceptions are often the path alone; then the class says what happened. */
    static String text(IOException e) {
        return e.getClass().getSimpleName().replace("IOException", "") + " " + e.getMessage();
    }
}
