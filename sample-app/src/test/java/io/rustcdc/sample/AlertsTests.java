package io.rustcdc.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The alert rules of {@code docs/observability} in a real Prometheus that scrapes the sample, while something breaks: the right
 * alert fires, no other does, and it ends with its cause. Takes about 20 minutes.
 */
@Tag("long")
class AlertsTests {

    /** How long an alert may take: stall-threshold, the "for" of the rule, a few scrapes. */
    private static final Duration PATIENCE = Duration.ofMinutes(4);

    /** Watched on, whether another alert comes behind the first. */
    private static final Duration AFTERWARDS = Duration.ofMinutes(2);

    @TempDir
    private Path directory;

    @BeforeEach
    void requirePrometheus() {
        assumeThat(PrometheusProcess.isInstalled())
                .as("NOT RUN: Prometheus is not installed (Debian package prometheus)")
                .isTrue();
    }

    @Test
    @DisplayName("ten minutes without any change: no alert")
    void anIdleDatabaseFiresNothing() throws Exception {
        try (ShopProcess shop = start(0);
                PrometheusProcess prometheus = PrometheusProcess.start(directory, shop)) {
            assertThat(firingDuring(prometheus, Duration.ofMinutes(10))).isEmpty();
            shop.stop();
        }
    }

    @Test
    @DisplayName("a listener that does not return: CdcSourceStalled")
    void aStuckListener() throws Exception {
        try (ShopProcess shop = start(5);
                PrometheusProcess prometheus = PrometheusProcess.start(directory, shop)) {
            try (Connection connection = connect();
                    Statement statement = connection.createStatement()) {
                connection.setAutoCommit(false);
                statement.execute("LOCK TABLE reporting.order_summary IN ACCESS EXCLUSIVE MODE");
                requireOnly("CdcSourceStalled", prometheus);
            }
            awaitNone(prometheus);
            shop.stop();
        }
    }

    @Test
    @DisplayName("a checkpoint that cannot be saved: CdcCheckpointErrors")
    void aCheckpointThatCannotBeSaved() throws Exception {
        try (ShopProcess shop = start(5);
                PrometheusProcess prometheus = PrometheusProcess.start(directory, shop)) {
            Path folder = directory.resolve("data/rustcdc/shop");
            Path away = directory.resolve("away");
            Files.move(folder, away);
            Files.createFile(folder); // a file in the way: nothing can be read or written there
            requireOnly("CdcCheckpointErrors", prometheus);
            Files.delete(folder);
            Files.move(away, folder);
            awaitNone(prometheus);
            shop.stop();
        }
    }

    @Test
    @DisplayName("a database that is stopped: CdcSourceDisconnected")
    void aStoppedDatabase() throws Exception {
        try (ShopProcess shop = start(5);
                PrometheusProcess prometheus = PrometheusProcess.start(directory, shop)) {
            // A fast shutdown: it ends the connections, where SIGTERM would wait for them.
            new ProcessBuilder("kill", "-INT", Long.toString(serverPid()))
                    .start()
                    .waitFor();
            requireOnly("CdcSourceDisconnected", prometheus);
        }
    }

    private ShopProcess start(int ordersPerSecond) throws IOException {
        return ShopProcess.start(
                        directory, directory.resolve("recording"), "--shop.orders-per-second=" + ordersPerSecond)
                .awaitReady();
    }

    private void requireOnly(String alert, PrometheusProcess prometheus) throws Exception {
        Set<String> before = new TreeSet<>();
        await("the alert " + alert)
                .atMost(PATIENCE)
                .pollInterval(Duration.ofSeconds(1))
                .until(() -> {
                    before.addAll(prometheus.firing());
                    return before.contains(alert);
                });
        before.addAll(firingDuring(prometheus, AFTERWARDS));
        assertThat(before).containsExactly(alert);
        assertThat(prometheus.firing()).containsExactly(alert);
    }

    private static void awaitNone(PrometheusProcess prometheus) {
        await("the alert ends")
                .atMost(PATIENCE)
                .pollInterval(Duration.ofSeconds(1))
                .until(() -> prometheus.firing().isEmpty());
    }

    /** All alerts that fire at some moment of the time to come. */
    private static Set<String> firingDuring(PrometheusProcess prometheus, Duration time) {
        Set<String> seen = new TreeSet<>();
        long end = System.nanoTime() + time.toNanos();
        await().atMost(time.plusSeconds(30)).pollInterval(Duration.ofSeconds(1)).until(() -> {
            seen.addAll(prometheus.firing());
            return System.nanoTime() > end;
        });
        return seen;
    }

    private Connection connect() throws Exception {
        String port = Files.readString(directory.resolve("data/postgres/port")).trim();
        return DriverManager.getConnection("jdbc:postgresql://127.0.0.1:" + port + "/shop", "postgres", "");
    }

    /** A killed shop leaves its server, which ends when it is asked. */
    @AfterEach
    void endServer() throws IOException {
        Path file = directory.resolve("data/postgres/data/postmaster.pid");
        if (Files.exists(file)) {
            ProcessHandle.of(serverPid()).ifPresent(server -> {
                server.destroy();
                server.onExit().orTimeout(30, TimeUnit.SECONDS).join();
            });
        }
    }

    private long serverPid() throws IOException {
        return Long.parseLong(Files.readAllLines(directory.resolve("data/postgres/data/postmaster.pid"))
                .get(0)
                .trim());
    }
}
