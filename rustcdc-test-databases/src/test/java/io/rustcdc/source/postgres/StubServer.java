package io.rustcdc.source.postgres;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;

/** Accepts connections, answers the first bytes of each with a fixed reply, and then says nothing more. */
final class StubServer implements AutoCloseable {

    private final ServerSocket listener;
    private final byte[] reply;
    private final ByteArrayOutputStream received = new ByteArrayOutputStream();

    StubServer(byte... reply) {
        this.reply = reply;
        try {
            listener = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        start(this::accept);
    }

    int port() {
        return listener.getLocalPort();
    }

    /** All that clients have sent. */
    synchronized byte[] received() {
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
            boolean answered = false;
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                synchronized (this) {
                    received.write(buffer, 0, count);
                }
                if (!answered) {
                    client.getOutputStream().write(reply);
                    answered = true;
                }
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
