package io.rustcdc.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.rustcdc.event.EventSource;
import io.rustcdc.event.TableId;
import io.rustcdc.schema.AcknowledgedSchema;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** That a source which begins anew has the new checkpoint with the new schemas, or the old one with the old ones. */
class PairReplacementTests {

    private static final EventSource SHOP = new EventSource("shop", "postgres");
    private static final TableId ORDERS = CheckpointStoreContract.ORDERS;
    private static final Checkpoint OLD = CheckpointStoreContract.checkpoint(100, 10);
    private static final Checkpoint NEW = CheckpointStoreContract.checkpoint(50, 10);
    private static final Map<TableId, AcknowledgedSchema> OLD_SCHEMAS =
            Map.of(ORDERS, CheckpointStoreContract.schema(ORDERS, "id"));
    private static final Map<TableId, AcknowledgedSchema> NEW_SCHEMAS =
            Map.of(ORDERS, CheckpointStoreContract.schema(ORDERS, "id").beforeAll());

    @TempDir
    Path directory;

    private int renames;

    @BeforeEach
    void saveTheOldOnes() {
        FileCheckpointStore store = store(DurableFile.Disk.REAL);
        store.acquire();
        store.save(OLD);
        store.saveSchemas(OLD_SCHEMAS);
        store.release();
    }

    private FileCheckpointStore store(DurableFile.Disk disk) {
        return new FileCheckpointStore(directory, SHOP, TestOffset::parse, disk);
    }

    /** The owner file is renamed too, so the failure counts from the replacement on. */
    private FileCheckpointStore failingAtRename(int number) {
        FileCheckpointStore store = store((from, to) -> {
            if (to.getFileName().toString().contains("_postgres.json") && ++renames == number) {
                throw new IOException("Input/output error");
            }
            DurableFile.Disk.REAL.rename(from, to);
        });
        store.acquire();
        renames = 0;
        return store;
    }

    private List<String> names(String pattern) throws IOException {
        try (Stream<Path> files = Files.list(directory.resolve("shop"))) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.matches(pattern))
                    .toList();
        }
    }

    @Test
    void keepsWhatWasThereWithTheTimeAtTheEndOfItsName() throws IOException {
        Path folder = directory.resolve("shop");
        String old = Files.readString(folder.resolve("checkpoint_postgres.json"));
        FileCheckpointStore store = store(DurableFile.Disk.REAL);
        store.acquire();
        store.replace(NEW, NEW_SCHEMAS);
        store.release();

        List<String> kept = names("checkpoint_postgres\\.json\\.\\d{8}T\\d{6}\\.\\d{3}Z");
        assertThat(kept).hasSize(1);
        assertThat(Files.readString(folder.resolve(kept.get(0)))).isEqualTo(old);
        assertThat(names("schemas_postgres\\.json\\.\\d{8}T.*")).hasSize(1);
        store.acquire();
        assertThat(names("checkpoint_postgres\\.json\\..*"))
                .as("after a restart")
                .isEqualTo(kept);
        assertThat(names(".*next.*")).isEmpty();
        store.release();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5})
    void aCrashAtAnyRenameLeavesBothOldOrBothNew(int number) throws IOException {
        FileCheckpointStore dying = failingAtRename(number);
        assertThatExceptionOfType(CheckpointException.class).isThrownBy(() -> dying.replace(NEW, NEW_SCHEMAS));
        dying.release();

        FileCheckpointStore next = store(DurableFile.Disk.REAL);
        next.acquire();

        boolean replaced = next.load().orElseThrow().equals(NEW);
        assertThat(replaced).isEqualTo(number == 5);
        assertThat(next.load()).contains(replaced ? NEW : OLD);
        assertThat(next.loadSchemas()).isEqualTo(replaced ? NEW_SCHEMAS : OLD_SCHEMAS);
        assertThat(names(".*next.*")).isEmpty();
        next.release();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5})
    void canBeRepeatedAfterAFailure(int number) throws IOException {
        FileCheckpointStore store = failingAtRename(number);
        assertThatExceptionOfType(CheckpointException.class).isThrownBy(() -> store.replace(NEW, NEW_SCHEMAS));

        store.replace(NEW, NEW_SCHEMAS);

        assertThat(store.load()).contains(NEW);
        assertThat(store.loadSchemas()).isEqualTo(NEW_SCHEMAS);
        assertThat(names(".*next.*")).isEmpty();
        store.release();
    }

    @Test
    void leavesNoSchemasWhereThereAreNone() throws IOException {
        Path other = directory.resolve("other");
        FileCheckpointStore store = new FileCheckpointStore(other, SHOP, TestOffset::parse);
        store.acquire();
        store.replace(NEW, Map.of());
        assertThat(store.load()).contains(NEW);
        assertThat(other.resolve("shop").resolve("schemas_postgres.json")).doesNotExist();
        store.release();
    }
}
