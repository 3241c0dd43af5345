package io.rustcdc.spring.secret;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.rustcdc.CdcEngine;
import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.Row;
import io.rustcdc.observe.EngineState;
import io.rustcdc.observe.EngineStatus;
import io.rustcdc.source.Credentials;
import io.rustcdc.source.mysql.Flavor;
import io.rustcdc.spring.CdcEngines;
import io.rustcdc.spring.CdcListener;
import io.rustcdc.spring.actuate.SourceHealthIndicator;
import io.rustcdc.spring.autoconfigure.CdcAutoConfiguration;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.context.ConfigDataApplicationContextInitializer;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.MapPropertySource;

/** The password of a source changes while the application writes to its table; nobody restarts anything. */
@Timeout(120)
class SecretRotationTests {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String FIRST = "f1rst $secret";
    private static final String SECOND = "s3cond #{secret}";

    @Nested
    class OnPostgres extends OnADatabase {

        @Override
        GuardedDatabase open() {
            return new GuardedDatabase.OnPostgres();
        }
    }

    @Nested
    class OnMySql extends OnADatabase {

        @Override
        GuardedDatabase open() {
            return new GuardedDatabase.OnMySql(Flavor.MYSQL);
        }
    }

    @Nested
    class OnMariaDb extends OnADatabase {

        @Override
        GuardedDatabase open() {
            return new GuardedDatabase.OnMySql(Flavor.MARIADB);
        }
    }

    abstract static class OnADatabase {

        @TempDir
        Path directory;

        private GuardedDatabase database;
        private String user;
        private ApplicationContextRunner runner;

        abstract GuardedDatabase open();

        @BeforeEach
        void createDatabase() {
            database = open();
            user = "rotating_" + database.hashCode();
            database.setPassword(user, FIRST);
            String source = "rustcdc." + database.type() + ".shop.";
            runner = new ApplicationContextRunner()
                    .withConfiguration(AutoConfigurations.of(CdcAutoConfiguration.class))
                    .withUserConfiguration(Listener.class)
                    .withPropertyValues(
                            database.settings().stream().map(source::concat).toArray(String[]::new))
                    .withPropertyValues(
                            source + "snapshot.mode=never",
                            source + "stall-threshold=1ms",
                            source + "user=${cdc.user:" + user + "}",
                            "rustcdc.checkpoint.directory=" + directory.resolve("checkpoints"));
        }

        @AfterEach
        void dropDatabase() {
            database.close();
        }

        private ApplicationContextRunner withPassword(String value) {
            return runner.withPropertyValues("rustcdc." + database.type() + ".shop.password=" + value);
        }

        @Test
        @DisplayName("SE-03 a property source that changes: the next connection has the new password")
        void aChangedPropertySource() {
            Map<String, Object> vault = new ConcurrentHashMap<>(Map.of("cdc.password", FIRST));
            withPassword("${cdc.password}").withInitializer(in(vault)).run(context -> {
                try (Writes writes = new Writes(database)) {
                    writes.awaitDelivered(context);
                    database.setPassword(user, SECOND);
                    vault.put("cdc.password", SECOND);
                    database.endSessions(user);
                    writes.awaitDelivered(context);
                }
            });
        }

        @Test
        @DisplayName("SE-03 a mounted file that is replaced: the next connection has the new password")
        void aMountedFile() {
            MountedSecret mounted = new MountedSecret(directory.resolve("secrets"), "cdc-password", FIRST + "\n");
            ApplicationContextRunner application = withPassword("${cdc-password}")
                    .withPropertyValues("spring.config.import=configtree:" + mounted.directory() + "/")
                    .withInitializer(new ConfigDataApplicationContextInitializer());
            application.run(context -> {
                try (Writes writes = new Writes(database)) {
                    writes.awaitDelivered(context);
                    database.setPassword(user, SECOND);
                    mounted.replace(SECOND + "\n");
                    database.endSessions(user);
                    writes.awaitDelivered(context);
                }
            });
        }

        @Test
        @DisplayName("SE-03 a bean: each connection asks it")
        void aBean() {
            AtomicReference<String> secret = new AtomicReference<>(FIRST);
            runner.withBean("shop", Credentials.Provider.class, () -> () -> new Credentials(user, secret.get()))
                    .run(context -> {
                        try (Writes writes = new Writes(database)) {
                            writes.awaitDelivered(context);
                            database.setPassword(user, SECOND);
                            secret.set(SECOND);
                            database.endSessions(user);
                            writes.awaitDelivered(context);
                        }
                    });
        }

        @Test
        @DisplayName("SE-03 a password that is not rotated here yet: DOWN and tried again, until it is")
        void aLatePassword() {
            Map<String, Object> vault = new ConcurrentHashMap<>(Map.of("cdc.password", FIRST));
            withPassword("${cdc.password}").withInitializer(in(vault)).run(context -> {
                try (Writes writes = new Writes(database)) {
                    writes.awaitDelivered(context);
                    database.setPassword(user, SECOND);
                    database.endSessions(user);
                    await().atMost(PATIENCE)
                            .until(() -> String.valueOf(status(context).health().reason())
                                    .contains(user));
                    assertThat(status(context).state()).isEqualTo(EngineState.RECONNECTING);
                    CdcEngine engine = engine(context);
                    assertThat(new SourceHealthIndicator(engine::status, engine::deadLetters).health())
                            .satisfies(health -> assertThat(health.getStatus()).isEqualTo(Status.DOWN))
                            .satisfies(health -> assertThat(health.toString()).doesNotContain(FIRST, SECOND));

                    vault.put("cdc.password", SECOND);
                    writes.awaitDelivered(context);
                }
            });
        }

        @Test
        @DisplayName("SE-03 another user takes over, and the old one is refused")
        void anotherUser() {
            String next = user + "_new";
            Map<String, Object> vault = new ConcurrentHashMap<>(Map.of("cdc.user", user, "cdc.password", FIRST));
            withPassword("${cdc.password}").withInitializer(in(vault)).run(context -> {
                try (Writes writes = new Writes(database)) {
                    writes.awaitDelivered(context);
                    database.setPassword(next, SECOND);
                    vault.putAll(Map.of("cdc.user", next, "cdc.password", SECOND));
                    database.endSessions(user);
                    writes.awaitDelivered(context);
                    await().atMost(PATIENCE)
                            .untilAsserted(() -> assertThat(database.readers())
                                    .contains(next)
                                    .doesNotContain(user));
                    database.disable(user);
                    database.endSessions(next);
                    writes.awaitDelivered(context);
                }
            });
        }

        private static ApplicationContextInitializer<ConfigurableApplicationContext> in(
                Map<String, Object> properties) {
            return context ->
                    context.getEnvironment().getPropertySources().addFirst(new MapPropertySource("vault", properties));
        }
    }

    private static EngineStatus status(ApplicationContext context) {
        return engine(context).status();
    }

    private static CdcEngine engine(ApplicationContext context) {
        return context.getBean(CdcEngines.class).get("shop");
    }

    /** An application that writes all the time; at its end, each row must have been delivered exactly once, in order. */
    private static final class Writes implements AutoCloseable {

        private final GuardedDatabase database;
        private final Thread thread = new Thread(this::write, "writer");
        private volatile boolean ended;
        private volatile int last;
        private List<Integer> delivered = List.of();

        Writes(GuardedDatabase database) {
            this.database = database;
            thread.start();
        }

        private void write() {
            while (!ended) {
                database.insert(last + 1);
                last++;
            }
        }

        /** Returns when a row has arrived that was written after this call. */
        void awaitDelivered(ApplicationContext context) {
            delivered = context.getBean(Listener.class).delivered;
            int now = last + 1;
            await().atMost(PATIENCE).until(() -> delivered.contains(now));
        }

        @Override
        public void close() throws InterruptedException {
            ended = true;
            thread.join();
            await().atMost(PATIENCE).until(() -> delivered.contains(last));
            assertThat(delivered)
                    .containsExactlyElementsOf(
                            IntStream.rangeClosed(1, last).boxed().toList());
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Listener {

        final List<Integer> delivered = new CopyOnWriteArrayList<>();

        @CdcListener
        void onOrder(ChangeEvent<Row> change) {
            delivered.add((Integer) change.after().get("id"));
        }
    }
}
