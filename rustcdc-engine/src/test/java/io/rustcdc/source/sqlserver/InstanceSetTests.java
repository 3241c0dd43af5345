package io.rustcdc.source.sqlserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.rustcdc.event.FailureKind;
import io.rustcdc.event.TableId;
import io.rustcdc.source.Credentials;
import io.rustcdc.source.SourceException;
import io.rustcdc.source.sqlserver.ChangeCatalog.Segment;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class InstanceSetTests {

    private static final TableId ORDERS = new TableId("dbo", "orders");

    private final SqlServerOptions options = SqlServerOptions.builder("shop")
            .database("shop")
            .credentials(() -> new Credentials("cdc", "secret"))
            .build();

    @Test
    void anOlderInstanceCountsBeforeTheStartOfTheNewerOne() {
        InstanceSet set = set(null);
        set.update(List.of(instance("one", 10), instance("two", 20)), List.of(), lsn(12), false);

        assertThat(set.segments(lsn(12), lsn(30)))
                .containsExactly(
                        new Segment(instance("one", 10), lsn(12), lsn(19)),
                        new Segment(instance("two", 20), lsn(19), lsn(30)));
        assertThat(set.segments(lsn(19), lsn(30))).containsExactly(new Segment(instance("two", 20), lsn(19), lsn(30)));
    }

    @Test
    void ofTwoInstancesWithOneStartTheNewerOneCounts() {
        InstanceSet set = set(null);
        set.update(List.of(instance("one", 10), instance("two", 10)), List.of(), lsn(12), false);

        assertThat(set.segments(lsn(12), lsn(30))).containsExactly(new Segment(instance("two", 10), lsn(12), lsn(30)));
    }

    @Test
    void aTableThatJoinsIsReadFromItsOwnStart() {
        InstanceSet set = set(null);
        set.update(List.of(instance("one", 25)), List.of(), lsn(12), false);

        assertThat(set.segments(lsn(12), lsn(30))).containsExactly(new Segment(instance("one", 25), lsn(24), lsn(30)));
        assertThat(set.known(lsn(12)).tables()).isEmpty();
        assertThat(set.known(lsn(24)).tables()).containsExactly("dbo.orders");
    }

    @Test
    void theCleanUpMayRemoveWhatWasRead() {
        InstanceSet set = set(null);
        set.update(List.of(instance("one", 10)), List.of(), lsn(12), false);
        set.update(List.of(instance("one", 13)), List.of(), lsn(12), false);

        assertThat(set.segments(lsn(12), lsn(30))).hasSize(1);
    }

    @Test
    void theCleanUpMustNotRemoveWhatWasNotRead() {
        InstanceSet set = set(null);
        set.update(List.of(instance("one", 10)), List.of(), lsn(12), false);

        assertThatExceptionOfType(SourceException.class)
                .isThrownBy(() -> set.update(List.of(instance("one", 14)), List.of(), lsn(12), false))
                .withMessageContaining("capture instance 'one'")
                .satisfies(lost -> assertThat(lost.kind()).isEqualTo(FailureKind.POSITION_LOST))
                .satisfies(lost -> assertThat(lost.action()).contains("@retention"));
    }

    @Test
    void anInstanceThatJoinedMayBeginBehindThePosition() {
        InstanceSet set = set(null);
        set.update(List.of(instance("one", 25)), List.of(), lsn(12), false);
        set.update(List.of(instance("one", 25)), List.of(), lsn(12), false);

        assertThat(set.segments(lsn(12), lsn(30))).hasSize(1);
    }

    @Test
    void anotherInstanceInThePlaceOfTheSavedOneIsAGap() {
        InstanceSet set = set(KnownInstances.of(Map.of(ORDERS, List.of("one@then"))));

        assertThatExceptionOfType(SourceException.class)
                .isThrownBy(() -> set.update(List.of(instance("one", 14)), List.of(), lsn(12), false))
                .withMessageContaining("another capture instance")
                .satisfies(lost -> assertThat(lost.kind()).isEqualTo(FailureKind.POSITION_LOST));
    }

    @Test
    void aSecondInstanceKeepsTheLineage() {
        InstanceSet set = set(KnownInstances.of(Map.of(ORDERS, List.of("one@now"))));
        set.update(List.of(instance("one", 10), instance("two", 20)), List.of(), lsn(12), false);
        set.update(List.of(instance("two", 20)), List.of(), lsn(22), false);

        assertThat(set.lineages()).containsEntry(ORDERS, "one@now");
        assertThat(set.known(lsn(22)).lineage(ORDERS)).isEqualTo("one@now");
    }

    @Test
    void aTableThatCameBackHasAnotherLineage() {
        InstanceSet set = set(KnownInstances.of(Map.of(ORDERS, List.of("one@now"))));
        set.update(List.of(instance("one", 10)), List.of(), lsn(12), false);
        set.update(List.of(), List.of(), lsn(13), false);
        set.update(List.of(instance("two", 20)), List.of(), lsn(13), false);

        assertThat(set.lineages()).containsEntry(ORDERS, "two@now");
    }

    private InstanceSet set(@Nullable KnownInstances saved) {
        return new InstanceSet(options, new PositionLost(options), saved);
    }

    private static CaptureInstance instance(String name, long start) {
        return new CaptureInstance(
                name.hashCode(),
                name,
                ORDERS,
                lsn(start),
                "now",
                new CaptureInstance.Shape(
                        List.of(new CapturedColumn("id", 1, ColumnType.of("int", "int", 4, 10, 0), true)),
                        List.of("id")));
    }

    private static Lsn lsn(long number) {
        return new Lsn(0, (int) number);
    }
}
