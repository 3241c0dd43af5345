package io.rustcdc.test.databases;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;

/** How a server is run; the first start creates its data. */
interface MySqlProcess extends AutoCloseable {

    String HOST = "127.0.0.1";

    int port();

    Path dataDirectory();

    void start();

    void stop();

    void kill();

    void freeze();

    void thaw();

    @Override
    void close();

    /** Whether a server greets on the port; asks for no account, as a test may have closed them all. */
    static boolean answers(int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
            socket.setSoTimeout(1000);
            InputStream greeting = socket.getInputStream();
            // After the packet's length and number comes the protocol's version, or 255 for an error.
            byte[] start = greeting.readNBytes(5);
            return start.length == 5 && start[4] == 10;
        } catch (IOException e) {
            return false;
        }
    }
}
