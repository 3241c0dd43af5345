package io.rustcdc.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.rustcdc.event.EventSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileCheckpointArchiveTests extends CheckpointArchiveContract<FileCheckpointStore> {

    @TempDir
    Path directory;

    @Override
    FileCheckpointStore open() {
        return new FileCheckpointStore(directory, new EventSource("shop", "postgres"), TestOffset::parse);
    }

    @Override
    void damage() {
        Path file = directory.resolve("shop/checkpoint_postgres.json");
        try {
            Files.writeString(file, Files.readString(file).replace("\"lsn\" : 100", "\"lsn\" : 101"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void lookingCreatesNothing() {
        assertThat(open().stored()).isEmpty();
        assertThat(open().history()).isEmpty();
        assertThat(directory.resolve("shop")).doesNotExist();
    }

    @Test
    @DisplayName("SE-02 copies are the owner's alone, too")
    void nobodyElseMayReadTheCopies() throws IOException {
        open().seed(CheckpointStoreContract.checkpoint(1, 1));
        open().seed(CheckpointStoreContract.checkpoint(2, 2));
        try (Stream<Path> files = Files.list(directory.resolve("shop"))) {
            assertThat(files)
                    .hasSize(3)
                    .allSatisfy(path -> assertThat(Files.getPosixFilePermissions(path))
                            .isEqualTo(PosixFilePermissions.fromString("rw-------")));
        }
    }

    @Test
    @DisplayName(
            "CP-16 in a folder that turns read-only, changes are refused, and the old checkpoint stays and can be looked at")
    void refusesChangesInAReadOnlyFolder() throws Exception {
        assumeTrue(isAvailable("setpriv"), "needs setpriv");
        String[] asOthers = {"setpriv", "--bounding-set=-all", "--inh-caps=-all"};
        FileCheckpointStore store = open();
        store.acquire();
        store.save(CheckpointStoreContract.checkpoint(1, 1));
        store.release();
        Path folder = directory.resolve("shop");
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("r-x------"));
        try (ChildProcess child = new ChildProcess(directory, asOthers)) {
            assertThat(child.ask("seed 2")).contains("AccessDenied", "shop");
            assertThat(child.ask("delete")).contains("AccessDenied", "shop");
            assertThat(child.ask("look")).isEqualTo("at 1");
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
            assertThat(child.ask("seed 2")).isEqualTo("done");
            assertThat(child.ask("look")).isEqualTo("at 2");
        }
    }

    @Test
    @DisplayName("CP-16 when the folder of a running owner turns read-only, its save fails and may be retried")
    void savesAgainAfterAReadOnlyFolder() throws Exception {
        assumeTrue(isAvailable("setpriv"), "needs setpriv");
        String[] asOthers = {"setpriv", "--bounding-set=-all", "--inh-caps=-all"};
        try (ChildProcess child = new ChildProcess(directory, asOthers)) {
            assertThat(child.ask("acquire")).isEqualTo("done");
            assertThat(child.ask("save 1")).isEqualTo("done");
            Path folder = directory.resolve("shop");
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("r-x------"));
            assertThat(child.ask("save 2")).startsWith("TRANSIENT ").contains("AccessDenied");
            assertThat(child.ask("load")).isEqualTo("at 1");
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
            assertThat(child.ask("save 2")).isEqualTo("done");
            assertThat(child.ask("load")).isEqualTo("at 2");
        }
    }

    private static boolean isAvailable(String command) throws InterruptedException {
        try {
            return new ProcessBuilder(command, "--version")
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            return false;
        }
    }
}
