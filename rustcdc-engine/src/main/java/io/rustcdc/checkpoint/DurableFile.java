package io.rustcdc.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * Replaces whole files so that a reader, or a crash at any moment, sees the old content or the new one: a temporary file
 * that is the owner's alone from its creation, fsync, atomic rename, fsync of the folder.
 */
final class DurableFile {

    /** What can fail on its own, in the order of a replacement; a crash can come before and after each. */
    enum Step {
        CREATE,
        WRITE,
        SYNC,
        RENAME,
        DELETE,
        SYNC_FOLDER
    }

    /** The disk, as far as tests let it fail. */
    @FunctionalInterface
    interface Disk {

        Disk REAL = (from, to) -> Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);

        /** The step that makes the new content visible. */
        void rename(Path from, Path to) throws IOException;

        /** Comes before each step. */
        default void before(Step step, Path file) throws IOException {}
    }

    static final String TEMP_SUFFIX = ".tmp";

    private static final Set<StandardOpenOption> CREATE =
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);

    private final Path folder;
    private final Disk disk;
    private final FileAttribute<?>[] ownerOnly;

    DurableFile(Path folder, Disk disk) {
        this.folder = folder;
        this.disk = disk;
        this.ownerOnly = ownerOnly(folder, "rw-------");
    }

    /** The permissions as creation attributes, or none where the file system does not know them. */
    static FileAttribute<?>[] ownerOnly(Path path, String permissions) {
        if (!path.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            return new FileAttribute<?>[0];
        }
        return new FileAttribute<?>[] {
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
        };
    }

    /** Replaces the file; durable on return. After a failure the old content is still there, or was just replaced. */
    void replace(Path file, byte[] content) throws IOException {
        replace(file, content, true);
    }

    /** As {@link #replace(Path, byte[])}, but a crash of the machine may bring the old content back. */
    void replaceVolatile(Path file, byte[] content) throws IOException {
        replace(file, content, false);
    }

    /** Gives a file another name, in the place of what had it; durable on return. */
    void move(Path file, Path to) throws IOException {
        rename(file, to);
        syncFolder();
    }

    /** Removes a file if there is one; durable on return. */
    void remove(Path file) throws IOException {
        disk.before(Step.DELETE, file);
        if (Files.deleteIfExists(file)) {
            syncFolder();
        }
    }

    private void replace(Path file, byte[] content, boolean durable) throws IOException {
        // A listener may leave the thread's interrupt flag set. A channel would answer by closing itself, and every
        // later save with it, so the flag waits until the file is whole.
        boolean interrupted = Thread.interrupted();
        try {
            Path temp = folder.resolve(tempName(file));
            try {
                write(temp, content, durable);
                rename(temp, file);
            } catch (IOException e) {
                removeAfter(e, temp);
                throw e;
            }
            if (durable) {
                syncFolder();
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void rename(Path from, Path to) throws IOException {
        disk.before(Step.RENAME, to);
        disk.rename(from, to);
    }

    private void write(Path temp, byte[] content, boolean durable) throws IOException {
        disk.before(Step.CREATE, temp);
        try (FileChannel channel = FileChannel.open(temp, CREATE, ownerOnly)) {
            disk.before(Step.WRITE, temp);
            ByteBuffer buffer = ByteBuffer.wrap(content);
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
            if (durable) {
                disk.before(Step.SYNC, temp);
                channel.force(true);
            }
        }
    }

    private void syncFolder() throws IOException {
        if (ownerOnly.length == 0) {
            // Windows: a folder cannot be opened, and its file system journals the rename by itself.
            return;
        }
        disk.before(Step.SYNC_FOLDER, folder);
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    private static void removeAfter(IOException failure, Path temp) {
        try {
            Files.deleteIfExists(temp);
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
    }

    private static String tempName(Path file) {
        String name = file.getFileName().toString();
        String stem = name.endsWith(".json") ? name.substring(0, name.length() - ".json".length()) : name;
        return stem + "." + Long.toUnsignedString(System.nanoTime()) + TEMP_SUFFIX;
    }
}
