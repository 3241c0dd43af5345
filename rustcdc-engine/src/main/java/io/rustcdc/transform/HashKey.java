package io.rustcdc.transform;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The secret of hashed columns: HMAC-SHA-256 over a value's text in UTF-8, in lower-case hex. Whoever does not know the secret cannot
 * try out values, and equal values have equal hashes, in every table. Never printed. Immutable and thread-safe.
 */
public final class HashKey {

    private static final String ALGORITHM = "HmacSHA256";
    private static final int SHORTEST = 16;

    private final SecretKeySpec key;

    /** An initialised Mac is not thread-safe, and costs more than a hash. */
    private final ThreadLocal<Mac> macs = ThreadLocal.withInitial(this::mac);

    private HashKey(byte[] secret) {
        this.key = new SecretKeySpec(secret, ALGORITHM);
    }

    /** @throws IllegalArgumentException if it has less than 16 bytes, so that it could be guessed */
    public static HashKey of(String secret) {
        byte[] bytes = secret.getBytes(StandardCharsets.UTF_8);
        if (bytes.length < SHORTEST) {
            throw new IllegalArgumentException(
                    "The key of hashes must have %d bytes or more, found %d".formatted(SHORTEST, bytes.length));
        }
        return new HashKey(bytes);
    }

    String hash(String text) {
        return HexFormat.of().formatHex(macs.get().doFinal(text.getBytes(StandardCharsets.UTF_8)));
    }

    private Mac mac() {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            return mac;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every Java runtime has " + ALGORITHM, e);
        }
    }

    @Override
    public String toString() {
        return "HashKey[***redacted***]";
    }
}
