package io.rustcdc.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import io.rustcdc.checkpoint.SnapshotState;
import io.rustcdc.checkpoint.TableSnapshot;
import io.rustcdc.event.TableId;
import io.rustcdc.source.SnapshotTable;
import io.rustcdc.source.SourceException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class RowTroublesTests {

    private static final TableId ORDERS = new TableId("shop", "orders");
    private static final TableId ITEMS = new TableId("shop", "items");
    private static final SnapshotState STATE =
            SnapshotPlan.first(List.of(table(ORDERS), table(ITEMS)), SnapshotMode.INITIAL, true);

    private long now;
    private final RowTroubles troubles = new RowTroubles(Duration.ZERO, () -> now);

    private static SnapshotTable table(TableId id) {
        return new SnapshotTable(id, "1", List.of("id"), List.of("id"), 100);
    }

    private static SourceException failure(String description) {
        return SourceException.transientFailure(description, null);
    }

    private void pass(Duration time) {
        now += time.toNanos();
    }

    private List<TableId> order() {
        return troubles.inOrder(STATE.pending()).stream()
                .map(TableSnapshot::table)
                .toList();
    }

    @Test
    void aTableThatFailsAgainAndAgainLetsOthersGoFirst() {
        troubles.failed(ORDERS, failure("timeout"));
        troubles.failed(ORDERS, failure("timeout"));
        assertThat(order()).containsExactly(ORDERS, ITEMS);
        troubles.failed(ORDERS, failure("timeout"));
        assertThat(order()).containsExactly(ITEMS, ORDERS);
        pass(Duration.ofSeconds(1));
        for (int i = 0; i < 3; i++) {
            troubles.failed(ITEMS, failure("timeout"));
        }
        assertThat(order()).as("the last that was tried comes last").containsExactly(ORDERS, ITEMS);
        troubles.succeeded(ITEMS);
        assertThat(order()).containsExactly(ITEMS, ORDERS);
    }

    @Test
    void eachTryWaitsLongerUntilOneSucceeds() {
        assertThat(troubles.isTimeToTry()).isTrue();
        assertThat(troubles.failed(ORDERS, failure("a"))).isEqualTo(Duration.ofMillis(300));
        assertThat(troubles.isTimeToTry()).isFalse();
        assertThat(troubles.failed(ITEMS, failure("a"))).isEqualTo(Duration.ofMillis(600));
        for (int i = 0; i < 10; i++) {
            troubles.failed(ITEMS, failure("a"));
        }
        assertThat(troubles.failed(ITEMS, failure("a"))).isEqualTo(Duration.ofSeconds(10));
        pass(Duration.ofSeconds(10));
        assertThat(troubles.isTimeToTry()).isTrue();
        troubles.succeeded(ITEMS);
        assertThat(troubles.failed(ITEMS, failure("a"))).isEqualTo(Duration.ofMillis(300));
    }

    @Test
    void aTableThatFailsForAMinuteIsTold() {
        for (int i = 0; i < 3; i++) {
            troubles.failed(ORDERS, failure("statement timeout"));
        }
        assertThat(troubles.of(STATE)).isNull();
        pass(Duration.ofSeconds(61));
        RowTrouble trouble = troubles.of(STATE);
        assertThat(trouble).isNotNull();
        assertThat(trouble.table()).isEqualTo(ORDERS);
        assertThat(trouble.age()).isEqualTo(Duration.ofSeconds(61));
        assertThat(trouble.failure()).hasMessageContaining("statement timeout");
        assertThat(troubles.of(STATE.paused(true))).isNull();
        assertThat(troubles.of(SnapshotPlan.stop(STATE))).isNull();
        troubles.succeeded(ITEMS);
        assertThat(troubles.of(STATE)).as("others do not mend it").isNotNull();
        troubles.succeeded(ORDERS);
        assertThat(troubles.of(STATE)).isNull();
    }

    @Test
    void aMissingConnectionIsToldWhileItIsMissing() {
        troubles.failed(null, failure("too many connections"));
        pass(Duration.ofSeconds(61));
        assertThat(troubles.of(STATE)).as("a single failure").isNull();
        troubles.failed(null, failure("too many connections"));
        troubles.failed(null, failure("too many connections"));
        assertThat(troubles.of(STATE)).isNotNull();
        assertThat(troubles.of(STATE).table()).isNull();
        troubles.succeeded(ITEMS);
        assertThat(troubles.of(STATE)).isNull();
    }

    @Test
    void aTableThatLetsOthersGoFirstIsNotTold() {
        for (int i = 0; i < 3; i++) {
            troubles.failed(ORDERS, failure("statement timeout"));
        }
        pass(Duration.ofMinutes(2));
        assertThat(troubles.of(STATE)).isNotNull();
        pass(Duration.ofMinutes(2));
        assertThat(troubles.of(STATE)).as("nobody has tried since").isNull();
    }

    @Test
    void aFailureOfLongAgoIsForgotten() {
        troubles.failed(null, failure("too many connections"));
        pass(Duration.ofMinutes(4));
        assertThat(troubles.of(STATE)).isNull();
        troubles.failed(null, failure("too many connections"));
        assertThat(troubles.of(STATE)).as("another one").isNull();
    }

    @Test
    void rowsThatDoNotComeAreTold() {
        troubles.awaiting(true);
        pass(Duration.ofMinutes(9));
        troubles.awaiting(true);
        assertThat(troubles.of(STATE)).isNull();
        pass(Duration.ofMinutes(2));
        assertThat(troubles.of(STATE).age()).isEqualTo(Duration.ofMinutes(11));
        assertThat(troubles.of(STATE).failure()).isNull();
        troubles.succeeded(ORDERS);
        assertThat(troubles.of(STATE)).isNull();
        troubles.awaiting(true);
        assertThat(troubles.of(STATE)).isNull();
    }

    @Test
    void aLimitThatIsWishedForIsNoTrouble() {
        RowTroubles slow = new RowTroubles(Duration.ofHours(1), () -> now);
        slow.awaiting(true);
        pass(Duration.ofMinutes(69));
        assertThat(slow.of(STATE)).isNull();
        pass(Duration.ofMinutes(2));
        assertThat(slow.of(STATE)).isNotNull();
    }
}
