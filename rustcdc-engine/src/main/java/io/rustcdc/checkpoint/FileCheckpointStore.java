package io.rustcdc.checkpoint;

import io.rustcdc.event.EventSource;
import io.rustcdc.event.FailureKind;
import io.rustcdc.event.TableId;
import io.rustcdc.schema.AcknowledgedSchema;
import io.rustcdc.source.OffsetFormat;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
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
 *                                *.json.&lt;time&gt;                what was there before it was replaced or removed
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
public final class FileCheckpointStore implements CheckpointStore, CheckpointArchive {

    private static final Logger logger = LoggerFactory.getLogger(FileCheckpointStore.class);

    private static final Pattern ORPHAN = Pattern.compile("(checkpoint_.*|schemas_.*|"
            + Pattern.quote(OwnerLease.OWNER_FILE) + ")\\.\\d+" + Pattern.quote(DurableFile.TEMP_SUFFIX));

    private final EventSource source;
    private final OffsetFormat format;
    private final CheckpointFiles present;
    private final Path folder;
    private final DurableFile files;
    private final OwnerLease lease;
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
        this(directory, source, format, DurableFile.Disk.REAL);
    }

    FileCheckpointStore(Path directory, EventSource source, OffsetFormat format, DurableFile.Disk disk) {
        this.source = source;
        this.format = format;
        this.folder = CheckpointFiles.folder(directory, source);
        this.present = CheckpointFiles.in(folder, source, format);
        this.files = new DurableFile(folder, disk);
        this.lease = new OwnerLease(folder, files);
        this.replacement = new PairReplacement(files, present.checkpoint(), present.schemas());
    }

    @Override
    public String location() {
        return present.checkpoint().toString();
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
            throw CheckpointFiles.notWritten(present.schemas(), e);
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
        Optional<Checkpoint> checkpoint = Optional.ofNullable(present.readCheckpoint());
        if (checkpoint.isPresent() && checkpoint.get().operatorSeed()) {
            logger.warn(
                    "Checkpoint file '{}' has no field '{}': it is taken as written by an operator, offset {}",
                    present.checkpoint(),
                    ContentChecksum.FIELD,
                    checkpoint.get().offset().text());
        }
        return checkpoint;
    }

    @Override
    public void save(Checkpoint checkpoint) {
        lease.verify();
        Checkpoint before = current != null ? current : present.readCheckpoint();
        ForwardOnly.check(before, checkpoint);
        current = null;
        write(present.checkpoint(), present.text().encode(checkpoint));
        current = checkpoint;
    }

    @Override
    public void replace(Checkpoint checkpoint, Map<TableId, AcknowledgedSchema> schemas) {
        lease.verify();
        ForwardOnly.checkCount(current != null ? current : present.readCheckpoint(), checkpoint);
        current = null;
        currentSchemas = null;
        boolean none = schemas.isEmpty() && !Files.exists(present.schemas());
        try {
            replacement.write(
                    present.text().encode(checkpoint),
                    none ? null : present.text().encodeSchemas(schemas));
        } catch (IOException e) {
            throw CheckpointFiles.notWritten(present.checkpoint(), e);
        }
        current = checkpoint;
        currentSchemas = Map.copyOf(schemas);
    }

    @Override
    public Map<TableId, AcknowledgedSchema> loadSchemas() {
        return present.readSchemas();
    }

    @Override
    public void saveSchemas(Map<TableId, AcknowledgedSchema> schemas) {
        lease.verify();
        Map<TableId, AcknowledgedSchema> before = currentSchemas != null ? currentSchemas : loadSchemas();
        if (schemas.equals(before)) {
            return;
        }
        currentSchemas = null;
        write(present.schemas(), present.text().encodeSchemas(schemas));
        currentSchemas = Map.copyOf(schemas);
    }

    @Override
    public Optional<StoredCheckpoint> stored() {
        return look(null, present, savedAt());
    }

    /** The file's own time; null when there is no file, or it cannot be asked. */
    private @Nullable Instant savedAt() {
        try {
            return Files.getLastModifiedTime(present.checkpoint()).toInstant();
        } catch (IOException e) {
            return null;
        }
    }

    @Override
    public List<StoredCheckpoint> history() {
        List<StoredCheckpoint> history = new ArrayList<>();
        try {
            for (String id : replacement.copies().ids()) {
                look(id, copy(id), KeptCopies.time(id)).ifPresent(history::add);
            }
        } catch (IOException e) {
            throw unusable(e);
        }
        return history;
    }

    private static Optional<StoredCheckpoint> look(@Nullable String id, CheckpointFiles files, @Nullable Instant at) {
        byte[] bytes = files.checkpointBytes();
        if (bytes == null) {
            return Optional.empty();
        }
        String json = new String(bytes, StandardCharsets.UTF_8);
        try {
            return Optional.of(
                    StoredCheckpoint.readable(id, at, json, files.text().decode(bytes)));
        } catch (CheckpointException e) {
            return Optional.of(StoredCheckpoint.damaged(id, at, json, e.description()));
        }
    }

    private CheckpointFiles copy(String id) {
        KeptCopies copies = replacement.copies();
        return CheckpointFiles.at(copies.checkpoint(id), copies.schemas(id), source, format);
    }

    @Override
    public void seed(Checkpoint checkpoint) {
        Checkpoint seed =
                new Checkpoint(checkpoint.offset(), checkpoint.committedEventCount(), true, checkpoint.snapshot());
        // The schemas stay: beside a checkpoint that a person wrote they count for nothing.
        change(() -> replacement.write(present.text().encode(seed), null));
    }

    @Override
    public boolean delete() {
        if (present.checkpointBytes() == null) {
            return false;
        }
        change(replacement::remove);
        return true;
    }

    @Override
    public void restore(String id) {
        CheckpointFiles copy = copy(requireId(id));
        byte[] bytes = copy.checkpointBytes();
        if (bytes == null) {
            throw CheckpointArchive.unknown(id);
        }
        copy.text().decode(bytes);
        byte[] schemas = copy.schemasBytes();
        change(() -> replacement.write(bytes, schemas == null ? present.text().encodeSchemas(Map.of()) : schemas));
    }

    private static String requireId(String id) {
        if (!KeptCopies.isId(id)) {
            throw CheckpointArchive.unknown(id);
        }
        return id;
    }

    @FunctionalInterface
    private interface Change {

        void make() throws IOException;
    }

    private void change(Change change) {
        acquire();
        try {
            change.make();
        } catch (IOException e) {
            throw CheckpointFiles.notWritten(present.checkpoint(), e);
        } finally {
            current = null;
            currentSchemas = null;
            release();
        }
    }

    private void write(Path file, byte[] content) {
        try {
            files.replace(file, content);
        } catch (IOException e) {
            throw CheckpointFiles.notWritten(file, e);
        }
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
            logger.warn(
                    "Left-over temporary files in '{}' could not be removed: {}", folder, CheckpointFiles.reason(e));
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
                "Checkpoint folder '%s' cannot be used: %s".formatted(folder, CheckpointFiles.reason(cause)),
                inTheWay
                        ? "A folder is expected at '%s', but a file is in the way: remove it, or configure another checkpoint directory."
                                .formatted(existing)
                        : rights
                                ? "Give it to the user '%s' (mkdir -p '%s' && chown %s '%s'), or configure another checkpoint directory."
                                        .formatted(user, folder, user, folder)
                                : "Check that its disk has space and is mounted writable and that its file system can lock files, or configure another checkpoint directory.",
                cause);
    }
}
