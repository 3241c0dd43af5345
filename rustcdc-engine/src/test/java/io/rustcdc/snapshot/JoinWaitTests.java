package io.rustcdc.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rustcdc.event.TableId;
import io.rustcdc.source.RunningTransaction;
import io.rustcdc.source.SnapshotTable;
import io.rustcdc.source.SourceException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** A table that has joined waits for exactly the transactions that ran after its join was seen. */
class JoinWaitTests {

    private static final SnapshotTable TABLE =
            new SnapshotTable(new TableId("shop", "orders"), "1", List.of("id"), List.of("id"), 1);

    private final ArrayDeque<CompletableFuture<List<RunningTransaction>>> looks = new ArrayDeque<>();
    private final AtomicLong nanoTime = new AtomicLong(Long.MAX_VALUE - 5);
    private final JoinWait wait = new JoinWait(TABLE, this::look, nanoTime::get);

    private CompletableFuture<List<RunningTransaction>> look() {
        CompletableFuture<List<RunningTransaction>> look = new CompletableFuture<>();
        looks.add(look);
        return look;
    }

    private static RunningTransaction[] transactions(String... ids) {
        return Arrays.stream(ids)
                .map(id -> new RunningTransaction(id, "process " + id))
                .toArray(RunningTransaction[]::new);
    }

    private boolean isOverWhenTheseRun(RunningTransaction... running) {
        looks.remove().complete(List.of(running));
        return wait.isOver();
    }

    private void awaitNextLook() {
        nanoTime.addAndGet(Duration.ofSeconds(2).toNanos());
        assertThat(wait.isOver()).isFalse();
        assertThat(looks).hasSize(1);
    }

    @Test
    void nothingIsReadBeforeTheFirstLook() {
        assertThat(wait.isOver()).isFalse();
        assertThat(looks).hasSize(1);
        assertThat(isOverWhenTheseRun()).isTrue();
        assertThat(wait.isOver()).isTrue();
    }

    @Test
    void allOfTheFirstLookMustHaveEndedAndNoneOfThoseThatCameLater() {
        assertThat(isOverWhenTheseRun(transactions("7", "9"))).isFalse();
        awaitNextLook();
        assertThat(isOverWhenTheseRun(transactions("9", "11"))).isFalse();
        awaitNextLook();
        assertThat(isOverWhenTheseRun(transactions("11", "12"))).isTrue();
    }

    @Test
    void aTransactionThatIsPreparedIsStillTheSame() {
        assertThat(isOverWhenTheseRun(transactions("7"))).isFalse();
        awaitNextLook();
        assertThat(isOverWhenTheseRun(new RunningTransaction("7", "prepared transaction 'x'")))
                .isFalse();
        awaitNextLook();
        assertThat(isOverWhenTheseRun()).isTrue();
    }

    @Test
    void theNextLookIsNotTakenAtOnce() {
        assertThat(isOverWhenTheseRun(transactions("7"))).isFalse();
        assertThat(wait.isOver()).isFalse();
        assertThat(looks).isEmpty();
    }

    @Test
    void aLookThatFailsIsRepeatedAndForgetsNoTransaction() {
        looks.remove().completeExceptionally(SourceException.transientFailure("cut", null));
        assertThatThrownBy(wait::isOver).hasMessageContaining("cut");
        awaitNextLook();
        assertThat(isOverWhenTheseRun(transactions("7"))).isFalse();
        awaitNextLook();
        looks.remove().completeExceptionally(SourceException.transientFailure("cut", null));
        assertThatThrownBy(wait::isOver).hasMessageContaining("cut");
        awaitNextLook();
        assertThat(isOverWhenTheseRun(transactions("7", "8"))).isFalse();
        awaitNextLook();
        assertThat(isOverWhenTheseRun(transactions("8"))).isTrue();
    }

    @Test
    void aTableThatWasCreatedAgainMeanwhileHasAWaitOfItsOwn() {
        assertThat(wait.concerns(TABLE)).isTrue();
        assertThat(wait.concerns(new SnapshotTable(TABLE.id(), "2", TABLE.key(), TABLE.identity(), 1)))
                .isFalse();
    }
}
