package io.rustcdc.sample.shop;

import java.nio.file.Path;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * @param dataDirectory where the embedded server and the checkpoint live
 * @param databasePort the embedded server's port; 0 for the one of the last start, or any free one
 * @param ordersPerSecond new orders; each is changed a few times later. 0 writes nothing
 * @param keptOrders finished orders beyond this number are deleted, the oldest first
 */
@ConfigurationProperties("shop")
public record ShopProperties(
        Path dataDirectory,
        @DefaultValue("0") int databasePort,
        @DefaultValue("5") double ordersPerSecond,
        @DefaultValue("5000") int keptOrders) {

    public ShopProperties {
        if (!(ordersPerSecond >= 0 && ordersPerSecond <= 1000)) {
            throw new IllegalArgumentException("'shop.orders-per-second' must be 0 to 1000, found " + ordersPerSecond);
        }
    }
}
