package io.rustcdc.source;

import java.util.Objects;

/**
 * How the connection is protected.
 *
 * @param mode TLS verifies the server's certificate
 * @param tlsContext whom TLS trusts, and what it proves about itself
 * @param verifyHostname whether the certificate must carry the host name that is connected to; without it, any server with
 *     a certificate of a trusted authority is taken for the right one
 */
public record Transport(Mode mode, TlsContext tlsContext, boolean verifyHostname) {

    public enum Mode {
        TLS,
        PLAINTEXT
    }

    public Transport {
        Objects.requireNonNull(mode, "mode");
        Objects.requireNonNull(tlsContext, "tlsContext");
    }

    /** TLS that trusts the authorities of the Java runtime. */
    public static Transport tls() {
        return tls(TlsContext.ofJavaRuntime());
    }

    public static Transport tls(TlsContext context) {
        return new Transport(Mode.TLS, context, true);
    }

    public static Transport plaintext() {
        return new Transport(Mode.PLAINTEXT, TlsContext.ofJavaRuntime(), false);
    }

    /** For connections by an address or through a tunnel, where the authority signs for trusted servers only. */
    public Transport withoutHostnameCheck() {
        return new Transport(mode, tlsContext, false);
    }
}
