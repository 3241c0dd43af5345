package io.rustcdc.source;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Cipher;
import javax.crypto.EncryptedPrivateKeyInfo;
import javax.crypto.SecretKey;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Reads a private key in PKCS#8 (RFC 5958), plain or encrypted, as PEM (RFC 7468) or DER.
 *
 * @param password for an encrypted key
 */
record PrivateKeyFile(Path file, @Nullable String password) {

    private static final String SETTING = "transport.client-key-path";
    private static final String PLAIN = "PRIVATE KEY";
    private static final String ENCRYPTED = "ENCRYPTED PRIVATE KEY";
    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN ([A-Z0-9 ]*PRIVATE KEY)-----([A-Za-z0-9+/=\\s]*)-----END \\1-----");
    private static final Pattern BEGIN = Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----");
    private static final List<String> ALGORITHMS = List.of("RSA", "EC", "EdDSA", "RSASSA-PSS");

    PrivateKey read() {
        byte[] content = CertificateFile.content(file, SETTING);
        String text = new String(content, StandardCharsets.ISO_8859_1);
        Matcher begin = BEGIN.matcher(text);
        if (!begin.find()) {
            return der(content);
        }
        Matcher block = BLOCK.matcher(text);
        if (!block.find()) {
            throw malformed("found '%s'".formatted(begin.group()), null);
        }
        byte[] encoded = decoded(block.group(2));
        return switch (block.group(1)) {
            case PLAIN -> plain(encoded);
            case ENCRYPTED -> decrypted(encoded);
            default -> throw malformed("found '%s'".formatted(block.group(1)), null);
        };
    }

    private PrivateKey der(byte[] content) {
        try {
            new EncryptedPrivateKeyInfo(content);
        } catch (IOException e) {
            return plain(content);
        }
        return decrypted(content);
    }

    private PrivateKey plain(byte[] encoded) {
        for (String algorithm : ALGORITHMS) {
            PrivateKey key = key(algorithm, encoded);
            if (key != null) {
                return key;
            }
        }
        throw malformed("found something else, or a kind of key other than " + ALGORITHMS, null);
    }

    /** Null for what is not a key of this algorithm. */
    private @Nullable PrivateKey key(String algorithm, byte[] encoded) {
        try {
            return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(encoded));
        } catch (InvalidKeySpecException e) {
            return null;
        } catch (NoSuchAlgorithmException e) {
            throw malformed(algorithm + " is unknown to this Java runtime", e);
        }
    }

    private PrivateKey decrypted(byte[] encoded) {
        if (password == null) {
            throw PemFiles.unusable(
                    "The key '%s' is encrypted and no password is configured".formatted(file),
                    "Set transport.client-key-password",
                    null);
        }
        PBEKeySpec secret = new PBEKeySpec(password.toCharArray());
        try {
            EncryptedPrivateKeyInfo info = new EncryptedPrivateKeyInfo(encoded);
            // PBES2 names its parts in the parameters only.
            String algorithm =
                    info.getAlgName().equals("PBES2") || info.getAlgName().startsWith("1.2.")
                            ? info.getAlgParameters().toString()
                            : info.getAlgName();
            SecretKey key = SecretKeyFactory.getInstance(algorithm).generateSecret(secret);
            Cipher cipher = Cipher.getInstance(algorithm);
            cipher.init(Cipher.DECRYPT_MODE, key, info.getAlgParameters());
            return plain(info.getKeySpec(cipher).getEncoded());
        } catch (IOException | GeneralSecurityException e) {
            throw PemFiles.unusable(
                    "The key '%s' cannot be decrypted (%s)"
                            .formatted(file, e.getClass().getSimpleName()),
                    "Check transport.client-key-password; a key in another encryption is rewritten by: openssl pkcs8 -topk8 -v2 aes256 -in <key> -out <new key>",
                    e);
        } finally {
            secret.clearPassword();
        }
    }

    private byte[] decoded(String base64) {
        try {
            return Base64.getMimeDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            throw malformed("it is damaged", e);
        }
    }

    private SourceException malformed(String found, @Nullable Throwable cause) {
        return PemFiles.unusable(
                "The file '%s' holds no private key in PKCS#8: %s".formatted(file, found),
                "Name a file that begins with '-----BEGIN PRIVATE KEY-----' with %s; another form is rewritten by: openssl pkcs8 -topk8 -nocrypt -in <key> -out <new key>"
                        .formatted(SETTING),
                cause);
    }

    @Override
    public String toString() {
        return "PrivateKeyFile[" + file + "]";
    }
}
