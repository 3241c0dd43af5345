package io.rustcdc.source;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Arrays;

/** Accepts connections, answers what comes over each with what is given, and then says nothing more. */
public final class StubServer implements AutoCloseable {

    private final ServerSocket listener;
    private final Answers answers;
    private final ByteArrayOutputStream received = new ByteArrayOutputStream();

    /** What to say to the bytes that came as the count-th ones over a connection, from 0 on. */
    public interface Answers {

        byte[] to(int count, byte[] received);
    }

    /** Answers the first bytes of each connection with this. */
    public StubServer(byte... reply) {
        this((count, received) -> count == 0 ? reply : new byte[0]);
    }

    public StubServer(Answers answers) {
        this.answers = answers;
        try {
            listener = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        start(this::accept);
    }

    public int port() {
        return listener.getLocalPort();
    }

    /** All that clients have sent. */
    public synchronized byte[] received() {
        return received.toByteArray();
    }

    @Override
    public void close() {
        try {
            listener.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void accept() {
        try {
            while (true) {
                Socket client = listener.accept();
                start(() -> serve(client));
            }
        } catch (IOException e) {
            // closed
        }
    }

    private void serve(Socket client) {
        try (client) {
            InputStream in = client.getInputStream();
            byte[] buffer = new byte[8192];
            int pieces = 0;
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                synchronized (this) {
                    received.write(buffer, 0, count);
                }
                client.getOutputStream().write(answers.to(pieces++, Arrays.copyOf(buffer, count)));
            }
        } catch (IOException e) {
            // The client went away.
        }
    }

    private static void start(Runnable task) {
        Thread thread = new Thread(task, "stub-server");
        thread.setDaemon(true);
        thread.start();
    }
}
