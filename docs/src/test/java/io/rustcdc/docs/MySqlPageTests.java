package io.rustcdc.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.Operation;
import io.rustcdc.event.Row;
import io.rustcdc.source.mysql.Flavor;
import io.rustcdc.spring.CdcListener;
import io.rustcdc.test.databases.MySqlDatabase;
import io.rustcdc.test.databases.MySqlServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;

/** Follows the page on MySQL and MariaDB: a server with its options, its users, a source with its settings. */
class MySqlPageTests {

    private static final Page PAGE = Page.named("docs/mysql.md");
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @ParameterizedTest
    @EnumSource
    void leadsToAFirstChange(Flavor flavor, @TempDir Path folder) throws Exception {
        String yaml = only("yaml", flavor).text();
        try (MySqlServer server = MySqlServer.builder(flavor)
                .options(options(only("ini", flavor).text()))
                .start()) {
            server.database("mysql").sql("CREATE DATABASE shop");
            MySqlDatabase shop = server.database("shop");
            shop.sql("CREATE TABLE orders (id bigint PRIMARY KEY, status varchar(20))");
            blocks("sql", flavor).forEach(block -> run(shop, block));
            Files.writeString(folder.resolve("application.yml"), yaml);
            try (ConfigurableApplicationContext context = start(flavor, server.port(), folder)) {
                shop.sql("INSERT INTO orders VALUES (1, 'NEW')");
                List<String> changes = context.getBean(Listener.class).changes;
                await().atMost(PATIENCE)
                        .untilAsserted(() -> assertThat(changes).containsExactly("INSERT shop.orders NEW"));
            }
        }
    }

    @Test
    void saysOfEachBlockWhichServerItIsFor() {
        assertThat(Stream.of("sql", "ini").flatMap(language -> PAGE.blocksIn(language).stream()))
                .hasSizeGreaterThan(6)
                .allSatisfy(block ->
                        assertThat(block.attribute("on")).as(block.where()).isIn("mysql", "mariadb"));
        assertThat(Page.blocks("ini"))
                .filteredOn(block -> block.attribute("of").isEmpty())
                .allSatisfy(block -> assertThat(block.page()).isEqualTo(PAGE.name()));
    }

    @Test
    void refusesOptionsThatAServerDoesNotHave() {
        MySqlServer.Builder server =
                MySqlServer.builder(Flavor.MARIADB).options(options("[mariadb]\ngtid_mode = ON\n"));

        assertThatThrownBy(server::start).hasMessageContaining("gtid");
    }

    private static CodeBlock only(String language, Flavor flavor) {
        List<CodeBlock> blocks = blocks(language, flavor);
        assertThat(blocks).hasSize(1);
        return blocks.get(0);
    }

    private static List<CodeBlock> blocks(String language, Flavor flavor) {
        return PAGE.blocksIn(language).stream()
                .filter(block -> block.attribute("on").equals(flavor.type()))
                .toList();
    }

    private static String[] options(String file) {
        return file.lines()
                .filter(line -> !line.startsWith("["))
                .map(line -> line.replace(" = ", "="))
                .toArray(String[]::new);
    }

    private static void run(MySqlDatabase database, CodeBlock block) {
        Stream.of(block.text().split(";\\s*\n"))
                .map(String::strip)
                .filter(statement -> !statement.isEmpty())
                .forEach(database::sql);
    }

    private static ConfigurableApplicationContext start(Flavor flavor, int port, Path folder) {
        SpringApplication application = new SpringApplication(Listener.class);
        application.setWebApplicationType(WebApplicationType.NONE);
        return application.run(
                "--spring.config.location=" + folder.resolve("application.yml").toUri(),
                "--rustcdc." + flavor.type() + ".shop.port=" + port,
                "--rustcdc.checkpoint.directory=" + folder.resolve("checkpoints"),
                "--CDC_PASSWORD=change-me");
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Listener {

        private final List<String> changes = new CopyOnWriteArrayList<>();

        @CdcListener(tables = "shop.orders", operations = Operation.INSERT)
        void on(ChangeEvent<Row> change) {
            changes.add(change.operation() + " " + change.table() + " "
                    + change.afterRow().get("status"));
        }
    }
}
