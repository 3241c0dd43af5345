package io.rustcdc.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.Operation;
import io.rustcdc.spring.app.Order;
import io.rustcdc.spring.app.Shop;
import io.rustcdc.spring.autoconfigure.CdcAutoConfiguration;
import io.rustcdc.test.databases.PostgresDatabase;
import io.rustcdc.test.databases.PostgresServer;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Configuration;

/** From a committed row to a typed call, on a real server. */
class EndToEndTests {

    @TempDir
    Path directory;

    private PostgresDatabase database;
    private ApplicationContextRunner runner;

    @BeforeEach
    void createDatabase() {
        database = PostgresServer.shared().createDatabase();
        database.sql(Shop.SCHEMA);
        runner = new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(CdcAutoConfiguration.class))
                .withPropertyValues(Shop.properties(database, directory));
    }

    @AfterEach
    void dropDatabase() {
        database.close();
    }

    @Test
    void committedRowsArriveAsTypedCalls() {
        runner.withUserConfiguration(OrderListener.class).run(context -> {
            Shop.insert(database, 1, "Ada");
            database.sql("UPDATE orders SET status = 'PAID', paid_at = '2026-01-02T03:04:05Z' WHERE id = 1");
            database.sql("DELETE FROM orders WHERE id = 1");
            List<ChangeEvent<Order>> changes = context.getBean(OrderListener.class).changes;
            await().until(() -> changes.size() == 3);
            assertThat(changes)
                    .extracting(ChangeEvent::operation)
                    .containsExactly(Operation.INSERT, Operation.UPDATE, Operation.DELETE);
            assertThat(changes.get(0).after())
                    .isEqualTo(new Order(1, "Ada", new BigDecimal("12.50"), Order.Status.NEW, null));
            assertThat(changes.get(1).after().paidAt()).isEqualTo("2026-01-02T03:04:05Z");
            assertThat(changes.get(2).before()).as("the key alone is no order").isNull();
            assertThat(changes.get(2).key().values()).containsExactly(1L);
        });
    }

    @Test
    void aRestartContinuesWhereTheLastRunEnded() {
        runner.withUserConfiguration(OrderListener.class).run(context -> {
            Shop.insert(database, 1, "Ada");
            await().until(() -> context.getBean(OrderListener.class).changes.size() == 1);
        });
        Shop.insert(database, 2, "Bob");
        runner.withUserConfiguration(OrderListener.class).run(context -> {
            List<ChangeEvent<Order>> changes = context.getBean(OrderListener.class).changes;
            await().until(() -> !changes.isEmpty());
            Shop.insert(database, 3, "Cy");
            await().until(() -> changes.size() == 2);
            assertThat(changes).extracting(change -> change.after().id()).containsExactly(2L, 3L);
        });
    }

    @Configuration(proxyBeanMethods = false)
    static class OrderListener {

        final List<ChangeEvent<Order>> changes = new CopyOnWriteArrayList<>();

        @CdcListener(tables = "public.orders")
        void onOrder(ChangeEvent<Order> change) {
            changes.add(change);
        }
    }
}
