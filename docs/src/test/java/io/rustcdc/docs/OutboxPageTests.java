package io.rustcdc.docs;

import static io.rustcdc.test.ChangeEvents.insert;

import io.rustcdc.event.Row;
import io.rustcdc.test.CdcTester;
import io.rustcdc.test.Rows;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** That every listener on docs/outbox.md is called, with the real engine, and gets what it asks for. */
class OutboxPageTests {

    @Test
    void everyListenerIsCalled(@TempDir Path folder) throws Exception {
        PageListeners.requireCalled(Page.named("docs/outbox.md"), folder, OutboxPageTests::emit, 5);
    }

    /** An event of each type that the page names. */
    private static void emit(CdcTester cdc) {
        cdc.emit(
                insert("public.outbox", event("OrderPlaced", "{\"customer\": \"Ada\", \"total\": 12}")),
                insert("public.outbox", event("OrderPaid", "{\"method\": \"card\"}")),
                insert("public.outbox", event("OrderShipped", "{}")));
    }

    private static Row event(String type, String payload) {
        return Rows.key("id", type)
                .column("aggregatetype", "order")
                .column("aggregateid", "7")
                .column("type", type)
                .column("payload", payload)
                .row();
    }
}
