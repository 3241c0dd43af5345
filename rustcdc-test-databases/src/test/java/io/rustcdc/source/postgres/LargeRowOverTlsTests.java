package io.rustcdc.source.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.rustcdc.source.PemFiles;
import io.rustcdc.source.SourceStream;
import io.rustcdc.source.StreamRequest;
import io.rustcdc.source.Transport;
import io.rustcdc.test.databases.CertificateAuthority;
import io.rustcdc.test.databases.PostgresServer;
import io.rustcdc.test.databases.TcpProxy;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is said to the server in the middle of a message is said through TLS, while TLS itself is in the middle of a read. */
class LargeRowOverTlsTests {

    @TempDir
    private Path directory;

    @Test
    @Timeout(90)
    @DisplayName("PG-07: one large row over TLS that takes many times wal_sender_timeout to arrive")
    void theServerHearsFromUsInsideAMessage() throws Exception {
        Assumptions.assumeTrue(PostgresServer.isEmbedded(), "a container does not see the certificate's files");
        CertificateAuthority authority = new CertificateAuthority(directory, "ours");
        CertificateAuthority.Issued own = authority.server("localhost");
        try (PostgresServer server = PostgresServer.builder()
                        .setting("ssl", "on")
                        .setting("ssl_cert_file", own.certificate().toString())
                        .setting("ssl_key_file", own.key().toString())
                        .setting("wal_sender_timeout", "4s")
                        .start();
                TcpProxy proxy = TcpProxy.to(server.port())) {
            PostgresFixture shop = new PostgresFixture(server.createDatabase());
            PostgresOptions options = shop.options()
                    .host("localhost")
                    .port(proxy.port())
                    .transport(Transport.tls(PemFiles.trusting(authority.certificate())))
                    .build();
            CollectingSink sink = new CollectingSink();
            try (SourceStream stream = new PostgresConnector(options).open(StreamRequest.fresh())) {
                proxy.delay(Duration.ofMillis(200));
                shop.database.sql("INSERT INTO orders SELECT 1, repeat('x', 6000000)");
                PostgresFixture.readCommits(stream, sink, 1);
            }
            assertThat(sink.ids()).containsExactly(1);
        }
    }
}
