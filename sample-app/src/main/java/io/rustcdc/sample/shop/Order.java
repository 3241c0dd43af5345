package io.rustcdc.sample.shop;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A row of the table "orders", without its gift note, which not every change carries, and its items, whose type depends on the
 * database.
 *
 * @param details JSON text
 */
public record Order(
        long id,
        UUID reference,
        int customerId,
        String status,
        int version,
        BigDecimal total,
        boolean express,
        @Nullable LocalDate deliveryDay,
        String details,
        OffsetDateTime placedAt) {}
