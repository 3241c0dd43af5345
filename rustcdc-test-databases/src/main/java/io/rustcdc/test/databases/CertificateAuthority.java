package io.rustcdc.test.databases;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.Signature;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;

/**
 * Signs certificates for tests (RFC 5280). Keys and certificates are PEM files in its directory. For one thread.
 */
public final class CertificateAuthority {

    private static final byte[] SIGNED_WITH = Der.sequence(Der.oid(1, 2, 840, 10045, 4, 3, 2)); // ecdsa-with-SHA256
    private static final byte[] IS_AUTHORITY = extension(Der.oid(2, 5, 29, 19), Der.sequence(Der.yes()));
    private static final byte[] NOTHING_MORE = {};
    private static final Duration VALID = Duration.ofDays(2);

    private final Path directory;
    private final String name;
    private final KeyPair keys = newKeys();
    private final Path certificate;
    private int serial;

    /** An authority whose files are kept in this directory. */
    public CertificateAuthority(Path directory, String name) {
        this.directory = directory;
        this.name = name;
        this.certificate =
                write(name + ".crt", "CERTIFICATE", signed(name, keys.getPublic(), Instant.now(), IS_AUTHORITY));
    }

    /** Its own certificate. */
    public Path certificate() {
        return certificate;
    }

    /** A certificate for a server of this host name. */
    public Issued server(String host) {
        return issue("server-" + host, host, Instant.now(), hostName(host));
    }

    /** A certificate for a server of this host name that has expired. */
    public Issued expiredServer(String host) {
        return issue("expired-" + host, host, longAgo(), hostName(host));
    }

    /** A certificate for a client, whose common name is the role's. */
    public Issued client(String role) {
        return issue("client-" + role, role, Instant.now(), NOTHING_MORE);
    }

    /** A certificate for a client that has expired. */
    public Issued expiredClient(String role) {
        return issue("expired-" + role, role, longAgo(), NOTHING_MORE);
    }

    private static Instant longAgo() {
        return Instant.now().minus(VALID.multipliedBy(3));
    }

    private Issued issue(String file, String commonName, Instant around, byte[] extension) {
        KeyPair own = newKeys();
        return new Issued(
                write(file + ".crt", "CERTIFICATE", signed(commonName, own.getPublic(), around, extension)),
                write(file + ".key", "PRIVATE KEY", own.getPrivate().getEncoded()));
    }

    private byte[] signed(String commonName, PublicKey key, Instant around, byte[] extension) {
        byte[] content = Der.sequence(
                Der.tagged(0xa0, Der.integer(2)), // version 3
                Der.integer(++serial),
                SIGNED_WITH,
                distinguished(name),
                Der.sequence(Der.time(around.minus(VALID)), Der.time(around.plus(VALID))),
                distinguished(commonName),
                key.getEncoded(),
                extension.length == 0 ? NOTHING_MORE : Der.tagged(0xa3, Der.sequence(extension)));
        try {
            Signature signature = Signature.getInstance("SHA256withECDSA");
            signature.initSign(keys.getPrivate());
            signature.update(content);
            return Der.sequence(content, SIGNED_WITH, Der.bits(signature.sign()));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] distinguished(String commonName) {
        return Der.sequence(Der.set(Der.sequence(Der.oid(2, 5, 4, 3), Der.text(commonName))));
    }

    private static byte[] hostName(String host) {
        byte[] dnsName = Der.tagged(0x82, host.getBytes(StandardCharsets.US_ASCII));
        return extension(Der.oid(2, 5, 29, 17), Der.sequence(dnsName));
    }

    private static byte[] extension(byte[] oid, byte[] value) {
        return Der.sequence(oid, Der.octets(value));
    }

    private static KeyPair newKeys() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(256);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private Path write(String file, String type, byte[] der) {
        try {
            Path path = Files.writeString(directory.resolve(file), pem(type, der));
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-------"));
            return path;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** DER as PEM. */
    public static String pem(String type, byte[] der) {
        String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
        return "-----BEGIN " + type + "-----\n" + body + "\n-----END " + type + "-----\n";
    }

    /**
     * What an authority gives out.
     *
     * @param key readable by its owner only, as a server demands
     */
    public record Issued(Path certificate, Path key) {}
}
