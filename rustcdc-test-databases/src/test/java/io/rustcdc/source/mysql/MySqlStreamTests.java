package io.rustcdc.source.mysql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.Offset;
import io.rustcdc.event.Operation;
import io.rustcdc.event.Row;
import io.rustcdc.source.CollectingSink;
import io.rustcdc.source.SourceStream;
import io.rustcdc.source.TableFilter;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What comes out of the binlog of a real server. */
class MySqlStreamTests {

    @ParameterizedTest
    @EnumSource
    void handsOverInsertsUpdatesAndDeletesWithBothImages(Flavor flavor) {
        try (MySqlFixture shop = new MySqlFixture(flavor);
                SourceStream stream = shop.openFresh()) {
            CollectingSink sink = new CollectingSink();
            Instant begin = Instant.now();
            shop.database.sql(
                    "INSERT INTO orders VALUES (1, 'new')",
                    "UPDATE orders SET note = 'paid' WHERE id = 1",
                    "UPDATE orders SET id = 2 WHERE id = 1",
                    "DELETE FROM orders WHERE id = 2");
            MySqlFixture.readEvents(stream, sink, 4);
            assertThat(sink.events)
                    .extracting(
                            ChangeEvent::operation,
                            e -> map(e.before()),
                            e -> map(e.after()),
                            e -> e.rowWrite().getClass().getSimpleName())
                    .containsExactly(
                            tuple(Operation.INSERT, null, "{id=1, note=new}", "Replace"),
                            tuple(Operation.UPDATE, "{id=1, note=new}", "{id=1, note=paid}", "Replace"),
                            tuple(Operation.UPDATE, "{id=1, note=paid}", "{id=2, note=paid}", "Replace"),
                            tuple(Operation.DELETE, "{id=2, note=paid}", null, "Delete"));
            assertThat(sink.events)
                    .allSatisfy(event -> assertThat(event.commitTime())
                            .isBetween(begin.minusSeconds(2), Instant.now().plusSeconds(1)));
            assertThat(sink.events.get(0).table().qualifiedName()).isEqualTo(shop.database.name() + ".orders");
        }
    }

    @ParameterizedTest
    @EnumSource
    void numbersTheRowsOfATransactionAndMarksTheLast(Flavor flavor) {
        try (MySqlFixture shop = new MySqlFixture(flavor);
                SourceStream stream = shop.openFresh()) {
            CollectingSink sink = new CollectingSink();
            shop.database.sql("CREATE TABLE other (id int PRIMARY KEY)");
            shop.database.transaction(
                    "INSERT INTO orders VALUES (1, 'a'), (2, 'b')",
                    "INSERT INTO other VALUES (1), (2), (3)",
                    "UPDATE orders SET note = 'c'");
            MySqlFixture.readEvents(stream, sink, 4);
            assertThat(sink.events)
                    .extracting(
                            e -> e.transaction().index(), e -> e.transaction().last())
                    .containsExactly(tuple(0L, false), tuple(1L, false), tuple(5L, false), tuple(6L, true));
            assertThat(sink.events)
                    .extracting(e -> e.transaction().id())
                    .containsOnly(sink.events.get(0).transaction().id());
        }
    }

    @ParameterizedTest
    @EnumSource
    void resumesBehindEachCommitAndBehindEachRow(Flavor flavor) {
        try (MySqlFixture shop = new MySqlFixture(flavor)) {
            CollectingSink all = new CollectingSink();
            Offset start;
            try (SourceStream stream = shop.openFresh()) {
                start = stream.start();
                shop.insert(1, 3);
                shop.insert(4, 4);
                shop.insert(5, 9);
                MySqlFixture.read(stream, all, () -> all.ids().size() == 9 && all.commits.size() == 3);
            }
            assertThat(resumed(shop, start)).isEqualTo(ids(1, 9));
            for (int i = 0; i < 9; i++) {
                Offset offset = all.events.get(i).offset();
                assertThat(resumed(shop, offset)).as("behind %s", offset).isEqualTo(ids(i + 2, 9));
                Offset parsed = shop.connector().offsets().parse(offset.fields());
                assertThat(parsed).isEqualTo(offset);
            }
            assertThat(resumed(shop, all.commits.get(0))).isEqualTo(ids(4, 9));
            assertThat(resumed(shop, all.commits.get(1))).isEqualTo(ids(5, 9));
            assertThat(resumed(shop, all.commits.get(2))).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    void readsNothingOfWhatWasRolledBackMY23(Flavor flavor) {
        try (MySqlFixture shop = new MySqlFixture(flavor);
                SourceStream stream = shop.openFresh()) {
            shop.database.sql(
                    "BEGIN",
                    "INSERT INTO orders VALUES (1, 'a')",
                    "ROLLBACK",
                    "BEGIN",
                    "INSERT INTO orders VALUES (2, 'b')",
                    "SAVEPOINT s",
                    "INSERT INTO orders VALUES (3, 'c')",
                    "ROLLBACK TO s",
                    "INSERT INTO orders VALUES (4, 'd')",
                    "COMMIT");
            CollectingSink sink = shop.readUpToMark(stream, new CollectingSink());
            assertThat(sink.ids()).isEqualTo(List.of(2, 4));
        }
    }

    @ParameterizedTest
    @EnumSource
    void readsTablesWithoutTransactionsMYR2(Flavor flavor) {
        try (MySqlFixture shop = new MySqlFixture(flavor)) {
            shop.database.sql("CREATE TABLE plain (id int PRIMARY KEY, note text) ENGINE=MyISAM");
            try (SourceStream stream = shop.openFresh(TableFilter.of("plain", "orders"))) {
                shop.database.sql(
                        "INSERT INTO plain VALUES (1, 'a'), (2, 'b')", "UPDATE plain SET note = 'c' WHERE id = 2");
                CollectingSink sink = shop.readUpToMark(stream, new CollectingSink());
                assertThat(sink.events)
                        .extracting(ChangeEvent::operation, e -> map(e.after()))
                        .containsExactly(
                                tuple(Operation.INSERT, "{id=1, note=a}"),
                                tuple(Operation.INSERT, "{id=2, note=b}"),
                                tuple(Operation.UPDATE, "{id=2, note=c}"));
                assertThat(sink.events.get(1).transaction().last()).isTrue();
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void handsOverRowsOfXaTransactionsOnceWhereTheyAreCommittedMYR3(Flavor flavor) {
        try (MySqlFixture shop = new MySqlFixture(flavor);
                SourceStream stream = shop.openFresh()) {
            shop.database.sql(
                    "XA START 'one'",
                    "INSERT INTO orders VALUES (1, 'a'), (2, 'b')",
                    "XA END 'one'",
                    "XA PREPARE 'one'");
            shop.insert(3, 3);
            shop.endPrepared("XA COMMIT 'one'");
            shop.database.sql(
                    "XA START 'two'", "INSERT INTO orders VALUES (4, 'a')", "XA END 'two'", "XA PREPARE 'two'");
            shop.endPrepared("XA ROLLBACK 'two'");
            shop.database.sql(
                    "XA START 'three'",
                    "INSERT INTO orders VALUES (5, 'a'), (6, 'b')",
                    "XA END 'three'",
                    "XA COMMIT 'three' ONE PHASE");
            CollectingSink sink = shop.readUpToMark(stream, new CollectingSink());
            assertThat(sink.ids()).isEqualTo(List.of(3, 1, 2, 5, 6));
            assertThat(sink.events)
                    .extracting(
                            e -> e.transaction().index(), e -> e.transaction().last())
                    .containsExactly(
                            tuple(0L, true), tuple(0L, false), tuple(1L, true), tuple(0L, false), tuple(1L, true));
        }
    }

    @ParameterizedTest
    @EnumSource
    void truncatesAreChangesMYR10(Flavor flavor) {
        try (MySqlFixture shop = new MySqlFixture(flavor);
                SourceStream stream = shop.openFresh()) {
            shop.insert(1, 1);
            String name = shop.database.name();
            shop.database.sql(
                    "TRUNCATE orders",
                    "/* all */ TRUNCATE /* of it */ TABLE `" + name + "` . `orders` -- now",
                    "CREATE TABLE bystander AS SELECT 1 AS id",
                    "TRUNCATE TABLE bystander");
            CollectingSink sink = shop.readUpToMark(stream, new CollectingSink());
            assertThat(sink.events)
                    .extracting(
                            ChangeEvent::operation,
                            e -> e.table().name(),
                            e -> e.transaction().last())
                    .containsExactly(
                            tuple(Operation.INSERT, "orders", true),
                            tuple(Operation.TRUNCATE, "orders", true),
                            tuple(Operation.TRUNCATE, "orders", true));
        }
    }

    @ParameterizedTest
    @EnumSource
    void definitionsOfOtherTablesMoveThePositionOnlyMY21(Flavor flavor) {
        try (MySqlFixture shop = new MySqlFixture(flavor)) {
            CollectingSink sink = new CollectingSink();
            try (SourceStream stream = shop.openFresh()) {
                shop.database.sql("CREATE TABLE other (id int PRIMARY KEY)", "ALTER TABLE other ADD COLUMN c int");
                MySqlFixture.read(stream, sink, () -> sink.commits.size() == 2);
                assertThat(sink.events).isEmpty();
            }
            CollectingSink again = new CollectingSink();
            try (SourceStream stream = shop.resume(sink.commits.get(1))) {
                shop.readUpToMark(stream, again);
                assertThat(again.commits).hasSize(2);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void stopsInTheMiddleOfAnEventWhenThereIsNoRoom(Flavor flavor) {
        try (MySqlFixture shop = new MySqlFixture(flavor);
                SourceStream stream = shop.openFresh()) {
            CollectingSink sink = new CollectingSink();
            sink.room = 3;
            shop.insert(1, 100);
            MySqlFixture.readEvents(stream, sink, 3);
            stream.read(sink, Duration.ofMillis(50));
            assertThat(sink.events).hasSize(3);
            sink.room = Integer.MAX_VALUE;
            MySqlFixture.readEvents(stream, sink, 100);
            assertThat(sink.ids()).isEqualTo(ids(1, 100));
        }
    }

    private static List<Object> resumed(MySqlFixture shop, Offset offset) {
        try (SourceStream stream = shop.resume(offset)) {
            return shop.readUpToMark(stream, new CollectingSink()).ids().stream()
                    .filter(id -> (Integer) id > 0)
                    .toList();
        }
    }

    private static List<Object> ids(int from, int to) {
        return IntStream.rangeClosed(from, to).<Object>mapToObj(i -> i).toList();
    }

    private static String map(Row row) {
        return row == null ? null : row.toMap().toString();
    }
}
