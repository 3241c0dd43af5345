package io.rustcdc.source.postgres;

import io.rustcdc.source.Credentials;
import io.rustcdc.source.Transport;
import io.rustcdc.source.internal.ServerAddress;
import io.rustcdc.source.internal.SettingChecks;
import java.time.Duration;
import java.util.List;

/**
 * How to reach the database, and as whom.
 *
 * @param servers one of them is the primary
 * @param database the database to capture from
 * @param credentials asked at each connection
 * @param transport TLS unless said otherwise
 * @param timeout for a whole handshake, or the search for the primary, and for each statement of the checks
 */
record ConnectionOptions(
        List<ServerAddress> servers,
        String database,
        Credentials.Provider credentials,
        Transport transport,
        Duration timeout) {

    static ConnectionOptions checked(
            SettingChecks checks,
            List<ServerAddress> servers,
            String database,
            Credentials.Provider credentials,
            Transport transport,
            Duration timeout) {
        return new ConnectionOptions(
                servers,
                checks.text("database", database),
                credentials,
                transport,
                checks.within("conn-timeout", timeout, Duration.ofSeconds(1), Duration.ofSeconds(300)));
    }

    ConnectionOptions at(ServerAddress server) {
        return new ConnectionOptions(List.of(server), database, credentials, transport, timeout);
    }
}
