package io.rustcdc.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.rustcdc.CdcEngine;
import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.Operation;
import io.rustcdc.event.Row;
import io.rustcdc.observe.EngineState;
import io.rustcdc.spring.app.Shop;
import io.rustcdc.spring.autoconfigure.CdcAutoConfiguration;
import io.rustcdc.test.databases.PostgresDatabase;
import io.rustcdc.test.databases.PostgresServer;
import io.rustcdc.transform.SkippedChanges;
import io.rustcdc.transform.Transform;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;

/** Configured rules and beans between a real server and typed listeners. */
@ExtendWith(OutputCaptureExtension.class)
class TransformTests {

    private static final String SECRET = "a-secret-that-nobody-may-see";
    private static final String RULE = "rustcdc.postgres.shop.transforms.rules.";

    @TempDir
    Path directory;

    private PostgresDatabase database;
    private ApplicationContextRunner runner;

    @BeforeEach
    void createDatabase() {
        database = PostgresServer.shared().createDatabase();
        database.sql("""
                CREATE TABLE customers (id int PRIMARY KEY, cust_name text, email text, card text, notes text)""");
        runner = new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(CdcAutoConfiguration.class))
                .withPropertyValues(Shop.properties(database, directory));
    }

    @AfterEach
    void dropDatabase() {
        database.close();
    }

    @Test
    @DisplayName(
            "A typed listener gets the same renamed, masked and hashed columns of existing rows and of all changes, in both images")
    void rulesApplyToRowsAndChanges(CapturedOutput output) {
        database.sql(
                "ALTER TABLE customers REPLICA IDENTITY FULL",
                "INSERT INTO customers VALUES (1, 'Ada', 'ada@example.com', '4111222233334444', 'vip')");
        runner.withUserConfiguration(Customers.class)
                .withPropertyValues(
                        "rustcdc.defaults.transforms.hash-key=" + SECRET,
                        "rustcdc.defaults.transforms.rules.cards.mask=card",
                        "rustcdc.defaults.transforms.rules.cards.mask-keep-last=4",
                        RULE + "customers.tables=public.customers",
                        RULE + "customers.hash=email",
                        RULE + "customers.exclude=notes",
                        RULE + "customers.rename=cust_name=full_name")
                .run(context -> {
                    List<ChangeEvent<Customer>> changes = context.getBean(Customers.class).changes;
                    await().until(() -> changes.size() == 1);
                    database.sql(
                            "INSERT INTO customers VALUES (2, 'Bob', 'bob@example.com', '123', 'new')",
                            "UPDATE customers SET cust_name = 'Eve' WHERE id = 1",
                            "DELETE FROM customers WHERE id = 2");
                    await().until(() -> changes.size() == 4);

                    Customer ada = new Customer(1, "Ada", hash("ada@example.com"), "***4444");
                    Customer eve = new Customer(1, "Eve", hash("ada@example.com"), "***4444");
                    Customer bob = new Customer(2, "Bob", hash("bob@example.com"), "***");
                    assertThat(changes)
                            .extracting(ChangeEvent::operation)
                            .containsExactly(Operation.READ, Operation.INSERT, Operation.UPDATE, Operation.DELETE);
                    assertThat(changes).extracting(ChangeEvent::before).containsExactly(null, null, ada, bob);
                    assertThat(changes).extracting(ChangeEvent::after).containsExactly(ada, bob, eve, null);
                    assertThat(changes.get(2).afterRow().columns().names())
                            .containsExactly("id", "full_name", "email", "card");
                });
        assertThat(output.getAll()).doesNotContain(SECRET).doesNotContain("ada@example.com");
    }

    @Test
    @DisplayName(
            "TF-04 a large value that an update did not send is absent under its new name, and masked when it is sent")
    void whatWasNotSentStaysAbsent() {
        runner.withUserConfiguration(Remarks.class)
                .withPropertyValues(RULE + "r.rename=notes=remark", RULE + "r.mask=notes")
                .run(context -> {
                    List<Remark> remarks = context.getBean(Remarks.class).remarks;
                    database.sql("""
                            INSERT INTO customers (id, cust_name, notes)
                            SELECT 1, 'Ada', string_agg(md5(i::text), '') FROM generate_series(1, 2000) i""");
                    database.sql("UPDATE customers SET cust_name = 'Eve'");
                    await().until(() -> remarks.size() == 2);
                    assertThat(remarks.get(0).remark()).isEqualTo(CdcValue.of("***"));
                    assertThat(remarks.get(1).remark()).isEqualTo(CdcValue.absent());
                });
    }

    @Test
    @DisplayName("A column that is left out need not be sent, and a typed listener that has no use for it goes on")
    void whatIsLeftOutNeedNotBeSent() {
        runner.withUserConfiguration(Rows.class)
                .withPropertyValues(RULE + "r.include=id,cust_name")
                .run(context -> {
                    List<String> rows = context.getBean(Rows.class).rows;
                    database.sql("INSERT INTO customers (id, cust_name, notes) VALUES (1, 'Ada', 'vip')");
                    await().until(() -> rows.size() == 1);
                    assertThat(rows).containsExactly("{id=1, cust_name=Ada}");
                });
    }

    @Test
    @DisplayName("TF-03 a rule that would leave out a part of the key stops the source and says what to do")
    void aRuleAgainstTheKeyHalts() {
        runner.withUserConfiguration(Rows.class)
                .withPropertyValues(RULE + "r.exclude=id")
                .run(context -> {
                    CdcEngine engine = context.getBean(CdcEngines.class).get("shop");
                    database.sql("INSERT INTO customers VALUES (1, 'Ada')");
                    await().until(() -> engine.status().state() == EngineState.FAILED);
                    assertThat(engine.status().health().reason())
                            .contains("'r.exclude'", "public.customers", "column 'id' is a part of the key");
                    assertThat(engine.status().health().action()).contains("can be hashed");
                    assertThat(context.getBean(Rows.class).rows).isEmpty();
                });
    }

    @Test
    @DisplayName("A bean that fails stops the source at its change; mended, the source goes on with it")
    void aFailingBeanHalts() {
        runner.withUserConfiguration(Rows.class, Beans.class)
                .withPropertyValues(RULE + "r.rename=cust_name=name", RULE + "r.include=id,cust_name")
                .run(context -> {
                    CdcEngine engine = context.getBean(CdcEngines.class).get("shop");
                    List<String> rows = context.getBean(Rows.class).rows;
                    Beans beans = context.getBean(Beans.class);
                    beans.broken = true;
                    database.sql("INSERT INTO customers VALUES (1, 'Ada'), (2, 'broken'), (3, 'Eve')");
                    await().until(() -> engine.status().state() == EngineState.FAILED);
                    assertThat(engine.status().health().reason())
                            .contains("Transform 'upperCase' failed", "IllegalStateException")
                            .doesNotContain("the value broken");
                    assertThat(rows).containsExactly("{id=1, name=ADA}");
                    beans.broken = false;
                    engine.start();
                    await().until(() -> rows.size() == 3);
                    assertThat(rows).containsExactly("{id=1, name=ADA}", "{id=2, name=BROKEN}", "{id=3, name=EVE}");
                });
    }

    @Test
    @DisplayName("RT-17 what a bean fails for is set aside as it came, and the changes around it are delivered")
    void aFailedChangeIsSetAside() {
        runner.withUserConfiguration(Rows.class, Beans.class, Keeper.class)
                .withPropertyValues(
                        RULE + "r.rename=cust_name=name",
                        RULE + "r.include=id,cust_name",
                        "rustcdc.postgres.shop.transforms.on-error=skip")
                .run(context -> {
                    List<String> rows = context.getBean(Rows.class).rows;
                    context.getBean(Beans.class).broken = true;
                    database.sql(
                            "INSERT INTO customers VALUES (1, 'Ada'), (2, 'broken'), (0, 'not for us'), (3, 'Eve')");
                    await().until(() -> rows.size() == 2);
                    assertThat(rows).containsExactly("{id=1, name=ADA}", "{id=3, name=EVE}");
                    assertThat(context.getBean(Keeper.class).kept)
                            .singleElement()
                            .satisfies(event -> assertThat(event.after().toMap())
                                    .containsEntry("id", 2)
                                    .containsEntry("cust_name", "broken")
                                    .containsKey("notes"));
                });
    }

    private static String hash(String text) throws GeneralSecurityException {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(SECRET.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
        return HexFormat.of().formatHex(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
    }

    record Customer(int id, String fullName, String email, String card) {}

    record Remark(int id, CdcValue<@Nullable String> remark) {}

    @Configuration(proxyBeanMethods = false)
    static class Customers {

        final List<ChangeEvent<Customer>> changes = new CopyOnWriteArrayList<>();

        @CdcListener(tables = "public.customers")
        void on(ChangeEvent<Customer> change) {
            changes.add(change);
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Remarks {

        final List<Remark> remarks = new CopyOnWriteArrayList<>();

        @CdcListener(
                tables = "public.customers",
                operations = {Operation.INSERT, Operation.UPDATE})
        void on(Remark remark) {
            remarks.add(remark);
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Rows {

        final List<String> rows = new CopyOnWriteArrayList<>();

        @CdcListener(tables = "public.customers", operations = Operation.INSERT)
        void on(Row row) {
            rows.add(row.toMap().toString());
        }
    }

    /** One in front of the rules, which sees the names of the database, and one behind them. */
    @Configuration(proxyBeanMethods = false)
    static class Beans {

        volatile boolean broken;

        @Bean
        @Order(-1)
        Transform ours() {
            return event -> "not for us".equals(event.afterRow().get("cust_name")) ? null : event;
        }

        @Bean
        Transform upperCase() {
            return event -> {
                String name = String.valueOf(event.afterRow().get("name"));
                if (broken && name.equals("broken")) {
                    throw new IllegalStateException("the value " + name);
                }
                return event.withRows(row -> row.with("name", name.toUpperCase(Locale.ROOT)));
            };
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Keeper {

        final List<ChangeEvent<Row>> kept = new CopyOnWriteArrayList<>();

        @Bean
        SkippedChanges skippedChanges() {
            return (source, event, transform, cause) -> kept.add(event);
        }
    }
}
