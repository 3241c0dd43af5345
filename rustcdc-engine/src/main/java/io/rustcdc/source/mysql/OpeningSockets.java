package io.rustcdc.source.mysql;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The sockets that are connected, asked and closed while a stream is opened. Thread-safe. */
final class OpeningSockets {

    private final Set<MySqlSocket> sockets = ConcurrentHashMap.newKeySet();

    void add(MySqlSocket socket) {
        sockets.removeIf(other -> other.isClosed() || other.isSettled());
        sockets.add(socket);
    }

    /** Closes those of them that do not carry a stream, so that whoever waits for an answer fails at once. */
    void abort() {
        for (MySqlSocket socket : sockets) {
            if (!socket.isSettled()) {
                MySqlConnections.closeQuietly(socket);
            }
        }
    }
}
