package io.rustcdc.source.sqlserver;

import io.rustcdc.source.Credentials;
import io.rustcdc.source.Transport;
import io.rustcdc.source.internal.ServerAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How to reach the database, and as whom.
 *
 * @param instanceName the named instance, whose port the SQL Server Browser tells; null for the one at the port
 * @param credentials asked at each connection
 * @param timing how long things may take
 */
record ConnectionOptions(
        ServerAddress server,
        @Nullable String instanceName,
        Credentials.Provider credentials,
        Protection protection,
        Timing timing) {

    /**
     * What keeps others from reading along.
     *
     * @param trustServerCertificate whether any certificate is taken for the right one
     */
    record Protection(Transport transport, boolean trustServerCertificate) {}

    /**
     * How long things may take.
     *
     * @param connect a whole handshake, and each statement of the checks
     * @param silence how long the server may take to answer the stream
     */
    record Timing(Duration connect, Duration silence) {}

    String target() {
        return instanceName == null ? server.toString() : server.host() + "\\" + instanceName;
    }
}
