package io.rustcdc.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.rustcdc.delivery.BatchFailedException;
import io.rustcdc.delivery.BatchHandler;
import io.rustcdc.delivery.FailurePolicy.Action;
import io.rustcdc.delivery.LaneOptions;
import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.Operation;
import io.rustcdc.event.Row;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A batch of which the listener cannot handle some changes. */
class BatchParkingTests extends DeadLetterFixture {

    private final List<List<Integer>> batches = new CopyOnWriteArrayList<>();
    private boolean naming;

    @ParameterizedTest
    @CsvSource({"true,1", "true,4", "false,1", "false,4"})
    void theRestOfTheBatchIsDelivered(boolean names, int lanes) {
        naming = names;
        poisoned.addAll(List.of(5, 18));
        start(listener(Action.PARK, batching()).withLanes(LaneOptions.of(lanes)));
        commitAndSave(40);
        assertThat(delivered)
                .containsExactlyInAnyOrderElementsOf(ids(1, 40).stream()
                        .filter(n -> n % ROWS != 5 && (n % ROWS != 8 || n == 8))
                        .toList());
        assertThat(letters.numbers()).containsExactlyInAnyOrder(5, 15, 25, 35, 18, 28, 38);
        assertThat(letters.numbers().stream().filter(n -> n % ROWS == 5)).isSorted();
        assertThat(letters.numbers().stream().filter(n -> n % ROWS == 8)).isSorted();
    }

    @Test
    void theBatchIsCalledAgainWithoutTheChangeThatItNames() {
        naming = true;
        poisoned.add(5);
        boundary = TransactionBoundary.PRESERVE;
        start(listener(Action.PARK, batching()));
        commitAndSave(20);
        assertThat(batches)
                .containsExactly(
                        ids(1, 20),
                        ids(1, 20),
                        ids(1, 20).stream().filter(n -> n % ROWS != 5).toList());
    }

    @Test
    void aNamelessFailureIsLookedForOneByOne() {
        poisoned.add(5);
        boundary = TransactionBoundary.PRESERVE;
        start(listener(Action.PARK, batching()));
        commitAndSave(6);
        assertThat(batches)
                .containsExactly(
                        ids(1, 6),
                        ids(1, 6),
                        List.of(1),
                        List.of(2),
                        List.of(3),
                        List.of(4),
                        List.of(5),
                        List.of(5),
                        List.of(6));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void manyPoisonedRowsInABatchAreNotABrokenListener(boolean names) {
        naming = names;
        log.shape = n -> update(n, n);
        poisoned.addAll(List.of(3, 4, 9, 12, 20, 21, 30, 31, 40, 41, 50, 60));
        start(listener(Action.PARK, batching()));
        commitAndSave(60);
        assertThat(letters.count()).isEqualTo(12);
        assertThat(moods).isEmpty();
    }

    @Test
    void skipsWhatItCannotHandleAndNothingElse() {
        poisoned.add(5);
        start(listener(Action.SKIP, batching()));
        commitAndSave(20);
        assertThat(delivered)
                .containsExactlyElementsOf(
                        ids(1, 20).stream().filter(n -> n != 5).toList());
    }

    /** What the batch holds is older than the TRUNCATE: it must not become a letter after it. */
    @Test
    void aBatchIsCalledBeforeTheLettersOfAnEmptiedTableAreSuperseded() {
        log.shape = n -> n == 8 ? change(Operation.TRUNCATE) : update(n % ROWS, n);
        poisoned.add(5);
        start(listener(Action.PARK, batching()));
        commitAndSave(20);
        assertThat(letters.numbers()).containsExactly(5);
        assertThat(letters.queue(letters.find(1).orElseThrow().rows().get(0), 10))
                .isEmpty();
        assertThat(delivered).contains(15);
    }

    private BatchHandler batching() {
        return (events, acknowledgment) -> {
            batches.add(
                    new ArrayList<>(events.stream().map(DeadLetterFixture::n).toList()));
            for (int i = 0; i < events.size(); i++) {
                if (poisoned.contains(n(events.get(i)))) {
                    IllegalStateException failure = new IllegalStateException("no");
                    throw naming ? new BatchFailedException(i, failure) : failure;
                }
            }
            events.stream().map((ChangeEvent<Row> event) -> n(event)).forEach(delivered::add);
        };
    }
}
