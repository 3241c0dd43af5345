package io.rustcdc.sample.directory;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;

/** Keeps the port over restarts, so that a database tool finds the server again. */
public final class RememberedPort {

    private static final int FIRST = 15_000;
    private static final int END = 32_000;
    private static final int ATTEMPTS = 100;
    private static final Duration PATIENCE = Duration.ofSeconds(2);
    private static final Duration POLL_INTERVAL = Duration.ofMillis(20);

    private final Path file;

    private RememberedPort(Path file) {
        this.file = file;
    }

    public static RememberedPort in(Path directory) {
        return new RememberedPort(directory.resolve("port"));
    }

    /** The port of the last start when it is free, else any free one. */
    public int choose() throws IOException {
        if (Files.exists(file)) {
            String text = Files.readString(file).trim();
            if (text.matches("[1-9][0-9]{0,4}") && becomesFree(Integer.parseInt(text))) {
                return Integer.parseInt(text);
            }
        }
        int port = anyFree();
        Files.writeString(file, port + "\n");
        return port;
    }

    /** Below those that systems give to outgoing connections, or one of these could have it when the server starts again. */
    private static int anyFree() throws IOException {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            int port = ThreadLocalRandom.current().nextInt(FIRST, END);
            if (isFree(port)) {
                return port;
            }
        }
        throw new IOException("No free port was found between %d and %d".formatted(FIRST, END));
    }

    /** A server that was killed just now may hold it for a moment. */
    private static boolean becomesFree(int port) {
        long start = System.nanoTime();
        while (!isFree(port)) {
            if (System.nanoTime() - start > PATIENCE.toNanos()) {
                return false;
            }
            LockSupport.parkNanos(POLL_INTERVAL.toNanos());
        }
        return true;
    }

    private static boolean isFree(int port) {
        if (port > 65_535) {
            return false;
        }
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return socket.isBound();
        } catch (IOException e) {
            return false;
        }
    }
}
