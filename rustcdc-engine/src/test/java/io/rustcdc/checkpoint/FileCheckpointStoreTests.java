package io.rustcdc.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.rustcdc.event.EventSource;
import io.rustcdc.event.FailureKind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssertAlternative;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FileCheckpointStoreTests extends CheckpointStoreContract {

    private static final EventSource SHOP = new EventSource("shop", "postgres");
    private static final Set<PosixFilePermission> MODE_0600 = PosixFilePermissions.fromString("rw-------");

    @TempDir
    Path temp;

    private Path directory;
    private Path folder;
    private Path file;
    private Path schemasFile;

    @BeforeEach
    void names() {
        directory = temp.resolve("rustcdc");
        folder = directory.resolve("shop");
        file = folder.resolve("checkpoint_postgres.json");
        schemasFile = folder.resolve("schemas_postgres.json");
    }

    @Override
    FileCheckpointStore open() {
        return new FileCheckpointStore(directory, SHOP, TestOffset::parse);
    }

    private void saved(long lsn, long count) {
        FileCheckpointStore store = open();
        store.acquire();
        store.save(checkpoint(lsn, count));
        store.release();
    }

    private void write(String text) throws IOException {
        Files.createDirectories(folder);
        Files.writeString(file, text);
    }

    private ThrowableAssertAlternative<CheckpointException> assertRefused() {
        return assertThatExceptionOfType(CheckpointException.class)
                .isThrownBy(() -> open().load())
                .withMessageContaining(file.toString())
                .satisfies(e -> assertThat(e.kind()).isEqualTo(FailureKind.TERMINAL))
                .satisfies(e -> assertThat(e.action()).contains("backup", "delete it", file.toString()));
    }

    @Test
    void writesTheEnvelopeOfTheRunbook() throws IOException {
        saved(24, 1234);
        // The digest of {"checkpoint_format_version":1,"source_type":"postgres","committed_event_count":1234,
        // "offset":{"lsn":24,"slot_name":"shop"}} by sha256sum: files outlive versions of this code.
        assertThat(Files.readString(file).replaceAll("\\R", "\n")).isEqualTo("""
                {
                  "checkpoint_format_version" : 1,
                  "source_type" : "postgres",
                  "committed_event_count" : 1234,
                  "offset" : {
                    "slot_name" : "shop",
                    "lsn" : 24
                  },
                  "content_checksum" : "15314efb7dc7a0ba56cf0d3e64bc834549e21d69523e929b0d90fc878e6eab32"
                }
                """);
        assertThat(open().location()).isEqualTo(file.toString());
    }

    @Test
    @DisplayName("SE-02 all files are the owner's alone, the temporary one from its creation")
    void nobodyElseMayReadTheFiles() throws IOException {
        Set<PosixFilePermission> beforeRename = new HashSet<>();
        FileCheckpointStore store = new FileCheckpointStore(directory, SHOP, TestOffset::parse, (from, to) -> {
            beforeRename.addAll(Files.getPosixFilePermissions(from));
            DurableFile.Disk.REAL.rename(from, to);
        });
        store.acquire();
        store.save(checkpoint(1, 1));
        store.saveSchemas(Map.of(ORDERS, schema(ORDERS, "id")));
        assertThat(beforeRename).isEqualTo(MODE_0600);
        assertThat(Files.getPosixFilePermissions(folder)).isEqualTo(PosixFilePermissions.fromString("rwx------"));
        assertThat(Files.getPosixFilePermissions(directory)).isEqualTo(PosixFilePermissions.fromString("rwx------"));
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files)
                    .hasSize(4)
                    .allSatisfy(path ->
                            assertThat(Files.getPosixFilePermissions(path)).isEqualTo(MODE_0600));
        }
        store.release();
    }

    @Test
    @DisplayName("CP-01 a damaged byte anywhere in the checkpoint is never read as another checkpoint")
    void refusesADamagedCheckpoint() throws IOException {
        saved(305419896, 1234);
        assertNoDamageIsAccepted(file, () -> open().load().orElseThrow());
    }

    @Test
    @DisplayName("CP-01 a damaged byte anywhere in the schemas is never read as other schemas")
    void refusesDamagedSchemas() throws IOException {
        FileCheckpointStore store = open();
        store.acquire();
        store.saveSchemas(Map.of(ORDERS, schema(ORDERS, "id", "größe")));
        store.release();
        assertNoDamageIsAccepted(schemasFile, () -> open().loadSchemas());
    }

    private static void assertNoDamageIsAccepted(Path file, java.util.function.Supplier<Object> load)
            throws IOException {
        byte[] good = Files.readAllBytes(file);
        Object expected = load.get();
        int refused = 0;
        int tried = 0;
        for (int at = 0; at < good.length; at++) {
            Set<Byte> wrong = new HashSet<>();
            for (int bit = 0; bit < 8; bit++) {
                wrong.add((byte) (good[at] ^ (1 << bit)));
            }
            for (char other : "{}[]\",: \t\n/#0e-\\".toCharArray()) {
                wrong.add((byte) other);
            }
            wrong.remove(good[at]);
            for (byte value : wrong) {
                byte[] bad = good.clone();
                bad[at] = value;
                Files.write(file, bad);
                tried++;
                try {
                    assertThat(load.get())
                            .as("byte %d is 0x%02x instead of 0x%02x", at, value, good[at])
                            .isEqualTo(expected);
                } catch (CheckpointException e) {
                    assertThat(e.kind()).isEqualTo(FailureKind.TERMINAL);
                    refused++;
                }
            }
        }
        // What is left are spaces, which mean the same.
        assertThat(refused).isGreaterThan(tried * 9 / 10);
        for (int length = 0; length < good.length - 1; length++) {
            Files.write(file, Arrays.copyOf(good, length));
            assertThatExceptionOfType(CheckpointException.class).isThrownBy(load::get);
        }
        Files.write(file, good);
        assertThat(load.get()).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"content_checksun", "Content_checksum", "content_checksum "})
    @DisplayName("CP-01 damage to the checksum's name does not make a hand-written file of it")
    void refusesAnUnknownField(String name) throws IOException {
        saved(1, 1);
        Files.writeString(file, Files.readString(file).replace("content_checksum", name));
        assertRefused().withMessageContaining(name);
    }

    @Test
    @DisplayName("CP-02 another version of the format is refused")
    void refusesAnotherVersion() throws IOException {
        saved(1, 1);
        Files.writeString(file, Files.readString(file).replace("_version\" : 1", "_version\" : 2"));
        assertRefused().withMessageContaining("'checkpoint_format_version' must be 1, found 2");
    }

    @Test
    @DisplayName("CP-02 the checkpoint of another kind of source is refused")
    void refusesAnotherSourceType() throws IOException {
        saved(1, 1);
        Files.writeString(file, Files.readString(file).replace("\"postgres\"", "\"mysql\""));
        assertRefused().withMessageContaining("'source_type' must be \"postgres\", found \"mysql\"");
    }

    @Test
    void refusesAChangedOffset() throws IOException {
        saved(24, 1);
        Files.writeString(file, Files.readString(file).replace("\"lsn\" : 24", "\"lsn\" : 25"));
        assertRefused().withMessageContaining("content_checksum");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "[]",
                "{}",
                "\0\0\0\0\0\0\0\0",
                "{\"checkpoint_format_version\":1,\"source_type\":\"postgres\",\"committed_event_count\":1}",
                "{\"checkpoint_format_version\":1,\"source_type\":\"postgres\",\"committed_event_count\":-1,\"offset\":{\"lsn\":1}}",
                "{\"checkpoint_format_version\":1,\"source_type\":\"postgres\",\"committed_event_count\":1.5,\"offset\":{\"lsn\":1}}",
                "{\"checkpoint_format_version\":1,\"source_type\":\"postgres\",\"committed_event_count\":\"1\",\"offset\":{\"lsn\":1}}",
                "{\"checkpoint_format_version\":1,\"source_type\":\"postgres\",\"committed_event_count\":1,\"offset\":\"0/1\"}",
                "{\"checkpoint_format_version\":1,\"source_type\":\"postgres\",\"committed_event_count\":1,\"offset\":{\"lsn\":\"?\"}}",
                "{\"checkpoint_format_version\":1,\"source_type\":\"postgres\",\"committed_event_count\":1,\"offset\":{\"lsn\":1,\"lsn\":2}}",
                "{\"checkpoint_format_version\":1,\"source_type\":\"postgres\",\"committed_event_count\":1,\"offset\":{\"lsn\":1}} {}",
                "{\"checkpoint_format_version\":1,\"source_type\":\"postgres\",\"committed_event_count\":1,\"offset\":{\"lsn\":1},\"content_checksum\":null}"
            })
    void refusesWhatIsNotACheckpoint(String text) throws IOException {
        write(text);
        assertRefused();
    }

    @Test
    void aCheckpointThatCannotBeLoadedIsNotReplaced() throws IOException {
        write("{}");
        FileCheckpointStore store = open();
        store.acquire();
        assertThatExceptionOfType(CheckpointException.class).isThrownBy(() -> store.save(checkpoint(1, 1)));
        assertThat(file).hasContent("{}");
        store.release();
    }

    @Test
    void neverTakesADeadLinkForAFreshStart() throws IOException {
        Files.createDirectories(folder);
        Files.createSymbolicLink(file, temp.resolve("unmounted/checkpoint.json"));
        assertRefused().withMessageContaining("link");
    }

    @Test
    @DisplayName("CP-02 a file by the runbook's option A, without checksum and with a shell's mode, is a seed")
    void acceptsAHandWrittenCheckpoint() throws IOException {
        write("""
                {
                "checkpoint_format_version": 1,
                "source_type": "postgres",
                "committed_event_count": 0,
                "offset": {
                "lsn": 23810184,
                "slot_name": "rustcdc_postgres_new"
                }
                }
                """);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        assertThat(open().load()).contains(new Checkpoint(new TestOffset(23810184), 0, true, null));
        FileCheckpointStore store = open();
        store.acquire();
        store.save(checkpoint(23810185, 0));
        store.release();
        assertThat(open().load()).contains(checkpoint(23810185, 0));
        assertThat(Files.getPosixFilePermissions(file)).isEqualTo(MODE_0600);
    }

    @Test
    @DisplayName("CP-16 a missing directory is created")
    void createsItsFolder() {
        directory = temp.resolve("a/b/c");
        saved(1, 1);
        assertThat(open().load()).contains(checkpoint(1, 1));
    }

    @Test
    @DisplayName("CP-16 a file in the way of the directory is a configuration error that names it")
    void refusesAFileInTheWay() throws IOException {
        Files.writeString(directory, "");
        assertThatExceptionOfType(CheckpointException.class)
                .isThrownBy(() -> open().acquire())
                .withMessageContaining(folder.toString())
                .satisfies(e -> assertThat(e.kind()).isEqualTo(FailureKind.CONFIGURATION))
                .satisfies(e -> assertThat(e.action()).contains("'" + directory + "'", "in the way"));
        Files.delete(directory);
        saved(1, 1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"..", ".", "../etc", "a/b", "a\\b", "a\0b", "-rf", ".hidden", "a b", "bücher", "a:b"})
    void refusesANameThatIsNotSafeInAPath(String name) {
        assertThatExceptionOfType(CheckpointException.class)
                .isThrownBy(
                        () -> new FileCheckpointStore(directory, new EventSource(name, "postgres"), TestOffset::parse))
                .withMessageContaining("'" + name + "'")
                .satisfies(e -> assertThat(e.kind()).isEqualTo(FailureKind.CONFIGURATION));
        assertThat(temp).isEmptyDirectory();
    }

    @Test
    void twoSourcesShareADirectory() {
        FileCheckpointStore other =
                new FileCheckpointStore(directory, new EventSource("stock", "postgres"), TestOffset::parse);
        FileCheckpointStore store = open();
        store.acquire();
        other.acquire();
        store.save(checkpoint(1, 1));
        other.save(checkpoint(2, 2));
        store.release();
        other.save(checkpoint(3, 3));
        other.release();
        assertThat(open().load()).contains(checkpoint(1, 1));
        assertThat(other.load()).contains(checkpoint(3, 3));
    }

    @Test
    void savesOnAThreadWhoseInterruptFlagIsSet() {
        FileCheckpointStore store = open();
        store.acquire();
        Thread.currentThread().interrupt();
        try {
            store.save(checkpoint(1, 1));
            store.save(checkpoint(2, 2));
            assertThat(store.load()).contains(checkpoint(2, 2));
            assertThat(Thread.currentThread().isInterrupted()).isTrue();
        } finally {
            Thread.interrupted();
        }
        store.release();
    }

    @Test
    @DisplayName("CP-08 left-over temporary files go when the lease is acquired, other files stay")
    void removesOrphans() throws IOException {
        saved(1, 1);
        Set<String> kept = Set.of("checkpoint_postgres.json.new", "checkpoint_postgres.json.corrupt.1", "notes.tmp");
        for (String name : kept) {
            Files.writeString(folder.resolve(name), "x");
        }
        for (String orphan :
                Set.of("checkpoint_postgres.123.tmp", "schemas_postgres.9.tmp", ".rustcdc_checkpoint.owner.77.tmp")) {
            Files.writeString(folder.resolve(orphan), "half");
        }
        FileCheckpointStore store = open();
        assertThat(store.load()).contains(checkpoint(1, 1));
        store.acquire();
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files.map(path -> path.getFileName().toString()).collect(Collectors.toSet()))
                    .containsAll(kept)
                    .contains("checkpoint_postgres.json", OwnerLease.OWNER_FILE, OwnerLease.LOCK_FILE)
                    .hasSize(kept.size() + 3);
        }
        store.release();
    }

    @Test
    void aFailedRenameLeavesTheOldCheckpointAndNoTemporaryFile() throws IOException {
        saved(1, 1);
        FileCheckpointStore broken = new FileCheckpointStore(directory, SHOP, TestOffset::parse, (from, to) -> {
            if (to.equals(file)) {
                throw new IOException("Input/output error");
            }
            DurableFile.Disk.REAL.rename(from, to);
        });
        broken.acquire();
        assertThatExceptionOfType(CheckpointException.class)
                .isThrownBy(() -> broken.save(checkpoint(2, 2)))
                .withMessageContaining("Input/output error")
                .satisfies(e -> assertThat(e.kind()).isEqualTo(FailureKind.TRANSIENT));
        broken.release();
        assertThat(open().load()).contains(checkpoint(1, 1));
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).noneMatch(path -> path.toString().endsWith(".tmp"));
        }
    }

    @Test
    void writesSchemasOnlyWhenTheyChanged() throws IOException {
        int[] writes = {0};
        FileCheckpointStore store = new FileCheckpointStore(directory, SHOP, TestOffset::parse, (from, to) -> {
            if (to.equals(schemasFile)) {
                writes[0]++;
            }
            DurableFile.Disk.REAL.rename(from, to);
        });
        store.acquire();
        store.saveSchemas(Map.of());
        assertThat(schemasFile).doesNotExist();
        store.saveSchemas(Map.of(ORDERS, schema(ORDERS, "id")));
        store.saveSchemas(Map.of(ORDERS, schema(ORDERS, "id")));
        store.release();
        store.acquire();
        store.saveSchemas(Map.of(ORDERS, schema(ORDERS, "id")));
        assertThat(writes[0]).isEqualTo(1);
        store.saveSchemas(Map.of(ORDERS, schema(ORDERS, "id", "amount")));
        assertThat(writes[0]).isEqualTo(2);
        store.release();
    }

    @Test
    void refusesSchemasWithoutAChecksum() throws IOException {
        Files.createDirectories(folder);
        Files.writeString(schemasFile, "{\"schemas_format_version\":1,\"source_type\":\"postgres\",\"schemas\":[]}");
        assertThatExceptionOfType(CheckpointException.class)
                .isThrownBy(() -> open().loadSchemas())
                .withMessageContaining("content_checksum")
                .satisfies(e -> assertThat(e.action()).contains(schemasFile.toString()));
        // By sha256sum, as for the checkpoint.
        Files.write(
                schemasFile,
                "{\"schemas_format_version\":1,\"source_type\":\"postgres\",\"schemas\":[],\"content_checksum\":\"3b45e6a7ff3b922ab8844db3e105945e37748efdc3773d458d6e41713dd8c58a\"}"
                        .getBytes(StandardCharsets.UTF_8));
        assertThat(open().loadSchemas()).isEmpty();
    }
}
