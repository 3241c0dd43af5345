package io.rustcdc.source.postgres;

import static io.rustcdc.source.postgres.Assembly.NOISE;
import static io.rustcdc.source.postgres.Assembly.ORDERS;
import static io.rustcdc.source.postgres.Assembly.SLOT;
import static io.rustcdc.source.postgres.Assembly.TIME;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.tuple;

import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.FailureKind;
import io.rustcdc.event.Operation;
import io.rustcdc.event.Row;
import io.rustcdc.event.TableId;
import io.rustcdc.event.Transaction;
import io.rustcdc.source.SourceException;
import io.rustcdc.source.TableFilter;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ChangeAssemblerTests {

    @Test
    void eachChangeSaysHowManyOfItsTransactionAreDoneAndCommitAloneCarriesTheEnd() {
        Assembly stream = Assembly.fresh()
                .tables()
                .begin(500)
                .insert(ORDERS, 100)
                .insert(ORDERS, 110)
                .insert(ORDERS, 120)
                .commit(500, 560)
                .begin(700)
                .insert(ORDERS, 90)
                .commit(700, 760);

        assertThat(stream.sink.events())
                .extracting(ChangeEvent::offset, event -> event.offset().text(), ChangeEvent::transaction)
                .containsExactly(
                        tuple(
                                PostgresOffset.inside(SLOT, 10, 500, 1, 100),
                                "0/00000064",
                                new Transaction(771, 0, false)),
                        tuple(
                                PostgresOffset.inside(SLOT, 10, 500, 2, 110),
                                "0/0000006E",
                                new Transaction(771, 1, false)),
                        tuple(
                                PostgresOffset.inside(SLOT, 10, 500, 3, 120),
                                "0/00000078",
                                new Transaction(771, 2, true)),
                        tuple(
                                PostgresOffset.inside(SLOT, 560, 700, 1, 90),
                                "0/0000005A",
                                new Transaction(771, 0, true)));
        assertThat(stream.sink.events().get(2).transaction().totalEvents()).isEqualTo(3);
        assertThat(stream.sink.commits()).containsExactly(PostgresOffset.at(SLOT, 560), PostgresOffset.at(SLOT, 760));
    }

    @Test
    void allChangesOfATransactionShareTheInstantOfItsCommit() {
        List<ChangeEvent<io.rustcdc.event.Row>> events = Assembly.fresh()
                .tables()
                .begin(500)
                .insert(ORDERS, 100)
                .insert(ORDERS, 110)
                .commit(500, 560)
                .sink
                .events();

        assertThat(events.get(0).commitTime())
                .isEqualTo(TIME)
                .isSameAs(events.get(1).commitTime());
    }

    @Test
    void aChangeIsHandedOverWhenTheNextMessageTellsWhetherItWasTheLast() {
        Assembly stream = Assembly.fresh().tables().begin(500).insert(ORDERS, 100);
        assertThat(stream.sink.events()).isEmpty();

        stream.insert(ORDERS, 110);
        assertThat(stream.sink.events()).hasSize(1);

        stream.message(PgOutputWriter.relation(9, "public", "t", 'd', "*id 20"), 0)
                .message(PgOutputWriter.type(20001, "public", "mood"), 0);
        assertThat(stream.sink.events()).hasSize(1);

        stream.commit(500, 560);
        assertThat(stream.sink.events())
                .extracting(event -> event.transaction().last())
                .containsExactly(false, true);
    }

    @Test
    void countsFilteredChangesAndMessagesSoThatLastIsTheServersLast() {
        Assembly stream = Assembly.filtered("orders")
                .tables()
                .begin(500)
                .insert(NOISE, 100)
                .insert(ORDERS, 110)
                .message(PgOutputWriter.logical(true, 120, "hello"), 120)
                .insert(ORDERS, 130)
                .insert(NOISE, 140)
                .commit(500, 560);

        assertThat(stream.sink.events())
                .extracting(ChangeEvent::transaction, ChangeEvent::offset)
                .containsExactly(
                        tuple(new Transaction(771, 1, false), PostgresOffset.inside(SLOT, 10, 500, 2, 110)),
                        tuple(new Transaction(771, 3, false), PostgresOffset.inside(SLOT, 10, 500, 4, 130)));
    }

    @Test
    @DisplayName("PG-31: a transaction of which nothing is wanted still moves the position")
    void commitsATransactionOfWhichAllIsFiltered() {
        Assembly stream = Assembly.filtered("orders")
                .tables()
                .begin(500)
                .insert(NOISE, 100)
                .commit(500, 560);

        assertThat(stream.sink.events()).isEmpty();
        assertThat(stream.sink.commits()).containsExactly(PostgresOffset.at(SLOT, 560));
    }

    @Test
    void doesNotDecodeRowsNobodyWants() {
        ByteBuffer damaged = PgOutputWriter.message('I')
                .int32(NOISE)
                .raw(new byte[] {1, 2, 3})
                .bytes();

        Assembly stream = Assembly.filtered("orders")
                .tables()
                .begin(500)
                .message(damaged, 100)
                .commit(500, 560);

        assertThat(stream.sink.commits()).hasSize(1);
    }

    @Test
    @DisplayName("PG-39: a TRUNCATE of several tables is one change for each, filtered by table")
    void truncatesEachTable() {
        Assembly all = Assembly.fresh()
                .tables()
                .begin(500)
                .message(PgOutputWriter.truncate(ORDERS, NOISE), 100)
                .commit(500, 560);
        Assembly one = Assembly.filtered("orders")
                .tables()
                .begin(500)
                .message(PgOutputWriter.truncate(NOISE, ORDERS, NOISE), 100)
                .commit(500, 560);

        assertThat(all.sink.events())
                .extracting(ChangeEvent::operation, ChangeEvent::table, ChangeEvent::transaction)
                .containsExactly(
                        tuple(Operation.TRUNCATE, new TableId("public", "orders"), new Transaction(771, 0, false)),
                        tuple(Operation.TRUNCATE, new TableId("public", "noise"), new Transaction(771, 1, true)));
        assertThat(one.sink.events())
                .extracting(ChangeEvent::transaction, ChangeEvent::offset)
                .containsExactly(tuple(new Transaction(771, 1, false), PostgresOffset.inside(SLOT, 10, 500, 2, 100)));
    }

    @Test
    void ignoresOriginsAndMessagesOutsideOfTransactions() {
        Assembly stream = Assembly.fresh()
                .tables()
                .message(PgOutputWriter.logical(false, 40, "hello"), 40)
                .begin(500)
                .message(PgOutputWriter.origin("upstream"), 0)
                .insert(ORDERS, 100)
                .commit(500, 560);

        assertThat(stream.sink.events())
                .extracting(ChangeEvent::transaction)
                .containsExactly(new Transaction(771, 0, true));
    }

    @Test
    void acceptsMessagesOfADirectBuffer() {
        ByteBuffer heap = PgOutputWriter.insert(ORDERS, "1", "note");
        ByteBuffer direct =
                ByteBuffer.allocateDirect(heap.remaining()).put(heap).flip();

        Assembly stream =
                Assembly.fresh().tables().begin(500).message(direct, 100).commit(500, 560);

        assertThat(stream.sink.events().get(0).afterRow().get("note")).isEqualTo("note");
    }

    @Test
    void aLogicalMessageBehindTheLastRowLeavesItTheLastOne() {
        Assembly stream = fresh().begin(500).insert(ORDERS, 100);
        stream.message(PgOutputWriter.logical(true, 110, "note"), 110);
        stream.commit(500, 560);

        assertThat(stream.sink.events()).singleElement().satisfies(event -> {
            assertThat(event.transaction().last()).isTrue();
            assertThat(event.offset()).isEqualTo(PostgresOffset.inside(SLOT, 10, 500, 1, 100));
        });
    }

    @Test
    void messagesOutOfPlaceAreTerminal() {
        refuses(fresh().begin(500), PgOutputWriter.begin(600, TIME, 772), "BEGIN of transaction 772 inside");
        refuses(fresh(), PgOutputWriter.insert(ORDERS, "1", "a"), "a change outside of a transaction");
        refuses(fresh(), PgOutputWriter.truncate(ORDERS), "a change outside of a transaction");
        refuses(fresh(), PgOutputWriter.logical(true, 1, ""), "a change outside of a transaction");
        refuses(fresh(), PgOutputWriter.commit(500, 560, TIME), "COMMIT outside of a transaction");
        refuses(fresh().begin(500), PgOutputWriter.commit(501, 560, TIME), "BEGIN announced 0/000001F4");
        refuses(fresh().begin(500), PgOutputWriter.commit(500, 500, TIME), "COMMIT at 0/000001F4 to 0/000001F4");
        refuses(fresh(), PgOutputWriter.begin(9, TIME, 1), "although all up to 0/0000000A is finished");
    }

    @Test
    @DisplayName("PG-33: a row with another number of columns than its relation is an error")
    void refusesRowsThatDoNotFitTheirRelation() {
        refuses(
                fresh().begin(500),
                PgOutputWriter.insert(ORDERS, "1", "a", "b"),
                "3 columns, its relation described 2");
        refuses(fresh().begin(500), PgOutputWriter.insert(ORDERS, "1"), "1 columns, its relation described 2");
        refuses(fresh().begin(500), PgOutputWriter.delete(ORDERS, 'K', "1", null, null), "described 2");
        refuses(
                fresh().begin(500),
                PgOutputWriter.insert(4711, "1"),
                "relation 4711, which the server has not described");
        refuses(fresh().begin(500), PgOutputWriter.truncate(4711), "relation 4711");
    }

    @Test
    void movesOnWhenIdleButNeverInsideATransactionNorBackwards() {
        Assembly stream = fresh();

        assertThat(stream.assembler.idle(10)).isNull();
        assertThat(stream.assembler.idle(400)).isEqualTo(PostgresOffset.at(SLOT, 400));
        assertThat(stream.assembler.idle(300)).isNull();
        stream.begin(500).insert(ORDERS, 100);
        assertThat(stream.assembler.isInsideTransaction()).isTrue();
        assertThat(stream.assembler.idle(450)).isNull();
        stream.commit(500, 560);
        assertThat(stream.assembler.isInsideTransaction()).isFalse();
        assertThat(stream.assembler.idle(600)).isEqualTo(PostgresOffset.at(SLOT, 600));
        assertThat(stream.sink.events().get(0).offset()).isEqualTo(PostgresOffset.inside(SLOT, 400, 500, 1, 100));
    }

    @Test
    @DisplayName("PG-R10: two transactions with one xid, after a wrap-around, are told apart by their positions")
    void transactionsWithTheSameXidAreTwo() {
        Assembly stream = fresh();
        stream.begin(500).insert(ORDERS, 100).commit(500, 560);
        stream.begin(800).insert(ORDERS, 700).commit(800, 860);

        ChangeEvent<Row> second = stream.sink.events().get(1);
        assertThat(second.transaction()).isEqualTo(stream.sink.events().get(0).transaction());
        assertThat(second.offset()).isEqualTo(PostgresOffset.inside(SLOT, 560, 800, 1, 700));
        Assembly resumed = new Assembly((PostgresOffset) second.offset(), Map.of(), TableFilter.all()).tables();
        resumed.begin(800).insert(ORDERS, 700).insert(ORDERS, 710).commit(800, 860);
        assertThat(resumed.sink.events())
                .extracting(event -> event.afterRow().get("id"))
                .containsExactly(710L);
    }

    private static Assembly fresh() {
        return Assembly.fresh().tables();
    }

    private static void refuses(Assembly stream, ByteBuffer message, String reason) {
        assertThatExceptionOfType(SourceException.class)
                .isThrownBy(() -> stream.message(message, 200))
                .withMessageContaining(reason)
                .satisfies(e -> assertThat(e.kind()).isEqualTo(FailureKind.TERMINAL));
    }
}
