package io.rustcdc.test.shop;

import static io.rustcdc.test.ChangeEvents.delete;
import static io.rustcdc.test.ChangeEvents.insert;
import static io.rustcdc.test.ChangeEvents.read;
import static org.assertj.core.api.Assertions.assertThat;

import io.rustcdc.event.Row;
import io.rustcdc.spring.OutboxEvent;
import io.rustcdc.test.CdcTest;
import io.rustcdc.test.CdcTester;
import io.rustcdc.test.Rows;
import io.rustcdc.test.shop.OrderEvents.Placed;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.annotation.Import;

/** Listeners of an outbox without a database; what the application removes is not removed here. */
@CdcTest(useDefaultFilters = false, properties = "rustcdc.defaults.outbox.remove=true")
@Import(OrderEvents.class)
class OutboxSliceTests {

    @Autowired
    CdcTester cdc;

    @Autowired
    OrderEvents events;

    @AfterEach
    void forget() {
        events.placed.clear();
        events.texts.clear();
    }

    @Test
    void emittedRowsAreEvents() {
        cdc.emit(read("public.outbox", event("1", "Placed", "{\"total\": 5}")));
        cdc.emitTransaction(
                insert("public.outbox", event("2", "Placed", "{\"total\": 7}")),
                delete("public.outbox", Rows.keyOf(event("2", "Placed", "{\"total\": 7}"))));
        cdc.awaitAcknowledged();
        assertThat(events.placed).extracting(OutboxEvent::payload).containsExactly(new Placed(5), new Placed(7));
    }

    @Test
    void theOrderOfAnAggregateIsKept() {
        IntStream.range(0, 200).forEach(i -> cdc.emit(insert("public.outbox", event("e" + i, "Noted", "" + i))));
        cdc.awaitAcknowledged();
        assertThat(events.texts)
                .isEqualTo(IntStream.range(0, 200).mapToObj(String::valueOf).toList());
    }

    @Test
    void aContentThatDoesNotFitFailsTheSource() {
        cdc.emit(insert("public.outbox", event("9", "Placed", "{\"total\": \"much\"}")));
        assertThat(cdc.awaitFailure().getCause())
                .hasMessageContaining("The payload of event 9 (Placed) in the outbox public.outbox, column 'payload'")
                .hasMessageNotContaining("much");
    }

    private static Row event(String id, String type, String payload) {
        return Rows.key("id", id)
                .column("aggregatetype", "order")
                .column("aggregateid", "7")
                .column("type", type)
                .column("payload", payload)
                .row();
    }
}
