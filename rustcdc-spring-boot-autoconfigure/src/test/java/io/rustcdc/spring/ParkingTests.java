package io.rustcdc.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.rustcdc.observe.EngineState;
import io.rustcdc.test.databases.PostgresDatabase;
import io.rustcdc.test.databases.PostgresServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/** What becomes of changes that a listener cannot handle, over restarts, on PostgreSQL. */
class ParkingTests {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final PostgresDatabase database = PostgresServer.shared().createDatabase();
    private ConfigurableApplicationContext application;

    @BeforeEach
    void createTable() {
        database.sql("CREATE TABLE orders (id bigint PRIMARY KEY, note text)");
    }

    @AfterEach
    void stop() {
        application.close();
        database.close();
    }

    private PickyApplication start(List<Long> refused, String... more) {
        List<String> arguments = new ArrayList<>(List.of(
                "--spring.datasource.url=" + database.jdbcUrl(),
                "--spring.datasource.username=postgres",
                "--rustcdc.postgres.shop.replication-slot-name=" + database.name(),
                "--rustcdc.defaults.snapshot.mode=never",
                "--rustcdc.defaults.delivery.retry.attempts=2",
                "--rustcdc.defaults.delivery.retry.initial-delay=1ms",
                "--rustcdc.checkpoint.store=jdbc",
                "--rustcdc.checkpoint.jdbc.initialize-schema=always",
                "--rustcdc.dead-letters.store=jdbc"));
        arguments.addAll(List.of(more));
        application = new SpringApplicationBuilder(PickyApplication.class)
                .web(WebApplicationType.NONE)
                .run(arguments.toArray(String[]::new));
        PickyApplication picky = application.getBean(PickyApplication.class);
        picky.refused.addAll(refused);
        return picky;
    }

    private EngineState state() {
        return application.getBean(CdcEngines.class).get("shop").status().state();
    }

    private String letters() {
        return database.query("SELECT listener, row_key, state, attempts FROM rustcdc_dead_letter ORDER BY id")
                .toString();
    }

    @Test
    @DisplayName(
            "A row that cannot be handled waits with all its later changes, also over a restart, and the others go on")
    void parksARowOverARestart() {
        PickyApplication picky = start(List.of(1L));
        database.sql(
                "INSERT INTO orders VALUES (1, 'a')",
                "INSERT INTO orders VALUES (2, 'a')",
                "UPDATE orders SET note = 'b' WHERE id = 1");
        await().atMost(PATIENCE).until(() -> letters().contains("[picky, id=1, PARKED, null]"));
        assertThat(letters()).isEqualTo("[[picky, id=1, PARKED, 2], [picky, id=1, PARKED, null]]");
        assertThat(picky.handled).containsExactly("insert 2 a");
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(application
                                .getBean(MeterRegistry.class)
                                .get("cdc.runtime.events.parked")
                                .tags("source", "shop", "listener", "picky")
                                .functionCounter())
                        .returns(2.0, FunctionCounter::count));
        application.close();

        picky = start(List.of());
        database.sql("UPDATE orders SET note = 'c'");
        List<String> handled = picky.handled;
        await().atMost(PATIENCE).until(() -> handled.contains("update 2 c"));
        await().atMost(PATIENCE).until(() -> letters().split("id=1").length == 4);
        assertThat(handled).noneMatch(change -> change.contains(" 1 "));
    }

    @Test
    void skipsWhatItCannotHandle() {
        PickyApplication picky = start(List.of(1L), "--picky.on-failure=skip");
        database.sql("INSERT INTO orders VALUES (1, 'a')", "INSERT INTO orders VALUES (2, 'a')");
        await().atMost(PATIENCE).until(() -> picky.handled.contains("insert 2 a"));
        assertThat(letters()).isEqualTo("[]");
        assertThat(state()).isEqualTo(EngineState.STREAMING);
    }

    @Test
    @DisplayName(
            "When there is no room for another dead letter, the source fails before the change, and goes on once there is")
    void stopsWhereThereIsNoMoreRoom() {
        start(List.of(1L, 2L), "--rustcdc.dead-letters.max-letters=1");
        database.sql("INSERT INTO orders VALUES (1, 'a')", "INSERT INTO orders VALUES (2, 'a')");
        await().atMost(PATIENCE).until(() -> state() == EngineState.FAILED);
        assertThat(letters()).isEqualTo("[[picky, id=1, PARKED, 2]]");
        application.close();

        PickyApplication picky = start(List.of(), "--rustcdc.dead-letters.max-letters=1");
        await().atMost(PATIENCE).until(() -> picky.handled.contains("insert 2 a"));
    }
}
