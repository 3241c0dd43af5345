package io.rustcdc.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.rustcdc.runtime.EngineOptions;
import io.rustcdc.test.databases.JavaProcess;
import io.rustcdc.test.databases.PostgresDatabase;
import io.rustcdc.test.databases.PostgresServer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A process that handles changes in eight lanes is killed again and again. */
class LaneChaosTests {

    private static final Logger logger = LoggerFactory.getLogger(LaneChaosTests.class);
    private static final Duration PATIENCE = Duration.ofSeconds(120);
    private static final int LANES = 8;

    @TempDir
    private Path directory;

    private final List<Path> logs = new ArrayList<>();

    @Test
    @DisplayName("Lanes, killed: nothing is lost, and the order of each key holds, also of what is repeated")
    void survivesKills() throws Exception {
        survives(100, 300, 3, 2_000_000);
    }

    @Test
    @Tag("long")
    @DisplayName("Lanes, killed: 1,000,000 changes in eight lanes with random sleeps, and 12 kills")
    void survivesManyKills() throws Exception {
        survives(1000, 1000, 12, 2_000_000);
    }

    /** Each key gets the versions from 1 on, each transaction one of all keys. */
    private void survives(int keys, int versions, int kills, long mostNanos) throws Exception {
        long seed = Long.getLong("rustcdc.chaos.seed", System.nanoTime());
        logger.info("lanes with -Drustcdc.chaos.seed={}", seed);
        Random random = new Random(seed);
        long total = (long) keys * versions;
        try (PostgresServer server = PostgresServer.builder().start()) {
            PostgresDatabase database = server.createDatabase();
            database.sql("CREATE TABLE counters (id bigint PRIMARY KEY, version bigint NOT NULL)");
            int done = 0;
            for (int process = 0; process <= kills; process++) {
                try (JavaProcess consumer = start(database, process, mostNanos)) {
                    consumer.awaitAnswer(LaneConsumer.STARTED::equals, PATIENCE);
                    if (process == 0) {
                        write(database, keys, versions);
                    }
                    if (process < kills) {
                        long part = Math.max(1, (total - distinct(keys)) / (kills - process + 1) / 1000);
                        String enough = LaneConsumer.HANDLED + 1000 * (1 + random.nextInt((int) part));
                        // Or all of it: a process that is killed late has done more than was asked of it.
                        await().atMost(PATIENCE)
                                .until(() -> consumer.answers().contains(enough) || distinct(keys) == total);
                        consumer.kill();
                        done++;
                    } else {
                        await().atMost(PATIENCE.multipliedBy(5))
                                .pollInterval(Duration.ofMillis(500))
                                .until(() -> distinct(keys) == total);
                        consumer.tell("exit");
                        assertThat(consumer.awaitEnd(PATIENCE))
                                .as(consumer.logEnd())
                                .isZero();
                    }
                }
            }
            check(keys, versions, done);
        }
    }

    private static void write(PostgresDatabase database, int keys, int versions) {
        database.sql("INSERT INTO counters SELECT x, 1 FROM generate_series(1, %d) x".formatted(keys));
        for (int version = 2; version <= versions; version++) {
            database.sql("UPDATE counters SET version = " + version);
        }
    }

    /** Of each key the versions of a process rise one by one, and it begins behind nothing that no process has handled. */
    private void check(int keys, int versions, int kills) throws IOException {
        long[] reached = new long[keys + 1];
        long handled = 0;
        for (Path log : logs) {
            long[] last = new long[keys + 1];
            for (long[] change : read(log)) {
                int key = (int) change[0];
                long version = change[1];
                if (last[key] == 0) {
                    assertThat(version)
                            .as("the first version of key %d in %s", key, log.getFileName())
                            .isBetween(1L, reached[key] + 1);
                } else {
                    assertThat(version)
                            .as("the version of key %d in %s", key, log.getFileName())
                            .isEqualTo(last[key] + 1);
                }
                last[key] = version;
                reached[key] = Math.max(reached[key], version);
                handled++;
            }
        }
        for (int key = 1; key <= keys; key++) {
            assertThat(reached[key]).as("the versions of key %d", key).isEqualTo(versions);
        }
        long repeated = handled - (long) keys * versions;
        logger.info("{} changes, {} of them again over {} kills", handled, repeated, kills);
        assertThat(repeated)
                .isLessThanOrEqualTo((long) kills * EngineOptions.ofDefaults().queueMaxEvents());
    }

    private long distinct(int keys) throws IOException {
        long[] reached = new long[keys + 1];
        for (Path log : logs) {
            read(log).forEach(change -> reached[(int) change[0]] = Math.max(reached[(int) change[0]], change[1]));
        }
        long sum = 0;
        for (long version : reached) {
            sum += version;
        }
        return sum;
    }

    private static List<long[]> read(Path log) throws IOException {
        List<long[]> changes = new ArrayList<>();
        if (Files.exists(log)) {
            ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(log));
            while (bytes.remaining() >= 2 * Long.BYTES) {
                changes.add(new long[] {bytes.getLong(), bytes.getLong()});
            }
        }
        return changes;
    }

    private JavaProcess start(PostgresDatabase database, int number, long mostNanos) {
        Path log = directory.resolve("handled-" + number);
        logs.add(log);
        return JavaProcess.start(
                directory.resolve("consumer.log"),
                List.of("-Xmx128m", "-XX:+UseSerialGC"),
                LaneConsumer.class,
                List.of(
                        directory.toString(),
                        log.toString(),
                        Integer.toString(database.server().port()),
                        database.name(),
                        Integer.toString(LANES),
                        Long.toString(mostNanos)));
    }
}
