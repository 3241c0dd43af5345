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
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
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

    private static final int CHECKPOINT_VERSION = 1;
    private static final int SCHEMAS_VERSION = 1;
    private static final Pattern SAFE_NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]{0,99}");
    private static final Pattern ORPHAN = Pattern.compile("(checkpoint_.*|schemas_.*|"
            + Pattern.quote(OwnerLease.OWNER_FILE) + ")\\.\\d+" + Pattern.quote(DurableFile.TEMP_SUFFIX));

    private final EventSource source;
    private final OffsetFormat format;
    private final Path folder;
    private final DurableFile files;
    private final OwnerLease lease;
    private final StoredJson checkpointFile;
    private final StoredJson schemasFile;
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
        this.source = source;
        this.format = format;
        this.folder = directory.toAbsolutePath().normalize().resolve(safe("name", source.name()));
        this.files = new DurableFile(folder, rename);
        this.lease = new OwnerLease(folder, files);
        String type = safe("type", source.type());
        this.checkpointFile = new StoredJson(
                folder.resolve("checkpoint_" + type + ".json"),
                List.of("checkpoint_format_version", "source_type", "committed_event_count", "offset"),
                List.of("snapshot"),
                "then the source starts anew, and changes since the lost checkpoint are delivered only as far as the database still has them");
        this.schemasFile = new StoredJson(
                folder.resolve("schemas_" + type + ".json"),
                List.of("schemas_format_version", "source_type", "schemas"),
                List.of(),
                "then a change of a table's columns that was not yet delivered is not announced");
        this.replacement = new PairReplacement(files, checkpointFile.file(), schemasFile.file());
    }

    @Override
    public String location() {
        return checkpointFile.file().toString();
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
                    checkpointFile.file(),
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
        write(checkpointFile, values(checkpoint));
        current = checkpoint;
    }

    @Override
    public void replace(Checkpoint checkpoint, Map<TableId, AcknowledgedSchema> schemas) {
        lease.verify();
        ForwardOnly.checkCount(current != null ? current : readCheckpoint().orElse(null), checkpoint);
        current = null;
        currentSchemas = null;
        boolean none = schemas.isEmpty() && !Files.exists(schemasFile.file());
        try {
            replacement.write(
                    checkpointFile.encode(values(checkpoint)), none ? null : schemasFile.encode(values(schemas)));
        } catch (IOException e) {
            throw notWritten(checkpointFile, e);
        }
        current = checkpoint;
        currentSchemas = Map.copyOf(schemas);
    }

    @Override
    public Map<TableId, AcknowledgedSchema> loadSchemas() {
        Map<String, @Nullable Object> found = schemasFile.read(SCHEMAS_VERSION, source.type());
        if (found == null) {
            return Map.of();
        }
        if (!found.containsKey(ContentChecksum.FIELD)) {
            throw schemasFile.damaged("field '%s' is missing".formatted(ContentChecksum.FIELD));
        }
        try {
            return SchemaRecords.parse(found.get("schemas"));
        } catch (IllegalArgumentException e) {
            throw schemasFile.damaged(String.valueOf(e.getMessage()), e);
        }
    }

    @Override
    public void saveSchemas(Map<TableId, AcknowledgedSchema> schemas) {
        lease.verify();
        Map<TableId, AcknowledgedSchema> before = currentSchemas != null ? currentSchemas : loadSchemas();
        if (schemas.equals(before)) {
            return;
        }
        currentSchemas = null;
        write(schemasFile, values(schemas));
        currentSchemas = Map.copyOf(schemas);
    }

    private Optional<Checkpoint> readCheckpoint() {
        Map<String, @Nullable Object> found = checkpointFile.read(CHECKPOINT_VERSION, source.type());
        if (found == null) {
            return Optional.empty();
        }
        Object count = found.get("committed_event_count");
        if (!(count instanceof Integer || count instanceof Long) || ((Number) count).longValue() < 0) {
            throw checkpointFile.damaged("field 'committed_event_count' must be a whole number from 0 on");
        }
        Object stored = found.get("offset");
        if (stored instanceof String cursor) {
            stored = Map.of("cursor", cursor); // as the original wrote it before it had more fields
        }
        if (!(stored instanceof Map<?, ?> fields)) {
            throw checkpointFile.damaged("field 'offset' must be an object");
        }
        Map<String, Object> offset = new LinkedHashMap<>();
        fields.forEach((name, value) -> {
            if (value != null) {
                offset.put(String.valueOf(name), value);
            }
        });
        try {
            boolean operatorSeed = !found.containsKey(ContentChecksum.FIELD);
            return Optional.of(new Checkpoint(
                    format.parse(offset), ((Number) count).longValue(), operatorSeed, snapshot(found.get("snapshot"))));
        } catch (IllegalArgumentException e) {
            throw checkpointFile.damaged("in field 'offset', " + e.getMessage(), e);
        }
    }

    private @Nullable SnapshotState snapshot(@Nullable Object value) {
        try {
            return value == null ? null : SnapshotRecords.parse(value);
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw checkpointFile.damaged("in field 'snapshot', " + e.getMessage(), e);
        }
    }

    private List<?> values(Checkpoint checkpoint) {
        List<Object> values = new ArrayList<>(List.of(
                CHECKPOINT_VERSION,
                source.type(),
                checkpoint.committedEventCount(),
                checkpoint.offset().fields()));
        SnapshotState snapshot = checkpoint.snapshot();
        if (snapshot != null) {
            values.add(SnapshotRecords.toJson(snapshot));
        }
        return values;
    }

    private List<?> values(Map<TableId, AcknowledgedSchema> schemas) {
        return List.of(SCHEMAS_VERSION, source.type(), SchemaRecords.toJson(schemas));
    }

    private void write(StoredJson file, List<?> values) {
        try {
            files.replace(file.file(), file.encode(values));
        } catch (IOException e) {
            throw notWritten(file, e);
        }
    }

    private static CheckpointException notWritten(StoredJson file, IOException cause) {
        return new CheckpointException(
                FailureKind.TRANSIENT,
                "Checkpoint file '%s' could not be written: %s".formatted(file.file(), text(cause)),
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
            logger.warn("Left-over temporary files in '{}' could not be removed: {}", folder, text(e));
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
                "Checkpoint folder '%s' cannot be used: %s".formatted(folder, text(cause)),
                inTheWay
                        ? "A folder is expected at '%s', but a file is in the way: remove it, or configure another checkpoint directory."
                                .formatted(existing)
                        : rights
                                ? "Give it to the user '%s' (mkdir -p '%s' && chown %s '%s'), or configure another checkpoint directory."
                                        .formatted(user, folder, user, folder)
                                : "Check that its disk has space and is mounted writable and that its file system can lock files, or configure another checkpoint directory.",
                cause);
    }

    private static String text(IOException e) {
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
