package io.rustcdc.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.rustcdc.checkpoint.jdbc.JdbcTables;
import io.rustcdc.observe.EngineState;
import io.rustcdc.spring.actuate.CdcEndpoint;
import io.rustcdc.spring.app.Shop;
import io.rustcdc.spring.app.ShopApplication;
import io.rustcdc.test.databases.PostgresDatabase;
import io.rustcdc.test.databases.PostgresServer;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.actuate.endpoint.SecurityContext;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.health.contributor.CompositeHealthContributor;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.context.ConfigurableApplicationContext;

/** Instances of one application that keep checkpoints in its own database, which is captured, too. */
class JdbcCheckpointTests {

    private static final String V1 = "io/rustcdc/checkpoint/jdbc/postgresql/V1__checkpoint_and_lease.sql";

    private final List<ConfigurableApplicationContext> instances = new ArrayList<>();
    private PostgresDatabase database;

    @BeforeEach
    void createDatabase() {
        database = PostgresServer.shared().createDatabase();
    }

    @AfterEach
    void closeAll() {
        instances.forEach(ConfigurableApplicationContext::close);
        database.close();
    }

    private ConfigurableApplicationContext start(String... more) {
        List<String> arguments = new ArrayList<>(List.of(
                "--spring.datasource.url=" + database.jdbcUrl(),
                "--spring.datasource.username=postgres",
                "--spring.datasource.hikari.maximum-pool-size=3",
                "--spring.datasource.hikari.connection-timeout=5000",
                "--management.endpoint.cdc.access=unrestricted",
                "--management.endpoints.web.exposure.include=*",
                "--rustcdc.postgres.shop.tables=public.*",
                "--rustcdc.postgres.shop.exclude-tables=flyway_schema_history",
                "--rustcdc.postgres.shop.replication-slot-name=" + database.name(),
                "--rustcdc.checkpoint.store=jdbc",
                "--rustcdc.lease.duration=5s"));
        arguments.addAll(List.of(more));
        ConfigurableApplicationContext instance = new SpringApplicationBuilder(ShopApplication.class)
                .web(WebApplicationType.NONE)
                .run(arguments.toArray(String[]::new));
        instances.add(instance);
        return instance;
    }

    private static EngineState state(ConfigurableApplicationContext instance) {
        return instance.getBean(CdcEngines.class).get("shop").status().state();
    }

    private static List<Long> orders(ConfigurableApplicationContext instance) {
        return instance.getBean(ShopApplication.class).orders();
    }

    private static Health health(ConfigurableApplicationContext instance) {
        CompositeHealthContributor sources = instance.getBean("cdcHealthContributor", CompositeHealthContributor.class);
        return ((HealthIndicator) sources.getContributor("shop")).health();
    }

    @Test
    @DisplayName(
            "By scripts: the second instance stands by and is UP, takes over after a stop, and nobody captures our own tables")
    void twoInstancesShareTheWork() {
        database.sql(Shop.SCHEMA);
        ConfigurableApplicationContext first = start("--rustcdc.checkpoint.jdbc.initialize-schema=always");
        ConfigurableApplicationContext second = start("--rustcdc.checkpoint.jdbc.initialize-schema=always");

        assertThat(state(second)).isEqualTo(EngineState.STANDBY);
        assertThat(health(second).getStatus()).isEqualTo(Status.UP);
        assertThat(health(second).getDetails()).containsEntry("state", "STANDBY");
        assertThat(health(second).getDetails().get("reason").toString()).contains("lock owned by pid");
        Shop.insert(database, 1, "Ada");
        await().until(() -> orders(first).contains(1L));
        assertThat(database.query("SELECT tablename FROM pg_publication_tables ORDER BY 1")
                        .toString())
                .isEqualTo("[[customers], [orders]]");

        first.close();
        await().atMost(Duration.ofSeconds(20)).until(() -> state(second) == EngineState.STREAMING);
        Shop.insert(database, 2, "Bob");
        await().until(() -> orders(second).contains(2L));
        assertThat(orders(second)).doesNotContain(1L);
    }

    @Test
    @DisplayName(
            "By Flyway: the application's own migrations run as ever, beside ours, and both before a source starts")
    void migratesBesideTheApplication() {
        String[] flyway = {"--spring.flyway.enabled=true", "--spring.flyway.locations=classpath:db/shop"};
        ConfigurableApplicationContext first = start(flyway);
        Shop.insert(database, 1, "Ada");
        await().until(() -> orders(first).contains(1L));
        first.close();

        ConfigurableApplicationContext second = start(flyway);
        await().atMost(Duration.ofSeconds(20)).until(() -> state(second) == EngineState.STREAMING);

        assertThat(database.query("SELECT version, success FROM flyway_schema_history ORDER BY installed_rank"))
                .hasToString("[[1, true], [2, true]]");
        assertThat(
                        database.query(
                                "SELECT version, success FROM rustcdc_schema_history WHERE type = 'SQL' ORDER BY installed_rank"))
                .hasToString("[[1, true], [2, true], [3, true]]");
        assertThat(second.getBeansOfType(org.flywaydb.core.Flyway.class)).hasSize(1);
        assertThat(database.value("SELECT checkpoint_json FROM rustcdc_checkpoint"))
                .contains("content_checksum");
    }

    @Test
    @DisplayName("Tables of an older version become those of this one, with what they hold, by scripts and by Flyway")
    void migratesTablesOfAnOlderVersion() {
        database.sql(Shop.SCHEMA);
        JdbcTables.statements(V1, "old_").forEach(database::sql);
        database.sql("INSERT INTO old_lease VALUES ('shop', 41, NULL, now(), 'STOP', now(), 'ada')");

        ConfigurableApplicationContext byScripts = start(
                "--rustcdc.checkpoint.jdbc.table-prefix=old_", "--rustcdc.checkpoint.jdbc.initialize-schema=always");

        assertThat(state(byScripts)).isEqualTo(EngineState.STOPPED);
        assertThat(database.value("SELECT count(*) FROM old_checkpoint_archive"))
                .isEqualTo("0");
        byScripts
                .getBean(CdcEndpoint.class)
                .control("shop", CdcEndpoint.Action.START, null, null, SecurityContext.NONE);
        await().atMost(Duration.ofSeconds(20)).until(() -> state(byScripts) == EngineState.STREAMING);
        assertThat(database.value("SELECT token FROM old_checkpoint")).isEqualTo("42");
        byScripts.close();

        ConfigurableApplicationContext byFlyway = start(
                "--rustcdc.checkpoint.jdbc.table-prefix=public.old_",
                "--spring.flyway.enabled=true",
                "--spring.flyway.locations=classpath:db/shop",
                "--spring.flyway.baseline-on-migrate=true",
                "--spring.flyway.baseline-version=2");

        await().atMost(Duration.ofSeconds(20)).until(() -> state(byFlyway) == EngineState.STREAMING);
        assertThat(database.value("SELECT token FROM old_checkpoint")).isEqualTo("43");
        assertThat(database.value("SELECT count(*) FROM old_schema_history WHERE type = 'SQL'"))
                .isEqualTo("3");
    }

    @Test
    @DisplayName("A pool that is used up does not lose the lease")
    void keepsItsLeaseWithoutThePool() throws Exception {
        database.sql(Shop.SCHEMA);
        ConfigurableApplicationContext owner = start("--rustcdc.checkpoint.jdbc.initialize-schema=always");
        DataSource pool = owner.getBean(DataSource.class);
        ConfigurableApplicationContext other = start();
        String token = database.value("SELECT token FROM rustcdc_lease");
        List<Connection> taken = new ArrayList<>();
        try {
            for (int i = 0; i < 3; i++) {
                taken.add(pool.getConnection());
            }
            await().during(Duration.ofSeconds(8))
                    .atMost(Duration.ofSeconds(30))
                    .until(() -> state(other) == EngineState.STANDBY);
        } finally {
            for (Connection connection : taken) {
                connection.close();
            }
        }
        // Only now: a save that waits for a connection holds delivery up.
        Shop.insert(database, 1, "Ada");
        await().until(() -> orders(owner).contains(1L));
        assertThat(database.value("SELECT token FROM rustcdc_lease")).isEqualTo(token);
        await().until(() -> database.value("SELECT checkpoint_json FROM rustcdc_checkpoint")
                .contains("\"committed_event_count\" : 1"));
    }

    @Test
    void saysHowToMakeTheTables() {
        database.sql(Shop.SCHEMA);
        assertThatThrownBy(this::start)
                .rootCause()
                .isInstanceOf(java.sql.SQLException.class)
                .hasMessageContaining("rustcdc_lease");
        assertThat(instances).isEmpty();
    }

    @Test
    void refusesAPrefixThatIsNone() {
        assertThatThrownBy(() -> start("--rustcdc.checkpoint.jdbc.table-prefix=drop table;"))
                .hasStackTraceContaining("The prefix of the tables is 'drop table;'");
    }

    @Test
    void refusesAnUnknownDataSource() {
        assertThatThrownBy(() -> start("--rustcdc.checkpoint.jdbc.data-source=other"))
                .hasStackTraceContaining("there is no DataSource bean of that name; there are: dataSource");
    }

    @Test
    @DisplayName("CP-16 a store in a database without a data source is refused")
    void refusesAStoreWithoutADataSource(@TempDir Path directory) {
        database.sql(Shop.SCHEMA);
        List<String> arguments = new ArrayList<>();
        for (String property : Shop.properties(database, directory)) {
            arguments.add("--" + property);
        }
        arguments.add("--rustcdc.checkpoint.store=jdbc");
        arguments.add(
                "--spring.autoconfigure.exclude=org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration");
        assertThatThrownBy(() -> new SpringApplicationBuilder(ShopApplication.class)
                        .web(WebApplicationType.NONE)
                        .run(arguments.toArray(String[]::new)))
                .hasStackTraceContaining("there is no data source to keep checkpoints in");
    }
}
