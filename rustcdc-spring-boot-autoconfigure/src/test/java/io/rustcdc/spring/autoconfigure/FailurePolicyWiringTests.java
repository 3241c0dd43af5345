package io.rustcdc.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import io.rustcdc.deadletter.MemoryDeadLetterStore;
import io.rustcdc.delivery.Acknowledgment;
import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.Row;
import io.rustcdc.spring.CdcListener;
import io.rustcdc.spring.DeadLetterStoreFactory;
import io.rustcdc.spring.OutboxEvent;
import io.rustcdc.spring.OutboxListener;
import io.rustcdc.test.databases.FreePorts;
import io.rustcdc.test.databases.PostgresDatabase;
import io.rustcdc.test.databases.PostgresServer;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.ds.PGSimpleDataSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** What the settings and annotations say of failures, and what of it is refused. The captured host is down. */
class FailurePolicyWiringTests {

    @TempDir
    Path directory;

    private ApplicationContextRunner runner;

    @BeforeEach
    void configure() {
        runner = new ApplicationContextRunner()
                .withConfiguration(
                        AutoConfigurations.of(CdcJdbcCheckpointAutoConfiguration.class, CdcAutoConfiguration.class))
                .withPropertyValues(
                        "rustcdc.checkpoint.directory=" + directory,
                        "rustcdc.postgres.shop.host=127.0.0.1",
                        "rustcdc.postgres.shop.port=" + FreePorts.next(),
                        "rustcdc.postgres.shop.database=shop",
                        "rustcdc.postgres.shop.user=cdc",
                        "rustcdc.postgres.shop.password=cdc");
    }

    @Test
    void parkingNeedsAPlace() {
        runner.withUserConfiguration(Plain.class)
                .withPropertyValues("rustcdc.defaults.delivery.on-failure=park")
                .run(context -> Refusal.of(context)
                        .says("Listener", "on(ChangeEvent)", "rustcdc.postgres.shop.delivery.on-failure is park")
                        .advises("rustcdc.dead-letters.store"));
        runner.withUserConfiguration(Parking.class)
                .run(context ->
                        Refusal.of(context).says("its onFailure is park", "rustcdc.dead-letters.store is none"));
    }

    @Test
    void anApplicationCanGiveThePlace() {
        runner.withUserConfiguration(Parking.class, Memory.class)
                .run(context -> assertThat(context).hasNotFailed());
    }

    @Test
    void aTableOfTheApplicationsDatabaseIsAPlaceAlsoWhereCheckpointsAreInFiles() {
        runner.withUserConfiguration(Parking.class, Database.class)
                .withPropertyValues("rustcdc.dead-letters.store=jdbc")
                .run(context -> assertThat(context)
                        .hasNotFailed()
                        .hasSingleBean(DeadLetterStoreFactory.class)
                        .hasSingleBean(CheckpointScripts.class));
        runner.withUserConfiguration(Parking.class, Database.class)
                .withPropertyValues(
                        "rustcdc.dead-letters.store=jdbc",
                        "rustcdc.checkpoint.store=jdbc",
                        "rustcdc.checkpoint.jdbc.initialize-schema=always")
                .run(context -> assertThat(context).hasNotFailed());
    }

    @Test
    void aTableNeedsADatabase() {
        runner.withUserConfiguration(Plain.class)
                .withPropertyValues("rustcdc.dead-letters.store=jdbc")
                .run(context -> Refusal.of(context)
                        .says("rustcdc.dead-letters.store is jdbc, but there is no data source")
                        .advises("spring.datasource"));
    }

    @Test
    void aLimitLeavesRoom() {
        runner.withUserConfiguration(Plain.class, Database.class)
                .withPropertyValues("rustcdc.dead-letters.store=jdbc", "rustcdc.dead-letters.max-letters=0")
                .run(context -> Refusal.of(context).says("max-letters is 0").advises("1 or more"));
    }

    @Test
    void aListenerThatAcknowledgesByItselfCannotPark() {
        runner.withUserConfiguration(Manual.class, Memory.class)
                .withPropertyValues("rustcdc.postgres.shop.delivery.on-failure=park")
                .run(context -> Refusal.of(context)
                        .says("cannot park", "acknowledges by itself")
                        .advises("onFailure = \"stop\""));
        runner.withUserConfiguration(Stopping.class, Memory.class)
                .withPropertyValues("rustcdc.postgres.shop.delivery.on-failure=park")
                .run(context -> assertThat(context).hasNotFailed());
    }

    @Test
    void eventsOfAnOutboxCannotBeParked() {
        runner.withUserConfiguration(Outbox.class, Memory.class)
                .withPropertyValues("rustcdc.postgres.shop.delivery.on-failure=park")
                .run(context -> Refusal.of(context)
                        .says("cannot park events of an outbox")
                        .advises("@OutboxListener(onFailure = \"stop\")"));
    }

    @Test
    void exceptionsThatAreNotRetriedMustExist() {
        runner.withUserConfiguration(Plain.class)
                .withPropertyValues(
                        "rustcdc.postgres.shop.delivery.retry.not-retried=java.lang.IllegalArgumentException, a.Missing")
                .run(context -> Refusal.of(context)
                        .says("rustcdc.postgres.shop.delivery.retry.not-retried", "'a.Missing'", "no such class")
                        .advises("Correct the name"));
        runner.withUserConfiguration(Plain.class)
                .withPropertyValues("rustcdc.postgres.shop.delivery.retry.not-retried=java.lang.String")
                .run(context -> Refusal.of(context).says("java.lang.String, which is no exception"));
    }

    @Test
    void aListenerIsBrokenAfterAtLeastOneRow() {
        runner.withUserConfiguration(Plain.class)
                .withPropertyValues("rustcdc.postgres.shop.delivery.broken-after=0")
                .run(context -> Refusal.of(context).says("'broken-after' must be 1"));
    }

    @Configuration(proxyBeanMethods = false)
    static class Plain {

        @CdcListener(tables = "public.orders")
        void on(ChangeEvent<Row> event) {}
    }

    @Configuration(proxyBeanMethods = false)
    static class Parking {

        @CdcListener(tables = "public.orders", onFailure = "park")
        void on(ChangeEvent<Row> event) {}
    }

    @Configuration(proxyBeanMethods = false)
    static class Manual {

        @CdcListener(tables = "public.orders")
        void on(ChangeEvent<Row> event, Acknowledgment acknowledgment) {}
    }

    @Configuration(proxyBeanMethods = false)
    static class Outbox {

        @OutboxListener(tables = "public.outbox")
        void on(OutboxEvent<String> event) {}
    }

    @Configuration(proxyBeanMethods = false)
    static class Stopping {

        @CdcListener(tables = "public.orders", onFailure = "stop")
        void on(ChangeEvent<Row> event, Acknowledgment acknowledgment) {}
    }

    @Configuration(proxyBeanMethods = false)
    static class Memory {

        @Bean
        DeadLetterStoreFactory letters() {
            return (source, format, checkpoints) -> new MemoryDeadLetterStore(10);
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Database {

        @Bean
        PostgresDatabase database() {
            return PostgresServer.shared().createDatabase();
        }

        @Bean
        PGSimpleDataSource dataSource(PostgresDatabase database) {
            PGSimpleDataSource dataSource = new PGSimpleDataSource();
            dataSource.setUrl(database.jdbcUrl());
            dataSource.setUser(PostgresServer.SUPERUSER);
            return dataSource;
        }
    }
}
