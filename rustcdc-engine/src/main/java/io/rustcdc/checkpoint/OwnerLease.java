package io.rustcdc.checkpoint;

import io.rustcdc.event.FailureKind;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who may write the files of a folder. An OS lock on a file of its own decides, and ends with its process. The owner
 * file tells people the process id, and fences: when it is deleted or rewritten, its writer may not save any more.
 *
 * <p>POSIX drops all locks that a process has on a file as soon as it closes any descriptor of that file. So the lock
 * file is never the one that is read, and this class opens it once for all leases of the process that want it.
 */
final class OwnerLease {

    static final String OWNER_FILE = ".rustcdc_checkpoint.owner";
    static final String LOCK_FILE = ".rustcdc_checkpoint.lock";

    private static final Logger logger = LoggerFactory.getLogger(OwnerLease.class);

    /** By identity of the lock file; guarded by itself. */
    private static final Map<Object, FileChannel> channels = new HashMap<>();

    private final Path folder;
    private final Path ownerFile;
    private final DurableFile files;
    private final String pid = Long.toString(ProcessHandle.current().pid());
    private @Nullable Object held;
    private @Nullable FileTime written;

    OwnerLease(Path folder, DurableFile files) {
        this.folder = folder;
        this.ownerFile = folder.resolve(OWNER_FILE);
        this.files = files;
    }

    /** The folder must exist. */
    void acquire() throws IOException {
        Object key = lock();
        if (key == null) {
            throw new LeaseConflictException(
                    "checkpoint owner lease conflict for '%s': lock owned by pid %s".formatted(folder, ownerPid()),
                    "Stop that process (look at it with: ps -p \"$(cat '%s')\"), or give this source another checkpoint directory. The lease of a dead process ends by itself; if no such process is found here, it runs in another container or on another machine that shares the directory, or is just starting."
                            .formatted(ownerFile));
        }
        boolean done = false;
        try {
            files.replaceVolatile(ownerFile, (pid + "\n").getBytes(StandardCharsets.US_ASCII));
            written = Files.getLastModifiedTime(ownerFile);
            held = key;
            done = true;
        } finally {
            if (!done) {
                unlock(key);
            }
        }
    }

    /** @throws CheckpointException TERMINAL if the lease is not held, or not any more; TRANSIENT if that is not known */
    void verify() {
        if (held == null) {
            throw new CheckpointException(
                    FailureKind.TERMINAL,
                    "The lease of '%s' is not held".formatted(folder),
                    "Acquire it before saving.",
                    null);
        }
        String problem;
        try {
            problem = problem();
        } catch (IOException e) {
            throw new CheckpointException(
                    FailureKind.TRANSIENT,
                    "Owner file '%s' cannot be read: %s".formatted(ownerFile, e.getMessage()),
                    "Nothing was saved. Check the disk or the volume that holds it.",
                    e);
        }
        if (problem != null) {
            throw new CheckpointException(
                    FailureKind.TERMINAL,
                    "checkpoint owner lease of '%s' is lost: '%s' %s".formatted(folder, ownerFile, problem),
                    "Nothing was saved. Make sure that no other process uses the directory, then start this source again: it resumes at the saved checkpoint.",
                    null);
        }
    }

    /** Does nothing when the lease is not held. Never throws. */
    void release() {
        if (held == null) {
            return;
        }
        try {
            // While the lock is still ours: nobody can have written a new owner file in between.
            if (problem() == null) {
                Files.deleteIfExists(ownerFile);
            }
        } catch (IOException e) {
            logger.warn("The owner file '{}' could not be removed; the next owner replaces it", ownerFile, e);
        }
        unlock(held);
        held = null;
        written = null;
    }

    /** Why the owner file is not ours any more, or null. A few microseconds: asked before each save. */
    private @Nullable String problem() throws IOException {
        try {
            String owner =
                    Files.readString(ownerFile, StandardCharsets.ISO_8859_1).strip();
            if (!owner.equals(pid)) {
                return "should hold the pid %s, found '%s'"
                        .formatted(pid, owner.substring(0, Math.min(owner.length(), 40)));
            }
            // In containers all processes may have the same pid.
            return Files.getLastModifiedTime(ownerFile).equals(written)
                    ? null
                    : "was written again by another process with the pid " + pid;
        } catch (NoSuchFileException e) {
            return "was deleted";
        }
    }

    private String ownerPid() throws IOException {
        try {
            String owner =
                    Files.readString(ownerFile, StandardCharsets.ISO_8859_1).strip();
            return owner.matches("\\d{1,19}") ? owner : "unknown";
        } catch (NoSuchFileException e) {
            return "unknown";
        }
    }

    /** Takes the OS lock; null when somebody else has it. */
    private @Nullable Object lock() throws IOException {
        Path file = folder.resolve(LOCK_FILE);
        synchronized (channels) {
            FileChannel known = Files.exists(file) ? channels.get(identity(file)) : null;
            if (known != null) {
                return tryLock(known, identity(file));
            }
            FileChannel opened = FileChannel.open(
                    file,
                    Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
                    DurableFile.ownerOnly(folder, "rw-------"));
            Object key = identity(file);
            channels.put(key, opened);
            return tryLock(opened, key);
        }
    }

    private static @Nullable Object tryLock(FileChannel channel, Object key) throws IOException {
        boolean mayClose = true;
        boolean locked = false;
        try {
            locked = channel.tryLock() != null;
            return locked ? key : null;
        } catch (OverlappingFileLockException e) {
            // Held by this process. Closing the channel would take the lock from its holder.
            mayClose = false;
            return null;
        } finally {
            if (mayClose && !locked) {
                channels.remove(key);
                channel.close();
            }
        }
    }

    private static void unlock(Object key) {
        synchronized (channels) {
            FileChannel channel = channels.remove(key);
            if (channel != null) {
                try {
                    channel.close();
                } catch (IOException e) {
                    logger.warn("A lock file could not be closed; its lock ends with the process", e);
                }
            }
        }
    }

    private static Object identity(Path file) throws IOException {
        Object key = Files.readAttributes(file, BasicFileAttributes.class).fileKey();
        return key == null ? file.toRealPath() : key;
    }
}
