package io.rustcdc.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.rustcdc.test.databases.TcpProxy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Four writers do whatever applications do, while everything that can break breaks at random. The seed is logged and can
 * be set with {@code -Drustcdc.chaos.seed=}; it repeats the writers' and the faults' choices, not their timing.
 */
final class ChaosRun implements AutoCloseable {

    private static final Logger logger = LoggerFactory.getLogger(ChaosRun.class);
    private static final int WRITERS = 4;

    /** So many come however slow the machine is; with the seeds of the short forms they are of seven kinds. */
    private static final int FEWEST_FAULTS = 8;

    private final ChaosDatabase database;
    private final Path directory;
    private final long seed;
    private final TcpProxy proxy;
    private final Random random;
    private final List<Incarnation> incarnations = new ArrayList<>();
    private final List<Position> saved = new ArrayList<>();
    private final Map<Fault, Integer> faults = new EnumMap<>(Fault.class);

    private enum Fault {
        CUT_CONNECTION(25),
        SILENCE(10),
        KILL_READER(20),
        PAUSE(8),
        RESTART_ENGINE(8),
        ROTATE_LOG(8),
        KILL_PROCESS(27),
        KILL_SERVER(3);

        private final int weight;

        Fault(int weight) {
            this.weight = weight;
        }

        private static Fault any(Random random) {
            int choice = random.nextInt(
                    Arrays.stream(values()).mapToInt(fault -> fault.weight).sum());
            for (Fault fault : values()) {
                choice -= fault.weight;
                if (choice < 0) {
                    return fault;
                }
            }
            throw new AssertionError("The weights have changed");
        }
    }

    /** The database is closed with the run. */
    ChaosRun(ChaosDatabase database, Path directory, long seed) {
        this.database = database;
        this.directory = directory;
        this.seed = seed;
        this.proxy = TcpProxy.to(database.port());
        this.random = new Random(seed);
        saved.add(Position.NONE);
    }

    @Override
    public void close() {
        incarnations.forEach(Incarnation::close);
        proxy.close();
        database.close();
    }

    /** Breaks things for so long, then lets everything arrive and checks it. */
    void survives(Duration time) throws Exception {
        logger.info("chaos with {} for {} with -Drustcdc.chaos.seed={}", database.source(database.port()), time, seed);
        next().awaitStarted();
        // What is committed before that may be missing after a kill, where the server keeps no position for us.
        await().atMost(Duration.ofSeconds(30))
                .until(() -> !Position.saved(directory).equals(Position.NONE));
        AtomicBoolean writing = new AtomicBoolean(true);
        CountDownLatch writerFailed = new CountDownLatch(1);
        List<ChaosWriter> writers = new ArrayList<>();
        List<CompletableFuture<Void>> running = new ArrayList<>();
        for (int i = 0; i < WRITERS; i++) {
            ChaosWriter writer = database.writer(i, seed, writing::get);
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
            inflict(Fault.any(random));
        }
        writing.set(false);
        CompletableFuture.allOf(running.toArray(CompletableFuture[]::new)).get(30, TimeUnit.SECONDS);
        database.mark();
        finish();
        check(writers);
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
            case KILL_READER -> database.killReader();
            case PAUSE -> {
                current.process().tell("pause");
                aMoment();
                current.process().tell("resume");
            }
            case RESTART_ENGINE -> current.process().tell("restart");
            case ROTATE_LOG -> database.rotateLog();
            case KILL_PROCESS -> {
                requireAlive(current);
                current.process().kill();
                saved.add(Position.saved(directory));
                Incarnation next = next();
                if (random.nextInt(4) > 0) {
                    next.awaitStarted();
                }
            }
            case KILL_SERVER -> database.killServer();
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
        Incarnation next = Incarnation.start(directory, incarnations.size(), database.source(proxy.port()), random);
        incarnations.add(next);
        return next;
    }

    private void finish() throws InterruptedException {
        Incarnation current = incarnations.get(incarnations.size() - 1);
        current.process().tell("hurry");
        current.awaitMarks(database.tables());
        current.process().tell("exit");
        assertThat(current.process().awaitEnd(Duration.ofSeconds(60)))
                .as(current.process().logEnd())
                .isZero();
        saved.add(Position.saved(directory));
    }

    private void check(List<ChaosWriter> writers) {
        ChaosCheck check = new ChaosCheck(database.audit());
        for (int i = 0; i < incarnations.size(); i++) {
            Incarnation incarnation = incarnations.get(i);
            check.process(incarnation.log(), saved.get(i), saved.get(i + 1), incarnation.maxEvents());
        }
        check.complete();
        for (String table : database.tables()) {
            check.compare(table, database.rows(table), database.isRepeatable(table));
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
