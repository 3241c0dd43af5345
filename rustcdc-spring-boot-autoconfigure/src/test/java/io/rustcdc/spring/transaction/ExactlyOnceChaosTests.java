package io.rustcdc.spring.transaction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.rustcdc.test.databases.JavaProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A consumer whose increments cannot be repeated without being seen is killed at random moments under load. */
class ExactlyOnceChaosTests {

    private static final Logger logger = LoggerFactory.getLogger(ExactlyOnceChaosTests.class);
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final Duration PAUSE = Duration.ofMillis(20);
    private static final int MOST_BEHIND = 3000;

    @TempDir
    private Path directory;

    @Test
    @DisplayName("Killed 5 times under load on PostgreSQL, each change takes effect exactly once")
    void survivesKillsOnPostgres() throws Exception {
        try (TallyDatabase database = TallyDatabase.postgres()) {
            survives(database, 5, 694);
        }
    }

    @Test
    @Tag("long")
    @DisplayName("Killed 200 times under load on PostgreSQL, each change takes effect exactly once")
    void survivesManyKillsOnPostgres() throws Exception {
        try (TallyDatabase database = TallyDatabase.postgres()) {
            survives(database, 200, Long.getLong("rustcdc.chaos.seed", System.nanoTime()));
        }
    }

    @Test
    @DisplayName("Killed 3 times under load on MySQL, each change takes effect exactly once")
    void survivesKillsOnMySql() throws Exception {
        try (TallyDatabase database = TallyDatabase.mysql()) {
            survives(database, 3, 694);
        }
    }

    @Test
    @Tag("long")
    @DisplayName("Killed 40 times under load on MySQL, each change takes effect exactly once")
    void survivesManyKillsOnMySql() throws Exception {
        try (TallyDatabase database = TallyDatabase.mysql()) {
            survives(database, 40, Long.getLong("rustcdc.chaos.seed", System.nanoTime()));
        }
    }

    private void survives(TallyDatabase database, int kills, long seed) throws Exception {
        logger.info("{} kills with -Drustcdc.chaos.seed={}", kills, seed);
        Random random = new Random(seed);
        AtomicBoolean writing = new AtomicBoolean(true);
        List<CompletableFuture<Void>> writers = new ArrayList<>();
        JavaProcess consumer = start(database, random);
        int whileBusy = 0;
        try {
            consumer.awaitAnswer(TallyConsumer.STARTED::equals, PATIENCE);
            // What is committed before that may be missing after a kill, where the server keeps no position for us.
            await().atMost(PATIENCE)
                    .until(() -> database.jdbc()
                                    .queryForObject(
                                            "SELECT COUNT(*) FROM rustcdc_checkpoint WHERE checkpoint_json IS NOT NULL",
                                            Long.class)
                            == 1);
            for (int i = 0; i < 2; i++) {
                Random own = new Random(seed + 1 + i);
                writers.add(CompletableFuture.runAsync(() -> write(database, own, writing)));
            }
            for (int kill = 0; kill < kills; kill++) {
                int life = 20 + random.nextInt(random.nextInt(4) == 0 ? 2500 : 400);
                assertThat(new CountDownLatch(1).await(life, TimeUnit.MILLISECONDS))
                        .isFalse();
                assertThat(consumer.isAlive()).as(consumer.logEnd()).isTrue();
                consumer.kill();
                whileBusy += database.tallied() < database.changes() ? 1 : 0;
                assertThat(database.overcounted())
                        .as("duplicates after kill %d", kill + 1)
                        .isZero();
                consumer = start(database, random);
                if (random.nextInt(5) > 0) {
                    consumer.awaitAnswer(TallyConsumer.STARTED::equals, PATIENCE);
                }
            }
            writing.set(false);
            CompletableFuture.allOf(writers.toArray(CompletableFuture[]::new)).get(60, TimeUnit.SECONDS);
            long changes = database.changes();
            await().atMost(PATIENCE.multipliedBy(3)).until(() -> database.tallied() >= changes);
            consumer.tell("exit");
            assertThat(consumer.awaitEnd(PATIENCE)).as(consumer.logEnd()).isZero();
            assertThat(database.tallied()).isEqualTo(changes);
            assertThat(database.target()).isEqualTo(database.source());
            assertThat(whileBusy).as("kills while something was under way").isPositive();
            logger.info(
                    "{} changes, {} kills ({} while changes were waiting): target equals source, {} duplicates, {} lost",
                    changes,
                    kills,
                    whileBusy,
                    Math.max(0, database.tallied() - changes),
                    Math.max(0, changes - database.tallied()));
        } finally {
            writing.set(false);
            consumer.close();
        }
    }

    /** Always ahead of the consumer, but not by so much that it takes long to follow. */
    private static void write(TallyDatabase database, Random random, AtomicBoolean writing) {
        while (writing.get()) {
            for (int i = 0; i < 20; i++) {
                database.write(random);
            }
            while (writing.get() && database.changes() - database.tallied() > MOST_BEHIND) {
                LockSupport.parkNanos(PAUSE.toNanos());
            }
        }
    }

    private JavaProcess start(TallyDatabase database, Random random) {
        List<String> arguments = new ArrayList<>(List.of(
                Integer.toString(random.nextInt(3) == 0 ? 50 + random.nextInt(500) : 0),
                Integer.toString(1 + random.nextInt(random.nextInt(3) == 0 ? 2000 : 60))));
        arguments.addAll(database.place().toList());
        return JavaProcess.start(
                directory.resolve("consumer.log"),
                List.of("-Xmx64m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"),
                TallyConsumer.class,
                arguments);
    }
}
