package io.rustcdc.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.rustcdc.runtime.TransactionBoundary;
import io.rustcdc.source.Transport.Mode;
import io.rustcdc.spring.CdcConfigurationException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.springframework.util.unit.DataSize;

class ConfiguredSourcesTests {

    private final Map<String, Object> file = new LinkedHashMap<>();
    private final Map<String, Object> variables = new LinkedHashMap<>();

    @Test
    void aSourceIsCompletedByTheDefaults() {
        file.put("rustcdc.defaults.max-events-per-poll", "10");
        file.put("rustcdc.defaults.queue.max-events", "11");
        file.put("rustcdc.defaults.tables", "a, b");
        file.put("rustcdc.defaults.transport.mode", "plaintext");
        file.put("rustcdc.postgres.shop.queue.max-bytes", "1MB");
        file.put("rustcdc.postgres.shop.max_events_per_poll", "12");
        file.put("rustcdc.defaults.delivery.transaction-boundary", "preserve");
        file.put("rustcdc.postgres.stock.delivery.transaction-boundary", "split");
        file.put("rustcdc.postgres.stock.tables", "c");
        file.put("rustcdc.postgres.stock.delivery.retry.attempts", "9");

        Map<String, PostgresProperties> sources = sources();

        PostgresProperties shop = sources.get("shop");
        assertThat(shop.getMaxEventsPerPoll()).isEqualTo(12);
        assertThat(shop.getQueue().getMaxEvents()).isEqualTo(11);
        assertThat(shop.getQueue().getMaxBytes()).isEqualTo(DataSize.ofMegabytes(1));
        assertThat(shop.getTables()).containsExactly("a", "b");
        assertThat(shop.getTransport().getMode()).isEqualTo(Mode.PLAINTEXT);
        assertThat(shop.getDelivery().getRetry().getAttempts()).isEqualTo(3);
        assertThat(shop.getDelivery().getTransactionBoundary()).isEqualTo(TransactionBoundary.PRESERVE);
        PostgresProperties stock = sources.get("stock");
        assertThat(stock.getMaxEventsPerPoll()).isEqualTo(10);
        assertThat(stock.getTables()).containsExactly("c");
        assertThat(stock.getDelivery().getTransactionBoundary()).isEqualTo(TransactionBoundary.SPLIT);
        assertThat(stock.getDelivery().getRetry().getAttempts()).isEqualTo(9);
    }

    @Test
    void aBareNumberHasTheUnitOfItsOldName() {
        file.put("rustcdc.postgres.shop.conn-timeout", "5");
        file.put("rustcdc.postgres.shop.stream-poll-interval", "100");
        file.put("rustcdc.postgres.shop.stall-threshold", "60");
        file.put("rustcdc.postgres.shop.delivery.shutdown-timeout", "7");
        file.put("rustcdc.postgres.stock.conn-timeout", "1500ms");

        PostgresProperties shop = sources().get("shop");
        assertThat(shop.getConnTimeout()).isEqualTo(Duration.ofSeconds(5));
        assertThat(shop.getStreamPollInterval()).isEqualTo(Duration.ofMillis(100));
        assertThat(shop.getStallThreshold()).isEqualTo(Duration.ofMinutes(1));
        assertThat(shop.getDelivery().getShutdownTimeout()).isEqualTo(Duration.ofSeconds(7));
        assertThat(sources().get("stock").getConnTimeout()).isEqualTo(Duration.ofMillis(1500));
    }

    @Test
    void aVariableForASourceOfTheFileIsNoOtherSource() {
        file.put("rustcdc.postgres.my-shop.host", "db");
        variables.put("RUSTCDC_POSTGRES_MYSHOP_PASSWORD", "s3cret");

        Map<String, PostgresProperties> sources = sources();

        assertThat(sources).containsOnlyKeys("my-shop");
        assertThat(sources.get("my-shop").getHost()).isEqualTo("db");
        assertThat(sources.get("my-shop").getPassword()).isEqualTo("s3cret");
    }

    @Test
    void aVariableWithAnUnderscoreForTheDashMeansTheSame() {
        file.put("rustcdc.postgres.my-shop.host", "db");
        variables.put("RUSTCDC_POSTGRES_MY_SHOP_PASSWORD", "s3cret");

        assertThat(sources()).containsOnlyKeys("my-shop");
        assertThat(sources().get("my-shop").getPassword()).isEqualTo("s3cret");
    }

    @Test
    void aSourceMayBeOfVariablesOnly() {
        variables.put("RUSTCDC_POSTGRES_SHOP_HOST", "db");
        variables.put("RUSTCDC_POSTGRES_SHOP_REPLICATIONSLOTNAME", "slot");

        assertThat(sources()).containsOnlyKeys("shop");
        assertThat(sources().get("shop").getHost()).isEqualTo("db");
        assertThat(sources().get("shop").getReplicationSlotName()).isEqualTo("slot");
    }

    @Test
    void namesThatDifferInSeparatorsOnlyAreOneName() {
        file.put("rustcdc.postgres.my-shop.host", "a");
        file.put("rustcdc.postgres.myShop.host", "b");

        assertThatExceptionOfType(CdcConfigurationException.class)
                .isThrownBy(this::sources)
                .withMessageContaining("rustcdc.postgres.my-shop")
                .withMessageContaining("rustcdc.postgres.myShop");
    }

    @Test
    void sourcesOfAllDatabasesAreThere() {
        file.put("rustcdc.defaults.max-events-per-poll", "10");
        file.put("rustcdc.mariadb.stock.server-id", "7");
        file.put("rustcdc.mariadb.stock.gtid_mode_enabled", "true");
        file.put("rustcdc.mysql.shop.server_id", "4294967295");
        file.put("rustcdc.mysql.shop.silence-timeout", "5");
        file.put("rustcdc.mysql.my-desk.host", "db");
        variables.put("RUSTCDC_MYSQL_MYDESK_SERVERID", "8");
        variables.put("RUSTCDC_MYSQL_MYDESK_PASSWORD", "s3cret");
        file.put("rustcdc.postgres.crm.host", "db");

        List<ConfiguredSource> sources = all();

        assertThat(sources)
                .extracting(ConfiguredSource::key)
                .containsExactly(
                        "rustcdc.postgres.crm", "rustcdc.mysql.shop", "rustcdc.mysql.my-desk", "rustcdc.mariadb.stock");
        assertThat(sources)
                .allSatisfy(source ->
                        assertThat(source.settings().getMaxEventsPerPoll()).isEqualTo(10));
        MySqlProperties shop = sources.get(1).settings(MySqlProperties.class);
        assertThat(shop.getServerId()).isEqualTo(4_294_967_295L);
        assertThat(shop.getSilenceTimeout()).isEqualTo(Duration.ofSeconds(5));
        assertThat(shop.getGtidModeEnabled()).isNull();
        MySqlProperties desk = sources.get(2).settings(MySqlProperties.class);
        assertThat(desk.getServerId()).isEqualTo(8);
        assertThat(desk.getPassword()).isEqualTo("s3cret");
        assertThat(sources.get(3).settings(MySqlProperties.class).getGtidModeEnabled())
                .isTrue();
    }

    @Test
    void namesAreUniqueAcrossDatabases() {
        file.put("rustcdc.postgres.my-shop.host", "a");
        file.put("rustcdc.mariadb.my_shop.host", "b");

        assertThatExceptionOfType(CdcConfigurationException.class)
                .isThrownBy(this::all)
                .withMessageContaining("rustcdc.postgres.my-shop and rustcdc.mariadb.my_shop");
    }

    private List<ConfiguredSource> all() {
        StandardEnvironment environment = environment();
        List<ConfiguredSource> all = new ArrayList<>();
        ConfiguredSources.of(Binder.get(environment).bindOrCreate("rustcdc", CdcProperties.class), environment)
                .forEach(all::add);
        return all;
    }

    private Map<String, PostgresProperties> sources() {
        StandardEnvironment environment = environment();
        CdcProperties properties = Binder.get(environment).bindOrCreate("rustcdc", CdcProperties.class);
        ConfiguredSources sources = ConfiguredSources.of(properties, environment);
        Map<String, PostgresProperties> settings = new LinkedHashMap<>();
        sources.forEach(source -> settings.put(source.name(), source.settings(PostgresProperties.class)));
        assertThat(properties.getPostgres()).isEqualTo(settings);
        return settings;
    }

    private StandardEnvironment environment() {
        StandardEnvironment environment = new StandardEnvironment();
        environment.getPropertySources().remove(StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME);
        environment
                .getPropertySources()
                .addFirst(new SystemEnvironmentPropertySource(
                        StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME, variables));
        environment.getPropertySources().addLast(new MapPropertySource("file", file));
        return environment;
    }
}
