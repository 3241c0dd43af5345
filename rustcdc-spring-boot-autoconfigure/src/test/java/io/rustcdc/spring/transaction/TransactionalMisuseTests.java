package io.rustcdc.spring.transaction;

import io.rustcdc.checkpoint.jdbc.JdbcCheckpoints;
import io.rustcdc.checkpoint.jdbc.JdbcOptions;
import io.rustcdc.delivery.Acknowledgment;
import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.Row;
import io.rustcdc.spring.CdcListener;
import io.rustcdc.spring.CheckpointStoreFactory;
import io.rustcdc.spring.autoconfigure.CdcAutoConfiguration;
import io.rustcdc.spring.autoconfigure.Refusal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.scheduling.annotation.Async;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/** That what cannot be one transaction is refused before anything starts, with what mends it. */
class TransactionalMisuseTests {

    @TempDir
    private Path directory;

    private Refusal refusal(Class<?>... configuration) {
        List<Refusal> refusals = new ArrayList<>();
        new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(CdcAutoConfiguration.class))
                .withUserConfiguration(configuration)
                .withPropertyValues(
                        "rustcdc.checkpoint.directory=" + directory,
                        "rustcdc.postgres.shop.host=127.0.0.1",
                        "rustcdc.postgres.shop.port=1",
                        "rustcdc.postgres.shop.database=shop",
                        "rustcdc.postgres.shop.user=cdc",
                        "rustcdc.postgres.shop.delivery.transactional=true")
                .run(context -> refusals.add(Refusal.of(context)));
        return refusals.get(0);
    }

    @Test
    @DisplayName("Files cannot be a part of a transaction of a database")
    void refusesTheFileStore() {
        refusal(PlainListener.class, OneDatabase.class)
                .says("rustcdc.postgres.shop.delivery.transactional is true", "checkpoint_postgres.json")
                .advises("rustcdc:", "checkpoint:", "store: jdbc");
    }

    @Test
    @DisplayName("A transaction manager of another DataSource than the checkpoints' is refused")
    void refusesAnotherDataSource() {
        refusal(PlainListener.class, TwoDatabases.class)
                .says("[ofTheListeners]", "data source of the checkpoints ('checkpointDatabase')")
                .advises("one DataSource bean", "rustcdc.checkpoint.jdbc.data-source");
    }

    @Test
    void refusesToGoWithoutATransactionManager() {
        refusal(PlainListener.class, NoManager.class).says("there is no transaction manager");
    }

    @Test
    @DisplayName("A listener that acknowledges by itself is refused: its transaction ends with its call")
    void refusesAManualListener() {
        refusal(ManualListener.class, OneDatabase.class, Stores.class)
                .says("ManualListener.on(ChangeEvent, Acknowledgment)", "acknowledges by itself")
                .advises("Remove its Acknowledgment parameter", "rustcdc.postgres.shop.delivery.transactional=false");
    }

    @Test
    @DisplayName("An asynchronous listener is refused")
    void refusesAnAsynchronousListener() {
        refusal(AsynchronousListener.class, OneDatabase.class, Stores.class)
                .says("AsynchronousListener.on(ChangeEvent, Acknowledgment)", "acknowledges by itself")
                .advises("@Async");
    }

    @Test
    @DisplayName("A listener with a transaction of its own is refused: a roll-back would not reach what it wrote")
    void refusesAListenerThatLeavesTheTransaction() {
        refusal(LeavingListener.class, OneDatabase.class, Stores.class)
                .says("LeavingListener.on(ChangeEvent)", "leaves the transaction")
                .advises("Use the default propagation");
    }

    @Configuration(proxyBeanMethods = false)
    static class PlainListener {

        @CdcListener(tables = "public.orders")
        void on(ChangeEvent<Row> change) {}
    }

    @Configuration(proxyBeanMethods = false)
    static class ManualListener {

        @CdcListener(tables = "public.orders")
        void on(ChangeEvent<Row> change, Acknowledgment acknowledgment) {}
    }

    @Configuration(proxyBeanMethods = false)
    static class AsynchronousListener {

        @Async
        @CdcListener(tables = "public.orders")
        void on(ChangeEvent<Row> change, Acknowledgment acknowledgment) {}
    }

    @Configuration(proxyBeanMethods = false)
    static class LeavingListener {

        @Transactional(propagation = Propagation.REQUIRES_NEW)
        @CdcListener(tables = "public.orders")
        public void on(ChangeEvent<Row> change) {}
    }

    @Configuration(proxyBeanMethods = false)
    static class OneDatabase {

        @Bean
        DataSource database() {
            return new DriverManagerDataSource("jdbc:postgresql://127.0.0.1:1/shop");
        }

        @Bean
        JdbcTransactionManager manager(DataSource database) {
            return new JdbcTransactionManager(database);
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Stores {

        @Bean
        CheckpointStoreFactory stores(DataSource database) {
            return new JdbcCheckpoints(database, JdbcOptions.ofDefaults())::store;
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class NoManager {

        @Bean
        DataSource database() {
            return new DriverManagerDataSource("jdbc:postgresql://127.0.0.1:1/shop");
        }

        @Bean
        CheckpointStoreFactory stores(DataSource database) {
            return new JdbcCheckpoints(database, JdbcOptions.ofDefaults())::store;
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class TwoDatabases {

        @Bean
        DataSource checkpointDatabase() {
            return new DriverManagerDataSource("jdbc:postgresql://127.0.0.1:1/shop");
        }

        @Bean
        JdbcTransactionManager ofTheListeners() {
            return new JdbcTransactionManager(new DriverManagerDataSource("jdbc:postgresql://127.0.0.1:1/other"));
        }

        @Bean
        CheckpointStoreFactory stores(DataSource checkpointDatabase) {
            return new JdbcCheckpoints(checkpointDatabase, JdbcOptions.ofDefaults())::store;
        }
    }
}
