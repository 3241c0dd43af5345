package io.rustcdc.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.rustcdc.event.EventSource;
import io.rustcdc.event.FailureKind;
import io.rustcdc.event.TableId;
import io.rustcdc.schema.AcknowledgedSchema;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Every step of every change, each failing once and each being the last one of its process. A failing step answers with an
 * exception and is cleaned up after; a crash leaves everything as it is.
 */
class FileFaultTests {

    private static final TableId ORDERS = CheckpointStoreContract.ORDERS;
    private static final Checkpoint OLD = CheckpointStoreContract.checkpoint(100, 10);
    private static final Map<TableId, AcknowledgedSchema> OLD_SCHEMAS =
            Map.of(ORDERS, CheckpointStoreContract.schema(ORDERS, "id"));
    private static final Map<TableId, AcknowledgedSchema> NEW_SCHEMAS =
            Map.of(ORDERS, CheckpointStoreContract.schema(ORDERS, "id", "amount"));

    @TempDir
    Path temp;

    /** A change of what is stored, and what is stored after it. */
    enum Change {
        SAVE(store -> store.save(CheckpointStoreContract.checkpoint(101, 11)), 101L, OLD_SCHEMAS, true),
        SAVE_SCHEMAS(store -> store.saveSchemas(NEW_SCHEMAS), 100L, NEW_SCHEMAS, true),
        REPLACE(
                store -> store.replace(CheckpointStoreContract.checkpoint(50, 10), NEW_SCHEMAS),
                50L,
                NEW_SCHEMAS,
                true),
        SEED(store -> store.seed(CheckpointStoreContract.checkpoint(60, 10)), 60L, OLD_SCHEMAS, false),
        DELETE(FileCheckpointStore::delete, null, Map.of(), false),
        RESTORE(store -> store.restore(oldest(store)), 90L, Map.of(), false);

        private final Consumer<FileCheckpointStore> change;
        private final Long position;
        private final Map<TableId, AcknowledgedSchema> schemas;
        private final boolean byOwner;

        Change(
                Consumer<FileCheckpointStore> change,
                Long position,
                Map<TableId, AcknowledgedSchema> schemas,
                boolean byOwner) {
            this.change = change;
            this.position = position;
            this.schemas = schemas;
            this.byOwner = byOwner;
        }
    }

    /** The process dies here; no handler of the code under test may answer to it. */
    private static final class Death extends Error {

        private static final long serialVersionUID = 1L;
    }

    /** Breaks at one step, counted from the moment it is armed. */
    private static final class BreakingDisk implements DurableFile.Disk {

        private final boolean dies;
        private final List<DurableFile.Step> steps = new ArrayList<>();
        private int breakAt = Integer.MAX_VALUE;

        private BreakingDisk(boolean dies) {
            this.dies = dies;
        }

        private void breakAt(int number) {
            steps.clear();
            breakAt = number;
        }

        @Override
        public void before(DurableFile.Step step, Path file) throws IOException {
            if (file.getFileName().toString().startsWith(OwnerLease.OWNER_FILE)) {
                return; // the lease has tests of its own
            }
            steps.add(step);
            if (steps.size() == breakAt) {
                if (dies) {
                    throw new Death();
                }
                throw new IOException("Input/output error");
            }
        }

        @Override
        public void rename(Path from, Path to) throws IOException {
            DurableFile.Disk.REAL.rename(from, to);
        }
    }

    private static String oldest(FileCheckpointStore store) {
        List<StoredCheckpoint> history = store.history();
        return String.valueOf(history.get(history.size() - 1).id());
    }

    private static FileCheckpointStore store(Path directory, DurableFile.Disk disk) {
        return new FileCheckpointStore(directory, new EventSource("shop", "postgres"), TestOffset::parse, disk);
    }

    /** A history with one entry, and the old checkpoint with the old schemas. */
    private static void prepare(Path directory) {
        FileCheckpointStore store = store(directory, DurableFile.Disk.REAL);
        store.acquire();
        store.save(CheckpointStoreContract.checkpoint(90, 9));
        store.release();
        store.delete();
        store.acquire();
        store.save(OLD);
        store.saveSchemas(OLD_SCHEMAS);
        store.release();
    }

    private static Optional<Long> position(FileCheckpointStore store) {
        return store.load().map(checkpoint -> ((TestOffset) checkpoint.offset()).lsn());
    }

    private static void make(Change change, FileCheckpointStore store, BreakingDisk disk, int breakAt) {
        if (change.byOwner) {
            store.acquire();
        }
        disk.breakAt(breakAt);
        try {
            change.change.accept(store);
        } finally {
            if (change.byOwner) {
                store.release();
            }
        }
    }

    private int steps(Change change) {
        Path directory = temp.resolve("count-" + change);
        prepare(directory);
        BreakingDisk disk = new BreakingDisk(false);
        make(change, store(directory, disk), disk, Integer.MAX_VALUE);
        assertThat(position(store(directory, disk))).isEqualTo(Optional.ofNullable(change.position));
        assertThat(store(directory, disk).loadSchemas()).isEqualTo(change.schemas);
        return disk.steps.size();
    }

    @ParameterizedTest
    @EnumSource(Change.class)
    @DisplayName(
            "CP-08, CP-16 after a failure of any step the old checkpoint is there or the new one, and the change can be repeated")
    void anyStepMayFail(Change change) {
        int steps = steps(change);
        assertThat(steps).isGreaterThanOrEqualTo(5);
        for (int step = 1; step <= steps; step++) {
            Path directory = temp.resolve(change + "-fails-" + step);
            prepare(directory);
            BreakingDisk disk = new BreakingDisk(false);
            int at = step;
            FileCheckpointStore store = store(directory, disk);
            assertThatExceptionOfType(CheckpointException.class)
                    .as("%s, step %d: %s", change, step, disk.steps)
                    .isThrownBy(() -> make(change, store, disk, at))
                    .satisfies(e -> assertThat(e.kind()).isEqualTo(FailureKind.TRANSIENT));
            assertOldOrNew(change, directory, step);

            if (change != Change.DELETE || position(store).isPresent()) {
                make(change, store, disk, Integer.MAX_VALUE);
            }

            assertThat(position(store)).isEqualTo(Optional.ofNullable(change.position));
            assertThat(store.loadSchemas()).isEqualTo(change.schemas);
        }
    }

    @ParameterizedTest
    @EnumSource(Change.class)
    @DisplayName(
            "CP-08 after a crash before any step the old checkpoint is there or the new one, never none and never a part")
    void anyStepMayBeTheLast(Change change) {
        int steps = steps(change);
        for (int step = 1; step <= steps; step++) {
            Path directory = temp.resolve(change + "-dies-" + step);
            prepare(directory);
            BreakingDisk disk = new BreakingDisk(true);
            int at = step;
            Throwable death = catchThrowable(() -> make(change, store(directory, disk), disk, at));
            assertThat(death).isInstanceOf(Death.class);
            assertOldOrNew(change, directory, step);
        }
    }

    private static void assertOldOrNew(Change change, Path directory, int step) {
        FileCheckpointStore next = store(directory, DurableFile.Disk.REAL);
        next.acquire();
        Optional<Long> position = position(next);
        boolean isOld = position.equals(Optional.of(100L));
        assertThat(isOld || position.equals(Optional.ofNullable(change.position)))
                .as("%s, step %d: found %s", change, step, position)
                .isTrue();
        if (change == Change.DELETE && !isOld) {
            // Schemas without a checkpoint count for nothing.
            next.replace(CheckpointStoreContract.checkpoint(200, 20), Map.of());
            assertThat(next.loadSchemas()).isEmpty();
            next.release();
            next.delete();
        } else {
            assertThat(next.loadSchemas())
                    .as("%s, step %d", change, step)
                    .isIn(isOld ? List.of(OLD_SCHEMAS, change.schemas) : List.of(change.schemas));
            next.release();
        }
        assertThat(next.history()).allSatisfy(old -> assertThat(old.problem()).isNull());
    }
}
