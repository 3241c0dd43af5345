package io.rustcdc.benchmarks;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** How long this disk takes to make a small write durable: no latency below it is possible. */
final class FsyncProbe {

    private static final int WRITES = 300;
    private static final int PAGE = 8192;

    private FsyncProbe() {}

    /** Overwrites pages of a file that was written before, as a database does with its log. */
    static Percentiles measure(Path folder) throws IOException {
        Path file = Files.createTempFile(folder, "fsync", ".probe");
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            ByteBuffer page = ByteBuffer.allocateDirect(PAGE);
            for (int i = 0; i < WRITES; i++) {
                channel.write(page.clear(), (long) i * PAGE);
            }
            channel.force(true);
            long[] nanos = new long[WRITES];
            for (int i = 0; i < WRITES; i++) {
                long begin = System.nanoTime();
                channel.write(page.clear(), (long) i * PAGE);
                channel.force(false);
                nanos[i] = System.nanoTime() - begin;
            }
            return Percentiles.ofNanos(nanos);
        } finally {
            Files.delete(file);
        }
    }
}
