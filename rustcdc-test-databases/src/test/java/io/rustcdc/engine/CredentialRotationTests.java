package io.rustcdc.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.rustcdc.CdcEngine;
import io.rustcdc.event.FailureKind;
import io.rustcdc.observe.EngineState;
import io.rustcdc.observe.HealthVerdict.Status;
import io.rustcdc.source.Credentials;
import io.rustcdc.source.SourceException;
import io.rustcdc.source.StreamRequest;
import io.rustcdc.source.TableFilter;
import io.rustcdc.source.Transport;
import io.rustcdc.source.postgres.PostgresConnector;
import io.rustcdc.source.postgres.PostgresOptions;
import io.rustcdc.test.databases.PostgresServer;
import java.time.Duration;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The password of the role changes while its changes are captured (runbook, "PostgreSQL Credential Rotation"). */
@Timeout(120)
class CredentialRotationTests extends EngineFixture {

    private static final String ROLE = "rotating_role";

    private static PostgresServer server;

    private volatile String secret = "first";

    @BeforeAll
    static void startServer() {
        server = PostgresServer.builder().start();
        server.accessRules("host all " + ROLE + " all scram-sha-256");
    }

    @AfterAll
    static void stopServer() {
        server.close();
    }

    @Override
    PostgresServer server() {
        return server;
    }

    @Override
    PostgresConnector connector(String host, int port) {
        return new PostgresConnector(PostgresOptions.builder("shop")
                .host(host)
                .port(port)
                .database(database.name())
                .credentials(() -> new Credentials(ROLE, secret))
                .replicationSlotName("cdc_" + database.name())
                .publicationName("cdc_" + database.name())
                .tables(TableFilter.of("public.orders"))
                .connTimeout(Duration.ofSeconds(10))
                .transport(Transport.plaintext())
                .build());
    }

    @Test
    @DisplayName("SCRAM: a new password is taken without a restart, nothing is lost or repeated")
    void aRotatedPasswordIsTaken() {
        setPassword("first");
        CdcEngine engine = engine();
        engine.start();
        insert(1, 100);
        awaitDelivered(100);
        awaitSaved(engine);

        setPassword("second");
        secret = "second";
        endSessions();
        insert(101, 200);

        awaitDelivered(200);
        assertThat(delivered).containsExactlyElementsOf(ids(1, 200));
    }

    @Test
    @DisplayName("SCRAM: a new password that is not there yet is waited for")
    void aPasswordThatIsLateIsWaitedFor() {
        setPassword("first");
        CdcEngine engine = engine(changesOnly().withStallThreshold(Duration.ofMillis(1)));
        engine.start();
        insert(1, 100);
        awaitDelivered(100);
        awaitSaved(engine);

        setPassword("second");
        endSessions();
        insert(101, 200);
        await().atMost(Duration.ofSeconds(30)).until(() -> refusal(engine).contains(ROLE));
        assertThat(engine.status().state()).isEqualTo(EngineState.RECONNECTING);
        assertThat(engine.status().health().status()).isEqualTo(Status.STALLED);
        assertThat(engine.status().health().action()).contains("rustcdc.postgres.shop.password");
        assertThat(engine.status().health().toString()).doesNotContain("first");

        secret = "second";

        awaitDelivered(200);
        assertThat(delivered).containsExactlyElementsOf(ids(1, 200));
    }

    @Test
    @DisplayName("MD5: still works where the server has it")
    void anMd5PasswordWorks() {
        database.transaction(
                "SET LOCAL password_encryption = 'md5'",
                "CREATE ROLE md5_role LOGIN REPLICATION SUPERUSER PASSWORD 'old'");
        server.accessRules("host all " + ROLE + " all scram-sha-256", "host all md5_role all md5");
        PostgresOptions.Builder options = PostgresOptions.builder("shop")
                .host(server.host())
                .port(server.port())
                .database(database.name())
                .replicationSlotName("md5_" + database.name())
                .publicationName("md5")
                .tables(TableFilter.of("public.orders"))
                .transport(Transport.plaintext());

        new PostgresConnector(options.credentials(() -> new Credentials("md5_role", "old"))
                        .build())
                .open(StreamRequest.fresh())
                .close();
        SourceException refused = Assertions.catchThrowableOfType(
                SourceException.class,
                () -> new PostgresConnector(options.credentials(() -> new Credentials("md5_role", "wrong"))
                                .build())
                        .open(StreamRequest.fresh()));
        assertThat(refused.kind()).isEqualTo(FailureKind.AUTHENTICATION);
    }

    private static String refusal(CdcEngine engine) {
        return String.valueOf(engine.status().health().reason());
    }

    private static void setPassword(String password) {
        server.createRole(ROLE, password, "LOGIN REPLICATION SUPERUSER");
    }

    private static void endSessions() {
        server.database("postgres")
                .sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '" + ROLE + "'");
    }
}
