package io.rustcdc.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.rustcdc.source.mysql.Flavor;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The whole sample on MySQL and on MariaDB, killed once while it works. */
class ShopOnMySqlTests {

    private static final int BATCH = 100;

    @TempDir
    private Path directory;

    @ParameterizedTest
    @EnumSource
    void continuesAfterAKillAndKeepsTheReadModelEqual(Flavor flavor) throws Exception {
        DeliveryHistory history = new DeliveryHistory();
        Path first = directory.resolve("recording-1");
        try (ShopProcess shop = start(flavor, first, 100)) {
            await("enough changes to be killed under load")
                    .atMost(Duration.ofSeconds(120))
                    .until(() -> {
                        assertThat(shop.isAlive()).as(shop::logText).isTrue();
                        return Delivery.read(first).size() > BATCH;
                    });
            shop.kill();
        }
        assertThat(history.add(Delivery.read(first))).isZero();

        Path second = directory.resolve("recording-2");
        try (ShopProcess shop = start(flavor, second, 0).awaitReady()) {
            assertThat(shop.get("/api/verify?patience=100")).contains("\"equal\":true");
            assertThat(shop.get("/actuator/cdc/shop")).contains("\"type\":\"" + flavor.type() + "\"");
            shop.stop();
        }
        List<Delivery> repeatedAndLeft = Delivery.read(second);
        assertThat(history.add(repeatedAndLeft)).isLessThanOrEqualTo(BATCH);
    }

    private ShopProcess start(Flavor flavor, Path recording, int ordersPerSecond) throws IOException {
        return ShopProcess.start(
                directory,
                recording,
                "--spring.profiles.active=" + flavor.type(),
                "--shop.orders-per-second=" + ordersPerSecond,
                "--rustcdc.defaults.max-events-per-poll=" + BATCH);
    }
}
