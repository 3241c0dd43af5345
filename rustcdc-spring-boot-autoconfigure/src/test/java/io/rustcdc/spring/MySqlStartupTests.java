package io.rustcdc.spring;

import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.Row;
import io.rustcdc.source.mysql.Flavor;
import io.rustcdc.spring.app.MySqlShop;
import io.rustcdc.spring.autoconfigure.CdcAutoConfiguration;
import io.rustcdc.spring.autoconfigure.Refusal;
import io.rustcdc.test.databases.MySqlDatabase;
import io.rustcdc.test.databases.MySqlServer;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Configuration;

/** What a person reads when a source on MySQL or MariaDB cannot start. */
class MySqlStartupTests {

    private static MySqlDatabase database;

    @TempDir
    Path directory;

    @BeforeAll
    static void createDatabase() {
        database = MySqlServer.shared(Flavor.MYSQL).createDatabase();
        database.sql(MySqlShop.SCHEMA);
    }

    @AfterAll
    static void dropDatabase() {
        database.close();
    }

    @ParameterizedTest
    @EnumSource
    void aServerWithoutABinlogFailsTheContextWithTheOptionsToSet(Flavor flavor) {
        String off = flavor == Flavor.MYSQL ? "disable-log-bin" : "skip-log-bin";
        try (MySqlServer server = MySqlServer.builder(flavor).options(off).start()) {
            server.database("mysql").sql("CREATE DATABASE shop");

            runner(server.database("shop"))
                    .run(context ->
                            Refusal.of(context).says("has log_bin = OFF").advises("log_bin = binlog", "restart"));
        }
    }

    @Test
    void aServerThatLogsStatementsFailsTheContextWithTheStatementThatMendsIt() {
        try (MySqlServer server = MySqlServer.builder(Flavor.MARIADB)
                .options("binlog-format=MIXED")
                .start()) {
            server.database("mysql").sql("CREATE DATABASE shop");

            runner(server.database("shop"))
                    .run(context -> Refusal.of(context)
                            .says("has binlog_format = MIXED, expected ROW")
                            .advises("SET GLOBAL binlog_format = 'ROW'", "rustcdc.mariadb.shop.binlog-format-check"));
        }
    }

    @Test
    void aWrongPasswordFailsTheContextWithoutShowingIt() {
        database.server().createCdcUser("weak", "right");

        runner(database)
                .withPropertyValues("rustcdc.mysql.shop.user=weak", "rustcdc.mysql.shop.password=wrong-s3cret")
                .run(context -> Refusal.of(context)
                        .says("weak")
                        .advises("rustcdc.mysql.shop.password")
                        .hides("wrong-s3cret"));
    }

    @Test
    void aUserWithoutRightsFailsTheContextWithTheGrants() {
        database.server().createUser("nobody", "right", "caching_sha2_password");
        database.sql("GRANT SELECT ON %s.* TO nobody".formatted(database.name()));

        runner(database)
                .withPropertyValues("rustcdc.mysql.shop.user=nobody", "rustcdc.mysql.shop.password=right")
                .run(context -> Refusal.of(context).advises("GRANT", "REPLICATION SLAVE", "REPLICATION CLIENT"));
    }

    @Test
    void aServerOfTheOtherKindFailsTheContextWithTheNameOfTheMap() {
        runner(database)
                .withPropertyValues(
                        "rustcdc.mariadb.stock.host=" + database.server().host(),
                        "rustcdc.mariadb.stock.port=" + database.server().port(),
                        "rustcdc.mariadb.stock.user=root",
                        "rustcdc.mariadb.stock.server-id=184053")
                .withUserConfiguration(StockListener.class)
                .run(context -> Refusal.of(context)
                        .says("expected MariaDB")
                        .advises("from rustcdc.mariadb.stock to rustcdc.mysql.stock"));
    }

    @Test
    void theNumberOfTheServerItselfFailsTheContext() {
        String own = database.value("SELECT @@server_id");

        runner(database)
                .withPropertyValues("rustcdc.mysql.shop.server-id=" + own)
                .run(context -> Refusal.of(context)
                        .says("has server_id = " + own + " itself")
                        .advises("rustcdc.mysql.shop.server-id"));
    }

    private ApplicationContextRunner runner(MySqlDatabase of) {
        return new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(CdcAutoConfiguration.class))
                .withUserConfiguration(OrderListener.class)
                .withPropertyValues(MySqlShop.properties(of, directory));
    }

    @Configuration(proxyBeanMethods = false)
    static class OrderListener {

        @CdcListener(source = "shop", tables = "orders")
        void onOrder(ChangeEvent<Row> change) {}
    }

    @Configuration(proxyBeanMethods = false)
    static class StockListener {

        @CdcListener(source = "stock")
        void onStock(ChangeEvent<Row> change) {}
    }
}
