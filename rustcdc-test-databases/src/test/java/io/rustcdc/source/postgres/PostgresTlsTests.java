package io.rustcdc.source.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.rustcdc.event.FailureKind;
import io.rustcdc.source.Credentials;
import io.rustcdc.source.PemFiles;
import io.rustcdc.source.SourceException;
import io.rustcdc.source.SourceStream;
import io.rustcdc.source.StreamRequest;
import io.rustcdc.source.TlsContext;
import io.rustcdc.source.Transport;
import io.rustcdc.test.databases.CertificateAuthority;
import io.rustcdc.test.databases.CertificateAuthority.Issued;
import io.rustcdc.test.databases.PostgresServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Certificates of both sides. The server takes some roles with a certificate only, over TLS only. */
@Timeout(60)
class PostgresTlsTests {

    private static final String SECRET = "correct horse";

    @TempDir
    static Path directory;

    private static CertificateAuthority authority;
    private static CertificateAuthority strangers;
    private static Issued own;
    private static Path certificate;
    private static Path key;
    private static PostgresServer server;
    private static PostgresFixture shop;

    @BeforeAll
    static void startServer() throws Exception {
        Assumptions.assumeTrue(PostgresServer.isEmbedded(), "a container does not see the certificate's files");
        authority = new CertificateAuthority(directory, "ours");
        strangers = new CertificateAuthority(directory, "strangers");
        own = authority.server("localhost");
        certificate = Files.copy(own.certificate(), directory.resolve("server.crt"));
        key = Files.copy(own.key(), directory.resolve("server.key"), StandardCopyOption.COPY_ATTRIBUTES);
        server = PostgresServer.builder()
                .setting("ssl", "on")
                .setting("ssl_cert_file", certificate.toString())
                .setting("ssl_key_file", key.toString())
                .setting("ssl_ca_file", authority.certificate().toString())
                .start();
        shop = new PostgresFixture(server.createDatabase());
        server.createRole("cert_role", null, "LOGIN REPLICATION SUPERUSER");
        server.createRole("both_role", SECRET, "LOGIN REPLICATION SUPERUSER");
        server.createRole("tls_role", SECRET, "LOGIN REPLICATION SUPERUSER");
        server.accessRules(
                "hostssl all cert_role all cert",
                "hostssl all both_role all scram-sha-256 clientcert=verify-full",
                "hostssl all tls_role all scram-sha-256");
    }

    @AfterAll
    static void stopServer() {
        if (server != null) {
            server.close();
        }
    }

    @AfterEach
    void restoreCertificate() throws Exception {
        serve(own);
        shop.awaitFreeSlot();
    }

    @Test
    void aCertificateIsEnoughWhereTheServerAsksForNoMore() {
        Issued client = authority.client("cert_role");

        try (SourceStream stream = connector("cert_role", null, ours(client)).open(StreamRequest.fresh())) {
            assertThat(stream.start()).isNotNull();
            assertThat(server.database("postgres")
                            .value("SELECT string_agg(client_dn, ',') FROM pg_stat_ssl"
                                    + " JOIN pg_stat_replication USING (pid) WHERE usename = 'cert_role'"))
                    .isEqualTo("/CN=cert_role");
        }
    }

    @Test
    @DisplayName("SCRAM-SHA-256 over TLS, and a certificate of the role")
    void aPasswordAndACertificate() {
        Issued client = authority.client("both_role");

        connector("both_role", SECRET, ours(client)).open(StreamRequest.fresh()).close();
        SourceException refused = refused("both_role", "wrong horse", Transport.tls(ours(client)));
        assertThat(refused.kind()).isEqualTo(FailureKind.AUTHENTICATION);
        assertThat(refused).hasMessageContaining("both_role");
    }

    @Test
    void aMissingCertificateIsNamedAsTheRemedy() {
        SourceException refused =
                refused("both_role", SECRET, Transport.tls(PemFiles.trusting(authority.certificate())));

        assertThat(refused.kind()).isEqualTo(FailureKind.AUTHENTICATION);
        assertThat(refused.action())
                .contains(
                        "rustcdc.postgres.shop.transport.client-cert-path",
                        "rustcdc.postgres.shop.transport.ssl-bundle");
    }

    @Test
    void theCertificateOfAnotherRoleIsRefused() {
        SourceException refused = refused("cert_role", null, Transport.tls(ours(authority.client("somebody"))));

        assertThat(refused.kind()).isEqualTo(FailureKind.AUTHENTICATION);
        assertThat(refused).hasMessageContaining("cert_role");
    }

    @Test
    void theCertificateOfAStrangerIsRefused() {
        SourceException refused = refused("cert_role", null, Transport.tls(ours(strangers.client("cert_role"))));

        assertThat(refused.kind()).isEqualTo(FailureKind.AUTHENTICATION);
        assertThat(refused.action()).contains("transport.client-cert-path");
    }

    @Test
    void anExpiredCertificateIsRefused() {
        SourceException refused = refused("cert_role", null, Transport.tls(ours(authority.expiredClient("cert_role"))));

        // Whether the server's reason arrives before the end of the connection is up to the network.
        assertThat(refused)
                .message()
                .containsAnyOf("ended the TLS handshake", "agreed to TLS and ended the connection");
        assertThat(refused.action()).contains("certificate that is valid", "transport.client-cert-path");
    }

    @Test
    void theServerOfAnotherAuthorityIsRefused() {
        SourceException refused =
                refused("tls_role", SECRET, Transport.tls(PemFiles.trusting(strangers.certificate())));

        assertThat(refused.kind()).isEqualTo(FailureKind.AUTHENTICATION);
        assertThat(refused).hasMessageContaining("not of a trusted authority");
        assertThat(refused.action()).contains("transport.ca-cert-path", "openssl s_client -starttls postgres");
    }

    @Test
    void anExpiredServerIsRefusedAndTheRenewedOneTaken() throws Exception {
        PostgresConnector connector = connector("tls_role", SECRET, PemFiles.trusting(authority.certificate()));
        serve(authority.expiredServer("localhost"));

        SourceException refused = org.assertj.core.api.Assertions.catchThrowableOfType(
                SourceException.class, () -> connector.open(StreamRequest.fresh()));

        assertThat(refused.kind()).isEqualTo(FailureKind.AUTHENTICATION);
        assertThat(refused).hasMessageContaining("not valid at this time");
        assertThat(refused.action()).contains("Renew it");
        serve(own);
        connector.open(StreamRequest.fresh()).close();
    }

    @Test
    void theHostNameIsNotComparedWhereThatIsSaid() throws Exception {
        serve(authority.server("db.example.com"));
        Transport strict = Transport.tls(PemFiles.trusting(authority.certificate()));

        SourceException refused = refused("tls_role", SECRET, strict);

        assertThat(refused).hasMessageContaining("made for another host: db.example.com");
        new PostgresConnector(options("tls_role", SECRET, strict.withoutHostnameCheck())
                        .build())
                .open(StreamRequest.fresh())
                .close();
    }

    @Test
    void withoutTheHostNameTheAuthorityStillCounts() {
        SourceException refused = refused(
                "tls_role",
                SECRET,
                Transport.tls(PemFiles.trusting(strangers.certificate())).withoutHostnameCheck());

        assertThat(refused.kind()).isEqualTo(FailureKind.AUTHENTICATION);
    }

    @Test
    void aServerCertificateCanBeTrustedItself() {
        connector("tls_role", SECRET, PemFiles.trusting(own.certificate()))
                .open(StreamRequest.fresh())
                .close();
    }

    @Test
    void aRoleThatMustUseTlsIsRefusedWithoutIt() {
        SourceException refused = refused("tls_role", SECRET, Transport.plaintext());

        assertThat(refused.kind()).isEqualTo(FailureKind.AUTHENTICATION);
        assertThat(refused.action()).contains("pg_hba.conf");
    }

    @Test
    void filesAreReadAtEachConnection() throws Exception {
        Path file = Files.copy(strangers.certificate(), directory.resolve("changing.crt"));
        PostgresConnector connector = connector("tls_role", SECRET, PemFiles.trusting(file));
        assertThat(org.assertj.core.api.Assertions.catchThrowable(() -> connector.open(StreamRequest.fresh())))
                .isInstanceOf(SourceException.class);

        Files.copy(authority.certificate(), file, StandardCopyOption.REPLACE_EXISTING);

        connector.open(StreamRequest.fresh()).close();
    }

    private static PemFiles ours(Issued client) {
        return PemFiles.trusting(authority.certificate())
                .withClientCertificate(client.certificate(), client.key(), null);
    }

    private static SourceException refused(String role, @Nullable String password, Transport transport) {
        return PostgresFixture.refused(options(role, password, transport), StreamRequest.fresh());
    }

    private static PostgresConnector connector(String role, @Nullable String password, TlsContext tls) {
        return new PostgresConnector(options(role, password, Transport.tls(tls)).build());
    }

    private static PostgresOptions.Builder options(String role, @Nullable String password, Transport transport) {
        return shop.options()
                .host("localhost")
                .credentials(() -> new Credentials(role, password))
                .transport(transport);
    }

    private static void serve(Issued issued) throws Exception {
        Files.copy(issued.certificate(), certificate, StandardCopyOption.REPLACE_EXISTING);
        Files.copy(issued.key(), key, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.COPY_ATTRIBUTES);
        String loaded = server.database("postgres").value("SELECT pg_conf_load_time()::text");
        server.database("postgres").sql("SELECT pg_reload_conf()");
        await().until(() -> !server.database("postgres")
                .value("SELECT pg_conf_load_time()::text")
                .equals(loaded));
    }
}
