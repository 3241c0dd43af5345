package io.rustcdc.test.databases;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Folders that are made once per machine and user and stay, below the folder for temporary files. */
final class CachedFolder {

    private static final Path ROOT = Path.of(
            System.getProperty("java.io.tmpdir"),
            "rustcdc-" + System.getProperty("user.name").replaceAll("\\W", "_"));

    private CachedFolder() {}

    /**
     * The folder of this name. Where it is missing it is filled, by one thread of one JVM while all others wait, and appears
     * whole or not at all.
     */
    static synchronized Path get(String name, Content content) {
        Path folder = ROOT.resolve(name);
        try {
            Files.createDirectories(ROOT);
            if (!Files.exists(folder)) {
                makeAlone(folder, content);
            }
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot make " + folder, e);
        }
    }

    private static void makeAlone(Path folder, Content content) throws IOException {
        Path lockFile = folder.resolveSibling(folder.getFileName() + ".lock");
        try (FileChannel channel = FileChannel.open(lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock lock = channel.lock()) {
            // Another JVM may have made it while this one waited.
            if (lock.isValid() && !Files.exists(folder)) {
                Path part = folder.resolveSibling(folder.getFileName() + ".part");
                // A JVM that was killed left it behind: the lock is ours, so nobody else is at it.
                FileTree.delete(part);
                content.fill(Files.createDirectories(part));
                Files.move(part, folder);
            }
        }
    }

    /** Fills an empty folder. */
    interface Content {

        void fill(Path folder) throws IOException;
    }
}
