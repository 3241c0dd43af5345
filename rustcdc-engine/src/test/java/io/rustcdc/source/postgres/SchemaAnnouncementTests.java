package io.rustcdc.source.postgres;

import static io.rustcdc.source.postgres.Assembly.ORDERS;
import static io.rustcdc.source.postgres.Assembly.SLOT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.tuple;

import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.Operation;
import io.rustcdc.event.Row;
import io.rustcdc.event.TableId;
import io.rustcdc.event.Transaction;
import io.rustcdc.schema.AcknowledgedSchema;
import io.rustcdc.schema.ColumnSchema;
import io.rustcdc.schema.TableSchema;
import io.rustcdc.source.SourceException;
import io.rustcdc.source.TableFilter;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class SchemaAnnouncementTests {

    private static final TableId TABLE = new TableId("public", "orders");
    private static final TableSchema OLD = schema("note");
    private static final TableSchema NEW = schema("remark");

    @Test
    void aTableSeenForTheFirstTimeIsNoChange() {
        Assembly stream = known(Map.of())
                .message(oldShape(), 0)
                .begin(500)
                .insert(ORDERS, 100)
                .insert(ORDERS, 110);

        assertThat(stream.commit(500, 560).sink.entries())
                .extracting(RecordingSink.Entry::kind)
                .containsExactly("schema", "insert", "insert", "commit");
        assertThat(stream.sink.schemas()).containsExactly(new AcknowledgedSchema(OLD, "0/00000064"));
    }

    @Test
    void anAcknowledgedShapeIsNoNews() {
        Assembly stream =
                known(acknowledged(OLD, 50)).message(oldShape(), 0).begin(500).insert(ORDERS, 100);

        assertThat(stream.commit(500, 560).sink.entries())
                .extracting(RecordingSink.Entry::kind)
                .containsExactly("insert", "commit");
    }

    @Test
    void behindAGapAShapeThatDiffersIsNewsWhateverThePositionSaidBefore() {
        AcknowledgedSchema ofAnotherLog = new AcknowledgedSchema(OLD, "9/00000000").beforeAll();
        Assembly stream = known(Map.of(TABLE, ofAnotherLog))
                .message(newShape(), 0)
                .begin(500)
                .insert(ORDERS, 100);

        assertThat(stream.commit(500, 560).sink.entries())
                .extracting(RecordingSink.Entry::kind)
                .containsExactly("schema_change", "insert", "commit");
    }

    @Test
    void aNewShapeIsAnnouncedImmediatelyBeforeTheFirstChangeThatHasItAndIsNotCounted() {
        Assembly stream = known(acknowledged(OLD, 50))
                .message(oldShape(), 0)
                .begin(500)
                .insert(ORDERS, 100)
                .message(newShape(), 0)
                .insert(ORDERS, 110)
                .insert(ORDERS, 120)
                .commit(500, 560);

        assertThat(stream.sink.entries())
                .extracting(RecordingSink.Entry::kind)
                .containsExactly("insert", "schema_change", "insert", "insert", "commit");
        ChangeEvent<Row> change = stream.sink.events().get(1);
        assertThat(change.offset()).isEqualTo(PostgresOffset.inside(SLOT, 10, 500, 1, 100));
        assertThat(change.offset().text()).isEqualTo("0/0000006E");
        assertThat(change.transaction()).isEqualTo(new Transaction(771, 1, false));
        assertThat(change.afterRow().get("added")).isEqualTo(List.of("remark"));
        assertThat(change.afterRow().get("dropped")).isEqualTo(List.of("note"));
        assertThat(stream.sink.events())
                .extracting(ChangeEvent::operation, event -> event.transaction().index())
                .containsExactly(
                        tuple(Operation.INSERT, 0L),
                        tuple(Operation.SCHEMA_CHANGE, 1L),
                        tuple(Operation.INSERT, 1L),
                        tuple(Operation.INSERT, 2L));
        assertThat(stream.sink.schemas()).containsExactly(new AcknowledgedSchema(NEW, "0/0000006E"));
    }

    @Test
    void aShapeThatNoChangeUsesIsNotAnnounced() {
        Assembly stream =
                known(acknowledged(OLD, 50)).message(newShape(), 0).begin(500).commit(500, 560);

        assertThat(stream.sink.entries()).extracting(RecordingSink.Entry::kind).containsExactly("commit");
    }

    @Test
    void aNewShapeBeforeTheFirstChangeOfATransactionSharesThePositionBeforeTheTransaction() {
        Assembly stream =
                known(acknowledged(OLD, 50)).message(newShape(), 0).begin(500).insert(ORDERS, 100);

        assertThat(stream.commit(500, 560).sink.events().get(0).offset()).isEqualTo(PostgresOffset.at(SLOT, 10));
        assertThat(stream.sink.events().get(0).offset().text()).isEqualTo("0/00000064");
    }

    @Test
    void aTruncateAnnouncesToo() {
        Assembly stream = known(acknowledged(OLD, 50))
                .message(newShape(), 0)
                .begin(500)
                .message(PgOutputWriter.truncate(ORDERS), 100)
                .commit(500, 560);

        assertThat(stream.sink.entries())
                .extracting(RecordingSink.Entry::kind)
                .containsExactly("schema_change", "truncate", "commit");
    }

    @Test
    void olderLogIsDecodedWithItsOldShapeWithoutANewAnnouncement() {
        Assembly stream = known(acknowledged(NEW, 200))
                .message(oldShape(), 0)
                .begin(500)
                .insert(ORDERS, 100)
                .message(newShape(), 0)
                .insert(ORDERS, 200)
                .insert(ORDERS, 210)
                .commit(500, 560);

        assertThat(stream.sink.entries())
                .extracting(RecordingSink.Entry::kind)
                .containsExactly("insert", "insert", "insert", "commit");
        assertThat(stream.sink.events().get(0).afterRow().toMap()).containsKey("note");
        assertThat(stream.sink.events().get(1).afterRow().toMap()).containsKey("remark");
    }

    @Test
    void anOlderShapeOfATransactionThatCommitsLaterIsNoNews() {
        Assembly stream = known(acknowledged(OLD, 50))
                .message(newShape(), 0)
                .begin(300)
                .insert(ORDERS, 250)
                .commit(300, 310)
                .begin(500)
                .message(oldShape(), 0)
                .insert(ORDERS, 100)
                .message(newShape(), 0)
                .insert(ORDERS, 260)
                .commit(500, 560);

        assertThat(stream.sink.entries())
                .extracting(RecordingSink.Entry::kind)
                .containsExactly("schema_change", "insert", "commit", "insert", "insert", "commit");
    }

    @Test
    void aDifferentShapeIsAnnouncedAsSoonAsTheLogIsNewerThanTheAcknowledgedOne() {
        Assembly stream = known(acknowledged(OLD, 200))
                .message(newShape(), 0)
                .begin(500)
                .insert(ORDERS, 200)
                .insert(ORDERS, 201)
                .commit(500, 560);

        assertThat(stream.sink.entries())
                .extracting(RecordingSink.Entry::kind)
                .containsExactly("insert", "schema_change", "insert", "commit");
    }

    @Test
    void aShapeThatComesBackIsAnnouncedAgain() {
        Assembly stream = known(acknowledged(OLD, 50))
                .message(newShape(), 0)
                .begin(500)
                .insert(ORDERS, 100)
                .message(newShape(), 0)
                .insert(ORDERS, 110)
                .message(oldShape(), 0)
                .insert(ORDERS, 120)
                .commit(500, 560);

        assertThat(stream.sink.schemas())
                .containsExactly(new AcknowledgedSchema(NEW, "0/00000064"), new AcknowledgedSchema(OLD, "0/00000078"));
    }

    @Test
    @DisplayName("PG-25: the shape of a table that is not captured never leaves the engine")
    void aFilteredTableAnnouncesNothing() {
        Assembly stream = new Assembly(
                        PostgresOffset.at(SLOT, 10), acknowledged(OLD, 50), TableFilter.of("public.other"))
                .message(newShape(), 0)
                .begin(500)
                .insert(ORDERS, 100)
                .commit(500, 560);

        assertThat(stream.sink.entries()).extracting(RecordingSink.Entry::kind).containsExactly("commit");
    }

    @Test
    void aDamagedPositionOfASavedSchemaIsTerminal() {
        assertThatExceptionOfType(SourceException.class)
                .isThrownBy(() -> known(Map.of(TABLE, new AcknowledgedSchema(OLD, "damaged"))))
                .withMessageContaining("'public.orders'")
                .withMessageContaining("\"damaged\"");
    }

    private static Assembly known(Map<TableId, AcknowledgedSchema> schemas) {
        return new Assembly(PostgresOffset.at(SLOT, 10), schemas, TableFilter.all());
    }

    private static Map<TableId, AcknowledgedSchema> acknowledged(TableSchema schema, long lsn) {
        return Map.of(TABLE, new AcknowledgedSchema(schema, Lsn.format(lsn)));
    }

    private static TableSchema schema(String second) {
        return new TableSchema(
                TABLE, List.of(new ColumnSchema("id", "int8"), new ColumnSchema(second, "text")), List.of("id"));
    }

    private static ByteBuffer oldShape() {
        return PgOutputWriter.relation(ORDERS, "public", "orders", 'd', "*id 20", "note 25");
    }

    private static ByteBuffer newShape() {
        return PgOutputWriter.relation(ORDERS, "public", "orders", 'd', "*id 20", "remark 25");
    }
}
