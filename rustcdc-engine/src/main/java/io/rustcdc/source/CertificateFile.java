package io.rustcdc.source;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads certificates, as PEM (RFC 7468) or as one in DER. */
final class CertificateFile {

    private CertificateFile() {}

    /**
     * At least one certificate, in the order of the file.
     *
     * @param setting the setting that names the file
     */
    static List<X509Certificate> read(Path file, String setting) {
        byte[] content = content(file, setting);
        try {
            List<X509Certificate> certificates =
                    CertificateFactory.getInstance("X.509")
                            .generateCertificates(new ByteArrayInputStream(content))
                            .stream()
                            .map(X509Certificate.class::cast)
                            .toList();
            if (certificates.isEmpty()) {
                throw malformed(file, setting, "there is none", null);
            }
            return certificates;
        } catch (CertificateException e) {
            throw malformed(file, setting, "it is damaged", e);
        }
    }

    static byte[] content(Path file, String setting) {
        try {
            return Files.readAllBytes(file);
        } catch (NoSuchFileException e) {
            throw PemFiles.unusable("The file '%s' does not exist".formatted(file), "Correct %s".formatted(setting), e);
        } catch (IOException e) {
            throw PemFiles.unusable(
                    "The file '%s' cannot be read: %s"
                            .formatted(file, e.getClass().getSimpleName()),
                    "Let the user of this process read it, or correct %s".formatted(setting),
                    e);
        }
    }

    private static SourceException malformed(Path file, String setting, String found, @Nullable Throwable cause) {
        return PemFiles.unusable(
                "The file '%s' holds no certificate as expected: %s".formatted(file, found),
                "Name a file with '-----BEGIN CERTIFICATE-----' blocks with %s".formatted(setting),
                cause);
    }
}
