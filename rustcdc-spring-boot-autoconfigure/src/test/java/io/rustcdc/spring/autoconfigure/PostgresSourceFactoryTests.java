package io.rustcdc.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.rustcdc.event.CdcException;
import io.rustcdc.source.Credentials;
import io.rustcdc.source.PemFiles;
import io.rustcdc.source.TableFilter;
import io.rustcdc.source.Transport;
import io.rustcdc.source.Transport.Mode;
import io.rustcdc.source.postgres.PostgresOptions;
import io.rustcdc.spring.CdcConfigurationException;
import io.rustcdc.spring.autoconfigure.ConnectionDefaults.JdbcConnection;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.boot.ssl.DefaultSslBundleRegistry;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.core.env.StandardEnvironment;

@ExtendWith(OutputCaptureExtension.class)
class PostgresSourceFactoryTests {

    private final PostgresProperties settings = new PostgresProperties();
    private final DefaultListableBeanFactory beans = new DefaultListableBeanFactory();
    private final DefaultSslBundleRegistry bundles = new DefaultSslBundleRegistry();
    private @Nullable JdbcConnection application;

    @Nested
    class Connection {

        @Test
        void isAsSet() {
            configure("db", null);
            settings.setPort(5433);

            PostgresOptions options = options();

            assertThat(options.servers()).containsExactly("db:5433");
            assertThat(options.database()).isEqualTo("shop");
            assertThat(options.credentials().get()).isEqualTo(new Credentials("cdc_user", null));
        }

        @Test
        void isTheApplicationsWhenNothingOfItIsSet() {
            applicationUses("jdbc:postgresql://db:5433/shop", "app", "s3cret");

            PostgresOptions options = options();

            assertThat(options.servers()).containsExactly("db:5433");
            assertThat(options.database()).isEqualTo("shop");
            assertThat(options.credentials().get()).isEqualTo(new Credentials("app", "s3cret"));
        }

        @Test
        void ofTheApplicationIsNotMixedWithSettings() {
            applicationUses("jdbc:postgresql://db/shop", "app", "s3cret");
            settings.setDatabase("other");

            assertThatExceptionOfType(CdcConfigurationException.class)
                    .isThrownBy(PostgresSourceFactoryTests.this::options)
                    .withMessageContaining("no host");
        }

        @Test
        void mayBeTheApplicationsWithAnotherUser() {
            applicationUses("jdbc:postgresql://db/shop", "app", "s3cret");
            settings.setUser("cdc_user");

            assertThat(options().servers()).containsExactly("db:5432");
            assertThat(options().credentials().get()).isEqualTo(new Credentials("cdc_user", null));
        }

        @Test
        void aPasswordWithoutAUserIsRefused() {
            applicationUses("jdbc:postgresql://db/shop", "app", "s3cret");
            settings.setPassword("other s3cret");

            assertThatExceptionOfType(CdcConfigurationException.class)
                    .isThrownBy(PostgresSourceFactoryTests.this::options)
                    .withMessageContaining("a password, but no user")
                    .withMessageNotContaining("other s3cret");
        }

        @Test
        void mayBeToSeveralHosts() {
            applicationUses("jdbc:postgresql://a,b:5433,[::1]:5434,:5435/shop?targetServerType=any", "app", null);

            assertThat(options().servers()).containsExactly("a:5432", "b:5433", "[::1]:5434", "localhost:5435");
        }

        @Test
        void withoutAUserIsRefused() {
            configure("db", null);
            settings.setUser(null);

            assertThatExceptionOfType(CdcException.class)
                    .isThrownBy(PostgresSourceFactoryTests.this::options)
                    .withMessageContaining("no user");
        }

        @Test
        void takesTheCredentialsOfABeanNamedLikeTheSource() {
            configure("db", null);
            Credentials.Provider rotating = () -> new Credentials("rotated", "1");
            beans.registerSingleton("other", (Credentials.Provider) () -> new Credentials("wrong", "2"));
            beans.registerSingleton("my-shop", rotating);

            assertThat(options().credentials()).isSameAs(rotating);
        }
    }

    @Nested
    class Names {

        @Test
        void areDerivedFromTheSource() {
            configure("db", null);

            assertThat(options().replicationSlotName()).isEqualTo("my_shop_cdc");
            assertThat(options().publicationName()).isEqualTo("my_shop_cdc");
        }

        @Test
        void areAsSet() {
            configure("db", null);
            settings.setReplicationSlotName("slot");
            settings.setPublicationName("Pub");
            settings.setCreatePublication(false);
            assertThat(options().failoverSlot()).isNull();
            settings.setFailoverSlot(true);

            assertThat(options().replicationSlotName()).isEqualTo("slot");
            assertThat(options().publicationName()).isEqualTo("Pub");
            assertThat(options().createPublication()).isFalse();
            assertThat(options().failoverSlot()).isTrue();
        }
    }

    @Nested
    class Protection {

        @ParameterizedTest
        @ValueSource(strings = {"localhost", "LOCALHOST", "127.0.0.1", "127.1.2.3", "::1"})
        void isNotNeededOnALoopbackAddress(String host, CapturedOutput output) {
            configure(host, null);

            assertThat(options().transport()).isEqualTo(Transport.plaintext());
            assertThat(output).doesNotContain("Insecure");
        }

        @ParameterizedTest
        @ValueSource(strings = {"db", "10.0.0.1", "localhost.example.com", "127.example.com", "::2"})
        void isTlsElsewhere(String host) {
            configure(host, null);

            assertThat(options().transport()).isEqualTo(Transport.tls());
        }

        @Test
        @DisplayName("SE-04 insecure transport is a warning, once, with its mode")
        void isLeftOutWithAWarning(CapturedOutput output) {
            configure("db", Mode.PLAINTEXT);

            assertThat(options().transport()).isEqualTo(Transport.plaintext());
            assertThat(output)
                    .containsOnlyOnce("insecure_transport")
                    .contains("WARN", "source_type=\"postgres\"", "mode=\"plaintext\"", "'db' unencrypted");
        }

        @Test
        void ofALoopbackAddressMayBeAskedFor() {
            configure("localhost", Mode.TLS);

            assertThat(options().transport()).isEqualTo(Transport.tls());
        }

        @Test
        void aCertificateMeansTls() {
            configure("localhost", null);
            settings.getTransport().setCaCertPath(Path.of("ca.pem"));

            assertThat(options().transport()).isEqualTo(Transport.tls(PemFiles.trusting(Path.of("ca.pem"))));
        }

        @Test
        void aCertificateForPlaintextIsRefused() {
            configure("localhost", Mode.PLAINTEXT);
            settings.getTransport().setCaCertPath(Path.of("ca.pem"));

            assertThatExceptionOfType(CdcConfigurationException.class)
                    .isThrownBy(PostgresSourceFactoryTests.this::options)
                    .withMessageContaining("only TLS uses");
        }

        @ParameterizedTest
        @CsvSource({
            "db, sslmode=disable, PLAINTEXT",
            "db, sslmode=prefer, TLS",
            "db, ssl=false, TLS",
            "localhost, sslmode=prefer, PLAINTEXT",
            "localhost, sslmode=require, TLS",
            "localhost, sslmode=verify-ca, TLS",
            "localhost, ssl=true, TLS",
            "localhost, ssl, TLS"
        })
        void isThatOfTheApplicationsUrl(String host, String parameters, Mode mode) {
            applicationUses("jdbc:postgresql://" + host + "/shop?" + parameters, "app", null);

            assertThat(options().transport().mode()).isEqualTo(mode);
        }

        @Test
        void trustsTheRootOfTheApplicationsUrl() {
            applicationUses("jdbc:postgresql://db/shop?sslmode=verify-full&sslrootcert=/ca/db.pem", "app", null);

            assertThat(options().transport()).isEqualTo(Transport.tls(PemFiles.trusting(Path.of("/ca/db.pem"))));
        }

        @ParameterizedTest
        @CsvSource({"require, true", "verify-ca, false", "verify-full, true"})
        void comparesTheHostNameUnlessTheApplicationsUrlSaysVerifyCa(String mode, boolean verified) {
            applicationUses("jdbc:postgresql://db/shop?sslmode=" + mode, "app", null);

            assertThat(options().transport().verifyHostname()).isEqualTo(verified);
        }

        @Test
        void showsTheCertificateOfTheApplicationsUrl() {
            applicationUses(
                    "jdbc:postgresql://db/shop?sslmode=require&sslcert=/c.crt&sslkey=/c.pk8&sslpassword=s3cret",
                    "app",
                    null);

            assertThat(options().transport())
                    .isEqualTo(Transport.tls(new PemFiles(null, null)
                            .withClientCertificate(Path.of("/c.crt"), Path.of("/c.pk8"), "s3cret")));
            assertThat(options().toString() + options().transport()).doesNotContain("s3cret");
        }

        @ParameterizedTest
        @CsvSource({"sslkey=/c.p12, spring.ssl.bundle", "sslcert=/c.crt, client-key-path"})
        void ofTheApplicationsUrlIsRefusedWhereItCannotBeTaken(String parameter, String remedy) {
            applicationUses("jdbc:postgresql://db/shop?ssl=true&password=s3cret&" + parameter, "app", null);

            assertThatExceptionOfType(CdcConfigurationException.class)
                    .isThrownBy(PostgresSourceFactoryTests.this::options)
                    .withMessageNotContaining("s3cret")
                    .satisfies(refused -> assertThat(refused.action()).contains(remedy));
        }

        @Test
        void mayLeaveTheHostNameOutWithAWarning(CapturedOutput output) {
            configure("10.0.0.1", null);
            settings.getTransport().setVerifyHostname(false);

            assertThat(options().transport()).isEqualTo(Transport.tls().withoutHostnameCheck());
            assertThat(output).contains("WARN", "insecure_transport", "mode=\"verify-ca\"", "'10.0.0.1'");
        }

        @Test
        void mayShowACertificate() {
            configure("localhost", null);
            settings.getTransport().setClientCertPath(Path.of("c.crt"));
            settings.getTransport().setClientKeyPath(Path.of("c.key"));

            assertThat(options().transport())
                    .isEqualTo(Transport.tls(
                            new PemFiles(null, null).withClientCertificate(Path.of("c.crt"), Path.of("c.key"), null)));
        }

        @Test
        void needsTheKeyOfACertificate() {
            configure("db", null);
            settings.getTransport().setClientCertPath(Path.of("c.crt"));

            assertThatExceptionOfType(CdcConfigurationException.class)
                    .isThrownBy(PostgresSourceFactoryTests.this::options)
                    .withMessageContaining("needs both");
        }

        @Test
        void mayBeABundle() {
            configure("localhost", null);
            settings.getTransport().setSslBundle("db");
            bundles.registerBundle("db", SslBundle.systemDefault());

            assertThat(options().transport()).isEqualTo(Transport.tls(new SslBundleTls(bundles, "db")));
        }

        @Test
        void ofAnUnknownBundleIsRefusedWithTheKnownOnes() {
            configure("db", null);
            settings.getTransport().setSslBundle("dv");
            bundles.registerBundle("web", SslBundle.systemDefault());
            bundles.registerBundle("db", SslBundle.systemDefault());

            assertThatExceptionOfType(CdcConfigurationException.class)
                    .isThrownBy(PostgresSourceFactoryTests.this::options)
                    .withMessageContaining("ssl-bundle is 'dv'")
                    .withMessageContaining("db, web");
        }

        @Test
        void isABundleOrFiles() {
            configure("db", null);
            settings.getTransport().setSslBundle("db");
            settings.getTransport().setCaCertPath(Path.of("ca.pem"));

            assertThatExceptionOfType(CdcConfigurationException.class)
                    .isThrownBy(PostgresSourceFactoryTests.this::options)
                    .withMessageContaining("ssl-bundle");
        }

        @Test
        void ofSeveralHostsIsPlaintextOnlyIfAllAreLoopbackAddresses() {
            configure("localhost:1,[::1]:2,127.0.0.1,::1", null);
            assertThat(options().transport()).isEqualTo(Transport.plaintext());

            configure("localhost:1,db:2", null);
            assertThat(options().transport()).isEqualTo(Transport.tls());
        }

        @Test
        void asSetWinsOverTheApplicationsUrl() {
            applicationUses("jdbc:postgresql://localhost/shop?sslmode=verify-full", "app", null);
            settings.getTransport().setMode(Mode.PLAINTEXT);

            assertThat(options().transport()).isEqualTo(Transport.plaintext());
        }
    }

    private void configure(String host, @Nullable Mode mode) {
        settings.setHost(host);
        settings.setDatabase("shop");
        settings.setUser("cdc_user");
        settings.getTransport().setMode(mode);
    }

    private void applicationUses(String url, String user, @Nullable String password) {
        application = new JdbcConnection(url, () -> new Credentials(user, password));
    }

    private PostgresOptions options() {
        ConnectionDefaults defaults = prefixes ->
                application != null && prefixes.stream().anyMatch(application.url()::startsWith) ? application : null;
        SourceConnections connections =
                new SourceConnections(defaults, new SourceCredentials(beans, new StandardEnvironment()), () -> bundles);
        PostgresSourceFactory factory =
                new PostgresSourceFactory(connections, getClass().getClassLoader());
        return factory.options(ConfiguredSource.of("postgres", "my-shop", settings), TableFilter.all());
    }
}
