package io.rustcdc.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.rustcdc.checkpoint.Checkpoint;
import io.rustcdc.checkpoint.CheckpointException;
import io.rustcdc.checkpoint.SnapshotState;
import io.rustcdc.checkpoint.TableSnapshot;
import io.rustcdc.event.EventSource;
import io.rustcdc.event.FailureKind;
import io.rustcdc.observe.EngineObserver;
import io.rustcdc.runtime.AckWindow.Rows;
import io.rustcdc.runtime.AckWindow.Step;
import io.rustcdc.source.KeyRange;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** How far rows were read becomes durable with the offset that covers them: one record, and never the one without the other. */
class SavedRowsTests {

    private static final TableSnapshot WHOLE =
            TableSnapshot.pending(LogSource.TABLE, new TableSnapshot.Incarnation("1", false), List.of("id"), 1, 100);
    private static final SnapshotState BEGIN = new SnapshotState("s", 1, false, List.of(WHOLE));
    private static final SnapshotState HALF =
            BEGIN.with(WHOLE.after(KeyRange.all(), new KeyRange(List.of("50"), List.of()), 50, true));

    private final RecordingStore store = new RecordingStore(new ArrayList<>());
    private final CheckpointWriter writer =
            new CheckpointWriter(new EventSource("log", "log"), store, new EngineObserver() {});
    private final AckWindow window = new AckWindow();
    private final List<String> announced = new ArrayList<>();

    @BeforeEach
    void open() {
        writer.open();
    }

    private static LogOffset at(long finished) {
        return new LogOffset(finished, 0);
    }

    private Rows rows(SnapshotState state, String name) {
        return new Rows(state, () -> announced.add(name));
    }

    private void start(LogOffset offset, SnapshotState state) {
        window.add(new Step(offset, null, true, 0, null, rows(state, "start")), null);
    }

    private void change(LogOffset offset) {
        window.add(new Step(offset, Instant.EPOCH, false, 10, null), null);
    }

    private void chunkEnd(SnapshotState state, String name) {
        window.add(new Step(null, null, false, 0, null, rows(state, name)), null);
    }

    private void save() {
        AckWindow.Prefix prefix = window.acknowledged();
        writer.save(prefix);
        window.saved();
        prefix.announceSaved();
    }

    private @Nullable SnapshotState saved() {
        return store.load().map(Checkpoint::snapshot).orElse(null);
    }

    @Test
    @DisplayName("a start is saved together with what is to be read, in one record")
    void aStartIsNeverSavedWithoutItsRows() {
        start(at(3), BEGIN);
        assertThat(window.acknowledged().saveAtOnce()).isTrue();
        save();
        assertThat(store.saves).containsExactly(new Checkpoint(at(3), 0, BEGIN));
        assertThat(announced).containsExactly("start");
    }

    @Test
    @DisplayName("SN-02: rows whose end is not acknowledged leave the cursor where it was, whatever the offset does")
    void aHalfDeliveredChunkDoesNotMoveTheCursor() {
        start(at(0), BEGIN);
        save();
        change(at(0));
        change(at(1));
        save();
        assertThat(store.load()).contains(new Checkpoint(at(1), 2, BEGIN));
        assertThat(announced).containsExactly("start");
    }

    @Test
    @DisplayName("SN-01, SN-24: the cursor moves in the save that covers the chunk's last row")
    void theCursorMovesWithTheOffset() {
        start(at(0), BEGIN);
        save();
        change(at(1));
        chunkEnd(HALF, "half");
        save();
        assertThat(store.saves).hasSize(2).last().isEqualTo(new Checkpoint(at(1), 1, HALF));
        assertThat(announced).containsExactly("start", "half");
    }

    @Test
    @DisplayName("a cursor that moves while the stream stands still is saved with the offset that was saved before")
    void anEmptyChunkMovesTheCursorAlone() {
        start(at(4), BEGIN);
        save();
        chunkEnd(HALF, "half");
        assertThat(window.acknowledged().isWorthSaving()).isTrue();
        save();
        assertThat(store.load()).contains(new Checkpoint(at(4), 0, HALF));
    }

    @Test
    @DisplayName("what is to be read again is saved with the change that makes it so, in the save that comes anyway")
    void rowsToBeReadAgainAreWorthNoSaveOfTheirOwn() {
        start(at(0), BEGIN);
        save();
        window.add(new Step(null, null, false, 0, null, rows(HALF, "again")), null);
        assertThat(window.acknowledged().saveAtOnce()).isFalse();
        change(at(1));
        save();
        assertThat(store.saves).hasSize(2).last().isEqualTo(new Checkpoint(at(1), 1, HALF));
    }

    @Test
    void theLastOfSeveralCursorsCountsAndAllAreAnnounced() {
        start(at(0), BEGIN);
        chunkEnd(HALF, "half");
        chunkEnd(BEGIN.with(WHOLE.gone()), "gone");
        save();
        assertThat(saved()).isEqualTo(BEGIN.with(WHOLE.gone()));
        assertThat(announced).containsExactly("start", "half", "gone");
    }

    @Test
    void aSaveOfChangesAloneKeepsTheCursor() {
        start(at(0), HALF);
        save();
        change(at(1));
        save();
        assertThat(saved()).isEqualTo(HALF);
        assertThat(writer.rows()).isEqualTo(HALF);
    }

    @Test
    @DisplayName("RT-03: a save that fails moves nothing, announces nothing and can be repeated")
    void aFailedSaveLeavesAllAsBefore() {
        start(at(0), BEGIN);
        save();
        change(at(1));
        chunkEnd(HALF, "half");
        store.failures.add(FailureKind.TRANSIENT);
        assertThatExceptionOfType(CheckpointException.class).isThrownBy(this::save);
        assertThat(store.load()).contains(new Checkpoint(at(0), 0, BEGIN));
        assertThat(writer.rows()).isEqualTo(BEGIN);
        assertThat(announced).containsExactly("start");
        save();
        assertThat(store.load()).contains(new Checkpoint(at(1), 1, HALF));
        assertThat(announced).containsExactly("start", "half");
    }

    @Test
    @DisplayName("SN-02: what was not saved when the connection ended is forgotten with its cursor")
    void aClearedWindowForgetsTheCursor() {
        start(at(0), BEGIN);
        save();
        change(at(1));
        chunkEnd(HALF, "half");
        window.clear();
        assertThat(window.acknowledged().isWorthSaving()).isFalse();
        assertThat(window.acknowledged().rows()).isNull();
        assertThat(saved()).isEqualTo(BEGIN);
    }

    @Test
    void aCheckpointOfAnotherProcessIsGoneOnWith() {
        start(at(2), HALF);
        save();
        writer.close();
        CheckpointWriter next = new CheckpointWriter(new EventSource("log", "log"), store, new EngineObserver() {});
        next.open();
        assertThat(next.rows()).isEqualTo(HALF);
        assertThat(next.resume().resume()).isEqualTo(at(2));
    }
}
