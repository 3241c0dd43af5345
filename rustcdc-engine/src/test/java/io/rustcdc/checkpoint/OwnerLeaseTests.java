package io.rustcdc.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.rustcdc.event.EventSource;
import io.rustcdc.event.FailureKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OwnerLeaseTests {

    private static final long PID = ProcessHandle.current().pid();

    @TempDir
    Path directory;

    private Path owner;

    @BeforeEach
    void names() {
        owner = directory.resolve("shop").resolve(OwnerLease.OWNER_FILE);
    }

    private FileCheckpointStore open() {
        return new FileCheckpointStore(directory, new EventSource("shop", "postgres"), TestOffset::parse);
    }

    private static Checkpoint at(long position) {
        return new Checkpoint(new TestOffset(position), position);
    }

    private String conflict(long pid) {
        return "checkpoint owner lease conflict for '%s': lock owned by pid %d".formatted(owner.getParent(), pid);
    }

    @Test
    void theOwnerFileHoldsThePidAloneAndGoesWithTheLease() {
        FileCheckpointStore store = open();
        store.acquire();
        assertThat(owner).hasContent(PID + "\n");
        store.release();
        assertThat(owner).doesNotExist();
    }

    @Test
    @DisplayName("CP-05 another process is refused, with the runbook's message, and can still read")
    void refusesAnotherProcess() {
        FileCheckpointStore store = open();
        store.acquire();
        store.save(at(1));
        try (ChildProcess child = new ChildProcess(directory)) {
            assertThat(child.ask("acquire"))
                    .startsWith("CONFIGURATION " + conflict(PID) + " ACTION ")
                    .contains("ps -p \"$(cat '" + owner + "')\"");
            assertThat(child.ask("load")).isEqualTo("at 1");
            assertThat(child.ask("save 2")).startsWith("TERMINAL ");
            store.save(at(2));
            store.release();
            assertThat(child.ask("acquire")).isEqualTo("done");
            assertThatExceptionOfType(LeaseConflictException.class)
                    .isThrownBy(store::acquire)
                    .withMessage(conflict(child.pid()));
            assertThat(child.ask("save 3")).isEqualTo("done");
            assertThat(child.ask("release")).isEqualTo("done");
            store.acquire();
            store.release();
        }
    }

    @Test
    @DisplayName("CP-05 refused and reading stores of the owner's process do not cost the owner its OS lock")
    void keepsTheLockWhileOthersOfTheProcessTry() {
        FileCheckpointStore store = open();
        store.acquire();
        for (int i = 0; i < 3; i++) {
            FileCheckpointStore second = open();
            assertThatExceptionOfType(LeaseConflictException.class)
                    .isThrownBy(second::acquire)
                    .withMessage(conflict(PID));
            second.load();
            second.release();
        }
        assertThatExceptionOfType(LeaseConflictException.class).isThrownBy(store::acquire);
        try (ChildProcess child = new ChildProcess(directory)) {
            assertThat(child.ask("acquire")).contains(conflict(PID));
        }
        store.save(at(1));
        store.release();
    }

    @Test
    @DisplayName("CP-06 a deleted owner file fences the owner")
    void refusesToSaveWhenTheOwnerFileIsDeleted() throws IOException {
        FileCheckpointStore store = open();
        store.acquire();
        store.save(at(1));
        Files.delete(owner);
        assertLost(store, "was deleted");
        store.release();
        store.acquire();
        store.save(at(2));
        store.release();
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "", "host:1", "99999999"})
    @DisplayName("CP-06 an overwritten owner file fences the owner, and stays")
    void refusesToSaveWhenTheOwnerFileIsOverwritten(String text) throws IOException {
        FileCheckpointStore store = open();
        store.acquire();
        store.save(at(1));
        Files.writeString(owner, text);
        assertLost(store, "'" + text + "'");
        store.release();
        assertThat(owner).hasContent(text);
    }

    @Test
    @DisplayName("CP-06 an owner file by another process with the same pid fences the owner")
    void refusesToSaveWhenTheOwnerFileIsWrittenAgain() throws IOException {
        FileCheckpointStore store = open();
        store.acquire();
        store.save(at(1));
        Files.setLastModifiedTime(
                owner,
                FileTime.from(Files.getLastModifiedTime(owner).toInstant().plusSeconds(1)));
        assertLost(store, "written again");
        store.release();
        assertThat(owner).exists();
    }

    private void assertLost(FileCheckpointStore store, String why) {
        assertThatExceptionOfType(CheckpointException.class)
                .isThrownBy(() -> store.save(at(2)))
                .withMessageContaining("lease")
                .withMessageContaining(owner.toString())
                .withMessageContaining(why)
                .satisfies(e -> assertThat(e.kind()).isEqualTo(FailureKind.TERMINAL));
        assertThatExceptionOfType(CheckpointException.class).isThrownBy(() -> store.saveSchemas(java.util.Map.of()));
        assertThat(open().load()).contains(at(1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"1\n", "99999999\n", "host:1", "", "garbage"})
    @DisplayName("CP-07 an owner file that nobody's lock stands behind is replaced, whatever it says")
    void replacesAStaleOwnerFile(String text) throws IOException {
        Files.createDirectories(owner.getParent());
        Files.writeString(owner, text);
        FileCheckpointStore store = open();
        store.acquire();
        assertThat(owner).hasContent(PID + "\n");
        store.save(at(1));
        store.release();
    }

    @Test
    @DisplayName("CP-07 the lease of a killed process is taken over, with or without the runbook's rm -f")
    void takesOverFromADeadOwner() throws IOException {
        for (boolean remove : List.of(false, true)) {
            long dead;
            try (ChildProcess child = new ChildProcess(directory)) {
                assertThat(child.ask("acquire")).isEqualTo("done");
                dead = child.pid();
                assertThatExceptionOfType(LeaseConflictException.class)
                        .isThrownBy(open()::acquire)
                        .withMessage(conflict(dead));
                child.kill();
            }
            assertThat(owner).hasContent(dead + "\n");
            if (remove) {
                Files.delete(owner);
            }
            FileCheckpointStore store = open();
            store.acquire();
            store.save(at(1));
            store.release();
        }
    }

    @Test
    @DisplayName("CP-07 of two processes that race for the lease exactly one wins")
    void exactlyOneOfTwoProcessesWins() {
        try (ChildProcess one = new ChildProcess(directory);
                ChildProcess two = new ChildProcess(directory)) {
            for (int round = 0; round < 50; round++) {
                one.send("acquire");
                two.send("acquire");
                List<String> answers = List.of(one.answer(), two.answer());
                assertThat(answers).filteredOn("done"::equals).hasSize(1);
                assertThat(answers)
                        .filteredOn(answer -> answer.startsWith("CONFIGURATION checkpoint owner lease conflict"))
                        .hasSize(1);
                ChildProcess winner = answers.get(0).equals("done") ? one : two;
                ChildProcess loser = winner == one ? two : one;
                assertThat(loser.ask("save " + (round + 1))).startsWith("TERMINAL ");
                assertThat(winner.ask("save " + (round + 1))).isEqualTo("done");
                assertThat(winner.ask("release")).isEqualTo("done");
            }
        }
    }
}
