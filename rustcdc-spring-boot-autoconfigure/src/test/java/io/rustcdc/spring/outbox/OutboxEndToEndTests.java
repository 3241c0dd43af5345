package io.rustcdc.spring.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.rustcdc.spring.CdcEngines;
import io.rustcdc.spring.OutboxEvent;
import io.rustcdc.spring.OutboxListener;
import io.rustcdc.spring.app.Shop;
import io.rustcdc.spring.autoconfigure.CdcAutoConfiguration;
import io.rustcdc.test.databases.PostgresDatabase;
import io.rustcdc.test.databases.PostgresServer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Configuration;

/** From a row in an outbox to a typed call, on a real server. */
class OutboxEndToEndTests {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir
    Path directory;

    private PostgresDatabase database;
    private ApplicationContextRunner runner;

    @BeforeEach
    void createDatabase() {
        database = PostgresServer.shared().createDatabase();
        database.sql("""
                CREATE TABLE outbox (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), aggregatetype text NOT NULL,
                    aggregateid text NOT NULL, type text NOT NULL, payload jsonb, trace_id text)""");
        runner = new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(CdcAutoConfiguration.class))
                .withPropertyValues(Shop.properties(database, directory));
    }

    @AfterEach
    void dropDatabase() {
        database.close();
    }

    private void put(String aggregateId, String type, String payload) {
        database.sql(
                "INSERT INTO outbox (aggregatetype, aggregateid, type, payload, trace_id) VALUES ('order', '%s', '%s', '%s', 't')"
                        .formatted(aggregateId, type, payload));
    }

    record OrderPlaced(String customer, long total) {}

    record OrderPaid(String method) {}

    @Configuration(proxyBeanMethods = false)
    static class Events {

        final List<OutboxEvent<OrderPlaced>> placed = new CopyOnWriteArrayList<>();
        final List<OrderPaid> paid = new CopyOnWriteArrayList<>();

        @OutboxListener("OrderPlaced")
        void onPlaced(OutboxEvent<OrderPlaced> event) {
            placed.add(event);
        }

        @OutboxListener("OrderPaid")
        void onPaid(OrderPaid content) {
            paid.add(content);
        }
    }

    @Test
    @DisplayName("Rows that exist and rows that are inserted are events, typed by their type")
    void rowsAreEvents() {
        put("1", "OrderPlaced", "{\"customer\": \"Ada\", \"total\": 12}");
        runner.withUserConfiguration(Events.class).run(context -> {
            Events events = context.getBean(Events.class);
            await().atMost(PATIENCE).until(() -> events.placed.size() == 1);
            put("2", "OrderPlaced", "{\"customer\": \"Bob\", \"total\": 7}");
            put("2", "OrderPaid", "{\"method\": \"card\"}");
            await().atMost(PATIENCE).until(() -> events.paid.size() == 1);
            assertThat(events.placed)
                    .extracting(OutboxEvent::payload)
                    .containsExactly(new OrderPlaced("Ada", 12), new OrderPlaced("Bob", 7));
            assertThat(events.paid).containsExactly(new OrderPaid("card"));
            OutboxEvent<OrderPlaced> event = events.placed.get(1);
            assertThat(event.id())
                    .isEqualTo(database.value("SELECT id FROM outbox WHERE aggregateid = '2' LIMIT 1")
                            .toString());
            assertThat(event.aggregateType()).isEqualTo("order");
            assertThat(event.headers()).isEqualTo(Map.of("trace_id", "t"));
            assertThat(event.timestamp())
                    .isBetween(Instant.now().minusSeconds(60), Instant.now().plusSeconds(60));
        });
    }

    @Test
    @DisplayName(
            "A row that is inserted and deleted in one transaction is an event all the same: there is nothing to clean up")
    void aRowNeedNotStay() {
        runner.withUserConfiguration(Events.class).run(context -> {
            database.sql("""
                    BEGIN;
                    INSERT INTO outbox (aggregatetype, aggregateid, type, payload) VALUES ('order', '1', 'OrderPlaced', '{"customer": "Ada", "total": 12}');
                    DELETE FROM outbox;
                    COMMIT""");
            Events events = context.getBean(Events.class);
            await().atMost(PATIENCE).until(() -> events.placed.size() == 1);
            assertThat(events.placed.get(0).payload()).isEqualTo(new OrderPlaced("Ada", 12));
            assertThat(database.value("SELECT count(*) FROM outbox")).hasToString("0");
        });
    }

    @Test
    @DisplayName("Columns by other names are those of the settings; the timestamp is a column of its own")
    void columnsAreConfigured() {
        database.sql("""
                CREATE TABLE messages (n bigint PRIMARY KEY, topic text, key bigint, name text, body bytea, at timestamptz)""");
        runner.withUserConfiguration(Messages.class)
                .withPropertyValues(
                        "rustcdc.postgres.shop.outbox.table=public.messages",
                        "rustcdc.postgres.shop.outbox.columns.id=n",
                        "rustcdc.postgres.shop.outbox.columns.aggregate-type=topic",
                        "rustcdc.postgres.shop.outbox.columns.aggregate-id=key",
                        "rustcdc.postgres.shop.outbox.columns.type=name",
                        "rustcdc.postgres.shop.outbox.columns.payload=body",
                        "rustcdc.postgres.shop.outbox.columns.timestamp=at")
                .run(context -> {
                    database.sql("""
                            INSERT INTO messages VALUES (1, 'order', 7, 'OrderPaid', convert_to('{"method": "card"}', 'UTF8'), '2026-01-02T03:04:05Z')""");
                    Messages messages = context.getBean(Messages.class);
                    await().atMost(PATIENCE).until(() -> !messages.events.isEmpty());
                    assertThat(messages.events)
                            .containsExactly(new OutboxEvent<>(
                                    "1",
                                    "order",
                                    "7",
                                    "OrderPaid",
                                    new OrderPaid("card"),
                                    Map.of(),
                                    Instant.parse("2026-01-02T03:04:05Z")));
                });
    }

    @Configuration(proxyBeanMethods = false)
    static class Messages {

        final List<OutboxEvent<OrderPaid>> events = new CopyOnWriteArrayList<>();

        @OutboxListener
        void on(OutboxEvent<OrderPaid> event) {
            events.add(event);
        }
    }

    @Test
    @DisplayName(
            "CO-09: with concurrency 4 the events of each aggregate come in the order of their commits, across a restart")
    void orderPerAggregate() {
        runner.withUserConfiguration(Parallel.class).run(context -> {
            Parallel parallel = context.getBean(Parallel.class);
            putNumbered(0, 1000);
            await().atMost(PATIENCE).until(() -> parallel.count() >= 1000);
            context.getBean(CdcEngines.class).get("shop").stop();
            putNumbered(1000, 2000);
            context.getBean(CdcEngines.class).get("shop").start();
            await().atMost(PATIENCE).until(() -> parallel.count() >= 2000);
            assertThat(parallel.byAggregate).hasSize(10);
            parallel.byAggregate.forEach((aggregate, numbers) -> assertThat(numbers)
                    .containsExactlyElementsOf(IntStream.range(0, 2000)
                            .filter(n -> n % 10 == Integer.parseInt(aggregate))
                            .boxed()
                            .toList()));
            assertThat(parallel.threads).hasSizeGreaterThan(1);
        });
    }

    private void putNumbered(int from, int to) {
        database.sql("""
                INSERT INTO outbox (aggregatetype, aggregateid, type, payload)
                SELECT 'order', n %% 10, 'Numbered', to_jsonb(n) FROM generate_series(%d, %d) n ORDER BY n""".formatted(from, to - 1));
    }

    @Configuration(proxyBeanMethods = false)
    static class Parallel {

        final Map<String, List<Integer>> byAggregate = new ConcurrentHashMap<>();
        final Map<String, Boolean> threads = new ConcurrentHashMap<>();

        @OutboxListener(concurrency = "4")
        void on(OutboxEvent<Integer> event) {
            LockSupport.parkNanos(event.payload() % 7 * 50_000L);
            threads.put(Thread.currentThread().getName(), true);
            byAggregate
                    .computeIfAbsent(event.aggregateId(), id -> new CopyOnWriteArrayList<>())
                    .add(event.payload());
        }

        int count() {
            return new ArrayList<>(byAggregate.values())
                    .stream().mapToInt(List::size).sum();
        }
    }
}
