package io.rustcdc.spring.app;

import io.rustcdc.spring.CdcTable;
import java.math.BigDecimal;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

@CdcTable("public.orders")
public record Order(
        long id,
        String customerName,
        BigDecimal total,
        Status status,
        @Nullable Instant paidAt) {

    public enum Status {
        NEW,
        PAID
    }
}
