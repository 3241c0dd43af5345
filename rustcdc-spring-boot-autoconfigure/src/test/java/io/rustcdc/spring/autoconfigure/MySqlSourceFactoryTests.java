package io.rustcdc.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.rustcdc.event.CdcException;
import io.rustcdc.event.EventSource;
import io.rustcdc.source.Credentials;
import io.rustcdc.source.PemFiles;
import io.rustcdc.source.TableFilter;
import io.rustcdc.source.Transport;
import io.rustcdc.source.Transport.Mode;
import io.rustcdc.source.mysql.Flavor;
import io.rustcdc.source.mysql.MySqlOptions;
import io.rustcdc.spring.CdcConfigurationException;
import io.rustcdc.spring.autoconfigure.ConnectionDefaults.JdbcConnection;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.boot.ssl.DefaultSslBundleRegistry;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.core.env.StandardEnvironment;

@ExtendWith(OutputCaptureExtension.class)
class MySqlSourceFactoryTests {

    private final MySqlProperties settings = new MySqlProperties();
    private Flavor flavor = Flavor.MYSQL;
    private @Nullable JdbcConnection application;

    @BeforeEach
    void setServerId() {
        settings.setServerId(184_051L);
    }

    @ParameterizedTest
    @EnumSource
    void makesAConnectorOfItsFlavor(Flavor any) {
        flavor = any;
        configure("localhost");

        assertThat(factory().create(source(), TableFilter.all()).source())
                .isEqualTo(new EventSource("my-shop", any.type()));
    }

    @Nested
    class Settings {

        @Test
        void haveDefaults() {
            configure("db");

            MySqlOptions options = options();

            assertThat(options.flavor()).isEqualTo(Flavor.MYSQL);
            assertThat(options.target()).isEqualTo("db:3306");
            assertThat(options.database()).isEqualTo("shop");
            assertThat(options.serverId()).isEqualTo(184_051);
            assertThat(options.gtidModeEnabled()).isNull();
            assertThat(options.binlogFormatCheck()).isTrue();
            assertThat(options.silenceTimeout()).isEqualTo(Duration.ofSeconds(60));
            assertThat(options.allowPublicKeyRetrieval()).isFalse();
            assertThat(options.credentials().get()).isEqualTo(new Credentials("cdc_user", null));
        }

        @Test
        void arePassedOn() {
            flavor = Flavor.MARIADB;
            configure("db");
            settings.setPort(3307);
            settings.setServerId(4_294_967_295L);
            settings.setGtidModeEnabled(false);
            settings.setBinlogFormatCheck(false);
            settings.setSilenceTimeout(Duration.ofSeconds(5));
            settings.setAllowPublicKeyRetrieval(true);
            settings.setConnTimeout(Duration.ofSeconds(7));
            settings.setStreamPollInterval(Duration.ofMillis(50));

            MySqlOptions options = options();

            assertThat(options.flavor()).isEqualTo(Flavor.MARIADB);
            assertThat(options.target()).isEqualTo("db:3307");
            assertThat(options.serverId()).isEqualTo(4_294_967_295L);
            assertThat(options.gtidModeEnabled()).isFalse();
            assertThat(options.binlogFormatCheck()).isFalse();
            assertThat(options.silenceTimeout()).isEqualTo(Duration.ofSeconds(5));
            assertThat(options.allowPublicKeyRetrieval()).isTrue();
            assertThat(options.connTimeout()).isEqualTo(Duration.ofSeconds(7));
            assertThat(options.streamPollInterval()).isEqualTo(Duration.ofMillis(50));
        }

        @Test
        void mayLeaveTheDatabaseOut() {
            configure("db");
            settings.setDatabase(null);

            assertThat(options().database()).isNull();
            assertThat(factory().ownSchema(source())).isNull();
        }

        @ParameterizedTest
        @EnumSource
        void needAServerIdThatIsExplainedAndProposed(Flavor any) {
            flavor = any;
            configure("db");
            settings.setServerId(null);

            assertThatExceptionOfType(CdcConfigurationException.class)
                    .isThrownBy(MySqlSourceFactoryTests.this::options)
                    .withMessageContaining("Source 'my-shop' has no server-id")
                    .satisfies(refused -> assertThat(refused.action())
                            .contains("no server, replica or other reader")
                            .containsPattern(any.type() + ":\\n +my-shop:\\n +server-id: [1-9]\\d{5,9}\\n"));
        }

        @ParameterizedTest
        @ValueSource(longs = {-1, 0, 4_294_967_296L})
        void refuseAServerIdOutOfItsRange(long id) {
            configure("db");
            settings.setServerId(id);

            assertThatExceptionOfType(CdcException.class)
                    .isThrownBy(MySqlSourceFactoryTests.this::options)
                    .withMessageContaining("rustcdc.mysql.my-shop.server-id is '");
        }

        @Test
        void refuseSeveralHosts() {
            configure("db1,db2");

            assertThatExceptionOfType(CdcException.class)
                    .isThrownBy(MySqlSourceFactoryTests.this::options)
                    .withMessageContaining("rustcdc.mysql.my-shop.host is 'db1,db2', expected one host");
        }

        @Test
        void refuseASourceWithoutAUser() {
            configure("db");
            settings.setUser(null);

            assertThatExceptionOfType(CdcException.class)
                    .isThrownBy(MySqlSourceFactoryTests.this::options)
                    .withMessageContaining("no user");
        }
    }

    @Nested
    class ApplicationsConnection {

        @ParameterizedTest
        @CsvSource({
            "MYSQL, jdbc:mysql://db:3307/shop",
            "MYSQL, jdbc:mariadb://db:3307/shop",
            "MARIADB, jdbc:mariadb://db:3307/shop",
            "MARIADB, jdbc:mysql://db:3307/shop"
        })
        void isTakenWhicheverDriverItIsFor(Flavor any, String url) {
            flavor = any;
            applicationUses(url);

            MySqlOptions options = options();

            assertThat(options.target()).isEqualTo("db:3307");
            assertThat(options.database()).isEqualTo("shop");
            assertThat(options.credentials().get()).isEqualTo(new Credentials("app", "s3cret"));
            assertThat(factory().ownSchema(source())).isEqualTo("shop");
        }

        @Test
        void isNotMixedWithSettings() {
            applicationUses("jdbc:mysql://db/shop");
            settings.setDatabase("other");

            assertThatExceptionOfType(CdcConfigurationException.class)
                    .isThrownBy(MySqlSourceFactoryTests.this::options)
                    .withMessageContaining("no host");
        }

        @Test
        void mayBeUsedWithAnotherUser() {
            applicationUses("jdbc:mysql://db/shop");
            settings.setUser("cdc_user");

            assertThat(options().target()).isEqualTo("db:3306");
            assertThat(options().credentials().get()).isEqualTo(new Credentials("cdc_user", null));
        }

        @ParameterizedTest
        @CsvSource({"MYSQL, MySQL, mysql:", "MARIADB, MariaDB, mariadb:"})
        void isNoneWhenItIsToAnotherDatabase(Flavor any, String product, String map) {
            flavor = any;
            applicationUses("jdbc:postgresql://db/shop");

            assertThatExceptionOfType(CdcConfigurationException.class)
                    .isThrownBy(MySqlSourceFactoryTests.this::options)
                    .withMessageContaining("no single JDBC connection to " + product)
                    .satisfies(refused -> assertThat(refused.action()).contains(map, "my-shop:"));
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "jdbc:mysql://me:s3cret@a,b/shop",
                    "jdbc:mysql:replication://a,b/shop",
                    "jdbc:mysql://(host=a,port=3307)/shop",
                    "jdbc:mariadb://address=(host=a)(port=3307)/shop"
                })
        void ofAnotherFormThanOneHostIsRefused(String url) {
            applicationUses(url);

            assertThatExceptionOfType(CdcConfigurationException.class)
                    .isThrownBy(MySqlSourceFactoryTests.this::options)
                    .withMessageContaining("does not name one host and port")
                    .withMessageNotContaining("s3cret")
                    .satisfies(refused -> assertThat(refused.action()).contains("rustcdc.mysql.my-shop.host"));
        }

        @Test
        void tellsWhetherTheServersKeyMayBeAskedFor() {
            applicationUses("jdbc:mysql://db/shop?allowPublicKeyRetrieval=true&sslMode=DISABLED");
            assertThat(options().allowPublicKeyRetrieval()).isTrue();

            settings.setAllowPublicKeyRetrieval(false);
            assertThat(options().allowPublicKeyRetrieval()).isFalse();
        }
    }

    @Nested
    class Protection {

        @ParameterizedTest
        @CsvSource({"localhost, PLAINTEXT", "127.0.0.1, PLAINTEXT", "db, TLS"})
        void isByTheAddressUnlessSet(String host, Mode mode) {
            configure(host);

            assertThat(options().transport().mode()).isEqualTo(mode);
        }

        @Test
        void isLeftOutWithAWarning(CapturedOutput output) {
            flavor = Flavor.MARIADB;
            configure("db");
            settings.getTransport().setMode(Mode.PLAINTEXT);

            assertThat(options().transport()).isEqualTo(Transport.plaintext());
            assertThat(output)
                    .containsOnlyOnce("insecure_transport")
                    .contains("source_type=\"mariadb\"", "rustcdc.mariadb.my-shop.transport.mode=tls");
        }

        @ParameterizedTest
        @CsvSource({
            "db, mysql, sslMode=DISABLED, PLAINTEXT, false",
            "db, mysql, sslMode=PREFERRED, TLS, true",
            "localhost, mysql, sslMode=PREFERRED, PLAINTEXT, false",
            "localhost, mysql, sslMode=REQUIRED, TLS, true",
            "localhost, mysql, sslMode=VERIFY_CA, TLS, false",
            "localhost, mysql, sslMode=VERIFY_IDENTITY, TLS, true",
            "localhost, mysql, useSSL=true, TLS, true",
            "localhost, mysql, requireSSL=true, TLS, true",
            "db, mysql, useSSL=false, PLAINTEXT, false",
            "db, mysql, characterEncoding=UTF-8, TLS, true",
            "db, mariadb, sslMode=disable, PLAINTEXT, false",
            "localhost, mariadb, sslMode=trust, TLS, true",
            "localhost, mariadb, sslMode=verify-ca, TLS, false",
            "localhost, mariadb, sslMode=verify-full, TLS, true",
            "localhost, mariadb, useSsl, TLS, true",
            "localhost, mariadb, useSsl=true&disableSslHostnameVerification=true, TLS, false",
            "localhost, mariadb, useSsl=true&trustServerCertificate=true, TLS, true"
        })
        void isThatOfTheApplicationsUrl(
                String host, String driver, String parameters, Mode mode, boolean verifiesTheHostName) {
            applicationUses("jdbc:%s://%s/shop?%s".formatted(driver, host, parameters));

            assertThat(options().transport().mode()).isEqualTo(mode);
            assertThat(options().transport().verifyHostname()).isEqualTo(verifiesTheHostName);
        }

        @Test
        void trustsTheCertificateOfTheApplicationsUrl() {
            applicationUses("jdbc:mariadb://db/shop?sslMode=verify-full&serverSslCert=/ca/db.pem");

            assertThat(options().transport()).isEqualTo(Transport.tls(PemFiles.trusting(Path.of("/ca/db.pem"))));
        }

        @ParameterizedTest
        @CsvSource({
            "trustCertificateKeyStoreUrl=file:/ca.jks, spring.ssl.bundle.jks",
            "clientCertificateKeyStoreUrl=file:/c.p12, spring.ssl.bundle.jks",
            "trustStore=/ca.jks, spring.ssl.bundle.jks",
            "keyStore=/c.p12, spring.ssl.bundle.jks",
            "serverSslCert=classpath:ca.pem, spring.ssl.bundle.pem"
        })
        void ofTheApplicationsUrlIsRefusedWhereItCannotBeTaken(String parameter, String remedy) {
            applicationUses("jdbc:mysql://db/shop?sslMode=VERIFY_CA&trustStorePassword=s3cret&" + parameter);

            assertThatExceptionOfType(CdcConfigurationException.class)
                    .isThrownBy(MySqlSourceFactoryTests.this::options)
                    .withMessageContaining(parameter.substring(0, parameter.indexOf('=')))
                    .withMessageNotContaining("s3cret")
                    .satisfies(refused -> assertThat(refused.action())
                            .contains(remedy, "rustcdc.mysql.my-shop.transport.ssl-bundle"));
        }

        @Test
        void asSetWinsOverTheApplicationsUrl() {
            applicationUses("jdbc:mysql://localhost/shop?sslMode=VERIFY_IDENTITY&trustStore=/ca.jks");
            settings.getTransport().setCaCertPath(Path.of("ca.pem"));

            assertThat(options().transport()).isEqualTo(Transport.tls(PemFiles.trusting(Path.of("ca.pem"))));
        }
    }

    private void configure(String host) {
        settings.setHost(host);
        settings.setDatabase("shop");
        settings.setUser("cdc_user");
    }

    private void applicationUses(String url) {
        application = new JdbcConnection(url, () -> new Credentials("app", "s3cret"));
    }

    private MySqlOptions options() {
        return factory().options(source(), TableFilter.all());
    }

    private ConfiguredSource source() {
        return ConfiguredSource.of(flavor.type(), "my-shop", settings);
    }

    private MySqlSourceFactory factory() {
        ConnectionDefaults defaults = prefixes ->
                application != null && prefixes.stream().anyMatch(application.url()::startsWith) ? application : null;
        SourceConnections connections = new SourceConnections(
                defaults,
                new SourceCredentials(new DefaultListableBeanFactory(), new StandardEnvironment()),
                DefaultSslBundleRegistry::new);
        return new MySqlSourceFactory(flavor, connections, getClass().getClassLoader());
    }
}
