package io.rustcdc.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.rustcdc.event.FailureKind;
import io.rustcdc.event.TableId;
import io.rustcdc.schema.AcknowledgedSchema;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What every store that operators can reach into promises. */
abstract class CheckpointArchiveContract<S extends CheckpointStore & CheckpointArchive> {

    private static final TableId ORDERS = CheckpointStoreContract.ORDERS;
    private static final Map<TableId, AcknowledgedSchema> SCHEMAS =
            Map.of(ORDERS, CheckpointStoreContract.schema(ORDERS, "id"));

    /** A handle on the place of this test; each call gives a handle on the same place. */
    abstract S open();

    /** Damages what is stored as the checkpoint. */
    abstract void damage();

    private static Checkpoint checkpoint(long lsn, long count) {
        return CheckpointStoreContract.checkpoint(lsn, count);
    }

    private void saved(long lsn, long count) {
        S store = open();
        store.acquire();
        store.save(checkpoint(lsn, count));
        store.release();
    }

    @Test
    void thereIsNothingAtFirst() {
        assertThat(open().stored()).isEmpty();
        assertThat(open().history()).isEmpty();
        assertThat(open().delete()).isFalse();
        assertThatExceptionOfType(CheckpointException.class)
                .isThrownBy(() -> open().restore("20260101T000000.000Z"))
                .satisfies(e -> assertThat(e.kind()).isEqualTo(FailureKind.CONFIGURATION));
    }

    @Test
    @DisplayName("CP-05 an owner's checkpoint can be looked at, and cannot be changed")
    void looksWhileAnotherOwns() {
        S owner = open();
        owner.acquire();
        owner.save(checkpoint(24, 12));

        S other = open();
        assertThat(other.stored()).hasValueSatisfying(stored -> {
            assertThat(stored.id()).isNull();
            assertThat(stored.at()).isNotNull();
            assertThat(stored.checkpoint()).isEqualTo(checkpoint(24, 12));
            assertThat(stored.json()).contains("\"committed_event_count\" : 12", "content_checksum");
        });
        assertThatExceptionOfType(LeaseConflictException.class).isThrownBy(() -> other.seed(checkpoint(1, 1)));
        assertThatExceptionOfType(LeaseConflictException.class).isThrownBy(other::delete);
        assertThat(other.history()).isEmpty();
        owner.save(checkpoint(25, 13));
        owner.release();
        assertThat(open().load()).contains(checkpoint(25, 13));
    }

    @Test
    void aSeedGoesBackwardsAndKeepsWhatWasThere() {
        saved(100, 10);

        open().seed(checkpoint(50, 3));

        assertThat(open().load()).contains(new Checkpoint(new TestOffset(50), 3, true, null));
        assertThat(open().stored().orElseThrow().json()).doesNotContain("content_checksum");
        assertThat(open().history()).hasSize(1).first().satisfies(old -> {
            assertThat(old.checkpoint()).isEqualTo(checkpoint(100, 10));
            assertThat(old.id()).isNotBlank();
            assertThat(old.at()).isNotNull();
        });
        S owner = open();
        owner.acquire();
        owner.replace(checkpoint(50, 3), Map.of());
        owner.release();
        assertThat(open().load()).contains(checkpoint(50, 3));
    }

    @Test
    void aResetRemovesTheCheckpointAndItsSchemasAndKeepsThem() {
        S owner = open();
        owner.acquire();
        owner.saveSchemas(SCHEMAS);
        owner.save(checkpoint(100, 10));
        owner.release();

        assertThat(open().delete()).isTrue();

        assertThat(open().load()).isEmpty();
        assertThat(open().loadSchemas()).isEmpty();
        assertThat(open().stored()).isEmpty();
        assertThat(open().delete()).isFalse();
        List<StoredCheckpoint> history = open().history();
        assertThat(history).hasSize(1);

        open().restore(String.valueOf(history.get(0).id()));

        assertThat(open().load()).contains(checkpoint(100, 10));
        assertThat(open().loadSchemas()).isEqualTo(SCHEMAS);
        assertThat(open().history()).hasSize(1);
    }

    @Test
    void theNewestOfTheHistoryComesFirstAndAnyCanBeRestored() {
        for (int i = 1; i <= 3; i++) {
            open().seed(checkpoint(i * 10L, i));
        }
        saved(40, 4);
        open().delete();
        List<StoredCheckpoint> history = open().history();
        assertThat(history)
                .extracting(StoredCheckpoint::checkpoint)
                .extracting(c -> c.committedEventCount())
                .containsExactly(4L, 2L, 1L);
        assertThat(history).extracting(StoredCheckpoint::id).doesNotHaveDuplicates();

        open().restore(String.valueOf(history.get(2).id()));

        assertThat(open().load()).contains(new Checkpoint(new TestOffset(10), 1, true, null));
    }

    @Test
    void aDamagedCheckpointIsShownAndCanBeReplaced() {
        saved(100, 10);
        damage();
        assertThatExceptionOfType(CheckpointException.class).isThrownBy(() -> open().load());
        assertThat(open().stored()).hasValueSatisfying(stored -> {
            assertThat(stored.checkpoint()).isNull();
            assertThat(stored.problem()).isNotBlank();
        });

        open().seed(checkpoint(99, 9));

        assertThat(open().load()).contains(new Checkpoint(new TestOffset(99), 9, true, null));
        List<StoredCheckpoint> history = open().history();
        assertThat(history).hasSize(1);
        assertThat(history.get(0).problem()).isNotBlank();
        assertThatExceptionOfType(CheckpointException.class)
                .isThrownBy(() -> open().restore(String.valueOf(history.get(0).id())));
        assertThat(open().load()).contains(new Checkpoint(new TestOffset(99), 9, true, null));
    }

    @Test
    void aDamagedCheckpointCanBeRemoved() {
        saved(100, 10);
        damage();
        assertThat(open().delete()).isTrue();
        assertThat(open().load()).isEmpty();
        assertThat(open().history()).hasSize(1);
    }

    @Test
    void anIdIsNoPath() {
        saved(1, 1);
        for (String id : List.of("..", "../x", "", "20260101T000000.000Z/..", "%")) {
            assertThatExceptionOfType(CheckpointException.class)
                    .isThrownBy(() -> open().restore(id))
                    .withMessageContaining("'" + id + "'");
        }
        assertThat(open().load()).contains(checkpoint(1, 1));
    }
}
