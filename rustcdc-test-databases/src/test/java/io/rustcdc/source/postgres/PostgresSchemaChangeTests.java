package io.rustcdc.source.postgres;

import static io.rustcdc.source.postgres.RowCapture.assumeVersion;
import static io.rustcdc.source.postgres.RowCapture.key;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.Operation;
import io.rustcdc.event.Row;
import io.rustcdc.event.TableId;
import io.rustcdc.schema.AcknowledgedSchema;
import io.rustcdc.source.StreamRequest;
import io.rustcdc.source.TableFilter;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** That a changed table is announced with its difference, in its place, once. */
class PostgresSchemaChangeTests {

    private PostgresFixture shop;

    @BeforeEach
    void createDatabase() {
        shop = new PostgresFixture();
        shop.database.sql("CREATE TABLE items (id int PRIMARY KEY, name text, price numeric(10,2))");
    }

    @AfterEach
    void dropDatabase() {
        shop.close();
    }

    @Test
    void eachKindOfDifferenceIsNamed() {
        try (RowCapture capture = items()) {
            capture.change("INSERT INTO items VALUES (1, 'a', 1)");

            Row added = schemaChange(capture, "ALTER TABLE items ADD stock int");
            assertThat(added.get("added")).isEqualTo(List.of("stock"));
            assertThat(added.get("columns"))
                    .isEqualTo(Map.of("id", "int4", "name", "text", "price", "numeric(10,2)", "stock", "int4"));

            Row retyped =
                    schemaChange(capture, "ALTER TABLE items ALTER stock TYPE bigint, ALTER price TYPE numeric(12,3)");
            assertThat(retyped.get("retyped")).isEqualTo(Map.of("stock", "int4", "price", "numeric(10,2)"));

            Row renamed = schemaChange(capture, "ALTER TABLE items RENAME name TO title");
            assertThat(renamed.get("renamed")).isEqualTo(Map.of("name", "title"));
            assertThat(renamed.get("dropped")).isEqualTo(List.of("name"));
            assertThat(renamed.get("added")).isEqualTo(List.of("title"));

            Row dropped = schemaChange(capture, "ALTER TABLE items DROP COLUMN price");
            assertThat(dropped.get("dropped")).isEqualTo(List.of("price"));
            assertThat(dropped.get("renamed")).isEqualTo(Map.of());

            Row keyed =
                    schemaChange(capture, "ALTER TABLE items DROP CONSTRAINT items_pkey, ADD PRIMARY KEY (title, id)");
            assertThat(keyed.get("key_changed")).isEqualTo(true);
            assertThat(keyed.get("key")).isEqualTo(List.of("title", "id"));
            assertThat(keyed.get("key_before")).isEqualTo(List.of("id"));
        }
    }

    @Test
    @DisplayName("PG-16: under FULL a change of shape has the real key, though every column is part of the identity")
    void underFullTheKeyOfTheNewShapeIsThePrimaryKey() {
        shop.database.sql("ALTER TABLE items REPLICA IDENTITY FULL");
        try (RowCapture capture = items()) {
            capture.change("INSERT INTO items VALUES (1, 'a', 1)");

            assertThat(schemaChange(capture, "ALTER TABLE items ADD stock int").get("key"))
                    .isEqualTo(List.of("id"));
        }
    }

    @Test
    @DisplayName(
            "PG-17: under FULL a key that changed before the first change of the table, or between two, is noticed")
    void underFullAChangedKeyIsNoticed() {
        shop.database.sql("ALTER TABLE items REPLICA IDENTITY FULL", "ALTER TABLE items ALTER name SET NOT NULL");
        try (RowCapture capture = items()) {
            shop.database.sql("ALTER TABLE items DROP CONSTRAINT items_pkey, ADD PRIMARY KEY (name)");
            ChangeEvent<Row> first = capture.change("INSERT INTO items VALUES (1, 'a', 1)");
            assertThat(first.key()).isEqualTo(key("name", "a"));

            shop.database.sql("ALTER TABLE items DROP CONSTRAINT items_pkey, ADD PRIMARY KEY (id)");
            List<ChangeEvent<Row>> changes = capture.changes("INSERT INTO items VALUES (2, 'b', 1)");
            assertThat(changes)
                    .extracting(ChangeEvent::operation)
                    .containsExactly(Operation.SCHEMA_CHANGE, Operation.INSERT);
            assertThat(changes.get(1).key()).isEqualTo(key("id", 2));
        }
    }

    @Test
    @DisplayName("Under FULL rows that are older than a renamed or replaced key have the key that was known")
    void underFullOlderRowsHaveTheKnownKey() {
        shop.database.sql("ALTER TABLE items REPLICA IDENTITY FULL");
        CollectingSink sink;
        try (RowCapture capture = items()) {
            capture.change("INSERT INTO items VALUES (1, 'a', 1)");
            sink = capture.sink();
        }
        shop.database.sql(
                "INSERT INTO items VALUES (2, 'b', 1)",
                "ALTER TABLE items ADD uid int NOT NULL DEFAULT 7, ADD UNIQUE (uid, id)",
                "ALTER TABLE items DROP CONSTRAINT items_pkey, ADD PRIMARY KEY (uid, id)",
                "INSERT INTO items VALUES (3, 'c', 1, 8)");
        try (RowCapture capture = resume(sink)) {
            List<ChangeEvent<Row>> changes = capture.arrived();

            assertThat(changes)
                    .extracting(ChangeEvent::operation)
                    .containsExactly(Operation.INSERT, Operation.SCHEMA_CHANGE, Operation.INSERT);
            assertThat(changes.get(0).key()).isEqualTo(key("id", 2));
            assertThat(changes.get(2).key().columns()).containsExactly("uid", "id");
        }
    }

    @Test
    @DisplayName("Under FULL rows of a table that was dropped meanwhile have the key that was known")
    void underFullRowsOfADroppedTableHaveTheKnownKey() {
        shop.database.sql("ALTER TABLE items REPLICA IDENTITY FULL", "CREATE PUBLICATION shop_cdc FOR ALL TABLES");
        CollectingSink sink;
        try (RowCapture capture = items()) {
            capture.change("INSERT INTO items VALUES (1, 'a', 1)");
            sink = capture.sink();
        }
        shop.database.sql("DELETE FROM items WHERE id = 1", "DROP TABLE items");
        try (RowCapture capture = resume(sink)) {
            assertThat(capture.arrived()).extracting(ChangeEvent::key).containsExactly(key("id", 1));
        }
    }

    @Test
    void changeInsideATransactionIsAnnouncedBetweenItsRows() {
        try (RowCapture capture = items()) {
            capture.change("INSERT INTO items VALUES (1, 'a', 1)");
            List<ChangeEvent<Row>> changes = capture.changesInOneTransaction(
                    "INSERT INTO items VALUES (2, 'b', 1)",
                    "ALTER TABLE items ADD stock int",
                    "INSERT INTO items VALUES (3, 'c', 1, 5)",
                    "ALTER TABLE items DROP COLUMN price",
                    "INSERT INTO items VALUES (4, 'd', 6)");

            assertThat(changes)
                    .extracting(
                            ChangeEvent::operation,
                            change -> change.transaction().index())
                    .containsExactly(
                            tuple(Operation.INSERT, 0L),
                            tuple(Operation.SCHEMA_CHANGE, 1L),
                            tuple(Operation.INSERT, 1L),
                            tuple(Operation.SCHEMA_CHANGE, 2L),
                            tuple(Operation.INSERT, 2L));
            assertThat(changes.get(0).after().columns().names()).containsExactly("id", "name", "price");
            assertThat(changes.get(2).after().get("stock")).isEqualTo(5);
            assertThat(changes.get(4).after().toMap()).containsOnlyKeys("id", "name", "stock");
        }
    }

    @Test
    @DisplayName(
            "Resumed between the rows of a transaction that changed the table, the rest comes in its own shape, announced once")
    void resumesBetweenTheShapesOfOneTransaction() {
        List<ChangeEvent<Row>> whole;
        Map<TableId, AcknowledgedSchema> before;
        Map<TableId, AcknowledgedSchema> after;
        try (RowCapture capture = items()) {
            capture.change("INSERT INTO items VALUES (1, 'a', 1)");
            before = Map.copyOf(capture.sink().schemas);
            whole = capture.changesInOneTransaction(
                    "INSERT INTO items VALUES (2, 'b', 1)",
                    "ALTER TABLE items ADD stock int",
                    "INSERT INTO items VALUES (3, 'c', 1, 5)",
                    "INSERT INTO items VALUES (4, 'd', 1, 6)");
            after = Map.copyOf(capture.sink().schemas);
        }
        for (int done = 1; done <= 4; done++) {
            StreamRequest request =
                    new StreamRequest(whole.get(done - 1).offset(), false, false, done < 2 ? before : after);
            try (RowCapture capture = RowCapture.of(shop, options(), request)) {
                List<String> rest = capture.arrived().stream()
                        .map(change -> change.operation() == Operation.SCHEMA_CHANGE
                                ? "change"
                                : String.valueOf(change.after().get("id")))
                        .toList();
                assertThat(rest)
                        .as("after %d", done)
                        .isEqualTo(List.of("2", "change", "3", "4").subList(done, 4));
            }
        }
    }

    @Test
    void changeWhileDisconnectedIsAnnouncedBeforeTheFirstRowThatHasIt() {
        CollectingSink sink;
        try (RowCapture capture = items()) {
            capture.change("INSERT INTO items VALUES (1, 'a', 1)");
            sink = capture.sink();
        }
        shop.database.sql(
                "INSERT INTO items VALUES (2, 'b', 1)",
                "ALTER TABLE items ADD stock int",
                "INSERT INTO items VALUES (3, 'c', 1, 5)");
        try (RowCapture capture = resume(sink)) {
            List<ChangeEvent<Row>> changes = capture.arrived();
            assertThat(changes)
                    .extracting(ChangeEvent::operation)
                    .containsExactly(Operation.INSERT, Operation.SCHEMA_CHANGE, Operation.INSERT);
            assertThat(changes.get(0).after().columns().names()).doesNotContain("stock");
            sink = capture.sink();
        }
        try (RowCapture capture = resume(sink)) {
            assertThat(capture.changes("INSERT INTO items VALUES (4, 'd', 1, 6)"))
                    .extracting(ChangeEvent::operation)
                    .containsExactly(Operation.INSERT);
        }
    }

    @Test
    @DisplayName("PG-25: a change of another table of the publication leaves no event")
    void changeOfAnotherTableIsNoEvent() {
        shop.database.sql("CREATE PUBLICATION shop_cdc FOR TABLE items, orders");
        try (RowCapture capture = items()) {
            assertThat(capture.changes(
                            "INSERT INTO orders VALUES (1, 'n')",
                            "ALTER TABLE orders ADD extra int",
                            "INSERT INTO orders VALUES (2, 'n', 3)",
                            "TRUNCATE orders"))
                    .isEmpty();
            assertThat(capture.change("INSERT INTO items VALUES (1, 'a', 1)").operation())
                    .isEqualTo(Operation.INSERT);
        }
    }

    @Test
    void tableThatIsDroppedAndCreatedAgainIsAnnouncedWithTheDifference() {
        shop.database.sql("CREATE PUBLICATION shop_cdc FOR ALL TABLES");
        try (RowCapture capture = items()) {
            capture.change("INSERT INTO items VALUES (1, 'a', 1)");
            List<ChangeEvent<Row>> changes = capture.changes(
                    "DROP TABLE items",
                    "CREATE TABLE items (code text PRIMARY KEY, name text)",
                    "INSERT INTO items VALUES ('x', 'a')");

            assertThat(changes)
                    .extracting(ChangeEvent::operation)
                    .containsExactly(Operation.SCHEMA_CHANGE, Operation.INSERT);
            assertThat(changes.get(0).after().get("dropped")).isEqualTo(List.of("id", "price"));
            assertThat(changes.get(0).after().get("key")).isEqualTo(List.of("code"));
            assertThat(changes.get(1).key()).isEqualTo(key("code", "x"));
        }
    }

    @Test
    void tableThatIsDroppedAndCreatedAlikeIsNoChange() {
        shop.database.sql("CREATE PUBLICATION shop_cdc FOR ALL TABLES");
        try (RowCapture capture = items()) {
            capture.change("INSERT INTO items VALUES (1, 'a', 1)");

            assertThat(capture.changes(
                            "DROP TABLE items",
                            "CREATE TABLE items (id int PRIMARY KEY, name text, price numeric(10,2))",
                            "INSERT INTO items VALUES (1, 'a', 2)"))
                    .extracting(ChangeEvent::operation)
                    .containsExactly(Operation.INSERT);
        }
    }

    @Test
    @DisplayName("A table renamed away from the filter is no longer delivered, which is said; renamed back it is")
    void tableRenamedAwayIsNoLongerDelivered() {
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        log.start();
        Logger logger = (Logger) LoggerFactory.getLogger(Relations.class);
        logger.addAppender(log);
        try (RowCapture capture = items()) {
            capture.change("INSERT INTO items VALUES (1, 'a', 1)");
            assertThat(capture.changes(
                            "ALTER TABLE items RENAME TO things",
                            "INSERT INTO things VALUES (2, 'b', 1)",
                            "INSERT INTO things VALUES (3, 'b', 1)"))
                    .isEmpty();
            assertThat(log.list)
                    .singleElement()
                    .satisfies(event -> assertThat(event.getFormattedMessage())
                            .contains("'public.items' is named 'public.things' now")
                            .contains("no longer delivered"));

            List<ChangeEvent<Row>> back =
                    capture.changes("ALTER TABLE things RENAME TO items", "INSERT INTO items VALUES (4, 'd', 1)");
            assertThat(back).extracting(ChangeEvent::key).containsExactly(key("id", 4));
        } finally {
            logger.detachAppender(log);
        }
    }

    @Test
    @DisplayName("Two tables that swap their names are told apart, also under FULL where the catalog tells the key")
    void swappedTablesAreToldApart() {
        shop.database.sql(
                "CREATE TABLE fresh (code text PRIMARY KEY, name text)",
                "ALTER TABLE fresh REPLICA IDENTITY FULL",
                "ALTER TABLE items REPLICA IDENTITY FULL",
                "CREATE PUBLICATION shop_cdc FOR TABLE items, fresh");
        CollectingSink sink;
        try (RowCapture capture = items()) {
            capture.change("INSERT INTO items VALUES (1, 'a', 1)");
            sink = capture.sink();
        }
        shop.database.sql("INSERT INTO items VALUES (2, 'b', 1)");
        shop.database.transaction("ALTER TABLE items RENAME TO old", "ALTER TABLE fresh RENAME TO items");
        shop.database.sql("INSERT INTO items VALUES ('x', 'a')");
        try (RowCapture capture = resume(sink)) {
            List<ChangeEvent<Row>> changes = capture.arrived();
            assertThat(changes)
                    .extracting(ChangeEvent::operation)
                    .containsExactly(Operation.INSERT, Operation.SCHEMA_CHANGE, Operation.INSERT);
            assertThat(changes.get(0).key()).isEqualTo(key("id", 2));
            assertThat(changes.get(2).key()).isEqualTo(key("code", "x"));
        }
    }

    @Test
    @DisplayName("A renamed schema is another name; before 16 the server says so to new connections only")
    void renamedSchemaIsAnotherName() {
        assumeVersion(shop, 16, "schemas renamed while streaming");
        shop.database.sql("CREATE SCHEMA stock", "CREATE TABLE stock.parts (id int PRIMARY KEY)");
        try (RowCapture capture =
                RowCapture.of(shop, shop.options().tables(TableFilter.of("*.parts")), StreamRequest.fresh())) {
            capture.change("INSERT INTO stock.parts VALUES (1)");
            List<ChangeEvent<Row>> changes =
                    capture.changes("ALTER SCHEMA stock RENAME TO depot", "INSERT INTO depot.parts VALUES (2)");

            assertThat(changes).extracting(change -> change.table().toString()).containsExactly("depot.parts");
        }
    }

    /** The change of shape that comes with the next row, and nothing else with it. */
    private Row schemaChange(RowCapture capture, String ddl) {
        List<ChangeEvent<Row>> changes = capture.changes(ddl, "TRUNCATE items");
        assertThat(changes)
                .extracting(ChangeEvent::operation)
                .containsExactly(Operation.SCHEMA_CHANGE, Operation.TRUNCATE);
        return changes.get(0).after();
    }

    private PostgresOptions.Builder options() {
        return shop.options().tables(TableFilter.of("public.items"));
    }

    private RowCapture items() {
        return RowCapture.of(shop, "public.items");
    }

    private RowCapture resume(CollectingSink sink) {
        return RowCapture.of(shop, options(), new StreamRequest(sink.lastCommit(), false, false, sink.schemas));
    }
}
