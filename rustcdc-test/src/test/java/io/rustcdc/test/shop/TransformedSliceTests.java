package io.rustcdc.test.shop;

import static io.rustcdc.test.ChangeEvents.insert;
import static org.assertj.core.api.Assertions.assertThat;

import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.Operation;
import io.rustcdc.event.Row;
import io.rustcdc.spring.CdcListener;
import io.rustcdc.test.CdcTest;
import io.rustcdc.test.CdcTester;
import io.rustcdc.test.Rows;
import io.rustcdc.test.shop.TransformedSliceTests.Seen;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.annotation.Import;

/** Rules and components transform in a slice as they do in the application. */
@CdcTest(
        properties = {
            "shop.transform=true",
            "rustcdc.defaults.transforms.hash-key=${NOBODY_HAS_SET_THIS}",
            "rustcdc.defaults.transforms.on-error=skip",
            "rustcdc.defaults.transforms.rules.orders.hash=customer",
            "rustcdc.defaults.transforms.rules.orders.rename=status=state"
        },
        listeners = Seen.class)
@Import(Seen.class)
class TransformedSliceTests {

    @Autowired
    CdcTester cdc;

    @Autowired
    Seen seen;

    @BeforeEach
    void forget() {
        seen.rows.clear();
    }

    @Test
    @DisplayName("Rules rename and hash, a component filters, and what it fails for is set aside as it was emitted")
    void transformsApply() {
        cdc.emit(order(1, "NEW"), order(2, "TEST"), order(3, "BAD"), order(4, "PAID"))
                .awaitAcknowledged();
        assertThat(seen.rows).hasSize(2);
        assertThat(seen.rows.get(0).columns().names()).containsExactly("id", "state", "customer");
        assertThat(seen.rows).extracting(row -> row.get("state")).containsExactly("NEW", "PAID");
        assertThat(seen.rows)
                .extracting(row -> row.get("customer"))
                .allSatisfy(customer -> assertThat(customer).asString().matches("[0-9a-f]{64}"));
        assertThat(cdc.skippedChanges())
                .singleElement()
                .satisfies(change -> assertThat(change.after().get("status")).isEqualTo("BAD"));
    }

    @Test
    void whatWasSkippedInAnotherTestIsForgotten() {
        assertThat(cdc.skippedChanges()).isEmpty();
        cdc.emit(order(3, "BAD")).awaitAcknowledged();
        assertThat(cdc.skippedChanges()).hasSize(1);
        assertThat(seen.rows).isEmpty();
    }

    private static ChangeEvent<Row> order(long id, String status) {
        return insert(
                "public.orders",
                Rows.key("id", id)
                        .column("status", status)
                        .column("customer", "Ada")
                        .row());
    }

    static class Seen {

        final List<Row> rows = new CopyOnWriteArrayList<>();

        @CdcListener(tables = "public.orders", operations = Operation.INSERT)
        void on(Row row) {
            rows.add(row);
        }
    }
}
