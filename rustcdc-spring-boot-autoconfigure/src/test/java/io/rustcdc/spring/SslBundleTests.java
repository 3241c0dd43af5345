package io.rustcdc.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.Row;
import io.rustcdc.observe.EngineState;
import io.rustcdc.spring.app.Shop;
import io.rustcdc.spring.autoconfigure.CdcAutoConfiguration;
import io.rustcdc.spring.autoconfigure.Refusal;
import io.rustcdc.test.databases.CertificateAuthority;
import io.rustcdc.test.databases.CertificateAuthority.Issued;
import io.rustcdc.test.databases.PostgresDatabase;
import io.rustcdc.test.databases.PostgresServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.ssl.DefaultSslBundleRegistry;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.boot.ssl.pem.PemSslStoreBundle;
import org.springframework.boot.ssl.pem.PemSslStoreDetails;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Configuration;

/** A source whose server takes its role with a certificate only. */
class SslBundleTests {

    @TempDir
    static Path certificates;

    @TempDir
    Path directory;

    private static CertificateAuthority authority;
    private static Issued client;
    private static PostgresServer server;
    private PostgresDatabase database;
    private ApplicationContextRunner runner;

    @BeforeAll
    static void startServer() {
        authority = new CertificateAuthority(certificates, "ours");
        client = authority.client("cert_role");
        Issued own = authority.server("localhost");
        server = PostgresServer.builder()
                .setting("ssl", "on")
                .setting("ssl_cert_file", own.certificate().toString())
                .setting("ssl_key_file", own.key().toString())
                .setting("ssl_ca_file", authority.certificate().toString())
                .start();
        server.createRole("cert_role", null, "LOGIN REPLICATION SUPERUSER");
        server.accessRules("hostssl all cert_role all cert");
    }

    @BeforeEach
    void createDatabase() {
        database = server.createDatabase();
        database.sql(Shop.SCHEMA);
        runner = new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(CdcAutoConfiguration.class, SslAutoConfiguration.class))
                .withUserConfiguration(Listener.class)
                .withPropertyValues(Shop.properties(database, directory))
                .withPropertyValues(
                        "rustcdc.postgres.shop.host=localhost",
                        "rustcdc.postgres.shop.user=cert_role",
                        "rustcdc.postgres.shop.transport.ssl-bundle=db",
                        "spring.ssl.bundle.pem.db.truststore.certificate=file:" + authority.certificate(),
                        "spring.ssl.bundle.pem.db.keystore.certificate=file:" + client.certificate(),
                        "spring.ssl.bundle.pem.db.keystore.private-key=file:" + client.key());
    }

    @AfterEach
    void dropDatabase() {
        database.close();
    }

    @AfterAll
    static void stopServer() {
        server.close();
    }

    @Test
    void connectsWithTheBundleAsItIsAtEachConnection() {
        runner.run(context -> {
            CdcEngines engines = context.getBean(CdcEngines.class);
            await().until(() -> engines.get("shop").status().state() == EngineState.STREAMING);
            assertThat(shown()).isEqualTo("/CN=cert_role");

            DefaultSslBundleRegistry bundles = (DefaultSslBundleRegistry) context.getBean(SslBundles.class);
            String firstSerial = serial();
            bundles.updateBundle("db", bundle(authority.client("cert_role")));
            database.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_replication");

            await().atMost(Duration.ofSeconds(30))
                    .until(this::serial, serial -> serial != null && !serial.equals(firstSerial));
        });
    }

    @Test
    void aBundleThatCannotBeReadFailsTheContextWithItsName() {
        runner.withPropertyValues("spring.ssl.bundle.pem.db.keystore.private-key=file:" + directory.resolve("gone.key"))
                .run(context -> Refusal.of(context).says("'db'"));
    }

    @Test
    void aKeyThatIsTakenForAPathIsNotShown() throws Exception {
        String key = Files.readString(client.key()).replaceAll("-----[A-Z ]+-----|\\s", "");
        runner.withPropertyValues("spring.ssl.bundle.pem.db.keystore.private-key=" + key)
                .run(context -> Refusal.of(context).says("'db'").hides(key));
    }

    @Configuration(proxyBeanMethods = false)
    static class Listener {

        @CdcListener(tables = "public.orders")
        void onOrder(ChangeEvent<Row> change) {}
    }

    private SslBundle bundle(Issued renewed) {
        return SslBundle.of(new PemSslStoreBundle(
                PemSslStoreDetails.forCertificate("file:" + renewed.certificate())
                        .withPrivateKey("file:" + renewed.key()),
                PemSslStoreDetails.forCertificate("file:" + authority.certificate())));
    }

    private String shown() {
        return database.value("SELECT client_dn FROM pg_stat_ssl JOIN pg_stat_replication USING (pid)");
    }

    private String serial() {
        return database.value("SELECT client_serial::text FROM pg_stat_ssl JOIN pg_stat_replication USING (pid)");
    }
}
