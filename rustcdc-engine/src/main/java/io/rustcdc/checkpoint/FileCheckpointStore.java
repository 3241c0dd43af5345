package io.rustcdc.checkpoint;

import io.rustcdc.event.EventSource;
import io.rustcdc.event.FailureKind;
import io.rustcdc.event.TableId;
import io.rustcdc.schema.AcknowledgedSchema;
import io.rustcdc.source.OffsetFormat;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the checkpoint of one source in a folder of its own:
 *
 * <pre>
 * &lt;directory&gt;/&lt;source name&gt;/checkpoint_&lt;source type&gt;.json   the checkpoint
 *                                schemas_&lt;source type&gt;.json      the acknowledged schemas
 *                                *.json.&lt;time&gt;                what was there before a source began anew
 *                                .rustcdc_checkpoint.owner         the pid of the process that may save
 *                                .rustcdc_checkpoint.lock          its lock, always empty
 * </pre>
 *
 * <p>The format of the checkpoint, the owner file and the message of a conflict are those of the operator's runbook. A
 * checkpoint without {@code content_checksum} was written by a person: it is accepted with a warning. All files are
 * readable and writable by the process's user only.
 *
 * <p>A save costs two fsyncs and is safe against a crash of the process or the machine at any moment. It is refused when
 * the owner file was deleted or rewritten meanwhile. Loading may happen on any thread; the rest as in the interface.
 */
public final class FileCheckpointStore implements CheckpointStore {

    private static final Logger logger = LoggerFactory.getLogger(FileCheckpointStore.class);

    private static final Pattern SAFE_NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]{0,99}");
    private static final Pattern ORPHAN = Pattern.compile("(checkpoint_.*|schemas_.*|"
            + Pattern.quote(OwnerLease.OWNER_FILE) + ")\\.\\d+" + Pattern.quote(DurableFile.TEMP_SUFFIX));

    private final Path folder;
    private final DurableFile files;
    private final OwnerLease lease;
    private final Path checkpointFile;
    private final Path schemasFile;
    private final CheckpointText text;
    private final PairReplacement replacement;

    /** What the files hold, as far as this owner knows it; null until asked for. */
    private @Nullable Checkpoint current;

    private @Nullable Map<TableId, AcknowledgedSchema> currentSchemas;

    /**
     * Touches no file yet.
     *
     * @param directory may be shared by all sources; created when missing
     * @throws CheckpointException CONFIGURATION if the source's name or type cannot be part of a path
     */
    public FileCheckpointStore(Path directory, EventSource source, OffsetFormat format) {
        this(directory, source, format, DurableFile.Rename.ATOMIC);
    }

    FileCheckpointStore(Path directory, EventSource source, OffsetFormat format, DurableFile.Rename rename) {
        this.folder = directory.toAbsolutePath().normalize().resolve(safe("name", source.name()));
        this.files = new DurableFile(folder, rename);
        this.lease = new OwnerLease(folder, files);
        String type = safe("type", source.type());
        this.checkpointFile = folder.resolve("checkpoint_" + type + ".json");
        this.schemasFile = folder.resolve("schemas_" + type + ".json");
        String remedy = "Restore '%s' from a backup, or delete it: %s.";
        this.text = new CheckpointText(
                source,
                format,
                new CheckpointText.Places(
                        named(checkpointFile),
                        remedy.formatted(
                                checkpointFile,
                                "then the source starts anew, and changes since the lost checkpoint are delivered only as far as the database still has them"),
                        named(schemasFile),
                        remedy.formatted(
                                schemasFile,
                                "then a change of a table's columns that was not yet delivered is not announced")));
        this.replacement = new PairReplacement(files, checkpointFile, schemasFile);
    }

    private static String named(Path file) {
        return "Checkpoint file '%s'".formatted(file);
    }

    @Override
    public String location() {
        return checkpointFile.toString();
    }

    @Override
    public void acquire() {
        try {
            Files.createDirectories(folder, DurableFile.ownerOnly(folder, "rwx------"));
            lease.acquire();
        } catch (IOException e) {
            throw unusable(e);
        }
        try {
            replacement.finish();
        } catch (IOException e) {
            lease.release();
            throw notWritten(schemasFile, e);
        }
        current = null;
        currentSchemas = null;
        removeOrphans();
    }

    @Override
    public void release() {
        lease.release();
    }

    @Override
    public Optional<Checkpoint> load() {
        Optional<Checkpoint> checkpoint = readCheckpoint();
        if (checkpoint.isPresent() && checkpoint.get().operatorSeed()) {
            logger.warn(
                    "Checkpoint file '{}' has no field '{}': it is taken as written by an operator, offset {}",
                    checkpointFile,
                    ContentChecksum.FIELD,
                    checkpoint.get().offset().text());
        }
        return checkpoint;
    }

    @Override
    public void save(Checkpoint checkpoint) {
        lease.verify();
        Checkpoint before = current != null ? current : readCheckpoint().orElse(null);
        ForwardOnly.check(before, checkpoint);
        current = null;
        write(checkpointFile, text.encode(checkpoint));
        current = checkpoint;
    }

    @Override
    public void replace(Checkpoint checkpoint, Map<TableId, AcknowledgedSchema> schemas) {
        lease.verify();
        ForwardOnly.checkCount(current != null ? current : readCheckpoint().orElse(null), checkpoint);
        current = null;
        currentSchemas = null;
        boolean none = schemas.isEmpty() && !Files.exists(schemasFile);
        try {
            replacement.write(text.encode(checkpoint), none ? null : text.encodeSchemas(schemas));
        } catch (IOException e) {
            throw notWritten(checkpointFile, e);
        }
        current = checkpoint;
        currentSchemas = Map.copyOf(schemas);
    }

    @Override
    public Map<TableId, AcknowledgedSchema> loadSchemas() {
        byte[] found = StoredFile.read(schemasFile, text::damagedSchemas);
        return found == null ? Map.of() : text.decodeSchemas(found);
    }

    @Override
    public void saveSchemas(Map<TableId, AcknowledgedSchema> schemas) {
        lease.verify();
        Map<TableId, AcknowledgedSchema> before = currentSchemas != null ? currentSchemas : loadSchemas();
        if (schemas.equals(before)) {
            return;
        }
        currentSchemas = null;
        write(schemasFile, text.encodeSchemas(schemas));
        currentSchemas = Map.copyOf(schemas);
    }

    private Optional<Checkpoint> readCheckpoint() {
        byte[] found = StoredFile.read(checkpointFile, text::damagedCheckpoint);
        return found == null ? Optional.empty() : Optional.of(text.decode(found));
    }

    private void write(Path file, byte[] content) {
        try {
            files.replace(file, content);
        } catch (IOException e) {
            throw notWritten(file, e);
        }
    }

    private static CheckpointException notWritten(Path file, IOException cause) {
        return new CheckpointException(
                FailureKind.TRANSIENT,
                "Checkpoint file '%s' could not be written: %s".formatted(file, reason(cause)),
                "Free space on that disk, or give the process's user the right to write there. The old file is unchanged; saving is tried again.",
                cause);
    }

    /** What a crash left between the creation of a temporary file and its rename. Nobody else writes here now. */
    private void removeOrphans() {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
            for (Path entry : entries) {
                if (ORPHAN.matcher(entry.getFileName().toString()).matches()) {
                    Files.deleteIfExists(entry);
                }
            }
        } catch (IOException e) {
            // They are never read, they only take space.
            logger.warn("Left-over temporary files in '{}' could not be removed: {}", folder, reason(e));
        }
    }

    private CheckpointException unusable(IOException cause) {
        boolean rights = cause instanceof AccessDeniedException;
        Path existing = folder;
        while (!Files.exists(existing) && existing.getParent() != null) {
            existing = existing.getParent();
        }
        boolean inTheWay = !Files.isDirectory(existing);
        String user = System.getProperty("user.name");
        return new CheckpointException(
                rights || inTheWay ? FailureKind.CONFIGURATION : FailureKind.TRANSIENT,
                "Checkpoint folder '%s' cannot be used: %s".formatted(folder, reason(cause)),
                inTheWay
                        ? "A folder is expected at '%s', but a file is in the way: remove it, or configure another checkpoint directory."
                                .formatted(existing)
                        : rights
                                ? "Give it to the user '%s' (mkdir -p '%s' && chown %s '%s'), or configure another checkpoint directory."
                                        .formatted(user, folder, user, folder)
                                : "Check that its disk has space and is mounted writable and that its file system can lock files, or configure another checkpoint directory.",
                cause);
    }

    private static String reason(IOException e) {
        // The messages of Java's file exceptions are often the path alone; then the class says what happened.
        return e.getClass().getSimpleName().replace("IOException", "") + " " + e.getMessage();
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
}
