package io.rustcdc.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.rustcdc.codec.JsonEnvelope;
import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.EventSource;
import io.rustcdc.event.Operation;
import io.rustcdc.event.Row;
import io.rustcdc.event.TableId;
import io.rustcdc.event.Transaction;
import io.rustcdc.source.postgres.PostgresConnector;
import io.rustcdc.source.postgres.PostgresOffset;
import io.rustcdc.test.Rows;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** That docs/events.md shows the JSON form as it is written. */
class EventsPageTests {

    private static final Page PAGE = Page.named("docs/events.md");

    @Test
    void showsTheEnvelopeAsItIsWritten() {
        CodeBlock shown = PAGE.blocksIn("json").get(0);
        assertThat(shown.attribute("of")).isEqualTo("envelope");
        JsonNode promised = JsonMapper.shared().readTree(shown.text());
        ChangeEvent<Row> event = ChangeEvent.of(
                        new EventSource("shop", PostgresConnector.TYPE),
                        Operation.UPDATE,
                        TableId.parse("public.orders"))
                .after(Rows.key("id", 7L)
                        .column("status", "PAID")
                        .column("note", null)
                        .absent("gift_note")
                        .row())
                .offset(PostgresOffset.parse(Map.of("lsn", "0/1A2B3C8", "slot_name", "shop_cdc")))
                .commitTime(Instant.ofEpochMilli(1767225600000L))
                .transaction(new Transaction(742, 0, true))
                .build();
        assertThat(JsonMapper.shared().readTree(new JsonEnvelope().toJson(event)))
                .isEqualTo(promised);
    }
}
