package io.rustcdc.source.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.rustcdc.event.FailureKind;
import io.rustcdc.event.Offset;
import io.rustcdc.source.Credentials;
import io.rustcdc.source.PemFiles;
import io.rustcdc.source.SourceException;
import io.rustcdc.source.SourceStream;
import io.rustcdc.source.StreamRequest;
import io.rustcdc.source.StubServer;
import io.rustcdc.source.Transport;
import io.rustcdc.test.databases.CertificateAuthority;
import io.rustcdc.test.databases.FreePorts;
import io.rustcdc.test.databases.PostgresServer;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.IntStream;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** From the first packet to the first answer. The server of these tests has TLS and asks some roles for a password. */
@Timeout(60)
class PostgresConnectTests {

    private static final String SECRET = "correct horse";

    @TempDir
    static Path directory;

    private static CertificateAuthority authority;
    private static PostgresServer server;
    private static PostgresFixture shop;

    @BeforeAll
    static void startServer() throws Exception {
        Assumptions.assumeTrue(PostgresServer.isEmbedded(), "a container does not see the certificate's files");
        authority = new CertificateAuthority(directory, "ours");
        CertificateAuthority.Issued own = authority.server("localhost");
        server = PostgresServer.builder()
                .setting("ssl", "on")
                .setting("ssl_cert_file", own.certificate().toString())
                .setting("ssl_key_file", own.key().toString())
                .start();
        shop = new PostgresFixture(server.createDatabase());
        server.createRole("scram_role", SECRET, "LOGIN REPLICATION SUPERUSER");
        server.createRole("clear_role", SECRET, "LOGIN REPLICATION SUPERUSER");
        server.accessRules(
                "host all scram_role 127.0.0.1/32 scram-sha-256", "host all clear_role 127.0.0.1/32 password");
    }

    @AfterAll
    static void stopServer() {
        if (server != null) {
            server.close();
        }
    }

    @Test
    void hostDownIsTransientAndNamesTheAddress() {
        int port = FreePorts.next();

        SourceException refused = PostgresFixture.refused(shop.options().port(port), StreamRequest.fresh());

        assertThat(refused.kind()).isEqualTo(FailureKind.TRANSIENT);
        assertThat(refused).hasMessageContaining("127.0.0.1:" + port);
    }

    @Test
    @DisplayName("PG-06: a server that accepts and never answers")
    void silentServerFailsWithinTheBudget() {
        try (StubServer silent = new StubServer()) {
            assertNamesTheBudget(silent, Transport.plaintext());
            assertNamesTheBudget(silent, Transport.tls());
        }
    }

    @Test
    @DisplayName("PG-06: a server that answers the request for TLS and is silent then")
    void serverSilentInTheTlsHandshakeFailsWithinTheBudget() {
        try (StubServer silent = new StubServer((byte) 'S')) {
            assertNamesTheBudget(silent, Transport.tls());
        }
    }

    @Test
    @DisplayName("PG-06: a server that asks for authentication and is silent then")
    void serverSilentInTheAuthenticationFailsWithinTheBudget() {
        byte[] askForMd5 = {'R', 0, 0, 0, 12, 0, 0, 0, 5, 1, 2, 3, 4};
        try (StubServer silent = new StubServer(askForMd5)) {
            assertNamesTheBudget(silent, Transport.plaintext());
        }
    }

    @Test
    @DisplayName("PG-05: TLS is wanted and the server has none: refused, and nothing but the request was sent")
    void serverWithoutTlsIsRefusedOnBothConnections() {
        try (StubServer plain = new StubServer((byte) 'N')) {
            PostgresOptions options = shop.options()
                    .port(plain.port())
                    .credentials(() -> new Credentials("cdc", SECRET))
                    .transport(Transport.tls())
                    .build();
            PostgresConnections connections = new PostgresConnections(options);

            for (org.assertj.core.api.ThrowableAssert.ThrowingCallable open :
                    new org.assertj.core.api.ThrowableAssert.ThrowingCallable[] {
                        connections::openSql, connections::openReplication
                    }) {
                SourceException refused = Assertions.catchThrowableOfType(SourceException.class, open);
                assertThat(refused.kind()).isEqualTo(FailureKind.CONFIGURATION);
                assertThat(refused).hasMessageContaining("does not offer TLS");
                assertThat(refused.action()).contains("rustcdc.postgres.shop.transport.mode: plaintext");
            }
            byte[] request = {0, 0, 0, 8, 4, (byte) 0xd2, 22, 47};
            assertThat(plain.received()).isEqualTo(twice(request));
        }
    }

    @Test
    @DisplayName("PG-05: a server that cannot start a process answers the request for TLS with an error, which passes")
    void anErrorInAnswerToTheRequestForTlsPasses() {
        byte[] error = "Ecould not fork new process for connection\n\0".getBytes(StandardCharsets.US_ASCII);
        try (StubServer busy = new StubServer(error)) {
            SourceException refused = PostgresFixture.refused(
                    shop.options().port(busy.port()).transport(Transport.tls()), StreamRequest.fresh());

            assertThat(refused.kind()).isEqualTo(FailureKind.TRANSIENT);
            assertThat(refused).hasMessageContaining("answered the request for TLS with an error; its log says why");
        }
    }

    @Test
    void wrongPasswordIsAnAuthenticationFailureAndStaysSecret() {
        SourceException refused = PostgresFixture.refused(as("scram_role", "wrong horse"), StreamRequest.fresh());

        assertThat(refused.kind()).isEqualTo(FailureKind.AUTHENTICATION);
        assertThat(refused).hasMessageContaining("scram_role");
        assertThat(refused.action()).contains("rustcdc.postgres.shop.password");
        StringWriter text = new StringWriter();
        refused.printStackTrace(new PrintWriter(text));
        assertThat(text.toString()).doesNotContain("wrong horse");
    }

    @Test
    void missingPasswordIsAnAuthenticationFailure() {
        SourceException refused = PostgresFixture.refused(as("scram_role", null), StreamRequest.fresh());

        assertThat(refused.kind()).isEqualTo(FailureKind.AUTHENTICATION);
    }

    @Test
    void missingPasswordOverTlsIsNoCertificateFailure() {
        SourceException refused = PostgresFixture.refused(
                as("scram_role", null)
                        .host("localhost")
                        .transport(Transport.tls(PemFiles.trusting(authority.certificate()))),
                StreamRequest.fresh());

        assertThat(refused.kind()).isEqualTo(FailureKind.AUTHENTICATION);
        assertThat(refused).hasMessageContaining("password");
    }

    @Test
    void credentialsThatCannotBeObtainedAreAskedForAgain() {
        SourceException refused = PostgresFixture.refused(
                as("scram_role", SECRET).credentials(() -> {
                    throw new IllegalStateException("the vault says " + SECRET);
                }),
                StreamRequest.fresh());

        assertThat(refused.kind()).isEqualTo(FailureKind.TRANSIENT);
        assertThat(refused.getMessage()).contains("IllegalStateException").doesNotContain(SECRET);
        assertThat(refused.getCause()).isNull();
    }

    @Test
    @DisplayName("PG-37: a password asked for in clear text over plaintext is not sent")
    void clearTextPasswordIsRefusedOverPlaintext() {
        SourceException refused = PostgresFixture.refused(as("clear_role", SECRET), StreamRequest.fresh());

        assertThat(refused.kind()).isEqualTo(FailureKind.CONFIGURATION);
        assertThat(refused).hasMessageContaining("clear text");
        assertThat(refused.action()).contains("scram-sha-256");
    }

    @ParameterizedTest
    @CsvSource({"1000001, more than 1000000 rounds of SCRAM", "4294967295, SCRAM authentication failed"})
    @DisplayName("PG-23: a server that asks for endless work is refused before it is done")
    void tooManyRoundsOfScramAreRefused(long rounds, String message) {
        try (StubServer greedy = new StubServer((count, received) -> scram(count, received, rounds))) {
            SourceException refused =
                    PostgresFixture.refused(as("scram_role", SECRET).port(greedy.port()), StreamRequest.fresh());

            assertThat(refused.kind()).isEqualTo(FailureKind.CONFIGURATION);
            assertThat(refused).hasMessageContaining(message);
        }
    }

    /** RFC 5802 up to the server's first message, which names the rounds. */
    private static byte[] scram(int count, byte[] received, long rounds) {
        if (count == 0) {
            return authentication(10, "SCRAM-SHA-256\0\0");
        }
        String clientFirst = new String(received, StandardCharsets.UTF_8);
        String nonce = clientFirst.substring(clientFirst.indexOf(",r=") + 3);
        return authentication(11, "r=" + nonce + "more,s=c2FsdHNhbHQ=,i=" + rounds);
    }

    private static byte[] authentication(int kind, String content) {
        byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
        ByteBuffer message = ByteBuffer.allocate(9 + bytes.length);
        return message.put((byte) 'R')
                .putInt(8 + bytes.length)
                .putInt(kind)
                .put(bytes)
                .array();
    }

    @Test
    void streamsOverTlsWithTheAuthorityGiven() {
        PostgresOptions.Builder options = as("clear_role", SECRET)
                .host("localhost")
                .transport(Transport.tls(PemFiles.trusting(authority.certificate())))
                .replicationSlotName("tls_slot");
        CollectingSink sink = new CollectingSink();
        Offset start;
        try (SourceStream stream = new PostgresConnector(options.build()).open(StreamRequest.fresh())) {
            start = stream.start();
            assertThat(shop.database.value("SELECT bool_and(ssl) FROM pg_stat_ssl JOIN pg_stat_replication USING (pid)"
                            + " WHERE usename = 'clear_role'"))
                    .isEqualTo("true");
            assertThat(stream.read(sink, Duration.ofMillis(50))).isFalse();
            shop.insert(1, 20_000);
            PostgresFixture.readCommits(stream, sink, 1);
            shop.insert(20_001, 20_001);
            PostgresFixture.readCommits(stream, sink, 2);
            stream.confirm(sink.lastCommit());
        }
        assertThat(sink.ids())
                .containsExactlyElementsOf(IntStream.rangeClosed(1, 20_001)
                        .boxed()
                        .map(Object.class::cast)
                        .toList());
        assertThat(Lsn.isBefore(
                        ((PostgresOffset) start).lsn(), sink.lastCommit().lsn()))
                .isTrue();
    }

    @Test
    void certificateOfAnUnknownAuthorityIsRefused() {
        SourceException refused = PostgresFixture.refused(
                shop.options().host("localhost").transport(Transport.tls()), StreamRequest.fresh());

        assertThat(refused.kind()).isEqualTo(FailureKind.AUTHENTICATION);
        assertThat(refused).hasMessageContaining("certificate");
        assertThat(refused.action()).contains("transport.ca-cert-path");
    }

    @Test
    void certificateOfAnotherHostIsRefused() {
        SourceException refused = PostgresFixture.refused(
                shop.options().transport(Transport.tls(PemFiles.trusting(authority.certificate()))),
                StreamRequest.fresh());

        assertThat(refused.kind()).isEqualTo(FailureKind.AUTHENTICATION);
        assertThat(refused).hasMessageContaining("made for another host: localhost");
        assertThat(refused.action()).contains("rustcdc.postgres.shop.host", "transport.verify-hostname: false");
    }

    @Test
    @DisplayName("Values have one text form, whatever the role prefers")
    void sessionSettingsAreForced() throws Exception {
        shop.database.sql(
                "ALTER ROLE scram_role SET TimeZone = 'Asia/Tokyo'",
                "ALTER ROLE scram_role SET DateStyle = 'SQL, DMY'",
                "ALTER ROLE scram_role SET bytea_output = 'escape'",
                "ALTER ROLE scram_role SET extra_float_digits = -5");
        PostgresOptions options = as("scram_role", SECRET).build();
        PostgresConnections connections = new PostgresConnections(options);
        String settings =
                "SELECT string_agg(setting, ';' ORDER BY lower(name)) FROM pg_settings WHERE name IN ('TimeZone', 'DateStyle', 'bytea_output', 'extra_float_digits')";
        try (java.sql.Connection sql = connections.openSql();
                PostgresConnections.Opened replication = connections.openReplication()) {
            for (java.sql.Connection connection : new java.sql.Connection[] {sql, replication.connection()}) {
                try (java.sql.ResultSet row = connection.createStatement().executeQuery(settings)) {
                    row.next();
                    assertThat(row.getString(1)).isEqualTo("hex;ISO, YMD;1;UTC");
                }
            }
        }
    }

    private static PostgresOptions.Builder as(String role, String password) {
        return shop.options().credentials(() -> new Credentials(role, password));
    }

    private static void assertNamesTheBudget(StubServer server, Transport transport) {
        PostgresOptions.Builder options = shop.options()
                .port(server.port())
                .credentials(() -> new Credentials("cdc", SECRET))
                .connTimeout(Duration.ofSeconds(1))
                .transport(transport);

        SourceException refused = PostgresFixture.refused(options, StreamRequest.fresh());

        assertThat(refused.kind()).isEqualTo(FailureKind.TRANSIENT);
        assertThat(refused)
                .hasMessageContaining("127.0.0.1:" + server.port())
                .hasMessageContaining("rustcdc.postgres.shop.conn-timeout = 1 s");
    }

    private static byte[] twice(byte[] bytes) {
        byte[] both = new byte[bytes.length * 2];
        System.arraycopy(bytes, 0, both, 0, bytes.length);
        System.arraycopy(bytes, 0, both, bytes.length, bytes.length);
        return both;
    }
}
