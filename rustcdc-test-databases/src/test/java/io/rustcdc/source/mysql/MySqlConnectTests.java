package io.rustcdc.source.mysql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.rustcdc.event.FailureKind;
import io.rustcdc.source.CollectingSink;
import io.rustcdc.source.Credentials;
import io.rustcdc.source.PemFiles;
import io.rustcdc.source.SourceException;
import io.rustcdc.source.SourceStream;
import io.rustcdc.source.StreamRequest;
import io.rustcdc.source.StubServer;
import io.rustcdc.source.Transport;
import io.rustcdc.test.databases.CertificateAuthority;
import io.rustcdc.test.databases.FreePorts;
import io.rustcdc.test.databases.MySqlServer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** How a connection comes about or does not, with TLS and without. */
@Timeout(60)
class MySqlConnectTests {

    private static final String SECRET = "correct horse";

    @TempDir
    static Path directory;

    private static CertificateAuthority authority;
    private static CertificateAuthority strangers;
    private static final Map<Flavor, MySqlServer> servers = new EnumMap<>(Flavor.class);

    @BeforeAll
    static void startServers() {
        authority = new CertificateAuthority(directory, "ours");
        strangers = new CertificateAuthority(directory, "strangers");
        CertificateAuthority.Issued own = authority.server("localhost");
        for (Flavor flavor : Flavor.values()) {
            if (MySqlServer.isEmbedded(flavor)) {
                MySqlServer server = MySqlServer.builder(flavor)
                        .tls(authority.certificate(), own.certificate(), own.key())
                        .start();
                server.createCdcUser("cdc", SECRET, plugin(flavor));
                servers.put(flavor, server);
            }
        }
    }

    @AfterAll
    static void endServers() {
        servers.values().forEach(MySqlServer::close);
    }

    @ParameterizedTest
    @EnumSource
    void streamsOverTlsWithTheAuthorityGiven(Flavor flavor) {
        try (MySqlFixture shop = shop(flavor);
                SourceStream stream = connector(shop, "cdc", SECRET, ours()).open(StreamRequest.fresh())) {
            shop.insert(1, 500);
            CollectingSink sink = new CollectingSink();
            MySqlFixture.readEvents(stream, sink, 500);
            assertThat(sink.events.get(499).after().get("note")).isEqualTo("note 500");
        }
    }

    @ParameterizedTest
    @EnumSource
    void readsLargeRowsOverTls(Flavor flavor) {
        try (MySqlFixture shop = shop(flavor);
                SourceStream stream = connector(shop, "cdc", SECRET, ours()).open(StreamRequest.fresh())) {
            shop.database.sql("ALTER TABLE orders MODIFY note longtext");
            shop.database.sql("SET SESSION sql_mode = ''", "INSERT INTO orders VALUES (1, repeat('x', 15000000))");
            shop.database.sql("UPDATE orders SET id = 2");
            shop.insert(3, 3);
            CollectingSink sink = new CollectingSink();
            MySqlFixture.readEvents(stream, sink, 3);
            assertThat((String) sink.events.get(1).after().get("note")).hasSize(15_000_000);
            assertThat((String) sink.events.get(1).before().get("note")).hasSize(15_000_000);
            assertThat(sink.ids()).containsExactly(1, 2, 3);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aCertificateOfAnUnknownAuthorityIsRefused(Flavor flavor) {
        SourceException refused =
                refused(flavor, "cdc", SECRET, Transport.tls(PemFiles.trusting(strangers.certificate())));
        assertThat(refused.kind()).isEqualTo(FailureKind.AUTHENTICATION);
        assertThat(refused.action()).contains("rustcdc.%s.shop.transport.ca-cert-path".formatted(flavor.type()));
    }

    @ParameterizedTest
    @EnumSource
    void aCertificateOfAnotherHostIsRefusedUnlessNamesAreNotChecked(Flavor flavor) {
        try (MySqlFixture shop = shop(flavor)) {
            MySqlOptions.Builder options = options(shop, "cdc", SECRET, ours()).host("127.0.0.1");
            SourceException refused = MySqlFixture.refused(options, StreamRequest.fresh());
            assertThat(refused.kind()).isEqualTo(FailureKind.AUTHENTICATION);
            assertThat(refused.action()).contains("verify-hostname");
            new MySqlConnector(options.transport(ours().withoutHostnameCheck()).build())
                    .open(StreamRequest.fresh())
                    .close();
        }
    }

    @ParameterizedTest
    @EnumSource
    void aServerWithoutTlsIsRefusedAndGetsNoPasswordPG05(Flavor flavor) {
        assumeThat(flavor).as("MySQL always has TLS").isEqualTo(Flavor.MARIADB);
        try (MySqlFixture shop = new MySqlFixture(flavor)) {
            SourceException refused = MySqlFixture.refused(shop.options().transport(ours()), StreamRequest.fresh());
            assertThat(refused.kind()).isEqualTo(FailureKind.CONFIGURATION);
            assertThat(refused.action()).contains("plaintext");
        }
    }

    @ParameterizedTest
    @EnumSource
    void aWrongPasswordIsAnAuthenticationFailureAndStaysSecret(Flavor flavor) {
        SourceException refused = refused(flavor, "cdc", "wrong horse", ours());
        assertThat(refused.kind()).isEqualTo(FailureKind.AUTHENTICATION);
        assertThat(refused).hasMessageContaining("cdc");
        assertThat(refused.toString() + refused.action() + stackTrace(refused)).doesNotContain("horse");
    }

    @ParameterizedTest
    @EnumSource
    void aPasswordIsProvedWithoutTlsOnALoopbackAddress(Flavor flavor) {
        try (MySqlFixture shop = shop(flavor)) {
            connector(shop, "cdc", SECRET, Transport.plaintext())
                    .open(StreamRequest.fresh())
                    .close();
        }
    }

    @ParameterizedTest
    @EnumSource
    void aHostThatIsDownIsTransientAndNamed(Flavor flavor) {
        try (MySqlFixture shop = new MySqlFixture(flavor)) {
            int port = FreePorts.next();
            SourceException refused = MySqlFixture.refused(shop.options().port(port), StreamRequest.fresh());
            assertThat(refused.kind()).isEqualTo(FailureKind.TRANSIENT);
            assertThat(refused).hasMessageContaining(":" + port);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aServerThatNeverAnswersFailsWithinTheBudgetPG06(Flavor flavor) {
        try (MySqlFixture shop = new MySqlFixture(flavor);
                StubServer silent = new StubServer()) {
            long begin = System.nanoTime();
            SourceException refused = MySqlFixture.refused(
                    shop.options().port(silent.port()).connTimeout(Duration.ofSeconds(1)), StreamRequest.fresh());
            assertThat(refused.kind()).isEqualTo(FailureKind.TRANSIENT);
            assertThat(refused).hasMessageContaining("conn-timeout = 1 s");
            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(20));
        }
    }

    @ParameterizedTest
    @EnumSource
    void anotherReaderWithTheSameServerIdIsNamedMY14(Flavor flavor) {
        try (MySqlFixture shop = new MySqlFixture(flavor);
                SourceStream first = shop.openFresh()) {
            assertThat(first.start()).isNotNull();
            MySqlOptions other = MySqlOptions.builder(flavor, "crm")
                    .host(shop.server.host())
                    .port(shop.server.port())
                    .credentials(() -> new Credentials(MySqlServer.SUPERUSER, null))
                    .serverId(shop.serverId)
                    .transport(Transport.plaintext())
                    .build();
            SourceException refused = org.assertj.core.api.Assertions.catchThrowableOfType(
                    SourceException.class,
                    () -> new MySqlConnector(other).open(StreamRequest.fresh()).close());
            assertThat(refused.kind()).isEqualTo(FailureKind.IN_USE);
            assertThat(refused)
                    .hasMessageContaining(
                            "rustcdc/shop/" + ProcessHandle.current().pid());
            assertThat(refused.action()).contains("rustcdc.%s.crm.server-id".formatted(flavor.type()));
        }
    }

    @ParameterizedTest
    @EnumSource
    void aReaderThatIsPushedOutSaysWhyMY14(Flavor flavor) throws Exception {
        try (MySqlFixture shop = new MySqlFixture(flavor);
                SourceStream first = shop.openFresh()) {
            MySqlFixture.awaitTakenUp(first);
            try (MySqlConnections.Opened rude =
                    new MySqlConnections(shop.options().build()).openReplication()) {
                BinlogChannel channel = new BinlogChannel(rude);
                channel.send(CommandPacket.dump(
                        shop.serverId, shop.server.binlogStatus().file(), 4));
                SourceException ended = org.assertj.core.api.Assertions.catchThrowableOfType(
                        SourceException.class, () -> MySqlFixture.read(first, new CollectingSink(), () -> false));
                assertThat(ended.kind()).isEqualTo(FailureKind.IN_USE);
                assertThat(ended.action()).contains("server-id");
            }
        }
    }

    private static String plugin(Flavor flavor) {
        return flavor == Flavor.MYSQL ? "caching_sha2_password" : "mysql_native_password";
    }

    private static MySqlFixture shop(Flavor flavor) {
        assumeThat(servers)
                .as("a container does not see the certificate's files")
                .containsKey(flavor);
        return new MySqlFixture(servers.get(flavor));
    }

    private static Transport ours() {
        return Transport.tls(PemFiles.trusting(authority.certificate()));
    }

    private static MySqlOptions.Builder options(MySqlFixture shop, String user, String password, Transport transport) {
        return shop.options()
                .host("localhost")
                .credentials(() -> new Credentials(user, password))
                .transport(transport);
    }

    private static MySqlConnector connector(MySqlFixture shop, String user, String password, Transport transport) {
        return new MySqlConnector(options(shop, user, password, transport).build());
    }

    private static SourceException refused(Flavor flavor, String user, String password, Transport transport) {
        try (MySqlFixture shop = shop(flavor)) {
            return MySqlFixture.refused(options(shop, user, password, transport), StreamRequest.fresh());
        }
    }

    private static String stackTrace(Throwable failure) {
        java.io.StringWriter text = new java.io.StringWriter();
        failure.printStackTrace(new java.io.PrintWriter(text));
        return text.toString();
    }
}
