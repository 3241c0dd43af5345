package io.rustcdc.test.databases;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * A relay on the loopback address that makes the faults of a network: connections cut or refused, bytes that vanish or come
 * late. Works on all connections alike. Thread-safe.
 */
public final class TcpProxy implements AutoCloseable {

    private static final Duration TICK = Duration.ofMillis(1);

    private final ServerSocket listener;
    private volatile List<InetSocketAddress> targets;
    private final Set<Link> links = ConcurrentHashMap.newKeySet();
    private final AtomicInteger accepted = new AtomicInteger();
    private volatile boolean refusing;
    private volatile boolean holding;
    private volatile Duration delay = Duration.ZERO;
    private volatile boolean closed;

    private TcpProxy(int targetPort) throws IOException {
        targets = targets(targetPort);
        listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        daemon(this::accept, "tcp-proxy-accept");
    }

    /** A relay to a port of this machine. */
    public static TcpProxy to(int port) {
        try {
            return new TcpProxy(port);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public String host() {
        return "127.0.0.1";
    }

    public int port() {
        return listener.getLocalPort();
    }

    /** How many connections have been accepted so far. */
    public int acceptedConnections() {
        return accepted.get();
    }

    public int openConnections() {
        return links.size();
    }

    /**
     * Relays new connections to another port of this machine, as an address that moves to another server does; with several,
     * to each of them in turn, as a load balancer does.
     */
    public void retarget(int... targetPorts) {
        targets = targets(targetPorts);
    }

    private static List<InetSocketAddress> targets(int... ports) {
        return Arrays.stream(ports)
                .mapToObj(port -> new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
                .toList();
    }

    /** Resets all open connections, on both sides; new ones are accepted. */
    public void cut() {
        List.copyOf(links).forEach(Link::reset);
    }

    /** Whether new connections are reset at once. */
    public void refuse(boolean refuse) {
        refusing = refuse;
    }

    /** Whether bytes are held back in both directions: the connections stay open and silent. */
    public void blackHole(boolean hold) {
        holding = hold;
    }

    /**
     * Loses the open connections without a word, as a firewall does that forgets them: neither side gets another byte, or
     * learns of it when the other ends. New connections work.
     */
    public void forget() {
        links.forEach(link -> link.forgotten = true);
    }

    /** Lets each piece of data wait before it is handed on. */
    public void delay(Duration duration) {
        delay = duration;
    }

    @Override
    public void close() {
        closed = true;
        closeQuietly(listener);
        cut();
    }

    private void accept() {
        while (!closed) {
            try {
                Socket client = listener.accept();
                List<InetSocketAddress> current = targets;
                InetSocketAddress target = current.get(accepted.getAndIncrement() % current.size());
                if (refusing) {
                    reset(client);
                } else {
                    relay(client, target);
                }
            } catch (IOException e) {
                if (!closed) {
                    throw new UncheckedIOException(e);
                }
            }
        }
    }

    private void relay(Socket client, InetSocketAddress target) {
        Socket server = new Socket();
        try {
            client.setTcpNoDelay(true);
            server.setTcpNoDelay(true);
            server.connect(target);
        } catch (IOException e) {
            reset(client);
            return;
        }
        Link link = new Link(client, server);
        links.add(link);
        daemon(() -> link.copy(client, server), "tcp-proxy-to-server");
        daemon(() -> link.copy(server, client), "tcp-proxy-to-client");
    }

    private static void daemon(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        thread.start();
    }

    private static void reset(Socket socket) {
        try {
            socket.setOption(StandardSocketOptions.SO_LINGER, 0);
        } catch (IOException e) {
            // It is closed already.
        }
        closeQuietly(socket);
    }

    private static void closeQuietly(AutoCloseable closeable) {
        try {
            closeable.close();
        } catch (Exception e) {
            // There is nobody left to tell.
        }
    }

    private final class Link {

        private final Socket client;
        private final Socket server;
        private volatile boolean forgotten;

        private Link(Socket client, Socket server) {
            this.client = client;
            this.server = server;
        }

        private void reset() {
            TcpProxy.reset(client);
            TcpProxy.reset(server);
            links.remove(this);
        }

        private void copy(Socket from, Socket to) {
            try {
                InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream();
                byte[] buffer = new byte[65536];
                for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                    if (!delay.isZero()) {
                        LockSupport.parkNanos(delay.toNanos());
                    }
                    while (holding && !from.isClosed()) {
                        LockSupport.parkNanos(TICK.toNanos());
                    }
                    if (!forgotten) {
                        out.write(buffer, 0, count);
                    }
                }
            } catch (IOException e) {
                // One side ended; so does the other, unless nobody tells it.
            } finally {
                if (!forgotten) {
                    closeQuietly(client);
                    closeQuietly(server);
                    links.remove(this);
                }
            }
        }
    }
}
