package io.rustcdc.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.rustcdc.test.databases.JavaProcess;
import io.rustcdc.test.databases.PostgresDatabase;
import io.rustcdc.test.databases.PostgresServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A large table is read by a process that is killed again and again while four writers change its rows. */
class SnapshotChaosTests {

    private static final Logger logger = LoggerFactory.getLogger(SnapshotChaosTests.class);
    private static final int WRITERS = 4;
    private static final int CHUNK = 2000;

    /** Each of the first load's workers has a cursor of its own, so the first kill may cost a chunk of each. */
    private static final int WORKERS = 2;

    private static final int BYTES_OF_A_LINE = 16;

    @TempDir
    private Path directory;

    private PostgresServer server;
    private PostgresDatabase database;
    private JavaProcess process;
    private final List<Path> logs = new ArrayList<>();

    @BeforeEach
    void startServer() {
        // A killed process loses nothing that the server has written.
        server = PostgresServer.builder().setting("fsync", "off").start();
        database = server.createDatabase();
    }

    @AfterEach
    void endEverything() {
        if (process != null) {
            process.close();
        }
        server.close();
    }

    @Test
    @DisplayName(
            "SN-01, SN-25, PG-R6: 100,000 rows, killed 3 times under writers: at most one chunk again for each kill")
    void survivesAFewKills() throws Exception {
        survives(100_000, 3, 40_000);
    }

    @Test
    @Tag("long")
    @DisplayName(
            "SN-01, SN-25, PG-R6: 2,000,000 rows, killed every few seconds under writers: at most one chunk again for each kill")
    void survivesManyKills() throws Exception {
        survives(2_000_000, 20, 60_000);
    }

    private void survives(int rows, int kills, int rowsPerSecond) throws Exception {
        database.sql(
                "CREATE TABLE large (id bigint PRIMARY KEY, version bigint NOT NULL, note text)",
                "CREATE SEQUENCE version",
                "INSERT INTO large SELECT i, 0, 'n' || i FROM generate_series(1, %d) i".formatted(rows),
                "ANALYZE large");
        AtomicBoolean writing = new AtomicBoolean(true);
        List<CompletableFuture<Void>> writers = new ArrayList<>();
        for (int i = 0; i < WRITERS; i++) {
            Random random = new Random(i);
            writers.add(CompletableFuture.runAsync(
                    () -> write(random, rows, writing), task -> new Thread(task, "writer").start()));
        }
        next(rowsPerSecond);
        Random random = new Random(rows);
        for (int kill = 0; kill < kills; kill++) {
            long before = lines();
            long share = rows / (kills + 3L) + random.nextInt(CHUNK);
            await().pollInterval(Duration.ofMillis(20))
                    .atMost(Duration.ofMinutes(2))
                    .until(() -> lines() - before >= share || !process.isAlive());
            assertThat(process.isAlive()).as(process.logEnd()).isTrue();
            process.kill();
            logger.info("kill {} after {} more lines", kill + 1, lines() - before);
            next(kill == kills - 1 ? 0 : rowsPerSecond);
        }
        process.awaitAnswer(SnapshotConsumer.COMPLETE::equals, Duration.ofMinutes(5));
        writing.set(false);
        CompletableFuture.allOf(writers.toArray(CompletableFuture[]::new)).get(30, TimeUnit.SECONDS);
        database.sql("INSERT INTO large VALUES (-1, 0, NULL)");
        process.awaitAnswer(SnapshotConsumer.MARK::equals, Duration.ofMinutes(2));
        process.tell("exit");
        assertThat(process.awaitEnd(Duration.ofSeconds(60)))
                .as(process.logEnd())
                .isZero();
        check(rows, kills);
    }

    private void next(int rowsPerSecond) throws InterruptedException {
        Path log = directory.resolve("writes-" + logs.size() + ".log");
        logs.add(log);
        process = JavaProcess.start(
                directory.resolve("consumer.log"),
                List.of("-Xmx192m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"),
                SnapshotConsumer.class,
                List.of(
                        directory.toString(),
                        log.toString(),
                        Integer.toString(server.port()),
                        database.name(),
                        Integer.toString(CHUNK),
                        Integer.toString(rowsPerSecond)));
        process.awaitAnswer(SnapshotConsumer.STARTED::equals, Duration.ofSeconds(60));
    }

    /** Roughly how many writes have arrived. */
    private long lines() throws IOException {
        long bytes = 0;
        for (Path log : logs) {
            bytes += Files.exists(log) ? Files.size(log) : 0;
        }
        return bytes / BYTES_OF_A_LINE;
    }

    /** Updates, deletions, new rows and new keys, everywhere in the table. */
    private void write(Random random, int rows, AtomicBoolean writing) {
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement()) {
            while (writing.get()) {
                long id = 1 + random.nextInt(rows);
                long other = 1 + random.nextInt(rows);
                statement.execute(
                        switch (random.nextInt(6)) {
                            case 0 -> "DELETE FROM large WHERE id = " + id;
                            case 1 ->
                                "INSERT INTO large VALUES (%d, nextval('version'), 'new') ON CONFLICT DO NOTHING"
                                        .formatted(id);
                            case 2 ->
                                "UPDATE large SET id = %d, version = nextval('version') WHERE id = %d AND NOT EXISTS (SELECT FROM large WHERE id = %1$d)"
                                        .formatted(other + rows, id);
                            default ->
                                "UPDATE large SET version = nextval('version'), note = 'w' WHERE id BETWEEN %d AND %d"
                                        .formatted(id, id + random.nextInt(3));
                        });
                new java.util.concurrent.CountDownLatch(1).await(1, TimeUnit.MILLISECONDS);
            }
        } catch (java.sql.SQLException e) {
            if (!"23505".equals(e.getSQLState()) && !"40P01".equals(e.getSQLState())) {
                throw new IllegalStateException(e);
            }
            write(random, rows, writing); // two writers met
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void check(int rows, int kills) throws Exception {
        Map<Long, Long> copy = new HashMap<>(rows * 2);
        BitSet read = new BitSet(rows);
        int reads = 0;
        int again = 0;
        for (Path log : logs) {
            int inThis = 0;
            String text = Files.readString(log);
            // What the kill cut off, perhaps inside a number, was not acknowledged.
            String whole = text.substring(0, text.lastIndexOf('\n') + 1);
            for (String line : whole.lines().toList()) {
                String[] parts = line.split(" ");
                long id = Long.parseLong(parts[1]);
                if (parts[0].equals("d")) {
                    copy.remove(id);
                    continue;
                }
                if (parts[0].equals("r")) {
                    reads++;
                    if (read.get((int) id)) {
                        again++;
                        inThis++;
                    }
                    read.set((int) id);
                }
                copy.remove(Long.parseLong(parts[3]));
                copy.put(id, Long.parseLong(parts[2]));
            }
            assertThat(inThis).as("rows that %s read again", log.getFileName()).isLessThanOrEqualTo(WORKERS * CHUNK);
        }
        logger.info("{} rows read, {} of them again, over {} kills", reads, again, kills);
        assertThat(again).isLessThanOrEqualTo((kills + WORKERS - 1) * CHUNK);
        int same = 0;
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.setFetchSize(10_000);
            try (ResultSet row = statement.executeQuery("SELECT id, version FROM large")) {
                while (row.next()) {
                    assertThat(copy.get(row.getLong(1)))
                            .as("the version of row %d", row.getLong(1))
                            .isEqualTo(row.getLong(2));
                    same++;
                }
            }
        }
        assertThat(copy).hasSize(same);
    }
}
