package io.rustcdc.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.rustcdc.event.CdcException;
import io.rustcdc.source.Credentials;
import io.rustcdc.source.TableFilter;
import io.rustcdc.source.Transport;
import io.rustcdc.source.Transport.Mode;
import io.rustcdc.source.postgres.PostgresOptions;
import io.rustcdc.spring.CdcConfigurationException;
import io.rustcdc.spring.autoconfigure.ConnectionDefaults.JdbcConnection;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

@ExtendWith(OutputCaptureExtension.class)
class PostgresSourceFactoryTests {

    private final PostgresProperties settings = new PostgresProperties();
    private final DefaultListableBeanFactory beans = new DefaultListableBeanFactory();
    private @Nullable JdbcConnection application;

    @Nested
    class Connection {

        @Test
        void isAsSet() {
            configure("db", null);
            settings.setPort(5433);

            PostgresOptions options = options();

            assertThat(options.host()).isEqualTo("db");
            assertThat(options.port()).isEqualTo(5433);
            assertThat(options.database()).isEqualTo("shop");
            assertThat(options.credentials().get()).isEqualTo(new Credentials("cdc_user", null));
        }

        @Test
        void isTheApplicationsWhenNothingOfItIsSet() {
            applicationUses("jdbc:postgresql://db:5433/shop", "app", "s3cret");

            PostgresOptions options = options();

            assertThat(options.host()).isEqualTo("db");
            assertThat(options.port()).isEqualTo(5433);
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

            assertThat(options().host()).isEqualTo("db");
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
        void toSeveralHostsIsRefused() {
            applicationUses("jdbc:postgresql://a,b/shop?password=s3cret", "app", null);

            assertThatExceptionOfType(CdcConfigurationException.class)
                    .isThrownBy(PostgresSourceFactoryTests.this::options)
                    .withMessageContaining("several")
                    .withMessageNotContaining("s3cret");
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
        void isLeftOutWithAWarning(CapturedOutput output) {
            configure("db", Mode.PLAINTEXT);

            assertThat(options().transport()).isEqualTo(Transport.plaintext());
            assertThat(output)
                    .contains(
                            "WARN",
                            "insecure_transport",
                            "source_type=\"postgres\"",
                            "mode=\"plaintext\"",
                            "'db' unencrypted");
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

            assertThat(options().transport()).isEqualTo(new Transport(Mode.TLS, Path.of("ca.pem")));
        }

        @Test
        void aCertificateForPlaintextIsRefused() {
            configure("localhost", Mode.PLAINTEXT);
            settings.getTransport().setCaCertPath(Path.of("ca.pem"));

            assertThatExceptionOfType(CdcConfigurationException.class)
                    .isThrownBy(PostgresSourceFactoryTests.this::options)
                    .withMessageContaining("ca-cert-path");
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

            assertThat(options().transport()).isEqualTo(new Transport(Mode.TLS, Path.of("/ca/db.pem")));
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
        ConnectionDefaults defaults =
                prefix -> application != null && application.url().startsWith(prefix) ? application : null;
        PostgresSourceFactory factory = new PostgresSourceFactory(
                defaults, new SourceCredentials(beans), getClass().getClassLoader());
        return factory.options(new ConfiguredSource("postgres", "my-shop", settings), TableFilter.all());
    }
}
