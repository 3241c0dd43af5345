package io.rustcdc.source;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * How the connection is protected.
 *
 * @param mode TLS verifies the server's certificate and host name
 * @param caCertPath a PEM file with the authorities to trust; null for those of the Java runtime
 */
public record Transport(Mode mode, @Nullable Path caCertPath) {

    public enum Mode {
        TLS,
        PLAINTEXT
    }

    public static Transport tls() {
        return new Transport(Mode.TLS, null);
    }

    public static Transport plaintext() {
        return new Transport(Mode.PLAINTEXT, null);
    }
}
