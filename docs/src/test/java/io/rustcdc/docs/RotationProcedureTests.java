package io.rustcdc.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.Row;
import io.rustcdc.observe.EngineState;
import io.rustcdc.source.mysql.Flavor;
import io.rustcdc.spring.CdcEngines;
import io.rustcdc.spring.CdcListener;
import io.rustcdc.test.databases.MySqlDatabase;
import io.rustcdc.test.databases.MySqlServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Function;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;

/** Follows "Secret rotation" of the runbook, statement for statement, while an application captures. */
class RotationProcedureTests {

    private static final Page RUNBOOK = Page.named("docs/runbook.md");
    private static final Duration PATIENCE = Duration.ofSeconds(40);

    @TempDir
    private Path folder;

    private Consumer<String> run;
    private Function<String, List<List<Object>>> ask;
    private int last;

    @Test
    @DisplayName("SE-03 the procedure for PostgreSQL")
    void onPostgres() throws Exception {
        try (ShopDatabase shop = new ShopDatabase()) {
            run = shop.database()::sql;
            ask = shop.database()::query;
            run.accept("CREATE ROLE cdc_user LOGIN REPLICATION SUPERUSER PASSWORD 'change-me'");
            run.accept("CREATE TABLE orders (id int PRIMARY KEY)");
            try (ConfigurableApplicationContext application =
                    application("postgres", shop.port(), "tables=public.orders")) {
                deliversNext(application);
                run.accept(statement("postgres", "rotate"));
                mount("cdc-password", "new-secret");
                assertThat(ask.apply(statement("postgres", "reconnect"))).isNotEmpty();
                deliversNext(application);
                // The session that was ended may be on its way out for a moment longer.
                await().atMost(PATIENCE)
                        .untilAsserted(() -> assertThat(ask.apply(statement("postgres", "verify")))
                                .hasSize(1));
                deliveredEachOnce(application);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("SE-03 the procedures for MySQL and MariaDB")
    void onMySql(Flavor flavor) throws Exception {
        MySqlServer server = MySqlServer.shared(flavor);
        String on = flavor.type();
        server.database("mysql").sql("DROP DATABASE IF EXISTS shop", "CREATE DATABASE shop");
        server.createCdcUser("cdc_user", "change-me");
        try (MySqlDatabase shop = server.database("shop")) {
            run = shop::sql;
            ask = shop::query;
            run.accept("CREATE TABLE orders (id int PRIMARY KEY)");
            String retrieval = "allow-public-key-retrieval=" + (flavor == Flavor.MYSQL);
            try (ConfigurableApplicationContext application =
                    application(on, server.port(), "server-id=184777", "tables=shop.orders", retrieval)) {
                deliversNext(application);
                statements(on, "rotate").forEach(run);
                mount("cdc-user", flavor == Flavor.MYSQL ? "cdc_user" : "cdc_user_new");
                mount("cdc-password", "new-secret");
                endSessions(on);
                deliversNext(application);
                await().atMost(PATIENCE)
                        .untilAsserted(() ->
                                assertThat(ask.apply(statement(on, "verify"))).isNotEmpty());
                run.accept(statement(on, "finish"));
                endSessions(on);
                deliversNext(application);
                deliveredEachOnce(application);
            }
            run.accept("DROP USER IF EXISTS 'cdc_user'@'%'");
            run.accept("DROP USER IF EXISTS 'cdc_user_new'@'%'");
        }
    }

    @Test
    void eachStatementIsRunOrSaysWhyNot() throws Exception {
        List<String> lines = Files.readAllLines(RUNBOOK.file());
        int begin = lines.indexOf("## Secret rotation");
        int end = lines.indexOf("## Disaster recovery");
        assertThat(RUNBOOK.blocks())
                .filteredOn(block -> block.line() > begin && block.line() < end)
                .hasSizeGreaterThan(10)
                .allSatisfy(
                        block -> assertThat(block.attribute("not-run").isEmpty() ? block.attribute("run") : "not run")
                                .as(block.where())
                                .isIn("rotate", "reconnect", "verify", "finish", "not run"));
    }

    private ConfigurableApplicationContext application(String type, int port, String... settings) throws Exception {
        mount("cdc-user", "cdc_user");
        mount("cdc-password", "change-me");
        List<String> arguments = new ArrayList<>(List.of(
                "--spring.config.import=configtree:" + folder.resolve("secrets") + "/",
                "--rustcdc.checkpoint.directory=" + folder.resolve("checkpoints"),
                "--rustcdc.defaults.snapshot.mode=never"));
        String source = "--rustcdc." + type + ".shop.";
        for (String setting : List.of(
                "host=localhost",
                "port=" + port,
                "database=shop",
                "user=${cdc-user}",
                "password=${cdc-password}",
                String.join("\n" + source, settings))) {
            arguments.addAll((source + setting).lines().toList());
        }
        SpringApplication application = new SpringApplication(Orders.class);
        application.setWebApplicationType(WebApplicationType.NONE);
        return application.run(arguments.toArray(String[]::new));
    }

    private void mount(String name, String value) throws Exception {
        Files.writeString(Files.createDirectories(folder.resolve("secrets")).resolve(name), value + "\n");
    }

    private void deliversNext(ConfigurableApplicationContext application) {
        int id = ++last;
        run.accept("INSERT INTO orders VALUES (%d)".formatted(id));
        await().atMost(PATIENCE)
                .until(() -> application.getBean(Orders.class).delivered.contains(id));
        await().atMost(PATIENCE)
                .until(() -> application
                                .getBean(CdcEngines.class)
                                .get("shop")
                                .status()
                                .state()
                        == EngineState.STREAMING);
    }

    private void deliveredEachOnce(ConfigurableApplicationContext application) {
        assertThat(application.getBean(Orders.class).delivered).hasSize(last).doesNotHaveDuplicates();
    }

    private void endSessions(String on) {
        for (List<Object> kill : ask.apply(statement(on, "reconnect"))) {
            try {
                run.accept(String.valueOf(kill.get(0)));
            } catch (IllegalStateException e) {
                // It ended by itself meanwhile.
            }
        }
    }

    private static String statement(String on, String step) {
        List<String> statements = statements(on, step);
        assertThat(statements).as("%s on %s", step, on).hasSize(1);
        return statements.get(0);
    }

    private static List<String> statements(String on, String step) {
        return RUNBOOK.blocksIn("sql").stream()
                .filter(block -> block.attribute("on").equals(on)
                        && block.attribute("run").equals(step))
                .flatMap(block -> List.of(block.text().split(";\\s*\n")).stream())
                .toList();
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Orders {

        private final List<Integer> delivered = new CopyOnWriteArrayList<>();

        @CdcListener
        void on(ChangeEvent<Row> change) {
            delivered.add((Integer) change.afterRow().get("id"));
        }
    }
}
