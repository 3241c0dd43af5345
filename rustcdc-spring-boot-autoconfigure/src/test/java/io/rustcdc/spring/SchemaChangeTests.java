package io.rustcdc.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.rustcdc.CdcEngine;
import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.Operation;
import io.rustcdc.event.Row;
import io.rustcdc.observe.EngineState;
import io.rustcdc.observe.HealthVerdict;
import io.rustcdc.spring.app.Shop;
import io.rustcdc.spring.autoconfigure.CdcAutoConfiguration;
import io.rustcdc.test.databases.PostgresDatabase;
import io.rustcdc.test.databases.PostgresServer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Configuration;

/** A table changes under a typed listener, on a real server. */
class SchemaChangeTests {

    @TempDir
    Path directory;

    private PostgresDatabase database;
    private ApplicationContextRunner runner;

    @BeforeEach
    void createDatabase() {
        database = PostgresServer.shared().createDatabase();
        database.sql(
                "CREATE TABLE items (id int PRIMARY KEY, name text NOT NULL, amount int NOT NULL, junk text, size int)");
        runner = new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(CdcAutoConfiguration.class))
                .withPropertyValues(Shop.properties(database, directory))
                .withUserConfiguration(ItemListener.class);
    }

    @AfterEach
    void dropDatabase() {
        database.close();
    }

    @Test
    void aTypedListenerKeepsWorkingWhereTheNewShapeStillFillsItsType() {
        runner.run(context -> {
            ItemListener listener = context.getBean(ItemListener.class);
            database.sql(
                    "INSERT INTO items VALUES (1, 'a', 10, 'j', 1)",
                    "ALTER TABLE items ADD added text",
                    "INSERT INTO items VALUES (2, 'b', 20, 'j', 2, 'x')",
                    "ALTER TABLE items ALTER id TYPE bigint, ALTER amount TYPE bigint",
                    "INSERT INTO items VALUES (3, 'c', 30, 'j', 3, 'x')",
                    "ALTER TABLE items DROP COLUMN junk, DROP COLUMN size, ALTER name TYPE varchar(20)",
                    "INSERT INTO items VALUES (4, 'd', 40, 'x')");
            await().until(() -> listener.items.size() == 4);
            assertThat(listener.items)
                    .containsExactly(
                            new Item(1, "a", 10, 1),
                            new Item(2, "b", 20, 2),
                            new Item(3, "c", 30, 3),
                            new Item(4, "d", 40, null));
            assertThat(listener.shapes).hasSize(3);
            assertThat(listener.shapes.get(1).get("retyped")).isEqualTo(Map.of("id", "int4", "amount", "int4"));
        });
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "ALTER TABLE items RENAME name TO title | INSERT INTO items VALUES (2, 'b', 20) | no column fits 'name' (column 'name')",
                "ALTER TABLE items DROP COLUMN name | INSERT INTO items VALUES (2, 20) | no column fits 'name' (column 'name')",
                "ALTER TABLE items ALTER amount TYPE text | INSERT INTO items VALUES (2, 'b', '20') | Column 'amount' cannot be read into 'amount' (int)",
                "ALTER TABLE items ALTER amount TYPE bigint | INSERT INTO items VALUES (2, 'b', 9876543210) | Column 'amount' cannot be read into 'amount' (int)",
                "ALTER TABLE items ALTER amount DROP NOT NULL | INSERT INTO items VALUES (2, 'b', NULL) | which a primitive cannot hold"
            })
    void aTypedListenerStopsTheSourceWhereItsTypeCannotBeFilledAnyMore(String ddl, String insert, String reason) {
        runner.run(context -> {
            ItemListener listener = context.getBean(ItemListener.class);
            database.sql("INSERT INTO items VALUES (1, 'a', 10)");
            await().until(() -> listener.items.size() == 1);

            database.sql(ddl, insert);

            assertThat(failure(context).reason()).contains(reason).contains("Item");
            assertThat(listener.items).hasSize(1);
        });
    }

    @Test
    @DisplayName("A component for a generated column that is not published gets a message that says so")
    void aGeneratedColumnThatIsNotSentIsExplained() {
        database.sql(
                "ALTER TABLE items DROP COLUMN name, ADD name text NOT NULL GENERATED ALWAYS AS ('n' || amount) STORED");
        runner.run(context -> {
            database.sql("INSERT INTO items VALUES (1, 10)");

            HealthVerdict failure = failure(context);
            assertThat(failure.reason()).contains("no column fits 'name'");
            assertThat(failure.action()).contains("generated column");
        });
    }

    private static HealthVerdict failure(ApplicationContext context) {
        CdcEngine engine = context.getBean(CdcEngines.class).get("shop");
        // Rewriting a table waits for the disk, which once took ten seconds.
        await().atMost(Duration.ofSeconds(60)).until(() -> engine.status().state() == EngineState.FAILED);
        return engine.status().health();
    }

    record Item(long id, String name, int amount, @Nullable Integer size) {}

    @Configuration(proxyBeanMethods = false)
    static class ItemListener {

        final List<Item> items = new CopyOnWriteArrayList<>();
        final List<Row> shapes = new CopyOnWriteArrayList<>();

        @CdcListener(tables = "public.items", operations = Operation.INSERT)
        void onItem(Item item) {
            items.add(item);
        }

        @CdcListener(tables = "public.items", operations = Operation.SCHEMA_CHANGE)
        void onShape(ChangeEvent<Row> change) {
            shapes.add(change.after());
        }
    }
}
