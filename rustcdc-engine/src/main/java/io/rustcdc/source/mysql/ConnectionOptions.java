package io.rustcdc.source.mysql;

import io.rustcdc.source.Credentials;
import io.rustcdc.source.Transport;
import io.rustcdc.source.internal.ServerAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How to reach the server, and as whom.
 *
 * @param database the default database; null for none
 * @param credentials asked at each connection
 * @param timeout for a whole handshake and for each statement of the checks
 */
record ConnectionOptions(
        ServerAddress server,
        @Nullable String database,
        Credentials.Provider credentials,
        Protection protection,
        Duration timeout) {

    /** What keeps others from reading along. */
    record Protection(Transport transport, boolean allowPublicKeyRetrieval) {}

    Transport transport() {
        return protection.transport();
    }

    boolean allowPublicKeyRetrieval() {
        return protection.allowPublicKeyRetrieval();
    }
}
