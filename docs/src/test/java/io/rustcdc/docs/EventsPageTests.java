package io.rustcdc.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.rustcdc.CdcEngine;
import io.rustcdc.codec.JsonEnvelope;
import io.rustcdc.delivery.Subscription;
import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.EventSource;
import io.rustcdc.event.Operation;
import io.rustcdc.event.Row;
import io.rustcdc.event.TableId;
import io.rustcdc.event.Transaction;
import io.rustcdc.schema.ColumnSchema;
import io.rustcdc.schema.SchemaChange;
import io.rustcdc.schema.TableSchema;
import io.rustcdc.source.Credentials;
import io.rustcdc.source.Transport;
import io.rustcdc.source.postgres.PostgresConnector;
import io.rustcdc.source.postgres.PostgresOffset;
import io.rustcdc.source.postgres.PostgresOptions;
import io.rustcdc.test.Rows;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** That docs/events.md says which values arrive: its tables are written to a real database and read from the stream. */
class EventsPageTests {

    private static final Page PAGE = Page.named("docs/events.md");

    private static final Map<String, Object> CONSTANTS = Map.of(
            "LocalDate.MAX", LocalDate.MAX,
            "LocalDate.MIN", LocalDate.MIN,
            "LocalDateTime.MAX", LocalDateTime.MAX,
            "LocalDateTime.MIN", LocalDateTime.MIN,
            "OffsetDateTime.MAX", OffsetDateTime.MAX,
            "OffsetDateTime.MIN", OffsetDateTime.MIN,
            "LocalTime.MAX", LocalTime.MAX,
            "Double.NaN", Double.NaN,
            "Double.POSITIVE_INFINITY", Double.POSITIVE_INFINITY);

    /** A row of one of the two tables of values: a type, a value of it, and what it is in Java. */
    private record Line(String type, String value, String java) {}

    @Test
    void deliversTheValuesOfTheTables() throws Exception {
        List<Line> types = lines("PostgreSQL | Java | example", 1, 3, 2);
        List<Line> special = lines("PostgreSQL | value | Java", 1, 2, 3);
        assertThat(types).hasSizeGreaterThan(20);
        assertThat(special).hasSize(CONSTANTS.size());
        List<Line> all = new ArrayList<>(types);
        all.addAll(special);
        Row row = capture(all);
        for (int i = 0; i < all.size(); i++) {
            Line line = all.get(i);
            Object value = row.value(i + 1);
            if (i < types.size()) {
                assertThat(simpleName(value)).as(line.toString()).isEqualTo(line.java());
            } else {
                assertThat(value).as(line.toString()).isEqualTo(CONSTANTS.get(line.java()));
            }
        }
    }

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
                .containsExactlyInAnyOrderElementsOf(change.toRow().columns().names());
    }

    private static JsonNode promised(String of) {
        CodeBlock shown = PAGE.blocksIn("json").stream()
                .filter(block -> block.attribute("of").equals(of))
                .findFirst()
                .orElseThrow();
        return JsonMapper.shared().readTree(shown.text());
    }

    private static Row capture(List<Line> lines) throws InterruptedException {
        StringBuilder columns = new StringBuilder("id bigint PRIMARY KEY");
        StringBuilder values = new StringBuilder("1");
        for (int i = 0; i < lines.size(); i++) {
            columns.append(", c").append(i).append(' ').append(lines.get(i).type());
            values.append(", '").append(lines.get(i).value()).append("'");
        }
        BlockingQueue<ChangeEvent<Row>> delivered = new ArrayBlockingQueue<>(1);
        try (ShopDatabase shop = new ShopDatabase();
                CdcEngine engine = CdcEngine.builder(connector(shop))
                        .subscribe(Subscription.of("values", (event, acknowledgment) -> delivered.put(event)))
                        .build()) {
            shop.database().sql("CREATE TABLE public.example (" + columns + ")");
            engine.start();
            shop.database().sql("INSERT INTO public.example VALUES (" + values + ")");
            ChangeEvent<Row> event = delivered.poll(30, TimeUnit.SECONDS);
            assertThat(event).isNotNull();
            return event.after();
        }
    }

    private static PostgresConnector connector(ShopDatabase shop) {
        return new PostgresConnector(PostgresOptions.builder("shop")
                .host("127.0.0.1")
                .port(shop.port())
                .database(ShopDatabase.NAME)
                .credentials(() -> new Credentials("postgres", null))
                .replicationSlotName("shop_cdc")
                .publicationName("shop_cdc")
                .transport(Transport.plaintext())
                .build());
    }

    private static List<Line> lines(String heading, int type, int value, int java) {
        Pattern row = Pattern.compile("\\| `(.+?)` \\| `(.+?)` \\| `(.+?)` \\|");
        return PAGE.prose().stream()
                .dropWhile(line -> !line.equals("| " + heading + " |"))
                .skip(2)
                .takeWhile(line -> line.startsWith("|"))
                .map(row::matcher)
                .filter(Matcher::matches)
                .map(cells -> new Line(cells.group(type), cells.group(value), cells.group(java)))
                .toList();
    }

    private static String simpleName(Object value) {
        return value instanceof List ? "List" : value.getClass().getSimpleName();
    }
}
