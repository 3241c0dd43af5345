package io.rustcdc.source.sqlserver;

import static io.rustcdc.source.sqlserver.SqlServerFixture.readIdle;
import static io.rustcdc.source.sqlserver.SqlServerFixture.texts;
import static org.assertj.core.api.Assertions.assertThat;

import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.Offset;
import io.rustcdc.event.Operation;
import io.rustcdc.event.Row;
import io.rustcdc.source.CollectingSink;
import io.rustcdc.source.SourceStream;
import io.rustcdc.source.StreamRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Windows, pages and positions of the stream. The capture job is stopped: tests say when changes are copied. */
abstract class SqlServerStreamContract {

    private final SqlServerKind kind;
    private SqlServerFixture fixture;

    SqlServerStreamContract(SqlServerKind kind) {
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
    @DisplayName("MS-13: the two rows of an update are one event with before and after")
    void joinsTheRowsOfAnUpdate() {
        try (SourceStream stream = fixture.openFresh()) {
            CollectingSink sink = new CollectingSink();
            fixture.insert(1, 1);
            fixture.database.sql("UPDATE orders SET note = N'new' WHERE id = 1", "DELETE FROM orders WHERE id = 1");
            fixture.database.capture();
            fixture.readCommits(stream, sink, 3);
            assertThat(texts(sink.events))
                    .containsExactly(
                            "INSERT dbo.orders {id=1, note=note 1}",
                            "UPDATE dbo.orders {id=1, note=note 1} -> {id=1, note=new}",
                            "DELETE dbo.orders {id=1, note=new}");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 7})
    @DisplayName(
            "MS-13, MS-03: pages of any size end within updates and transactions, and nothing is lost or comes twice")
    void readsPagesOfAnySize(int page) {
        try (SourceStream stream =
                fixture.connector(fixture.options().maxEventsPerPoll(page)).open(StreamRequest.fresh())) {
            CollectingSink sink = new CollectingSink();
            fixture.insert(1, 10);
            fixture.database.sql("UPDATE orders SET note = N'u'");
            fixture.database.transaction(
                    "UPDATE orders SET note = N'v' WHERE id <= 3",
                    "DELETE FROM orders WHERE id = 2",
                    "UPDATE orders SET id = 20 WHERE id = 3");
            fixture.database.capture();
            fixture.readCommits(stream, sink, 3);
            List<String> expected = new ArrayList<>();
            IntStream.rangeClosed(1, 10)
                    .forEach(i -> expected.add("INSERT dbo.orders {id=%d, note=note %1$d}".formatted(i)));
            IntStream.rangeClosed(1, 10)
                    .forEach(i -> expected.add(
                            "UPDATE dbo.orders {id=%d, note=note %1$d} -> {id=%1$d, note=u}".formatted(i)));
            IntStream.rangeClosed(1, 3)
                    .forEach(i -> expected.add("UPDATE dbo.orders {id=%d, note=u} -> {id=%1$d, note=v}".formatted(i)));
            assertThat(texts(sink.events).subList(0, 23)).isEqualTo(expected);
            assertThat(texts(sink.events).subList(23, 26))
                    .containsExactly(
                            "DELETE dbo.orders {id=2, note=v}",
                            "DELETE dbo.orders {id=3, note=v}",
                            "INSERT dbo.orders {id=20, note=v}");
            readIdle(stream, sink, 5);
        }
    }

    @Test
    @DisplayName("MS-03: 60 rows of two tables by pages of 5 arrive, in the order of their commits")
    void mergesTablesByCommit() {
        fixture.database.sql("CREATE TABLE dbo.items (id int PRIMARY KEY)");
        fixture.database.enable("dbo.items");
        fixture.database.capture();
        try (SourceStream stream =
                fixture.connector(fixture.options().maxEventsPerPoll(5)).open(StreamRequest.fresh())) {
            CollectingSink sink = new CollectingSink();
            List<String> expected = new ArrayList<>();
            for (int i = 1; i <= 20; i++) {
                fixture.database.sql("INSERT INTO orders VALUES (%d, N'n')".formatted(i));
                fixture.database.transaction(
                        "INSERT INTO items VALUES (%d)".formatted(i),
                        "UPDATE orders SET note = N'm' WHERE id = %d".formatted(i));
                expected.add("INSERT dbo.orders {id=%d, note=n}".formatted(i));
                expected.add("INSERT dbo.items {id=%d}".formatted(i));
                expected.add("UPDATE dbo.orders {id=%d, note=n} -> {id=%1$d, note=m}".formatted(i));
            }
            fixture.database.capture();
            fixture.readCommits(stream, sink, 40);
            assertThat(texts(sink.events)).isEqualTo(expected);
        }
    }

    @Test
    @DisplayName(
            "MS-R8: the rows of one commit are one transaction, numbered, and the last one says how many there were")
    void groupsTheRowsOfACommit() {
        fixture.database.sql("CREATE TABLE dbo.items (id int PRIMARY KEY)");
        fixture.database.enable("dbo.items");
        fixture.database.capture();
        try (SourceStream stream = fixture.openFresh()) {
            CollectingSink sink = new CollectingSink();
            fixture.database.transaction(
                    "INSERT INTO orders VALUES (1, N'a')",
                    "INSERT INTO items VALUES (1)",
                    "UPDATE orders SET note = N'b' WHERE id = 1");
            fixture.database.sql("INSERT INTO items VALUES (2)");
            fixture.database.capture();
            fixture.readCommits(stream, sink, 2);
            List<ChangeEvent<Row>> events = sink.events;
            assertThat(events).extracting(event -> event.transaction().index()).containsExactly(0L, 1L, 2L, 0L);
            assertThat(events)
                    .extracting(event -> event.transaction().last())
                    .containsExactly(false, false, true, true);
            assertThat(events)
                    .extracting(event -> event.transaction().id())
                    .element(3)
                    .isNotEqualTo(events.get(0).transaction().id());
            assertThat(events.subList(0, 3))
                    .extracting(event -> event.transaction().id())
                    .containsOnly(events.get(0).transaction().id());
        }
    }

    @Test
    @DisplayName("MS-06: a database that was quiet for 200 polls without any progress of the agent loses nothing")
    void staysBehindTheNewestLsnWhileIdle() {
        try (SourceStream stream = fixture.openFresh()) {
            CollectingSink sink = new CollectingSink();
            readIdle(stream, sink, 200);
            fixture.insert(1, 1);
            fixture.readCommits(stream, sink, 1);
            readIdle(stream, sink, 200);
            fixture.insert(2, 2);
            fixture.readCommits(stream, sink, 2);
            assertThat(sink.ids()).containsExactly(1, 2);
        }
    }

    @Test
    @DisplayName(
            "MS-07: after an empty window the very next transactions are read, however many the agent copies at once")
    void readsTheTransactionRightAfterAnEmptyWindow() {
        try (SourceStream stream = fixture.openFresh()) {
            CollectingSink sink = new CollectingSink();
            fixture.insert(1, 1);
            fixture.readCommits(stream, sink, 1);
            readIdle(stream, sink, 10);
            for (int i = 2; i <= 6; i++) {
                fixture.database.sql("INSERT INTO orders VALUES (%d, NULL)".formatted(i));
            }
            readIdle(stream, sink, 10);
            fixture.database.capture();
            fixture.readCommits(stream, sink, 6);
            assertThat(sink.ids()).containsExactly(1, 2, 3, 4, 5, 6);
        }
    }

    @Test
    @DisplayName("MS-09: a stream resumed behind any change of a transaction brings the others, each once")
    void resumesBehindAnyChange() {
        List<Offset> offsets = new ArrayList<>();
        List<String> all;
        try (SourceStream stream = fixture.openFresh()) {
            CollectingSink sink = new CollectingSink();
            fixture.insert(1, 3);
            fixture.database.transaction(
                    "UPDATE orders SET note = N'u'",
                    "UPDATE orders SET id = 4 WHERE id = 3",
                    "DELETE FROM orders WHERE id = 1",
                    "UPDATE orders SET note = N'v' WHERE id = 2");
            fixture.database.capture();
            fixture.insert(9, 9);
            fixture.readCommits(stream, sink, 3);
            all = texts(sink.events);
            sink.events.forEach(event -> offsets.add(event.offset()));
        }
        assertThat(all).hasSize(11);
        for (int i = 0; i < offsets.size(); i++) {
            Offset saved = fixture.connector()
                    .offsets()
                    .parse(Objects.requireNonNull(offsets.get(i)).fields());
            try (SourceStream stream = fixture.resume(saved)) {
                CollectingSink sink = new CollectingSink();
                int rest = all.size() - 1 - i;
                fixture.readEvents(stream, sink, rest);
                assertThat(texts(sink.events)).as("behind " + all.get(i)).isEqualTo(all.subList(i + 1, all.size()));
                readIdle(stream, sink, 3);
            }
        }
    }

    @Test
    @DisplayName("MS-R1: a stream resumed at the end of a transaction brings nothing again")
    void bringsNothingAgainAfterACommit() {
        Offset end;
        try (SourceStream stream = fixture.openFresh()) {
            CollectingSink sink = new CollectingSink();
            fixture.insert(1, 3);
            fixture.readCommits(stream, sink, 1);
            end = sink.commits.get(0);
        }
        try (SourceStream stream = fixture.resume(end)) {
            CollectingSink sink = new CollectingSink();
            readIdle(stream, sink, 20);
            fixture.insert(4, 4);
            fixture.readCommits(stream, sink, 1);
            assertThat(sink.ids()).containsExactly(4);
        }
    }

    @Test
    @DisplayName("MS-11: tables that are not wanted are neither read nor announced")
    void leavesOutWhatIsNotWanted() {
        fixture.database.sql("CREATE TABLE dbo.items (id int PRIMARY KEY)");
        fixture.database.enable("dbo.items");
        fixture.database.capture();
        try (SourceStream stream = fixture.openFresh("dbo.items")) {
            CollectingSink sink = new CollectingSink();
            fixture.insert(1, 3);
            fixture.database.sql("INSERT INTO items VALUES (7)", "ALTER TABLE orders ADD extra int");
            fixture.database.sql("INSERT INTO items VALUES (8)");
            fixture.database.capture();
            fixture.readEvents(stream, sink, 2);
            assertThat(texts(sink.events)).containsExactly("INSERT dbo.items {id=7}", "INSERT dbo.items {id=8}");
            assertThat(sink.schemas.keySet()).extracting(Object::toString).containsExactly("dbo.items");
        }
    }

    @Test
    @DisplayName("MS-12: NULL is a value: the column is there")
    void bringsNull() {
        try (SourceStream stream = fixture.openFresh()) {
            CollectingSink sink = new CollectingSink();
            fixture.database.sql("INSERT INTO orders VALUES (1, NULL)");
            fixture.database.capture();
            fixture.readCommits(stream, sink, 1);
            Row row = Objects.requireNonNull(sink.events.get(0).after());
            assertThat(row.isPresent("note")).isTrue();
            assertThat(row.isNull(1)).isTrue();
        }
    }

    @Test
    @DisplayName(
            "MS-R5: of two capture instances of a table each change comes once, from the newer one where it holds it")
    void bringsEachChangeOfTwoInstancesOnce() {
        try (SourceStream stream =
                fixture.connector(fixture.options().maxEventsPerPoll(5)).open(StreamRequest.fresh())) {
            CollectingSink sink = new CollectingSink();
            fixture.insert(1, 10);
            fixture.database.sql("ALTER TABLE orders ADD extra int");
            fixture.database.sql("INSERT INTO orders VALUES (11, N'old instance', 1)");
            fixture.database.enable("dbo.orders", "dbo_orders_2");
            fixture.database.sql("INSERT INTO orders VALUES (12, N'both', 2)");
            fixture.database.capture();
            fixture.readCommits(stream, sink, 3);
            fixture.database.disable("dbo.orders", "dbo_orders");
            fixture.database.sql("INSERT INTO orders VALUES (13, N'new instance', 3)");
            fixture.database.capture();
            fixture.readCommits(stream, sink, 4);
            List<ChangeEvent<Row>> rows = sink.events.stream()
                    .filter(event -> event.operation() != Operation.SCHEMA_CHANGE)
                    .toList();
            assertThat(rows)
                    .extracting(event -> event.after().get("id"))
                    .isEqualTo(IntStream.rangeClosed(1, 13)
                            .<Object>mapToObj(i -> i)
                            .toList());
            assertThat(texts(rows).get(10)).isEqualTo("INSERT dbo.orders {id=11, note=old instance}");
            assertThat(texts(rows).subList(11, 13))
                    .containsExactly(
                            "INSERT dbo.orders {id=12, note=both, extra=2}",
                            "INSERT dbo.orders {id=13, note=new instance, extra=3}");
            assertThat(texts(sink.events)).containsOnlyOnce("SCHEMA_CHANGE dbo.orders");
        }
    }

    @Test
    @DisplayName(
            "MS-R5, MS-R1: a stream resumed anywhere in a handover between two instances loses and repeats nothing")
    void resumesInAHandover() {
        Offset start;
        try (SourceStream stream = fixture.openFresh()) {
            start = stream.start();
        }
        fixture.insert(1, 2);
        fixture.database.enable("dbo.orders", "dbo_orders_2");
        fixture.insert(3, 4);
        List<Offset> offsets = new ArrayList<>(List.of(start));
        try (SourceStream stream = fixture.resume(start)) {
            CollectingSink sink = new CollectingSink();
            fixture.readCommits(stream, sink, 2);
            assertThat(sink.ids()).containsExactly(1, 2, 3, 4);
            sink.events.forEach(event -> offsets.add(event.offset()));
            offsets.add(sink.commits.get(1));
        }
        List<Integer> ids = List.of(1, 2, 3, 4);
        for (int done = 0; done < offsets.size(); done++) {
            try (SourceStream stream = fixture.resume(offsets.get(done))) {
                CollectingSink sink = new CollectingSink();
                List<Integer> rest = ids.subList(Math.min(done, 4), 4);
                fixture.readEvents(stream, sink, rest.size());
                assertThat(sink.ids()).as("behind %d", done).isEqualTo(rest);
                readIdle(stream, sink, 3);
            }
        }
    }

    @Test
    @DisplayName("MS-R11: names with brackets, quotes, dots and blanks stay as they are")
    void keepsOddNames() {
        fixture.database.sql(
                "CREATE TABLE dbo.[a.b]]c'd \"e] ([k.1]]] int PRIMARY KEY, [v \"'x] nvarchar(20))",
                "EXEC sys.sp_cdc_enable_table @source_schema = N'dbo', @source_name = N'a.b]c''d \"e',"
                        + " @capture_instance = N'odd', @role_name = NULL, @supports_net_changes = 0");
        fixture.database.capture();
        try (SourceStream stream = fixture.openFresh()) {
            CollectingSink sink = new CollectingSink();
            fixture.database.sql("INSERT INTO dbo.[a.b]]c'd \"e] VALUES (1, N'one')");
            fixture.database.capture();
            fixture.readCommits(stream, sink, 1);
            ChangeEvent<Row> event = sink.events.get(0);
            assertThat(event.table().name()).isEqualTo("a.b]c'd \"e");
            assertThat(Objects.requireNonNull(event.key()).columns()).containsExactly("k.1]");
            assertThat(Objects.requireNonNull(event.after()).get("v \"'x")).isEqualTo("one");
        }
    }

    @Test
    @DisplayName(
            "MS-R9: a first start brings what is committed from now on, and not what the change tables hold already")
    void beginsNow() {
        fixture.insert(1, 3);
        try (SourceStream stream = fixture.openFresh()) {
            CollectingSink sink = new CollectingSink();
            fixture.insert(4, 4);
            fixture.readCommits(stream, sink, 1);
            assertThat(sink.ids()).containsExactly(4);
        }
    }

    @Test
    @DisplayName("A sink without room gets what is left later, whatever the page")
    void waitsForRoom() {
        try (SourceStream stream = fixture.openFresh()) {
            CollectingSink sink = new CollectingSink();
            fixture.insert(1, 50);
            for (int room = 1; room <= 50; room++) {
                sink.room = room;
                fixture.readEvents(stream, sink, room);
                assertThat(sink.events.size()).isLessThanOrEqualTo(room + 1);
            }
            sink.room = Integer.MAX_VALUE;
            fixture.readCommits(stream, sink, 1);
            assertThat(sink.ids())
                    .isEqualTo(IntStream.rangeClosed(1, 50)
                            .<Object>mapToObj(i -> i)
                            .toList());
        }
    }
}
