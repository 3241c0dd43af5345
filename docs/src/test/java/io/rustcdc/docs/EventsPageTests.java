package io.rustcdc.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.rustcdc.codec.JsonEnvelope;
import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.EventSource;
import io.rustcdc.event.Operation;
import io.rustcdc.event.Row;
import io.rustcdc.event.TableId;
import io.rustcdc.event.Transaction;
import io.rustcdc.schema.ColumnSchema;
import io.rustcdc.schema.SchemaChange;
import io.rustcdc.schema.TableSchema;
import io.rustcdc.source.postgres.PostgresConnector;
import io.rustcdc.source.postgres.PostgresOffset;
import io.rustcdc.test.Rows;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** That docs/events.md shows the JSON form as it is written. */
class EventsPageTests {

    private static final Page PAGE = Page.named("docs/events.md");

    @Test
    void showsTheEnvelopeAsItIsWritten() {
        JsonNode promised = promised("envelope");
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

    @Test
    void showsAChangeOfShapeAsItIsWritten() {
        TableId orders = TableId.parse("public.orders");
        SchemaChange change = new SchemaChange(
                new TableSchema(
                        orders,
                        List.of(
                                new ColumnSchema("id", "int8"),
                                new ColumnSchema("status", "text"),
                                new ColumnSchema("total", "numeric(10,2)")),
                        List.of("id")),
                new TableSchema(
                        orders,
                        List.of(
                                new ColumnSchema("id", "int8"),
                                new ColumnSchema("state", "text"),
                                new ColumnSchema("total", "numeric(12,2)"),
                                new ColumnSchema("note", "text")),
                        List.of("id")));
        ChangeEvent<Row> event = ChangeEvent.of(
                        new EventSource("shop", PostgresConnector.TYPE), Operation.SCHEMA_CHANGE, orders)
                .after(change.toRow())
                .offset(PostgresOffset.parse(Map.of("lsn", "0/1A2B3C8", "slot_name", "shop_cdc")))
                .commitTime(Instant.ofEpochMilli(1767225600000L))
                .transaction(new Transaction(742, 0, false))
                .build();
        assertThat(JsonMapper.shared().readTree(new JsonEnvelope().toJson(event)))
                .isEqualTo(promised("schema-change"));
        assertThat(PAGE.prose().stream()
                        .dropWhile(line -> !line.equals("| column | Java | meaning |"))
                        .skip(2)
                        .takeWhile(line -> line.startsWith("|"))
                        .flatMap(line -> Pattern.compile("`(\\w+)`")
                                .matcher(line.split("\\|", -1)[1])
                                .results())
                        .map(name -> name.group(1)))
                .containsExactlyInAnyOrderElementsOf(change.madeBy("ALTER TABLE orders RENAME COLUMN status TO state")
                        .toRow()
                        .columns()
                        .names());
    }

    private static JsonNode promised(String of) {
        CodeBlock shown = PAGE.blocksIn("json").stream()
                .filter(block -> block.attribute("of").equals(of))
                .findFirst()
                .orElseThrow();
        return JsonMapper.shared().readTree(shown.text());
    }
}
