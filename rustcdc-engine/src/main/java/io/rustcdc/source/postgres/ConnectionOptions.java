package io.rustcdc.source.postgres;

import io.rustcdc.source.Credentials;
import io.rustcdc.source.Transport;
import java.time.Duration;

/**
 * How to reach the database, and as whom.
 *
 * @param address the server
 * @param database the database to capture from
 * @param credentials asked at each connection
 * @param transport TLS unless said otherwise
 * @param timeout for a whole handshake and for each statement of the checks
 */
record ConnectionOptions(
        Address address, String database, Credentials.Provider credentials, Transport transport, Duration timeout) {

    static ConnectionOptions checked(
            SettingChecks checks,
            Address address,
            String database,
            Credentials.Provider credentials,
            Transport transport,
            Duration timeout) {
        return new ConnectionOptions(
                address,
                checks.text("database", database),
                credentials,
                transport,
                checks.within("conn-timeout", timeout, Duration.ofSeconds(1), Duration.ofSeconds(300)));
    }

    /**
     * @param host a name or an address
     * @param port 1 to 65535
     */
    record Address(String host, int port) {

        static Address checked(SettingChecks checks, String host, int port) {
            checks.text("host", host);
            if (port < 1 || port > 65535) {
                throw checks.refused("port", Integer.toString(port), "a port from 1 to 65535");
            }
            return new Address(host, port);
        }
    }
}
