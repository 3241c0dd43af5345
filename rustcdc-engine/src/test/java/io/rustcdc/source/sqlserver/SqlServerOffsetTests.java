package io.rustcdc.source.sqlserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.rustcdc.event.TableId;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SqlServerOffsetTests {

    private static final Lsn LSN = Lsn.parse("0x0000002c000001580001");
    private static final Lsn SEQVAL = Lsn.parse("0x0000002c000001500002");
    private static final KnownInstances INSTANCES = KnownInstances.of(
            Map.of(new TableId("dbo", "orders"), List.of("dbo_orders@2026-01-05T10:11:12.337", "dbo_orders_v2@x")));

    @Test
    void outsideOfATransactionTheCursorIsTheLsn() {
        SqlServerOffset offset = SqlServerOffset.at(LSN, INSTANCES);

        assertThat(offset.fields())
                .containsEntry("cursor", "0x0000002c000001580001")
                .containsEntry("instances", Map.of("dbo.orders", "dbo_orders@2026-01-05T10:11:12.337,dbo_orders_v2@x"));
        assertThat(SqlServerOffset.parse(offset.fields())).isEqualTo(offset).hasSameHashCodeAs(offset);
        assertThat(offset.isInsideTransaction()).isFalse();
        assertThat(offset.text()).isEqualTo("0x0000002c000001580001");
    }

    @Test
    void insideOfATransactionTheCursorHasSeqvalAndOperation() {
        SqlServerOffset offset = SqlServerOffset.inside(new ChangePosition(LSN, 3, SEQVAL, 4), 7, INSTANCES);

        assertThat(offset.fields())
                .containsEntry("cursor", "0x0000002c000001580001:0x0000002c000001500002:4")
                .containsEntry("command_id", 3)
                .containsEntry("tx_changes_done", 7L);
        assertThat(SqlServerOffset.parse(offset.fields())).isEqualTo(offset);
        assertThat(offset.completed()).isEqualTo(LSN.previous());
    }

    @Test
    void aPlaceOfTheOriginalHasNoCommand() {
        SqlServerOffset offset =
                SqlServerOffset.parse(Map.of("cursor", "0X0000002C000001580001:0x0000002C000001500002:2"));

        assertThat(offset.change()).isEqualTo(new ChangePosition(LSN, ChangePosition.NO_COMMAND, SEQVAL, 2));
        assertThat(offset.instances().areUnknown()).isTrue();
    }

    @Test
    void neitherFormOfOneLsnIsBeforeTheOther() {
        SqlServerOffset bare = SqlServerOffset.parse(Map.of("cursor", LSN.toString()));
        SqlServerOffset full = SqlServerOffset.parse(Map.of("cursor", LSN + ":" + SEQVAL + ":2"));

        assertThat(bare.isBefore(full)).isFalse();
        assertThat(full.isBefore(bare)).isFalse();
    }

    @Test
    void ourOwnPlacesAreOrdered() {
        SqlServerOffset first = SqlServerOffset.inside(new ChangePosition(LSN, 1, SEQVAL, 2), 1, INSTANCES);
        SqlServerOffset second = SqlServerOffset.inside(new ChangePosition(LSN, 2, SEQVAL, 1), 2, INSTANCES);
        SqlServerOffset end = SqlServerOffset.at(LSN, INSTANCES);

        assertThat(first.isBefore(second)).isTrue();
        assertThat(second.isBefore(first)).isFalse();
        assertThat(second.isBefore(end)).isTrue();
        assertThat(end.isBefore(second)).isFalse();
        assertThat(end.isBefore(SqlServerOffset.at(LSN.next(), INSTANCES))).isTrue();
    }

    @Test
    void refusesWhatIsNoCursor() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SqlServerOffset.parse(Map.of("cursor", "0x12:3")))
                .withMessageContaining("'cursor'")
                .withMessageContaining("0x12:3");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SqlServerOffset.parse(Map.of()))
                .withMessageContaining("found null");
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        SqlServerOffset.parse(Map.of("cursor", LSN + ":" + SEQVAL + ":2", "tx_changes_done", "many")))
                .withMessageContaining("'tx_changes_done'");
    }

    @Test
    void howFarTheLogWasScannedIsNoPartOfTheValue() {
        SqlServerOffset offset = SqlServerOffset.at(LSN, INSTANCES);

        assertThat(offset.scannedTo(LSN.next())).isEqualTo(offset);
        assertThat(offset.scannedTo(LSN.next()).scanned()).isEqualTo(LSN.next());
        assertThat(offset.scannedTo(LSN.previous()).scanned()).isEqualTo(LSN);
    }
}
