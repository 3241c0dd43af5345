package io.rustcdc.source.sqlserver;

import static io.rustcdc.source.sqlserver.SqlServerFixture.texts;
import static org.assertj.core.api.Assertions.assertThat;

import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.Operation;
import io.rustcdc.event.Row;
import io.rustcdc.source.CollectingSink;
import io.rustcdc.source.SourceStream;
import io.rustcdc.source.StreamRequest;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Tables that are enabled, changed and disabled while the stream runs. */
abstract class SqlServerTablesContract {

    private final SqlServerKind kind;
    private SqlServerFixture fixture;

    SqlServerTablesContract(SqlServerKind kind) {
        this.kind = kind;
    }

    @BeforeEach
    void start() {
        fixture = new SqlServerFixture(kind).withOrders();
        fixture.database.stopCapture();
    }

    @AfterEach
    void end() {
        if (fixture != null) {
            fixture.close();
        }
    }

    @Test
    @DisplayName("MS-04: a table that is enabled while the stream runs is captured from its first change on")
    void capturesATableThatIsEnabledLater() {
        try (SourceStream stream = fixture.openFresh()) {
            CollectingSink sink = new CollectingSink();
            fixture.insert(1, 1);
            fixture.readCommits(stream, sink, 1);
            fixture.database.sql("CREATE TABLE dbo.items (id int PRIMARY KEY)");
            fixture.database.enable("dbo.items");
            fixture.database.transaction("INSERT INTO items VALUES (1)", "INSERT INTO items VALUES (2)");
            fixture.database.capture();
            fixture.insert(2, 2);
            fixture.readCommits(stream, sink, 3);
            assertThat(rows(sink))
                    .containsExactly(
                            "INSERT dbo.orders {id=1, note=note 1}",
                            "INSERT dbo.items {id=1}",
                            "INSERT dbo.items {id=2}",
                            "INSERT dbo.orders {id=2, note=note 2}");
            assertThat(sink.schemas.keySet()).extracting(Object::toString).contains("dbo.items");
        }
    }

    @Test
    @DisplayName("A table that is disabled while the stream runs is gone, and the others go on")
    void outlivesATableThatIsDisabled() {
        fixture.database.sql("CREATE TABLE dbo.items (id int PRIMARY KEY)");
        fixture.database.enable("dbo.items");
        fixture.database.capture();
        try (SourceStream stream = fixture.openFresh()) {
            CollectingSink sink = new CollectingSink();
            fixture.database.sql("INSERT INTO items VALUES (1)");
            fixture.insert(1, 1);
            fixture.readCommits(stream, sink, 2);
            fixture.database.disable("dbo.items", "dbo_items");
            fixture.database.sql("INSERT INTO items VALUES (2)");
            fixture.insert(2, 2);
            fixture.readCommits(stream, sink, 3);
            assertThat(rows(sink))
                    .containsExactly(
                            "INSERT dbo.items {id=1}",
                            "INSERT dbo.orders {id=1, note=note 1}",
                            "INSERT dbo.orders {id=2, note=note 2}");
        }
    }

    @Test
    @DisplayName("A column that no instance holds changes nothing of what comes")
    void goesOnWithoutWhatTheInstanceCannotSee() {
        try (SourceStream stream = fixture.openFresh()) {
            CollectingSink sink = new CollectingSink();
            fixture.insert(1, 1);
            fixture.database.sql("ALTER TABLE dbo.orders ADD extra int");
            fixture.database.sql("INSERT INTO orders VALUES (2, N'b', 5)");
            fixture.database.capture();
            fixture.readCommits(stream, sink, 2);
            assertThat(texts(sink.events))
                    .containsExactly("INSERT dbo.orders {id=1, note=note 1}", "INSERT dbo.orders {id=2, note=b}");
        }
    }

    @Test
    @DisplayName(
            "SCHEMA_CHANGE: a column of another type is announced once, before its rows, with the statement from the"
                    + " history")
    void announcesAnotherType() {
        try (SourceStream stream = fixture.openFresh()) {
            CollectingSink sink = new CollectingSink();
            fixture.insert(1, 1);
            fixture.readCommits(stream, sink, 1);
            fixture.database.sql("ALTER TABLE dbo.orders ALTER COLUMN note nvarchar(300)");
            fixture.database.sql("INSERT INTO orders VALUES (2, N'b')", "INSERT INTO orders VALUES (3, N'c')");
            fixture.database.capture();
            fixture.readCommits(stream, sink, 3);
            assertThat(texts(sink.events))
                    .containsExactly(
                            "INSERT dbo.orders {id=1, note=note 1}",
                            "SCHEMA_CHANGE dbo.orders",
                            "INSERT dbo.orders {id=2, note=b}",
                            "INSERT dbo.orders {id=3, note=c}");
            Row shape = Objects.requireNonNull(shapes(sink).get(0).after());
            assertThat(String.valueOf(shape.get("statement"))).contains("ALTER COLUMN note nvarchar(300)");
            assertThat(String.valueOf(shape.get("retyped"))).contains("nvarchar(100)");
        }
    }

    @Test
    @DisplayName(
            "MS-04: an instance that the capture job has not seen yet, and that has no LSN, disturbs neither a start"
                    + " nor a stream")
    void waitsForAnInstanceThatWasNotSeenYet() {
        fixture.database.sql("CREATE TABLE dbo.items (id int PRIMARY KEY)");
        try (SourceStream stream = fixture.openFresh()) {
            CollectingSink sink = new CollectingSink();
            fixture.database.enable("dbo.items");
            SqlServerFixture.readIdle(stream, sink, 3);
            fixture.openFresh().close();
            fixture.database.sql("INSERT INTO items VALUES (1)");
            fixture.insert(1, 1);
            fixture.readCommits(stream, sink, 2);
            assertThat(rows(sink)).containsExactly("INSERT dbo.items {id=1}", "INSERT dbo.orders {id=1, note=note 1}");
        }
    }

    @Test
    @DisplayName(
            "MS-R2: a change of shape comes before the rows that it stands before, and its offset passes over none of"
                    + " them")
    void placesAChangeOfShapeBeforeItsRows() {
        try (SourceStream stream = fixture.openFresh()) {
            CollectingSink sink = new CollectingSink();
            fixture.insert(1, 3);
            fixture.database.sql("ALTER TABLE dbo.orders ALTER COLUMN note nvarchar(300)");
            fixture.database.sql("INSERT INTO orders VALUES (4, N'd')", "INSERT INTO orders VALUES (5, N'e')");
            fixture.database.capture();
            fixture.read(stream, sink, () -> rows(sink).size() >= 5);
            for (ChangeEvent<Row> shape : shapes(sink)) {
                int index = sink.events.indexOf(shape);
                for (ChangeEvent<Row> later : sink.events.subList(index + 1, sink.events.size())) {
                    assertThat(later.offset().isBefore(shape.offset())).isFalse();
                }
                CollectingSink rest = new CollectingSink();
                long expected = sink.events.subList(index + 1, sink.events.size()).stream()
                        .filter(event -> event.operation() != Operation.SCHEMA_CHANGE)
                        .count();
                try (SourceStream again = fixture.resume(shape.offset())) {
                    fixture.read(again, rest, () -> rows(rest).size() >= expected);
                }
                assertThat(rows(rest)).hasSize((int) expected);
            }
        }
    }

    @Test
    @DisplayName("MS-R3: of more changes of shape than a page has rows none is lost")
    void announcesManyChangesOfShape() {
        for (int i = 0; i < 12; i++) {
            fixture.database.sql("CREATE TABLE dbo.many%d (id int PRIMARY KEY, note nvarchar(100))".formatted(i));
            fixture.database.enable("dbo.many" + i);
        }
        fixture.database.capture();
        try (SourceStream stream =
                fixture.connector(fixture.options().maxEventsPerPoll(2)).open(StreamRequest.fresh())) {
            CollectingSink sink = new CollectingSink();
            for (int i = 0; i < 12; i++) {
                fixture.database.sql("INSERT INTO many%d VALUES (1, NULL)".formatted(i));
            }
            fixture.database.capture();
            fixture.readCommits(stream, sink, 12);
            for (int i = 0; i < 12; i++) {
                fixture.database.sql("ALTER TABLE dbo.many%d ALTER COLUMN note nvarchar(200)".formatted(i));
                fixture.database.sql("INSERT INTO many%d VALUES (2, NULL)".formatted(i));
            }
            fixture.database.capture();
            fixture.read(stream, sink, () -> rows(sink).size() >= 24);
            assertThat(shapes(sink))
                    .extracting(event -> event.table().name())
                    .hasSize(12)
                    .doesNotHaveDuplicates();
        }
    }

    @Test
    @DisplayName("The columns of an instance that captures some are all there is of its rows")
    void bringsTheCapturedColumns() {
        fixture.database.sql("CREATE TABLE dbo.wide (id int PRIMARY KEY, a int, b int)");
        fixture.database.enable("dbo.wide", "wide", "id", "b");
        fixture.database.capture();
        try (SourceStream stream = fixture.openFresh()) {
            CollectingSink sink = new CollectingSink();
            fixture.database.sql("INSERT INTO wide VALUES (1, 2, 3)");
            fixture.database.capture();
            fixture.readCommits(stream, sink, 1);
            assertThat(rows(sink)).containsExactly("INSERT dbo.wide {id=1, b=3}");
        }
    }

    private static List<String> rows(CollectingSink sink) {
        return texts(sink.events.stream()
                .filter(event -> event.operation() != Operation.SCHEMA_CHANGE)
                .toList());
    }

    private static List<ChangeEvent<Row>> shapes(CollectingSink sink) {
        return sink.events.stream()
                .filter(event -> event.operation() == Operation.SCHEMA_CHANGE)
                .toList();
    }
}
