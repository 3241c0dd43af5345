package io.rustcdc.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.rustcdc.checkpoint.TableSnapshot.Incarnation;
import io.rustcdc.event.EventSource;
import io.rustcdc.event.FailureKind;
import io.rustcdc.event.TableId;
import io.rustcdc.source.KeyRange;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SnapshotRecordsTests {

    private static final EventSource SHOP = new EventSource("shop", "postgres");

    @TempDir
    private Path directory;

    /** Every field with a value of its own, and texts that need escaping. */
    private static SnapshotState state() {
        TableSnapshot half = new TableSnapshot(
                new TableId("größe", "or\"ders"),
                new Incarnation("16402.16\"4", true),
                List.of("region", "id"),
                TableSnapshot.Phase.PENDING,
                true,
                "tenant = 42 -- ' \" \\ \n",
                List.of(
                        new KeyRange(List.of("", "7\t\\N"), List.of("b\u0001", "😀")),
                        new KeyRange(List.of(), List.of("a", "1")),
                        KeyRange.only(List.of("x", "2"))),
                3,
                Long.MAX_VALUE,
                Integer.MAX_VALUE,
                -1);
        TableId plain = new TableId("public", "items");
        return new SnapshotState("id-1", 4, true, true, List.of(half, TableSnapshot.skipped(plain, Incarnation.NONE)))
                .with(new TableSnapshot(
                        new TableId(null, "without_schema"),
                        new Incarnation("1.0", false),
                        List.of(),
                        TableSnapshot.Phase.GONE,
                        false,
                        null,
                        List.of(),
                        1,
                        2,
                        3,
                        4));
    }

    private FileCheckpointStore store() {
        return new FileCheckpointStore(directory, SHOP, TestOffset::parse);
    }

    private Path file() {
        return directory.resolve("shop/checkpoint_postgres.json");
    }

    private void save(Checkpoint checkpoint) {
        FileCheckpointStore store = store();
        store.acquire();
        store.save(checkpoint);
        store.release();
    }

    @Test
    @DisplayName(
            "CP-18, SN-R1, SN-10: the cursors, the condition and the pause survive a restart, in one file with the offset")
    void aSavedStateIsLoadedAsItWas() {
        Checkpoint saved = new Checkpoint(new TestOffset(24), 7, state());
        save(saved);
        assertThat(store().load()).contains(saved);
    }

    @Test
    void aCheckpointWithoutSnapshotsIsLoadedWithoutThem() throws IOException {
        save(new Checkpoint(new TestOffset(24), 7));
        assertThat(store().load().orElseThrow().snapshot()).isNull();
        assertThat(Files.readString(file())).doesNotContain("snapshot");
    }

    @Test
    @DisplayName("CP-01: a damaged cursor is refused, never taken for another one")
    void aDamagedCursorIsRefused() throws IOException {
        save(new Checkpoint(new TestOffset(24), 7, state()));
        String good = Files.readString(file());
        assertThat(good).contains("\"region\"");
        Files.writeString(file(), good.replace("\"x\"", "\"y\""));
        assertThatExceptionOfType(CheckpointException.class)
                .isThrownBy(() -> store().load())
                .withMessageContaining("content_checksum")
                .satisfies(e -> assertThat(e.kind()).isEqualTo(FailureKind.TERMINAL));
    }

    @Test
    void aFieldOfAnotherTypeIsNamedWhereTheFileHasNoChecksum() throws IOException {
        Files.createDirectories(file().getParent());
        Files.writeString(file(), """
                {"checkpoint_format_version":1,"source_type":"postgres","committed_event_count":1,"offset":{"lsn":1},
                "snapshot":{"id":"x","generation":"two","paused":false,"tables":[]}}
                """);
        assertThatExceptionOfType(CheckpointException.class)
                .isThrownBy(() -> store().load())
                .withMessageContaining("'snapshot'")
                .withMessageContaining("'generation' must be a whole number");
    }

    @Test
    @SuppressWarnings("unchecked") // toJson() has just written these as lists of objects
    void everyMissingOrWrongFieldIsNamed() {
        Map<String, @Nullable Object> json = SnapshotRecords.toJson(state());
        assertThat(SnapshotRecords.parse(json)).isEqualTo(state());
        requireNamed(json, json);
        Map<String, @Nullable Object> table = ((List<Map<String, @Nullable Object>>) json.get("tables")).get(0);
        requireNamed(json, table);
        requireNamed(json, ((List<Map<String, @Nullable Object>>) table.get("remaining")).get(0));
        table.put("phase", "resting");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SnapshotRecords.parse(json))
                .withMessageContaining("'resting'");
    }

    private static void requireNamed(Map<String, @Nullable Object> all, Map<String, @Nullable Object> part) {
        for (String field : List.copyOf(part.keySet())) {
            Object good = part.get(field);
            List<Object> wrongs = new ArrayList<>(List.of(1.5, Map.of()));
            for (Object wrong : wrongs) {
                part.put(field, wrong);
                assertThatIllegalArgumentException()
                        .as("%s = %s", field, wrong)
                        .isThrownBy(() -> SnapshotRecords.parse(all))
                        .withMessageContaining("'" + field + "'");
            }
            part.put(field, good);
        }
        assertThat(SnapshotRecords.parse(all)).isEqualTo(state());
    }
}
