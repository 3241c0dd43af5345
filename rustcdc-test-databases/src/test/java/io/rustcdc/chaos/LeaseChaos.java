package io.rustcdc.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.rustcdc.checkpoint.jdbc.JdbcOptions;
import io.rustcdc.checkpoint.jdbc.JdbcTables;
import io.rustcdc.observe.EngineState;
import io.rustcdc.test.databases.JavaProcess;
import io.rustcdc.test.databases.PostgresDatabase;
import io.rustcdc.test.databases.PostgresServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.postgresql.ds.PGSimpleDataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Three processes share six sources, while one that owns some is killed, frozen and woken, or stopped, again and again. A trigger
 * takes down each save with its token, under the lock of the row, so in the order in which the saves came to count.
 */
final class LeaseChaos implements AutoCloseable {

    private static final Logger logger = LoggerFactory.getLogger(LeaseChaos.class);

    private static final int INSTANCES = 3;
    private static final int SOURCES = 6;
    private static final Duration LEASE = Duration.ofSeconds(3);
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** What the design allows beyond the lease; measured and told, while the test allows a loaded machine more. */
    private static final Duration MARGIN = Duration.ofSeconds(2);

    private static final Duration LONGEST_TAKEOVER = LEASE.plusSeconds(20);

    private final PostgresServer server = PostgresServer.builder()
            .setting("max_connections", "150")
            .setting("fsync", "off")
            .start();
    private final PostgresDatabase database = server.createDatabase();
    private final Path directory;
    private final Random random;
    private final List<JavaProcess> instances = new ArrayList<>();
    private final List<Path> logs = new ArrayList<>();
    private final int[] written = new int[SOURCES];
    private final Map<Fault, List<Long>> takeovers = new EnumMap<>(Fault.class);

    private enum Fault {
        KILL,
        FREEZE,
        STOP
    }

    LeaseChaos(Path directory, long seed) throws SQLException {
        this.directory = directory;
        this.random = new Random(seed);
        PGSimpleDataSource dataSource = new PGSimpleDataSource();
        dataSource.setUrl(database.jdbcUrl());
        dataSource.setUser(PostgresServer.SUPERUSER);
        JdbcTables.create(dataSource, JdbcOptions.ofDefaults());
        for (int i = 0; i < SOURCES; i++) {
            database.sql("CREATE TABLE t%d (id bigint PRIMARY KEY)".formatted(i));
        }
        database.sql("""
                CREATE TABLE saves (seq bigserial, source text, token bigint, lease bigint, events bigint, lsn bigint);
                CREATE FUNCTION saved() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN
                  INSERT INTO saves (source, token, lease, events, lsn)
                  SELECT NEW.source_name, NEW.token, l.token, (NEW.checkpoint_json::json ->> 'committed_event_count')::bigint,
                         (NEW.checkpoint_json::json -> 'offset' ->> 'lsn')::bigint
                  FROM rustcdc_lease l WHERE l.source_name = NEW.source_name;
                  RETURN NEW;
                END$$;
                CREATE TRIGGER saved BEFORE UPDATE OF checkpoint_json ON rustcdc_checkpoint
                FOR EACH ROW EXECUTE FUNCTION saved();
                """);
    }

    @Override
    public void close() {
        instances.forEach(JavaProcess::close);
        server.close();
    }

    /** @param faults come at least, one of each kind among them if they are that many */
    void survives(Duration time, int faults) throws Exception {
        for (int i = 0; i < INSTANCES; i++) {
            instances.add(start());
        }
        awaitAllOwned();
        AtomicBoolean writing = new AtomicBoolean(true);
        CompletableFuture<Void> writer =
                CompletableFuture.runAsync(() -> write(writing), task -> new Thread(task, "lease-writer").start());
        long end = System.nanoTime() + time.toNanos();
        for (int i = 0; i < faults || System.nanoTime() < end; i++) {
            Fault fault = i < Fault.values().length ? Fault.values()[i] : Fault.values()[random.nextInt(3)];
            inflict(fault);
            assertThat(writer).isNotDone();
        }
        writing.set(false);
        writer.get(30, TimeUnit.SECONDS);
        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(200)).until(this::isAllApplied);
        for (JavaProcess instance : instances) {
            instance.tell("exit");
            assertThat(instance.awaitEnd(PATIENCE)).as(instance.logEnd()).isZero();
        }
        check();
    }

    private JavaProcess start() {
        Path log = directory.resolve("applied-" + logs.size() + ".log");
        logs.add(log);
        return JavaProcess.start(
                directory.resolve("instance-" + logs.size() + ".log"),
                List.of("-Xmx96m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"),
                SharedInstance.class,
                List.of(
                        Integer.toString(server.port()),
                        database.name(),
                        Long.toString(LEASE.toMillis()),
                        log.toString(),
                        Integer.toString(SOURCES)));
    }

    private void write(AtomicBoolean writing) {
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement()) {
            CountDownLatch never = new CountDownLatch(1);
            while (writing.get() && !never.await(5, TimeUnit.MILLISECONDS)) {
                int source = random(SOURCES);
                statement.executeUpdate("INSERT INTO t%d VALUES (%d)".formatted(source, ++written[source]));
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static int random(int bound) {
        return ThreadLocalRandom.current().nextInt(bound);
    }

    private void inflict(Fault fault) throws Exception {
        awaitAllOwned();
        List<Integer> owners = new ArrayList<>();
        for (int i = 0; i < INSTANCES; i++) {
            if (states(instances.get(i)).containsValue(EngineState.STREAMING)) {
                owners.add(i);
            }
        }
        int number = owners.get(random.nextInt(owners.size()));
        JavaProcess victim = instances.get(number);
        new CountDownLatch(1).await(random.nextInt(400), TimeUnit.MILLISECONDS);
        int heard = victim.answers().size();
        List<String> sources = states(victim).entrySet().stream()
                .filter(entry -> entry.getValue() == EngineState.STREAMING)
                .map(Map.Entry::getKey)
                .toList();
        long since = System.nanoTime();
        switch (fault) {
            case KILL -> victim.kill();
            case FREEZE -> signal("STOP", victim);
            case STOP -> victim.tell("exit");
        }
        awaitTakenOver(fault, victim, sources, since);
        if (fault == Fault.FREEZE) {
            signal("CONT", victim);
            List<String> standby = sources.stream()
                    .map(source -> source + " " + EngineState.STANDBY)
                    .toList();
            // What it has told, not how it is: by now it may have taken over from one that was slow for a whole lease.
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(victim.answers().stream().skip(heard))
                            .as(() -> "%s after it woke; the end of its log:%n%s".formatted(sources, victim.logEnd()))
                            .containsAll(standby));
        } else {
            victim.awaitEnd(PATIENCE);
            instances.set(number, start());
        }
    }

    private static void signal(String name, JavaProcess process) throws IOException, InterruptedException {
        assertThat(new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                        .start()
                        .waitFor())
                .isZero();
    }

    private void awaitTakenOver(Fault fault, JavaProcess victim, List<String> sources, long since) {
        for (String source : sources) {
            await().atMost(LONGEST_TAKEOVER)
                    .pollInterval(Duration.ofMillis(20))
                    .until(() -> instances.stream()
                            .anyMatch(other -> other != victim && states(other).get(source) == EngineState.STREAMING));
            takeovers
                    .computeIfAbsent(fault, kind -> new ArrayList<>())
                    .add(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - since));
        }
    }

    private void awaitAllOwned() {
        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(50)).until(() -> {
            requireAlive();
            Map<String, Integer> owners = new TreeMap<>();
            instances.forEach(instance -> states(instance).forEach((source, state) -> {
                if (state == EngineState.STREAMING) {
                    owners.merge(source, 1, Integer::sum);
                }
            }));
            return owners.size() == SOURCES
                    && instances.stream().allMatch(instance -> states(instance).size() == SOURCES);
        });
    }

    private void requireAlive() {
        for (JavaProcess instance : instances) {
            assertThat(instance.isAlive()).as(instance::logEnd).isTrue();
        }
    }

    /** The last state that it told of each source. */
    private static Map<String, EngineState> states(JavaProcess instance) {
        Map<String, EngineState> states = new TreeMap<>();
        for (String answer : instance.answers()) {
            int space = answer.indexOf(' ');
            states.put(answer.substring(0, space), EngineState.valueOf(answer.substring(space + 1)));
        }
        return states;
    }

    private boolean isAllApplied() throws IOException {
        requireAlive();
        Map<String, BitSet> applied = applied();
        for (int i = 0; i < SOURCES; i++) {
            if (applied.getOrDefault("s" + i, new BitSet()).cardinality() < written[i]) {
                return false;
            }
        }
        return true;
    }

    private Map<String, BitSet> applied() throws IOException {
        Map<String, BitSet> applied = new TreeMap<>();
        for (Path log : logs) {
            String text = Files.exists(log) ? Files.readString(log) : "";
            // The last line may be on its way, or cut off by a kill.
            String whole = text.substring(0, text.lastIndexOf('\n') + 1);
            for (String line : whole.lines().toList()) {
                String[] words = line.split(" ");
                applied.computeIfAbsent(words[0], source -> new BitSet()).set(Integer.parseInt(words[1]));
            }
        }
        return applied;
    }

    private void check() throws IOException {
        Map<String, BitSet> applied = applied();
        int rows = 0;
        for (int i = 0; i < SOURCES; i++) {
            assertThat(applied.get("s" + i).nextClearBit(1))
                    .as("first row of s%d that is missing", i)
                    .isEqualTo(written[i] + 1);
            rows += written[i];
        }
        int saves = 0;
        for (int i = 0; i < SOURCES; i++) {
            List<List<Object>> history = database.query(
                    "SELECT token, lease, events, lsn FROM saves WHERE source = 's%d' ORDER BY seq".formatted(i));
            assertThat(history).isNotEmpty();
            for (int save = 1; save < history.size(); save++) {
                for (int column : new int[] {0, 2, 3}) {
                    assertThat((Long) history.get(save).get(column))
                            .as("s%d, save %d, column %d, after %s", i, save, column, history.get(save - 1))
                            .isGreaterThanOrEqualTo((Long) history.get(save - 1).get(column));
                }
            }
            assertThat(history.get(history.size() - 1).get(2)).isEqualTo((long) written[i]);
            saves += history.size();
        }
        long longest = takeovers.values().stream()
                .flatMap(Collection::stream)
                .mapToLong(Long::longValue)
                .max()
                .orElse(0);
        logger.info(
                "{} rows, {} saves, {} processes; takeovers in ms: {}; longest {} ms with a lease of {} ms, {} than the lease and {} ms",
                rows,
                saves,
                logs.size(),
                takeovers,
                longest,
                LEASE.toMillis(),
                longest < LEASE.plus(MARGIN).toMillis() ? "less" : "MORE",
                MARGIN.toMillis());
    }
}
