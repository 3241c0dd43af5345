package io.rustcdc.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.rustcdc.event.EventSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Processes that are killed, and disks that are full. */
class CheckpointCrashTests {

    @TempDir
    Path directory;

    private FileCheckpointStore open() {
        return new FileCheckpointStore(directory, new EventSource("shop", "postgres"), TestOffset::parse);
    }

    private long orphans() throws IOException {
        try (Stream<Path> files = Files.list(directory.resolve("shop"))) {
            return files.filter(path -> path.toString().endsWith(".tmp")).count();
        }
    }

    @Test
    @DisplayName("CP-08 killed between writing the temporary file and renaming it, the old checkpoint loads")
    void survivesAKillBeforeTheRename() throws IOException {
        try (ChildProcess child = new ChildProcess(directory)) {
            assertThat(child.ask("acquire")).isEqualTo("done");
            assertThat(child.ask("save 1")).isEqualTo("done");
            assertThat(child.ask("release")).isEqualTo("done");
            assertThat(child.ask("hang 2")).isEqualTo("hanging");
            child.kill();
        }
        assertThat(orphans()).isEqualTo(1);
        assertThat(open().load()).contains(new Checkpoint(new TestOffset(1), 1));
        FileCheckpointStore store = open();
        store.acquire();
        assertThat(orphans()).isZero();
        store.save(new Checkpoint(new TestOffset(3), 3));
        store.release();
        assertThat(open().load()).contains(new Checkpoint(new TestOffset(3), 3));
    }

    @Test
    @DisplayName("CP-09 killed 20 times while saving, the checkpoint always loads and holds what was saved")
    void survivesKillsWhileSaving() {
        killWhileSaving(20);
    }

    @Test
    @Tag("long")
    @DisplayName("CP-09 killed 1000 times while saving, the checkpoint always loads and holds what was saved")
    void survivesAThousandKillsWhileSaving() {
        killWhileSaving(1000);
    }

    private void killWhileSaving(int kills) {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int kill = 0; kill < kills; kill++) {
            long saved = 0;
            long saving = 0;
            try (ChildProcess child = new ChildProcess(directory)) {
                child.send("loop");
                int after = 1 + random.nextInt(40);
                String answer = child.answer();
                for (int i = 0; answer != null; i++) {
                    assertThat(answer).startsWith("sav");
                    long position = Long.parseLong(answer.substring(answer.indexOf(' ') + 1));
                    if (answer.startsWith("saved")) {
                        saved = position;
                    } else {
                        saving = position;
                    }
                    if (i == after) {
                        child.kill();
                    }
                    answer = child.answer();
                }
            }
            Checkpoint loaded = open().load().orElseThrow();
            assertThat(loaded.committedEventCount())
                    .as("kill %d, seed %d", kill, seed)
                    .isBetween(saved, saving);
            assertThat(loaded.offset()).isEqualTo(new TestOffset(loaded.committedEventCount()));
        }
    }

    @Test
    @DisplayName("CP-16, RT-03 on a full disk the save fails and may be retried, the old checkpoint stays")
    void survivesAFullDisk() throws Exception {
        String[] tmpfs = {
            "unshare", "-rm", "sh", "-c", "mount -t tmpfs -o size=64k tmpfs '" + directory + "' && exec \"$@\"", "sh"
        };
        assumeTrue(runs("unshare", "-rm", "true"), "needs Linux with user namespaces");
        try (ChildProcess child = new ChildProcess(directory, tmpfs)) {
            assertThat(child.ask("acquire")).isEqualTo("done");
            assertThat(child.ask("save 1")).isEqualTo("done");
            assertThat(child.ask("fill")).isEqualTo("done");
            for (int attempt = 0; attempt < 3; attempt++) {
                assertThat(child.ask("save 2"))
                        .startsWith("TRANSIENT ")
                        .contains("No space left on device", "ACTION Free space");
                assertThat(child.ask("load")).isEqualTo("at 1");
            }
            assertThat(child.ask("unfill")).isEqualTo("done");
            assertThat(child.ask("save 2")).isEqualTo("done");
            assertThat(child.ask("load")).isEqualTo("at 2");
            assertThat(child.ask("release")).isEqualTo("done");
        }
    }

    @Test
    @DisplayName("CP-16, RT-03 a write that the system refuses half-way fails the save, which may be retried")
    void survivesARefusedWrite() throws Exception {
        assumeTrue(runs("prlimit", "--version"), "needs Linux with util-linux");
        try (ChildProcess child = new ChildProcess(directory)) {
            assertThat(child.ask("acquire")).isEqualTo("done");
            assertThat(child.ask("save 1")).isEqualTo("done");
            assertThat(runs("prlimit", "--pid", "" + child.pid(), "--fsize=100:"))
                    .isTrue();
            assertThat(child.ask("save 2")).startsWith("TRANSIENT ").contains("File too large");
            assertThat(orphans()).isZero();
            assertThat(open().load()).contains(new Checkpoint(new TestOffset(1), 1));
            assertThat(runs("prlimit", "--pid", "" + child.pid(), "--fsize=unlimited:"))
                    .isTrue();
            assertThat(child.ask("save 2")).isEqualTo("done");
            assertThat(open().load()).contains(new Checkpoint(new TestOffset(2), 2));
        }
    }

    @Test
    @DisplayName("CP-16 a directory without the right to write is a configuration error that names user and folder")
    void refusesADirectoryThatIsNotWritable() throws Exception {
        // Root may write everywhere; without its capabilities it obeys the permissions like any other user.
        String[] asOthers = Files.isWritable(Files.createDirectory(
                        directory.resolve("probe"),
                        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("r-x------"))))
                ? new String[] {"setpriv", "--bounding-set=-all", "--inh-caps=-all"}
                : new String[0];
        assumeTrue(asOthers.length == 0 || runs("setpriv", "--version"), "needs setpriv for root");
        Path readOnly = Files.createDirectory(directory.resolve("rustcdc"));
        Files.setPosixFilePermissions(readOnly, PosixFilePermissions.fromString("r-x------"));
        try (ChildProcess child = new ChildProcess(readOnly, asOthers)) {
            assertThat(child.ask("acquire"))
                    .startsWith("CONFIGURATION Checkpoint folder '" + readOnly.resolve("shop") + "' cannot be used")
                    .contains("AccessDenied", System.getProperty("user.name"), "chown");
            Files.setPosixFilePermissions(readOnly, PosixFilePermissions.fromString("rwx------"));
            assertThat(child.ask("acquire")).isEqualTo("done");
        }
    }

    private static boolean runs(String... command) throws InterruptedException {
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return process.waitFor() == 0;
        } catch (IOException e) {
            return false;
        }
    }
}
