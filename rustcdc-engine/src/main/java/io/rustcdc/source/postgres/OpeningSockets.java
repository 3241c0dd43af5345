package io.rustcdc.source.postgres;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The sockets that are connected, asked and closed while a stream is opened. Thread-safe. */
final class OpeningSockets {

    private final Set<PostgresSocket> sockets = ConcurrentHashMap.newKeySet();

    void add(PostgresSocket socket) {
        sockets.removeIf(other -> other.isClosed() || other.isSettled());
        sockets.add(socket);
    }

    /** Closes those of them that do not carry a stream, so that whoever waits for an answer fails at once. */
    void abort() {
        for (PostgresSocket socket : sockets) {
            if (!socket.isSettled()) {
                PostgresConnections.closeQuietly(socket);
            }
        }
    }
}
