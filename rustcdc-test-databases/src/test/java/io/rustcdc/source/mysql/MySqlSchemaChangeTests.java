package io.rustcdc.source.mysql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.FailureKind;
import io.rustcdc.event.Operation;
import io.rustcdc.event.Row;
import io.rustcdc.source.CollectingSink;
import io.rustcdc.source.SourceException;
import io.rustcdc.source.SourceStream;
import io.rustcdc.source.StreamRequest;
import io.rustcdc.test.databases.MySqlServer;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tables that change while they are captured, with table maps that name their columns and with ones that do not. */
class MySqlSchemaChangeTests {

    private static final Map<Flavor, MySqlServer> full = new EnumMap<>(Flavor.class);

    @BeforeAll
    static void startServers() {
        for (Flavor flavor : Flavor.values()) {
            full.put(
                    flavor,
                    MySqlServer.builder(flavor)
                            .options("binlog-row-metadata=FULL")
                            .start());
        }
    }

    @AfterAll
    static void endServers() {
        full.values().forEach(MySqlServer::close);
    }

    @ParameterizedTest
    @EnumSource
    void announcesANewColumnWithTheStatementThatMadeItMYR9(Flavor flavor) {
        try (MySqlFixture shop = new MySqlFixture(full.get(flavor));
                SourceStream stream = shop.openFresh()) {
            shop.insert(1, 1);
            shop.database.sql(
                    "ALTER TABLE orders ADD COLUMN price decimal(9,2) AFTER id",
                    "INSERT INTO orders VALUES (2, 9.5, 'b')",
                    "ALTER TABLE orders DROP COLUMN note",
                    "INSERT INTO orders VALUES (3, 1)");
            CollectingSink sink = shop.readUpToMark(stream, new CollectingSink());
            assertThat(sink.events)
                    .extracting(ChangeEvent::operation)
                    .containsExactly(
                            Operation.INSERT,
                            Operation.SCHEMA_CHANGE,
                            Operation.INSERT,
                            Operation.SCHEMA_CHANGE,
                            Operation.INSERT);
            Row added = sink.events.get(1).after();
            assertThat(added.get("added")).isEqualTo(List.of("price"));
            assertThat(added.get("dropped")).isEqualTo(List.of());
            assertThat(added.get("statement")).isEqualTo("ALTER TABLE orders ADD COLUMN price decimal(9,2) AFTER id");
            assertThat(sink.events.get(3).after().get("dropped")).isEqualTo(List.of("note"));
            assertThat(map(sink, 0)).isEqualTo("{id=1, note=note 1}");
            assertThat(map(sink, 2)).isEqualTo("{id=2, price=9.50, note=b}");
            assertThat(map(sink, 4)).isEqualTo("{id=3, price=1.00}");
        }
    }

    @ParameterizedTest
    @EnumSource
    void readsOlderRowsByTheirOwnShapeThoughTheTableHasMovedOn(Flavor flavor) {
        try (MySqlFixture shop = new MySqlFixture(full.get(flavor));
                SourceStream stream = shop.openFresh()) {
            shop.insert(1, 1);
            shop.database.sql(
                    "ALTER TABLE orders CHANGE note remark text",
                    "INSERT INTO orders VALUES (2, 'b')",
                    "ALTER TABLE orders ADD COLUMN note int FIRST",
                    "INSERT INTO orders VALUES (7, 3, 'c')");
            CollectingSink sink = shop.readUpToMark(stream, new CollectingSink());
            sink.events.removeIf(event -> event.operation() == Operation.SCHEMA_CHANGE);
            assertThat(map(sink, 0)).isEqualTo("{id=1, note=note 1}");
            assertThat(map(sink, 1)).isEqualTo("{id=2, remark=b}");
            assertThat(map(sink, 2)).isEqualTo("{note=7, id=3, remark=c}");
        }
    }

    @ParameterizedTest
    @EnumSource
    void anOnlineSchemaChangeBySwappingTablesJustWorks(Flavor flavor) {
        for (MySqlServer server : List.of(full.get(flavor), MySqlServer.shared(flavor))) {
            try (MySqlFixture shop = new MySqlFixture(server);
                    SourceStream stream = shop.openFresh()) {
                shop.insert(1, 2);
                CollectingSink sink = shop.readUpToMark(stream, new CollectingSink());
                shop.database.sql(
                        "CREATE TABLE _orders_new LIKE orders",
                        "ALTER TABLE _orders_new ADD COLUMN size int",
                        "INSERT INTO _orders_new (id, note) SELECT id, note FROM orders",
                        "RENAME TABLE orders TO _orders_old, _orders_new TO orders",
                        "INSERT INTO orders VALUES (3, 'c', 5)",
                        "DROP TABLE _orders_old");
                shop.readUpToMark(stream, sink);
                assertThat(sink.events)
                        .extracting(ChangeEvent::operation)
                        .containsExactly(Operation.INSERT, Operation.INSERT, Operation.SCHEMA_CHANGE, Operation.INSERT);
                assertThat(map(sink, 3)).isEqualTo("{id=3, note=c, size=5}");
                assertThat(sink.events.get(2).after().get("statement"))
                        .isEqualTo("RENAME TABLE orders TO _orders_old, _orders_new TO orders");
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void looksColumnsUpAgainWhenADefinitionPassesBy(Flavor flavor) {
        try (MySqlFixture shop = new MySqlFixture(flavor);
                SourceStream stream = shop.openFresh()) {
            shop.insert(1, 1);
            CollectingSink sink = shop.readUpToMark(stream, new CollectingSink());
            shop.database.sql("ALTER TABLE orders ADD COLUMN size int", "INSERT INTO orders VALUES (2, 'b', 7)");
            shop.readUpToMark(stream, sink);
            assertThat(sink.events)
                    .extracting(ChangeEvent::operation)
                    .containsExactly(Operation.INSERT, Operation.SCHEMA_CHANGE, Operation.INSERT);
            assertThat(map(sink, 2)).isEqualTo("{id=2, note=b, size=7}");
        }
    }

    @ParameterizedTest
    @EnumSource
    void stopsWhereTheCatalogIsAheadOfRowsThatDoNotNameTheirColumns(Flavor flavor) {
        try (MySqlFixture shop = new MySqlFixture(flavor);
                SourceStream stream = shop.openFresh()) {
            shop.insert(1, 1);
            shop.database.sql("ALTER TABLE orders ADD COLUMN size int FIRST");
            CollectingSink sink = new CollectingSink();
            assertThatThrownBy(() -> MySqlFixture.readEvents(stream, sink, 1))
                    .isInstanceOfSatisfying(SourceException.class, e -> {
                        assertThat(e.kind()).isEqualTo(FailureKind.TERMINAL);
                        assertThat(e.action()).contains("binlog_row_metadata");
                    });
            assertThat(sink.events).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    void aChangeOfShapeIsNotAnnouncedAgainOnceItIsAcknowledged(Flavor flavor) {
        try (MySqlFixture shop = new MySqlFixture(full.get(flavor))) {
            CollectingSink sink = new CollectingSink();
            try (SourceStream stream = shop.openFresh()) {
                shop.insert(1, 1);
                shop.database.sql("ALTER TABLE orders ADD COLUMN size int", "INSERT INTO orders VALUES (2, 'b', 7)");
                shop.readUpToMark(stream, sink);
            }
            shop.database.sql("INSERT INTO orders VALUES (3, 'c', 7)");
            CollectingSink again = new CollectingSink();
            try (SourceStream stream = shop.connector()
                    .open(new StreamRequest(sink.commits.get(sink.commits.size() - 1), false, false, sink.schemas))) {
                shop.readUpToMark(stream, again);
            }
            assertThat(again.events).extracting(ChangeEvent::operation).containsExactly(Operation.INSERT);
            CollectingSink twice = new CollectingSink();
            try (SourceStream stream =
                    shop.connector().open(new StreamRequest(sink.commits.get(0), false, false, sink.schemas))) {
                shop.readUpToMark(stream, twice);
            }
            assertThat(twice.events)
                    .extracting(ChangeEvent::operation)
                    .containsExactly(Operation.INSERT, Operation.INSERT);
        }
    }

    @ParameterizedTest
    @EnumSource
    void columnsThatWereNotLoggedAreAbsentAndNeverNull(Flavor flavor) {
        for (String image : List.of("MINIMAL", "NOBLOB")) {
            try (MySqlFixture shop = new MySqlFixture(full.get(flavor))) {
                shop.database.sql("ALTER TABLE orders ADD COLUMN size int");
                try (SourceStream stream = shop.openFresh()) {
                    shop.database.sql(
                            "SET SESSION binlog_row_image = '" + image + "'",
                            "INSERT INTO orders VALUES (1, 'a', NULL)",
                            "UPDATE orders SET size = 2 WHERE id = 1",
                            "DELETE FROM orders WHERE id = 1");
                    CollectingSink sink = shop.readUpToMark(stream, new CollectingSink());
                    Row inserted = sink.events.get(0).after();
                    Row before = sink.events.get(1).before();
                    Row after = sink.events.get(1).after();
                    Row deleted = sink.events.get(2).before();
                    assertThat(inserted.isComplete()).isTrue();
                    assertThat(inserted.isNull(inserted.columns().indexOf("size")))
                            .isTrue();
                    assertThat(before.isPresent("id")).isTrue();
                    assertThat(before.isPresent("note")).isFalse();
                    assertThat(after.isPresent("note")).isFalse();
                    assertThat(after.get("size")).isEqualTo(2);
                    assertThat(deleted.get("id")).isEqualTo(1);
                    assertThat(deleted.isPresent("note")).isFalse();
                    assertThat(sink.events.get(1).key().values()).isEqualTo(List.of(1));
                    assertThat(sink.events.get(1).rowWrite().getClass().getSimpleName())
                            .isEqualTo("Merge");
                    assertThat(sink.events.get(2).beforeKeyOnly()).isEqualTo(image.equals("MINIMAL"));
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void tablesWithoutAKeyHaveWholeImagesAndNoKey(Flavor flavor) {
        try (MySqlFixture shop = new MySqlFixture(full.get(flavor))) {
            shop.database.sql("ALTER TABLE orders DROP PRIMARY KEY");
            try (SourceStream stream = shop.openFresh()) {
                shop.database.sql("INSERT INTO orders VALUES (1, 'a')", "UPDATE orders SET note = 'b'");
                CollectingSink sink = shop.readUpToMark(stream, new CollectingSink());
                assertThat(sink.events)
                        .allSatisfy(event -> assertThat(event.key()).isNull());
                assertThat(sink.events.get(1).before().toMap().toString()).isEqualTo("{id=1, note=a}");
            }
        }
    }

    private static String map(CollectingSink sink, int index) {
        return sink.events.get(index).after().toMap().toString();
    }
}
