package io.rustcdc.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.rustcdc.checkpoint.SnapshotState;
import io.rustcdc.checkpoint.TableSnapshot;
import io.rustcdc.checkpoint.TableSnapshot.Phase;
import io.rustcdc.event.TableId;
import io.rustcdc.source.KeyRange;
import io.rustcdc.source.SnapshotTable;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class SnapshotPlanTests {

    private static final SnapshotTable ITEMS = table("items");
    private static final SnapshotTable ORDERS = table("orders");
    private static final List<SnapshotTable> BOTH = List.of(ITEMS, ORDERS);

    private static SnapshotTable table(String name) {
        return table(name, "1");
    }

    private static SnapshotTable table(String name, String incarnation) {
        return new SnapshotTable(new TableId("shop", name), incarnation, List.of("id"), List.of("id"), 100);
    }

    private static SnapshotState fresh(SnapshotMode mode, List<SnapshotTable> tables) {
        return SnapshotPlan.first(tables, mode, true);
    }

    private static SnapshotState complete(SnapshotState state, SnapshotTable table) {
        TableSnapshot found = of(state, table);
        return state.with(found.after(found.remaining().get(0), null, 10, true));
    }

    private static TableSnapshot of(SnapshotState state, SnapshotTable table) {
        return state.of(table.id()).orElseThrow();
    }

    private static List<TableId> names(SnapshotState state) {
        return state.tables().stream().map(TableSnapshot::table).toList();
    }

    @Test
    void aFreshSourceReadsEachTableFromItsBeginning() {
        SnapshotState state = fresh(SnapshotMode.INITIAL, BOTH);
        assertThat(names(state)).containsExactly(ITEMS.id(), ORDERS.id());
        assertThat(of(state, ORDERS).remaining()).containsExactly(KeyRange.all());
        assertThat(of(state, ORDERS).generation()).isEqualTo(1);
        assertThat(state.isComplete()).isFalse();
        assertThat(fresh(SnapshotMode.INITIAL, BOTH).id()).isNotEqualTo(state.id());
    }

    @Test
    void goesOnWithWhatIsSaved() {
        SnapshotState half = complete(fresh(SnapshotMode.INITIAL, BOTH), ITEMS);
        assertThat(SnapshotPlan.resume(half, BOTH, SnapshotMode.INITIAL)).isEqualTo(half);
        assertThat(half.next()).contains(of(half, ORDERS));
    }

    @Test
    void aTableThatJoinsIsReadUnderInitialAndIsAGapUnderNever() {
        SnapshotState items = complete(fresh(SnapshotMode.INITIAL, List.of(ITEMS)), ITEMS);
        assertThat(of(SnapshotPlan.resume(items, BOTH, SnapshotMode.INITIAL), ORDERS)
                        .phase())
                .isEqualTo(Phase.PENDING);
        SnapshotState never = SnapshotPlan.resume(items, BOTH, SnapshotMode.NEVER);
        assertThat(of(never, ORDERS).phase()).isEqualTo(Phase.SKIPPED);
        assertThat(of(never, ITEMS).phase()).isEqualTo(Phase.COMPLETE);
    }

    @Test
    void aSourceThatOnlyStreamedUntilNowReadsNothingOfItsTables() {
        SnapshotState state = SnapshotPlan.changesOnly(BOTH);
        assertThat(state.isComplete()).isTrue();
        assertThat(of(state, ORDERS).phase()).isEqualTo(Phase.SKIPPED);
    }

    @Test
    @DisplayName("SN-15, SN-18: with one name that matches nothing, nothing is requested, and the error has the names")
    void aTypoRefusesAll() {
        SnapshotState state = fresh(SnapshotMode.NEVER, BOTH);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SnapshotPlan.request(state, BOTH, List.of("shop.orders", "shop.itens"), null))
                .withMessageContaining("'shop.itens'")
                .withMessageContaining("shop.items, shop.orders");
    }

    @Test
    @DisplayName("SN-15: a request for a table that is being read under the same condition changes nothing of it")
    void aTableUnderWayGoesOn() {
        SnapshotState state = fresh(SnapshotMode.INITIAL, BOTH);
        TableSnapshot half = of(state, ORDERS).after(KeyRange.all(), new KeyRange(List.of("7"), List.of()), 7, true);
        SnapshotState next = SnapshotPlan.request(state.with(half), BOTH, List.of("shop.o*"), null);
        assertThat(of(next, ORDERS)).isEqualTo(half);
        assertThat(names(next)).containsExactly(ITEMS.id(), ORDERS.id());
    }

    @Test
    @DisplayName("SN-11, SN-13: a finished table is read again, under the new condition and in a new generation")
    void aFinishedTableIsReadAgain() {
        SnapshotState done = complete(complete(fresh(SnapshotMode.INITIAL, BOTH), ITEMS), ORDERS);
        SnapshotState next = SnapshotPlan.request(done, BOTH, List.of("shop.orders"), "tenant = 42");
        TableSnapshot orders = of(next, ORDERS);
        assertThat(orders.isPending()).isTrue();
        assertThat(orders.condition()).isEqualTo("tenant = 42");
        assertThat(orders.rows()).isZero();
        assertThat(orders.generation()).isEqualTo(next.generation()).isGreaterThan(done.generation());
        assertThat(of(next, ITEMS)).isEqualTo(of(done, ITEMS));
    }

    @Test
    @DisplayName("SN-11: while rows are still to be read, another condition is refused, since it would leave them out")
    void anotherConditionIsRefusedWhileRowsAreStillToBeRead() {
        SnapshotState initial = fresh(SnapshotMode.INITIAL, BOTH);
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> SnapshotPlan.request(complete(initial, ITEMS), BOTH, List.of("shop.*"), "tenant = 42"))
                .withMessageContaining("'shop.orders'")
                .withMessageContaining("under no condition")
                .withMessageContaining("stop the snapshots");

        SnapshotState never = fresh(SnapshotMode.NEVER, BOTH);
        SnapshotState one = SnapshotPlan.request(never, BOTH, List.of("shop.orders"), "tenant = 42");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SnapshotPlan.request(one, BOTH, List.of("shop.orders"), "tenant = 43"))
                .withMessageContaining("under the condition 'tenant = 42'");
    }

    @Test
    void aRequestForAllRowsTakesThePlaceOfOneForSome() {
        SnapshotState some =
                SnapshotPlan.request(fresh(SnapshotMode.NEVER, BOTH), BOTH, List.of("shop.orders"), "tenant = 42");
        TableSnapshot half = of(some, ORDERS).after(KeyRange.all(), new KeyRange(List.of("7"), List.of()), 7, true);
        SnapshotState all = SnapshotPlan.request(some.with(half), BOTH, List.of("shop.orders"), null);
        assertThat(of(all, ORDERS).condition()).isNull();
        assertThat(of(all, ORDERS).remaining()).containsExactly(KeyRange.all());
        assertThat(of(all, ORDERS).generation()).isGreaterThan(half.generation());
    }

    @Test
    void underNeverOnlyWhatWasRequestedIsStillRead() {
        SnapshotState initial = fresh(SnapshotMode.INITIAL, BOTH);
        SnapshotState both = SnapshotPlan.request(complete(initial, ITEMS), BOTH, List.of("shop.items"), "tenant = 42");
        SnapshotState never = SnapshotPlan.resume(both, BOTH, SnapshotMode.NEVER);
        assertThat(of(never, ORDERS).phase()).isEqualTo(Phase.SKIPPED);
        assertThat(of(never, ITEMS)).isEqualTo(of(both, ITEMS));
        assertThat(SnapshotPlan.resume(never, BOTH, SnapshotMode.NEVER)).isEqualTo(never);

        SnapshotState anew =
                SnapshotPlan.anew(SnapshotPlan.behindGap(both, BOTH, SnapshotMode.INITIAL), of(both, ITEMS));
        assertThat(SnapshotPlan.resume(anew, BOTH, SnapshotMode.NEVER).pending())
                .singleElement()
                .satisfies(table -> {
                    assertThat(table.table()).isEqualTo(ITEMS.id());
                    assertThat(table.condition()).isEqualTo("tenant = 42");
                });
    }

    @Test
    @DisplayName("SN-14: a finished table that is requested while another is being read comes after it")
    void aRequestedTableMovesToTheEnd() {
        SnapshotState state = complete(fresh(SnapshotMode.INITIAL, BOTH), ITEMS);
        SnapshotState next = SnapshotPlan.request(state, BOTH, List.of("shop.items"), null);
        assertThat(names(next)).containsExactly(ORDERS.id(), ITEMS.id());
        assertThat(next.next()).contains(of(next, ORDERS));
        assertThat(complete(next, ORDERS).next()).contains(of(next, ITEMS));
    }

    @Test
    void aPatternThatOverlapsAnotherRequestsEachTableOnce() {
        SnapshotState never = fresh(SnapshotMode.NEVER, BOTH);
        SnapshotState next = SnapshotPlan.request(never, BOTH, List.of("shop.*", "shop.items"), null);
        assertThat(names(next)).containsExactly(ITEMS.id(), ORDERS.id());
        assertThat(next.tables()).allMatch(TableSnapshot::isPending);
    }

    @Test
    void aRequestEndsAPause() {
        SnapshotState paused = fresh(SnapshotMode.INITIAL, BOTH).paused(true);
        assertThat(SnapshotPlan.request(paused, BOTH, List.of("shop.items"), null)
                        .paused())
                .isFalse();
    }

    @Test
    @DisplayName("SN-08, SN-13: after a stop nothing is read, also by the next start, until it is requested")
    void aStopHolds() {
        SnapshotState state = complete(fresh(SnapshotMode.INITIAL, BOTH), ITEMS);
        SnapshotState stopped = SnapshotPlan.stop(state);
        assertThat(stopped.isComplete()).isTrue();
        assertThat(of(stopped, ORDERS).phase()).isEqualTo(Phase.SKIPPED);
        assertThat(of(stopped, ITEMS).phase()).isEqualTo(Phase.COMPLETE);
        assertThat(stopped.generation()).isGreaterThan(state.generation());
        assertThat(SnapshotPlan.resume(stopped, BOTH, SnapshotMode.INITIAL)).isEqualTo(stopped);
        assertThat(of(SnapshotPlan.request(stopped, BOTH, List.of("shop.orders"), null), ORDERS)
                        .isPending())
                .isTrue();
    }

    @Test
    void aReadingWithoutACursorBeginsAnewInAGenerationOfItsOwn() {
        SnapshotState state = fresh(SnapshotMode.INITIAL, BOTH);
        TableSnapshot half = of(state, ORDERS).after(KeyRange.all(), KeyRange.all(), 7, true);
        SnapshotState next = SnapshotPlan.anew(state.with(half), half);
        assertThat(of(next, ORDERS).rows()).isZero();
        assertThat(of(next, ORDERS).generation()).isGreaterThan(half.generation());
    }

    private static boolean joining(SnapshotState state, SnapshotTable table) {
        return of(state, table).incarnation().joining();
    }

    @Test
    void onlyTablesOfANewSlotNeedNotWaitForTransactionsThatRun() {
        assertThat(joining(SnapshotPlan.first(BOTH, SnapshotMode.INITIAL, true), ORDERS))
                .isFalse();
        assertThat(joining(SnapshotPlan.first(BOTH, SnapshotMode.INITIAL, false), ORDERS))
                .isTrue();
        assertThat(joining(SnapshotPlan.changesOnly(BOTH), ORDERS)).isTrue();
        SnapshotState items = fresh(SnapshotMode.INITIAL, List.of(ITEMS));
        SnapshotState both = SnapshotPlan.resume(items, BOTH, SnapshotMode.INITIAL);
        assertThat(joining(both, ORDERS)).isTrue();
        assertThat(joining(both, ITEMS)).isFalse();
        assertThat(joining(complete(both, ORDERS), ORDERS))
                .as("rows were read, so the wait is over for good")
                .isFalse();
    }

    @Test
    void aRequestOrAStopDoesNotForgetThatATableHasJoined() {
        SnapshotState items = fresh(SnapshotMode.NEVER, List.of(ITEMS));
        SnapshotState seen = SnapshotPlan.resume(items, BOTH, SnapshotMode.NEVER);
        SnapshotState requested = SnapshotPlan.request(seen, BOTH, List.of("shop.*"), null);
        assertThat(joining(requested, ORDERS)).isTrue();
        assertThat(joining(requested, ITEMS)).isFalse();
        assertThat(joining(SnapshotPlan.stop(requested), ORDERS)).isTrue();
        SnapshotState unseen = SnapshotPlan.request(items, BOTH, List.of("shop.*"), null);
        assertThat(joining(unseen, ORDERS)).isTrue();
    }

    @Test
    void aTableThatWasCreatedAgainOrLeftForAWhileIsReadAgain() {
        SnapshotState done = complete(complete(fresh(SnapshotMode.INITIAL, BOTH), ITEMS), ORDERS);
        SnapshotTable created = table("orders", "2");
        SnapshotState next = SnapshotPlan.resume(done, List.of(ITEMS, created), SnapshotMode.INITIAL);
        assertThat(of(next, ORDERS).isPending()).isTrue();
        assertThat(joining(next, ORDERS)).isTrue();
        assertThat(of(next, ORDERS).generation()).isGreaterThan(done.generation());
        assertThat(of(next, ITEMS)).isEqualTo(of(done, ITEMS));

        SnapshotState left = SnapshotPlan.resume(done, List.of(ITEMS), SnapshotMode.INITIAL);
        assertThat(of(left, ORDERS).phase()).isEqualTo(Phase.COMPLETE);
        assertThat(of(SnapshotPlan.resume(left, BOTH, SnapshotMode.INITIAL), ORDERS)
                        .isPending())
                .as("it is the same, but its changes did not come meanwhile")
                .isTrue();
        assertThat(of(SnapshotPlan.resume(left, BOTH, SnapshotMode.NEVER), ORDERS)
                        .phase())
                .isEqualTo(Phase.SKIPPED);
    }

    @Test
    void aTableThatWasCreatedAgainWhileItWasReadBeginsAnew() {
        SnapshotState state = fresh(SnapshotMode.INITIAL, List.of(ORDERS));
        TableSnapshot half = of(state, ORDERS).after(KeyRange.all(), new KeyRange(List.of("7"), List.of()), 7, true);
        SnapshotState next = SnapshotPlan.resume(state.with(half), List.of(table("orders", "2")), SnapshotMode.INITIAL);
        assertThat(of(next, ORDERS).remaining()).containsExactly(KeyRange.all());
        assertThat(next.generation()).isGreaterThan(state.generation());
    }

    @Test
    void behindAGapOnlyWhatWasUnderWayBeginsAnew() {
        SnapshotState state = complete(fresh(SnapshotMode.INITIAL, BOTH), ITEMS);
        TableSnapshot half = of(state, ORDERS).after(KeyRange.all(), new KeyRange(List.of("7"), List.of()), 7, true);
        List<SnapshotTable> others = List.of(table("items", "2"), ORDERS, table("new"));
        SnapshotState next = SnapshotPlan.behindGap(state.with(half), others, SnapshotMode.INITIAL);
        assertThat(of(next, ORDERS).remaining()).containsExactly(KeyRange.all());
        assertThat(of(next, ORDERS).generation()).isGreaterThan(half.generation());
        assertThat(of(next, ITEMS).phase()).isEqualTo(Phase.COMPLETE);
        assertThat(of(next, table("new")).isPending()).isTrue();
        assertThat(SnapshotPlan.resume(next, others, SnapshotMode.INITIAL)).isEqualTo(next);
    }

    @Test
    void allTablesAreReadAgainWhateverWasRead() {
        SnapshotState state = complete(fresh(SnapshotMode.INITIAL, BOTH), ITEMS);
        SnapshotState before = SnapshotPlan.stop(state).paused(true);
        SnapshotState next = SnapshotPlan.readAgain(before, List.of(ITEMS, ORDERS, table("new")), true);
        assertThat(next.pending()).hasSize(3).allMatch(table -> table.generation() == next.generation());
        assertThat(next.generation()).isGreaterThan(before.generation());
        assertThat(next.id()).isEqualTo(before.id());
        assertThat(next.paused()).isTrue();
        assertThat(next.recovering()).isTrue();
        SnapshotState two = complete(complete(next, ITEMS), ORDERS);
        assertThat(two.recovering()).isTrue();
        assertThat(complete(two, table("new")).recovering()).isFalse();
        assertThat(SnapshotPlan.stop(two).recovering()).isFalse();
        assertThat(SnapshotPlan.readAgain(null, BOTH, true).pending()).hasSize(2);
    }
}
