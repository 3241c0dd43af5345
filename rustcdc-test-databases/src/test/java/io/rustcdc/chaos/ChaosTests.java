package io.rustcdc.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.rustcdc.test.databases.PostgresDatabase;
import io.rustcdc.test.databases.PostgresServer;
import io.rustcdc.test.databases.TcpProxy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
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

/**
 * Four writers do whatever applications do, while everything that can break breaks at random. The seed is logged and can
 * be set with {@code -Drustcdc.chaos.seed=}; it repeats the writers' and the faults' choices, not their timing.
 */
class ChaosTests {

    private static final Logger logger = LoggerFactory.getLogger(ChaosTests.class);
    private static final int WRITERS = 4;

    /** So many come however slow the machine is; with the seed of the short form they are of six kinds. */
    private static final int FEWEST_FAULTS = 8;

    @TempDir
    private Path directory;

    private PostgresServer server;
    private PostgresDatabase database;
    private TcpProxy proxy;
    private ChaosSource source;
    private Random random;
    private final List<Incarnation> incarnations = new ArrayList<>();
    private final List<Position> saved = new ArrayList<>();
    private final Map<Fault, Integer> faults = new EnumMap<>(Fault.class);

    private enum Fault {
        CUT_CONNECTION,
        SILENCE,
        KILL_WALSENDER,
        PAUSE,
        RESTART_ENGINE,
        KILL_PROCESS,
        KILL_SERVER
    }

    @BeforeEach
    void startServer() {
        server = PostgresServer.builder()
                .setting("max_prepared_transactions", "20")
                .setting("deadlock_timeout", "100ms")
                .setting("max_connections", "50")
                // A killed process loses nothing that it has written; more transactions find more.
                .setting("fsync", "off")
                .start();
        database = server.createDatabase();
        proxy = TcpProxy.to(server.port());
        source = new ChaosSource(database);
        source.create();
        saved.add(Position.NONE);
    }

    @AfterEach
    void endEverything() {
        incarnations.forEach(Incarnation::close);
        proxy.close();
        server.close();
    }

    @Test
    @DisplayName(
            "PG-R6: 8 s of writers, cuts and kills: every committed change arrives, in order, and the copy equals the source")
    void survivesShortChaos() throws Exception {
        survives(Duration.ofSeconds(8), Long.getLong("rustcdc.chaos.seed", 20_338));
    }

    @Test
    @Tag("long")
    @DisplayName(
            "PG-R6: 60 s of writers, cuts and kills: every committed change arrives, in order, and the copy equals the source")
    void survivesLongChaos() throws Exception {
        survives(Duration.ofSeconds(60), Long.getLong("rustcdc.chaos.seed", System.nanoTime()));
    }

    private void survives(Duration time, long seed) throws Exception {
        logger.info("chaos for {} with -Drustcdc.chaos.seed={}", time, seed);
        random = new Random(seed);
        next().awaitStarted();
        AtomicBoolean writing = new AtomicBoolean(true);
        CountDownLatch writerFailed = new CountDownLatch(1);
        List<ChaosWriter> writers = new ArrayList<>();
        List<CompletableFuture<Void>> running = new ArrayList<>();
        for (int i = 0; i < WRITERS; i++) {
            ChaosWriter writer = new ChaosWriter(database, i, seed, writing::get);
            writers.add(writer);
            running.add(CompletableFuture.runAsync(writer, task -> new Thread(task, "chaos-writer").start())
                    .whenComplete((nothing, failure) -> {
                        if (failure != null) {
                            writerFailed.countDown();
                        }
                    }));
        }
        long end = System.nanoTime() + time.toNanos();
        for (int fault = 0; fault < FEWEST_FAULTS || System.nanoTime() < end; fault++) {
            assertThat(writerFailed.await(50 + random.nextInt(700), TimeUnit.MILLISECONDS))
                    .as("a writer has failed")
                    .isFalse();
            inflict(fault());
        }
        writing.set(false);
        CompletableFuture.allOf(running.toArray(CompletableFuture[]::new)).get(30, TimeUnit.SECONDS);
        source.mark();
        finish();
        check(writers);
    }

    private Fault fault() {
        int choice = random.nextInt(100);
        if (choice < 25) {
            return Fault.CUT_CONNECTION;
        } else if (choice < 35) {
            return Fault.SILENCE;
        } else if (choice < 55) {
            return Fault.KILL_WALSENDER;
        } else if (choice < 63) {
            return Fault.PAUSE;
        } else if (choice < 71) {
            return Fault.RESTART_ENGINE;
        } else if (choice < 98) {
            return Fault.KILL_PROCESS;
        }
        return Fault.KILL_SERVER;
    }

    private void inflict(Fault fault) throws InterruptedException {
        faults.merge(fault, 1, Integer::sum);
        Incarnation current = incarnations.get(incarnations.size() - 1);
        switch (fault) {
            case CUT_CONNECTION -> proxy.cut();
            case SILENCE -> {
                proxy.blackHole(true);
                aMoment();
                proxy.blackHole(false);
            }
            case KILL_WALSENDER ->
                database.query("SELECT pg_terminate_backend(active_pid) FROM pg_replication_slots WHERE active");
            case PAUSE -> {
                current.process().tell("pause");
                aMoment();
                current.process().tell("resume");
            }
            case RESTART_ENGINE -> current.process().tell("restart");
            case KILL_PROCESS -> {
                requireAlive(current);
                current.process().kill();
                saved.add(Position.saved(directory));
                Incarnation next = next();
                if (random.nextInt(4) > 0) {
                    next.awaitStarted();
                }
            }
            case KILL_SERVER -> {
                server.kill();
                server.start();
            }
        }
    }

    /** Ends of its own accord only when its engine has failed. */
    private static void requireAlive(Incarnation current) {
        assertThat(current.process().isAlive()).as(current.process().logEnd()).isTrue();
    }

    private void aMoment() throws InterruptedException {
        new CountDownLatch(1).await(random.nextInt(500), TimeUnit.MILLISECONDS);
    }

    private Incarnation next() {
        Incarnation next = Incarnation.start(directory, incarnations.size(), proxy.port(), database.name(), random);
        incarnations.add(next);
        return next;
    }

    private void finish() throws InterruptedException {
        Incarnation current = incarnations.get(incarnations.size() - 1);
        current.process().tell("hurry");
        current.awaitMarks();
        current.process().tell("exit");
        assertThat(current.process().awaitEnd(Duration.ofSeconds(60)))
                .as(current.process().logEnd())
                .isZero();
        saved.add(Position.saved(directory));
    }

    private void check(List<ChaosWriter> writers) {
        ChaosCheck check = new ChaosCheck(source.audit());
        for (int i = 0; i < incarnations.size(); i++) {
            Incarnation incarnation = incarnations.get(i);
            check.process(incarnation.log(), saved.get(i), saved.get(i + 1), incarnation.maxEvents());
        }
        check.complete();
        for (String table : ChaosSource.NAMES) {
            check.compare(table, source.rows(table));
        }
        logger.info(
                "{} changes of {} transactions, {} of them again over {} processes; {} transactions failed; {}",
                check.delivered(),
                writers.stream().mapToInt(ChaosWriter::commits).sum(),
                check.repeated(),
                incarnations.size(),
                writers.stream().mapToInt(ChaosWriter::failures).sum(),
                faults);
    }
}
