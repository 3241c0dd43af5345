package io.rustcdc.source.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.rustcdc.event.FailureKind;
import io.rustcdc.source.SourceException;
import io.rustcdc.source.SourceStream;
import io.rustcdc.source.StreamRequest;
import io.rustcdc.test.databases.FreePorts;
import io.rustcdc.test.databases.PostgresServer;
import io.rustcdc.test.databases.TcpProxy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A source with several hosts. The standby of these tests is a copy of the primary's data that waits for WAL for ever. */
@Timeout(60)
class PostgresHostsTests {

    /** Of which each host gets a share. */
    private static final Duration LONG = Duration.ofSeconds(40);

    @TempDir
    static Path directory;

    private static PostgresServer primary;
    private static PostgresServer standby;
    private static PostgresFixture shop;

    @BeforeAll
    static void startServers() throws Exception {
        Assumptions.assumeTrue(PostgresServer.isEmbedded(), "the data directory is copied");
        Path data = directory.resolve("primary");
        primary = PostgresServer.builder().dataDirectory(data).start();
        shop = new PostgresFixture(primary.createDatabase());
        primary.stop();
        copy(data, directory.resolve("standby"));
        Files.createFile(directory.resolve("standby/standby.signal"));
        primary.start();
        standby = PostgresServer.builder()
                .dataDirectory(directory.resolve("standby"))
                .start();
    }

    @AfterAll
    static void stopServers() {
        if (standby != null) {
            standby.close();
        }
        if (primary != null) {
            primary.close();
        }
    }

    /** That of the test before may have been read. */
    @BeforeEach
    void awaitFreeSlot() {
        shop.awaitFreeSlot();
    }

    @Test
    void aStandbyListedFirstIsSkippedAndNotAskedAgain() {
        try (TcpProxy first = TcpProxy.to(standby.port())) {
            PostgresConnector connector = connector(first.port(), primary.port());

            for (int i = 0; i < 2; i++) {
                shop.awaitFreeSlot();
                try (SourceStream stream = connector.open(StreamRequest.fresh())) {
                    assertThat(stream.start()).isNotNull();
                    stream.read(new CollectingSink(), Duration.ZERO); // rows could have been read before
                    assertThat(shop.slotColumn("active")).isEqualTo("true");
                }
            }
            assertThat(first.acceptedConnections()).isEqualTo(1);
        }
    }

    @Test
    void standbysOnlyAreWaitedFor() {
        SourceException refused = PostgresFixture.refused(
                shop.options().host(hosts(standby.port(), standby.port())).connTimeout(LONG), StreamRequest.fresh());

        assertThat(refused.kind()).isEqualTo(FailureKind.TRANSIENT);
        assertThat(refused)
                .hasMessageContaining("All of " + hosts(standby.port(), standby.port()) + " are standbys")
                .hasMessageContaining("failover");
        assertThat(refused.action()).contains("rustcdc.postgres.shop.host");
    }

    @Test
    void aHostThatDoesNotAnswerLeavesTimeForTheNext() {
        try (TcpProxy silent = TcpProxy.to(standby.port())) {
            silent.blackHole(true);
            PostgresOptions.Builder options = shop.options()
                    .host(hosts(silent.port(), FreePorts.next(), primary.port()))
                    .connTimeout(Duration.ofSeconds(12));

            new PostgresConnector(options.build()).open(StreamRequest.fresh()).close();

            assertThat(silent.acceptedConnections()).isEqualTo(1);
        }
    }

    @Test
    void theReasonsOfAllHostsAreTold() {
        int dead = FreePorts.next();
        SourceException refused = PostgresFixture.refused(
                shop.options().host(hosts(standby.port(), dead)).connTimeout(LONG), StreamRequest.fresh());

        assertThat(refused.kind()).isEqualTo(FailureKind.TRANSIENT);
        assertThat(refused)
                .hasMessageContaining("No primary")
                .hasMessageContaining("Cannot connect to 127.0.0.1:" + dead)
                .hasMessageContaining("standby: 127.0.0.1:" + standby.port());
    }

    @Test
    void laterMessagesNameTheHostThatAnswered() {
        primary.database("postgres").sql("SELECT pg_create_physical_replication_slot('physical')");

        SourceException refused = PostgresFixture.refused(
                shop.options()
                        .host(hosts(standby.port(), primary.port()))
                        .replicationSlotName("physical")
                        .connTimeout(LONG),
                StreamRequest.fresh());

        assertThat(refused.kind()).isEqualTo(FailureKind.CONFIGURATION);
        assertThat(refused)
                .hasMessageContaining("127.0.0.1:" + primary.port() + "/")
                .hasMessageNotContaining(Integer.toString(standby.port()));
    }

    @Test
    void anAddressThatLeadsToTwoServersIsNotRead() {
        try (TcpProxy balancer = TcpProxy.to(primary.port())) {
            balancer.retarget(primary.port(), PostgresServer.shared().port());
            PostgresServer.shared().database("postgres").sql("CREATE DATABASE " + shop.database.name());
            try {
                SourceException refused =
                        PostgresFixture.refused(shop.options().port(balancer.port()), StreamRequest.fresh());

                assertThat(refused.kind()).isEqualTo(FailureKind.TRANSIENT);
                assertThat(refused).hasMessageContaining("reached two servers");
            } finally {
                PostgresServer.shared()
                        .database("postgres")
                        .sql("DROP DATABASE " + shop.database.name() + " WITH (FORCE)");
            }
        }
    }

    /** Last in its own server pair, since a promotion cannot be taken back. */
    @Test
    void aPromotedStandbyIsFoundOnceThePrimaryIsGone() throws Exception {
        Path data = directory.resolve("other");
        PostgresServer old = PostgresServer.builder().dataDirectory(data).start();
        try (PostgresFixture fixture = new PostgresFixture(old.createDatabase())) {
            old.stop();
            copy(data, directory.resolve("other-standby"));
            Files.createFile(directory.resolve("other-standby/standby.signal"));
            old.start();
            PostgresServer next = PostgresServer.builder()
                    .dataDirectory(directory.resolve("other-standby"))
                    .start();
            try {
                PostgresConnector connector = new PostgresConnector(
                        fixture.options().host(hosts(old.port(), next.port())).build());
                connector.open(StreamRequest.fresh()).close();
                fixture.database.sql("SELECT pg_drop_replication_slot('" + fixture.slot + "')");

                next.database("postgres").sql("SELECT pg_promote()");
                await().until(() -> next.database("postgres")
                        .value("SELECT pg_is_in_recovery()::text")
                        .equals("false"));
                old.stop();

                connector.open(StreamRequest.fresh()).close();
                assertThat(next.database("postgres").value("SELECT count(*) FROM pg_replication_slots"))
                        .isEqualTo("1");
                old.start();
            } finally {
                next.close();
            }
        } finally {
            old.close();
        }
    }

    private static PostgresConnector connector(int... ports) {
        return new PostgresConnector(shop.options().host(hosts(ports)).build());
    }

    private static String hosts(int... ports) {
        StringBuilder hosts = new StringBuilder();
        for (int port : ports) {
            hosts.append(hosts.isEmpty() ? "" : ",").append("127.0.0.1:").append(port);
        }
        return hosts.toString();
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(from.relativize(file)), java.nio.file.StandardCopyOption.COPY_ATTRIBUTES);
            }
        }
    }
}
