package io.rustcdc.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

import io.rustcdc.event.FailureKind;
import io.rustcdc.event.TableId;
import io.rustcdc.schema.AcknowledgedSchema;
import io.rustcdc.schema.ColumnSchema;
import io.rustcdc.schema.TableSchema;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What every store promises. */
abstract class CheckpointStoreContract {

    static final TableId ORDERS = new TableId("public", "orders");

    /** A handle on the place of this test; each call gives a handle on the same place. */
    abstract CheckpointStore open();

    static Checkpoint checkpoint(long lsn, long count) {
        return new Checkpoint(new TestOffset(lsn), count);
    }

    static AcknowledgedSchema schema(TableId table, String... columns) {
        List<ColumnSchema> list = List.of(columns).stream()
                .map(name -> new ColumnSchema(name, "numeric(12,2)"))
                .toList();
        return new AcknowledgedSchema(new TableSchema(table, list, List.of(columns[0])), "0/16B3748");
    }

    private CheckpointStore acquired() {
        CheckpointStore store = open();
        store.acquire();
        return store;
    }

    @Test
    void holdsNothingAtFirst() {
        CheckpointStore store = open();
        assertThat(store.load()).isEmpty();
        assertThat(store.loadSchemas()).isEmpty();
        assertThat(store.location()).isNotBlank();
    }

    @Test
    void loadsThroughAnyHandleWhatWasSaved() {
        CheckpointStore store = acquired();
        store.save(checkpoint(24, 1234));
        assertThat(open().load()).contains(checkpoint(24, 1234));
        store.save(checkpoint(Long.MAX_VALUE, Long.MAX_VALUE));
        store.release();
        assertThat(open().load()).contains(checkpoint(Long.MAX_VALUE, Long.MAX_VALUE));
    }

    @Test
    void refusesToSaveWithoutTheLease() {
        CheckpointStore store = open();
        assertThatExceptionOfType(CheckpointException.class)
                .isThrownBy(() -> store.save(checkpoint(1, 1)))
                .satisfies(e -> assertThat(e.kind()).isEqualTo(FailureKind.TERMINAL));
        store.acquire();
        store.save(checkpoint(1, 1));
        store.release();
        assertThatExceptionOfType(CheckpointException.class).isThrownBy(() -> store.save(checkpoint(2, 2)));
        assertThatExceptionOfType(CheckpointException.class).isThrownBy(() -> store.saveSchemas(Map.of()));
        assertThat(open().load()).contains(checkpoint(1, 1));
    }

    @Test
    @DisplayName("CP-05 a second owner in the same process is refused, and the first one stays the owner")
    void refusesASecondOwner() {
        CheckpointStore first = acquired();
        CheckpointStore second = open();
        assertThatExceptionOfType(LeaseConflictException.class)
                .isThrownBy(second::acquire)
                .withMessageStartingWith("checkpoint owner lease conflict for '")
                .withMessageEndingWith(
                        "lock owned by pid " + ProcessHandle.current().pid())
                .satisfies(e -> assertThat(e.action()).isNotBlank());
        first.save(checkpoint(1, 1));
        assertThat(second.load()).contains(checkpoint(1, 1));
        first.release();
    }

    @Test
    @DisplayName("CP-07 a refused acquire succeeds later, through the same handle")
    void acquiresLaterWhatWasRefused() {
        CheckpointStore first = acquired();
        CheckpointStore second = open();
        assertThatExceptionOfType(LeaseConflictException.class).isThrownBy(second::acquire);
        first.release();
        second.acquire();
        second.save(checkpoint(1, 1));
        second.release();
    }

    @Test
    void acquiresAndReleasesAgainAndAgain() {
        CheckpointStore store = open();
        assertThatNoException().isThrownBy(store::release);
        for (int i = 1; i <= 3; i++) {
            store.acquire();
            store.save(checkpoint(i, i));
            store.release();
            store.release();
        }
        assertThat(open().load()).contains(checkpoint(3, 3));
    }

    @Test
    @DisplayName("CP-03 neither a lower position nor a lower count replaces the checkpoint")
    void neverGoesBackwards() {
        CheckpointStore store = acquired();
        store.save(checkpoint(100, 10));
        assertThatExceptionOfType(CheckpointException.class)
                .isThrownBy(() -> store.save(checkpoint(99, 11)))
                .withMessageContaining("99")
                .withMessageContaining("100")
                .satisfies(e -> assertThat(e.kind()).isEqualTo(FailureKind.TERMINAL));
        assertThatExceptionOfType(CheckpointException.class)
                .isThrownBy(() -> store.save(checkpoint(101, 9)))
                .withMessageContaining("9")
                .withMessageContaining("10");
        assertThat(open().load()).contains(checkpoint(100, 10));
        store.save(checkpoint(101, 11));
        store.release();
    }

    @Test
    @DisplayName("CP-03 the rule holds against what an earlier owner saved")
    void neverGoesBackwardsAfterATakeover() {
        CheckpointStore first = acquired();
        first.save(checkpoint(100, 10));
        first.release();
        CheckpointStore second = acquired();
        assertThatExceptionOfType(CheckpointException.class).isThrownBy(() -> second.save(checkpoint(99, 11)));
        second.save(checkpoint(200, 20));
        second.release();
        first.acquire();
        assertThatExceptionOfType(CheckpointException.class).isThrownBy(() -> first.save(checkpoint(150, 20)));
        first.release();
    }

    @Test
    @DisplayName("After an accepted gap a lower position and other schemas replace the old ones; the count stays")
    void beginsAnewAtALowerPosition() {
        CheckpointStore store = acquired();
        store.save(checkpoint(100, 10));
        store.saveSchemas(Map.of(ORDERS, schema(ORDERS, "id")));
        AcknowledgedSchema known = schema(ORDERS, "id").beforeAll();

        store.replace(checkpoint(50, 10), Map.of(ORDERS, known));

        assertThat(open().load()).contains(checkpoint(50, 10));
        assertThat(open().loadSchemas()).isEqualTo(Map.of(ORDERS, known));
        assertThatExceptionOfType(CheckpointException.class)
                .isThrownBy(() -> store.replace(checkpoint(200, 9), Map.of()))
                .satisfies(e -> assertThat(e.kind()).isEqualTo(FailureKind.TERMINAL));
        assertThatExceptionOfType(CheckpointException.class).isThrownBy(() -> store.save(checkpoint(49, 10)));
        assertThat(open().load()).contains(checkpoint(50, 10));
        store.save(checkpoint(51, 11));
        store.replace(checkpoint(60, 11), Map.of());
        assertThat(open().loadSchemas()).isEmpty();
        store.release();
        assertThatExceptionOfType(CheckpointException.class)
                .isThrownBy(() -> store.replace(checkpoint(70, 11), Map.of()))
                .satisfies(e -> assertThat(e.kind()).isEqualTo(FailureKind.TERMINAL));
    }

    @Test
    @DisplayName("CP-03 an idle position is saved with an equal count")
    void savesAnotherPositionWithAnEqualCount() {
        CheckpointStore store = acquired();
        store.save(checkpoint(100, 10));
        store.save(checkpoint(150, 10));
        store.save(checkpoint(150, 10));
        assertThat(open().load()).contains(checkpoint(150, 10));
        store.release();
    }

    @Test
    @DisplayName("CP-04 a position without a known order, as after a failover, is saved")
    void savesAPositionWithoutAKnownOrder() {
        CheckpointStore store = acquired();
        store.save(checkpoint(100, 10));
        store.save(checkpoint(-5, 11));
        assertThat(open().load()).contains(checkpoint(-5, 11));
        store.release();
    }

    @Test
    @DisplayName("CP-12 where the order of two positions is not known, the rule for the count still holds")
    void refusesALowerCountAlsoWithoutAKnownOrder() {
        CheckpointStore store = acquired();
        store.save(checkpoint(100, 10));
        assertThatExceptionOfType(CheckpointException.class)
                .isThrownBy(() -> store.save(checkpoint(-5, 9)))
                .withMessageContaining("9")
                .satisfies(e -> assertThat(e.kind()).isEqualTo(FailureKind.TERMINAL));
        assertThat(open().load()).contains(checkpoint(100, 10));
        store.release();
    }

    @Test
    void savedIsNeverASeed() {
        CheckpointStore store = acquired();
        store.save(checkpoint(1, 1));
        assertThat(open().load())
                .hasValueSatisfying(saved -> assertThat(saved.operatorSeed()).isFalse());
        store.release();
    }

    @Test
    void replacesAllSchemasAtOnce() {
        CheckpointStore store = acquired();
        TableId bare = new TableId(null, "events");
        Map<TableId, AcknowledgedSchema> two =
                Map.of(ORDERS, schema(ORDERS, "id", "amount"), bare, schema(bare, "id", "weird \"näme\""));
        store.saveSchemas(two);
        assertThat(open().loadSchemas()).isEqualTo(two);
        Map<TableId, AcknowledgedSchema> one = Map.of(ORDERS, schema(ORDERS, "id"));
        store.saveSchemas(one);
        assertThat(open().loadSchemas()).isEqualTo(one);
        assertThat(open().load()).isEmpty();
        store.release();
    }
}
