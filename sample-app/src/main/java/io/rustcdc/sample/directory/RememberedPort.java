package io.rustcdc.sample.directory;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;

/** Keeps the port over restarts, so that a database tool finds the server again. */
public final class RememberedPort {

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
            if (text.matches("[1-9][0-9]{0,4}") && isFree(Integer.parseInt(text))) {
                return Integer.parseInt(text);
            }
        }
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Files.writeString(file, socket.getLocalPort() + "\n");
            return socket.getLocalPort();
        }
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
