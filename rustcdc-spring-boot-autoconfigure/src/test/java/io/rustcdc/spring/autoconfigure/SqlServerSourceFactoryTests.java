package io.rustcdc.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.rustcdc.event.CdcException;
import io.rustcdc.event.EventSource;
import io.rustcdc.source.Credentials;
import io.rustcdc.source.TableFilter;
import io.rustcdc.source.Transport.Mode;
import io.rustcdc.source.sqlserver.SqlServerOptions;
import io.rustcdc.source.sqlserver.TuningProfile;
import io.rustcdc.spring.autoconfigure.ConnectionDefaults.JdbcConnection;
import java.time.Duration;
import java.time.ZoneId;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.boot.ssl.DefaultSslBundleRegistry;
import org.springframework.core.env.StandardEnvironment;

class SqlServerSourceFactoryTests {

    private final SqlServerProperties settings = new SqlServerProperties();
    private @Nullable JdbcConnection application;

    @Test
    void makesAConnector() {
        configure("localhost");

        assertThat(factory().create(source(), TableFilter.all()).source())
                .isEqualTo(new EventSource("shop", "sqlserver"));
    }

    @Test
    void haveDefaults() {
        configure("db");

        SqlServerOptions options = options();

        assertThat(options.target()).isEqualTo("db:1433/shop");
        assertThat(options.cdcSchema()).isEqualTo("cdc");
        assertThat(options.cdcEnabled()).isTrue();
        assertThat(options.captureTruncateEvents()).isFalse();
        assertThat(options.streamPollInterval()).isEqualTo(Duration.ofSeconds(1));
        assertThat(options.maxEventsPerPoll()).isEqualTo(10_000);
        assertThat(options.prereqPoolSize()).isEqualTo(4);
        assertThat(options.transport().mode()).isEqualTo(Mode.TLS);
        assertThat(options.trustServerCertificate()).isFalse();
    }

    @Test
    void arePassedOn() {
        configure("db");
        settings.setInstanceName("SQLEXPRESS");
        settings.setCdcSchema("changes");
        settings.setCaptureTruncateEvents(true);
        settings.setServerTimeZone(ZoneId.of("Europe/Berlin"));
        settings.setTrustServerCertificate(true);
        settings.setPrereqPoolSize(9);

        SqlServerOptions options = options();

        assertThat(options.target()).isEqualTo("db\\SQLEXPRESS/shop");
        assertThat(options.cdcSchema()).isEqualTo("changes");
        assertThat(options.captureTruncateEvents()).isTrue();
        assertThat(options.serverTimeZone()).isEqualTo(ZoneId.of("Europe/Berlin"));
        assertThat(options.trustServerCertificate()).isTrue();
        assertThat(options.prereqPoolSize()).isEqualTo(9);
    }

    @Test
    void aProfileGivesWayToWhatIsSetByItself() {
        configure("db");
        settings.setTuningProfile(TuningProfile.LOW_LATENCY);
        settings.setMaxEventsPerPoll(123);

        SqlServerOptions options = options();

        assertThat(options.streamPollInterval()).isEqualTo(Duration.ofMillis(250));
        assertThat(options.maxEventsPerPoll()).isEqualTo(123);
    }

    @Test
    void aDatabaseIsRequired() {
        settings.setHost("db");
        settings.setUser("cdc");

        assertThatExceptionOfType(CdcException.class)
                .isThrownBy(this::options)
                .satisfies(refused -> assertThat(refused.action()).contains("rustcdc.sqlserver.shop.database"));
    }

    @Test
    void takesTheConnectionOfTheApplication() {
        application = new JdbcConnection(
                "jdbc:sqlserver://db\\SQLEXPRESS;databaseName=shop;encrypt=true;trustServerCertificate=true",
                () -> new Credentials("app", "s3cret"));

        SqlServerOptions options = options();

        assertThat(options.target()).isEqualTo("db\\SQLEXPRESS/shop");
        assertThat(options.trustServerCertificate()).isTrue();
        assertThat(options.credentials().get().user()).isEqualTo("app");
    }

    private void configure(String host) {
        settings.setHost(host);
        settings.setDatabase("shop");
        settings.setUser("cdc_user");
    }

    private SqlServerOptions options() {
        return factory().options(source(), TableFilter.all());
    }

    private ConfiguredSource source() {
        return ConfiguredSource.of("sqlserver", "shop", settings);
    }

    private SqlServerSourceFactory factory() {
        SourceConnections connections = new SourceConnections(
                prefixes -> application,
                new SourceCredentials(new DefaultListableBeanFactory(), new StandardEnvironment()),
                DefaultSslBundleRegistry::new);
        return new SqlServerSourceFactory(connections, () -> null, getClass().getClassLoader());
    }
}
