package io.rustcdc.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The shop is killed while it works, again and again. */
class KillLoopTests {

    private static final Logger logger = LoggerFactory.getLogger(KillLoopTests.class);
    private static final int BATCH = 100;

    @TempDir
    private Path directory;

    private final Random random = new Random(20_260);
    private final DeliveryHistory history = new DeliveryHistory();
    private Position saved = new Position(0, 0, 0);

    @Test
    @DisplayName("3 kills under load lose nothing, and a clean restart delivers nothing")
    void survivesThreeKills() throws Exception {
        survives(3);
    }

    @Test
    @Tag("long")
    @DisplayName("20 kills under load lose nothing, and a clean restart delivers nothing")
    void survivesTwentyKills() throws Exception {
        survives(20);
    }

    private void survives(int kills) throws Exception {
        for (int run = 1; run <= kills; run++) {
            runAndKill(recording(run));
        }
        finishCleanly(recording(kills + 1));
        assertThat(history.size()).isGreaterThan(kills * BATCH);
        startWithNothingToDo(recording(kills + 2));
    }

    private void runAndKill(Path recording) throws Exception {
        try (ShopProcess shop = start(recording, 200)) {
            int enough = BATCH + random.nextInt(4 * BATCH);
            await("enough changes to be killed under load")
                    .atMost(Duration.ofSeconds(120))
                    .until(() -> {
                        assertThat(shop.isAlive()).as(shop::logText).isTrue();
                        return Delivery.read(recording).size() > enough;
                    });
            shop.kill();
        }
        record(recording);
    }

    /** Delivers what is left, without new orders. */
    private void finishCleanly(Path recording) throws Exception {
        try (ShopProcess shop = start(recording, 0).awaitReady()) {
            assertThat(shop.get("/api/verify?patience=100")).contains("\"equal\":true");
            shop.stop();
        }
        record(recording);
        assertThat(directory.resolve("data/postgres/data/postmaster.pid")).doesNotExist();
    }

    /** One new order is the sign to wait for: had anything else been left to deliver, it would have come before. */
    private void startWithNothingToDo(Path recording) throws Exception {
        try (ShopProcess shop = start(recording, 0).awaitReady()) {
            insertOrder();
            assertThat(shop.get("/api/verify?patience=100")).contains("\"equal\":true");
            shop.stop();
        }
        assertThat(Delivery.read(recording))
                .singleElement()
                .extracting(Delivery::version)
                .isEqualTo(1);
        assertThat(history.add(Delivery.read(recording))).isZero();
    }

    private void record(Path recording) throws IOException {
        List<Delivery> run = Delivery.read(recording);
        int repeated = history.add(run);
        Position now = Position.read(directory.resolve("data/rustcdc/shop"));
        logger.info("{} changes delivered, {} of them again; saved {}", run.size(), repeated, now);
        assertThat(repeated).as("changes that were delivered twice").isLessThanOrEqualTo(BATCH);
        assertThat(now).isGreaterThanOrEqualTo(saved);
        assertThat(now.committed()).isGreaterThanOrEqualTo(saved.committed());
        saved = now;
    }

    private ShopProcess start(Path recording, int ordersPerSecond) throws IOException {
        return ShopProcess.start(
                directory,
                recording,
                "--shop.orders-per-second=" + ordersPerSecond,
                "--shop.kept-orders=300",
                "--rustcdc.postgres.shop.max-events-per-poll=" + BATCH);
    }

    private Path recording(int run) {
        return directory.resolve("recording-" + run);
    }

    private void insertOrder() throws IOException, SQLException {
        String port = Files.readString(directory.resolve("data/postgres/port")).trim();
        try (Connection connection =
                        DriverManager.getConnection("jdbc:postgresql://127.0.0.1:" + port + "/shop", "postgres", "");
                Statement statement = connection.createStatement()) {
            statement.execute("""
                    INSERT INTO orders (reference, customer_id, status, items, total, express, details, placed_at)
                    VALUES (gen_random_uuid(), 1, 'NEW', '{lamp}', 12.50, false, '{}', now())
                    """);
        }
    }

    /** A failed test must not leave a server behind; the one of a killed shop ends when it is asked. */
    @AfterEach
    void endServer() throws IOException {
        Path file = directory.resolve("data/postgres/data/postmaster.pid");
        if (Files.exists(file)) {
            long pid = Long.parseLong(Files.readAllLines(file).get(0).trim());
            ProcessHandle.of(pid).ifPresent(server -> {
                server.destroy();
                server.onExit().join();
            });
        }
    }
}
