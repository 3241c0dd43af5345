package io.rustcdc.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.rustcdc.event.FailureKind;
import io.rustcdc.test.databases.CertificateAuthority;
import io.rustcdc.test.databases.CertificateAuthority.Issued;
import java.io.ByteArrayOutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.util.Base64;
import javax.crypto.Cipher;
import javax.crypto.EncryptedPrivateKeyInfo;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import org.assertj.core.api.Assertions;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PemFilesTests {

    private static final String KEY_PASSWORD = "key s3cret";

    @TempDir
    static Path directory;

    private static CertificateAuthority authority;
    private static Issued client;

    @BeforeAll
    static void issue() {
        authority = new CertificateAuthority(directory, "ours");
        client = authority.client("cdc");
    }

    @Test
    void takesAuthoritiesACertificateAndItsKey() {
        assertThat(files(client.certificate(), client.key(), null).get()).isNotNull();
        assertThat(new PemFiles(null, null).get()).isNotNull();
    }

    @Test
    void takesSeveralAuthoritiesWithTextAround() throws Exception {
        String one = Files.readString(authority.certificate());
        Path bundle = file("bundle.pem", "# Europe\n" + one + "\n# America\n" + one);

        assertThat(CertificateFile.read(bundle, "x")).hasSize(2);
    }

    @Test
    void takesAKeyInDer() throws Exception {
        Path der = directory.resolve("key.pk8");
        Files.write(der, derKey());

        assertThat(files(client.certificate(), der, null).get()).isNotNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"PBEWithHmacSHA256AndAES_256", "PBEWithHmacSHA1AndAES_128", "PBEWithSHA1AndDESede"})
    void takesAnEncryptedKey(String algorithm) throws Exception {
        byte[] encrypted = encrypted(algorithm);
        Path pem = file(algorithm + ".pem", CertificateAuthority.pem("ENCRYPTED PRIVATE KEY", encrypted));
        Path der = directory.resolve(algorithm + ".der");
        Files.write(der, encrypted);

        assertThat(files(client.certificate(), pem, KEY_PASSWORD).get()).isNotNull();
        assertThat(files(client.certificate(), der, KEY_PASSWORD).get()).isNotNull();
        assertRefused(files(client.certificate(), pem, null), "encrypted and no password", "client-key-password");
        assertRefused(files(client.certificate(), pem, "wrong s3cret"), "cannot be decrypted", "client-key-password");
    }

    @ParameterizedTest
    @ValueSource(strings = {"EC", "Ed25519"})
    void readsKeysOfOtherKinds(String algorithm) throws Exception {
        byte[] key = KeyPairGenerator.getInstance(algorithm)
                .generateKeyPair()
                .getPrivate()
                .getEncoded();

        assertThat(new PrivateKeyFile(file(algorithm + ".key", CertificateAuthority.pem("PRIVATE KEY", key)), null)
                        .read()
                        .getEncoded())
                .isEqualTo(key);
    }

    @Test
    void refusesTheKeyOfAnotherCertificate() {
        Issued other = authority.client("other");

        assertRefused(
                files(client.certificate(), other.key(), null),
                "'%s' does not belong to the certificate '%s'".formatted(other.key(), client.certificate()),
                "transport.client-key-path");
    }

    @Test
    void refusesFilesThatAreNotThere() {
        Path missing = directory.resolve("missing.pem");

        assertRefused(PemFiles.trusting(missing), "'" + missing + "' does not exist", "transport.ca-cert-path");
        assertRefused(files(missing, client.key(), null), "does not exist", "transport.client-cert-path");
        assertRefused(files(client.certificate(), missing, null), "does not exist", "transport.client-key-path");
        assertRefused(PemFiles.trusting(directory), "cannot be read", "transport.ca-cert-path");
    }

    @Test
    void refusesFilesThatHoldSomethingElse() throws Exception {
        Path empty = file("empty.pem", "");
        Path damaged = file("damaged.pem", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
        Path oldKey = file("rsa.key", CertificateAuthority.pem("RSA PRIVATE KEY", derKey()));
        Path half = file("half.key", "-----BEGIN PRIVATE KEY-----\nAAAA");
        Path noKey =
                file("no.key", CertificateAuthority.pem("PRIVATE KEY", "nonsense".getBytes(StandardCharsets.UTF_8)));

        assertRefused(PemFiles.trusting(empty), "holds no certificate", "BEGIN CERTIFICATE");
        assertRefused(PemFiles.trusting(damaged), "holds no certificate", "BEGIN CERTIFICATE");
        assertRefused(files(client.certificate(), oldKey, null), "found 'RSA PRIVATE KEY'", "openssl pkcs8 -topk8");
        assertRefused(files(client.certificate(), half, null), "no private key in PKCS#8", "openssl pkcs8 -topk8");
        assertRefused(files(client.certificate(), noKey, null), "no private key in PKCS#8", "openssl pkcs8 -topk8");
        assertRefused(files(client.certificate(), empty, null), "no private key in PKCS#8", "openssl pkcs8 -topk8");
    }

    @Test
    void printsNoSecret() {
        assertThat(files(client.certificate(), client.key(), KEY_PASSWORD).toString())
                .contains(client.key().toString())
                .doesNotContain(KEY_PASSWORD);
        assertThat(new PrivateKeyFile(client.key(), KEY_PASSWORD).toString()).doesNotContain(KEY_PASSWORD);
    }

    private static void assertRefused(PemFiles files, String message, String action) {
        SourceException refused = Assertions.catchThrowableOfType(SourceException.class, files::get);
        assertThat(refused.kind()).isEqualTo(FailureKind.AUTHENTICATION);
        assertThat(refused).hasMessageContaining(message);
        assertThat(refused.action()).contains(action);
        StringWriter text = new StringWriter();
        refused.printStackTrace(new PrintWriter(text));
        assertThat(text.toString()).doesNotContain("s3cret");
    }

    private static PemFiles files(Path certificate, Path key, @Nullable String password) {
        return PemFiles.trusting(authority.certificate()).withClientCertificate(certificate, key, password);
    }

    private static Path file(String name, String text) throws Exception {
        return Files.writeString(directory.resolve(name), text);
    }

    private static byte[] derKey() throws Exception {
        String base64 = Files.readString(client.key()).replaceAll("-----[A-Z ]+-----", "");
        return Base64.getMimeDecoder().decode(base64);
    }

    private static byte[] encrypted(String algorithm) throws Exception {
        Cipher cipher = Cipher.getInstance(algorithm);
        cipher.init(
                Cipher.ENCRYPT_MODE,
                SecretKeyFactory.getInstance(algorithm).generateSecret(new PBEKeySpec(KEY_PASSWORD.toCharArray())));
        byte[] encrypted = cipher.doFinal(derKey());
        if (algorithm.startsWith("PBEWithHmac")) {
            byte[] pbes2 = {6, 9, 42, (byte) 134, 72, (byte) 134, (byte) 247, 13, 1, 5, 13}; // which JDK 17 cannot name
            return der(0x30, der(0x30, pbes2, cipher.getParameters().getEncoded()), der(0x04, encrypted));
        }
        return new EncryptedPrivateKeyInfo(cipher.getParameters(), encrypted).getEncoded();
    }

    private static byte[] der(int tag, byte[]... parts) {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            content.writeBytes(part);
        }
        ByteBuffer out = ByteBuffer.allocate(content.size() + 4).put((byte) tag).put((byte) 0x82);
        return out.putShort((short) content.size()).put(content.toByteArray()).array();
    }
}
