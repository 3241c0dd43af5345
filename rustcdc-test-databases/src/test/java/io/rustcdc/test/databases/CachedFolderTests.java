package io.rustcdc.test.databases;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CachedFolderTests {

    @TempDir
    private Path directory;

    @Test
    void oneOfManyJvmsFillsTheFolderAndAllSeeItWhole() throws Exception {
        List<JavaProcess> processes = new ArrayList<>();
        for (int number = 0; number < 4; number++) {
            processes.add(JavaProcess.start(
                    directory.resolve("log" + number),
                    List.of("-Djava.io.tmpdir=" + directory),
                    Reader.class,
                    List.of(Integer.toString(number))));
        }

        Set<String> answers = new TreeSet<>();
        for (JavaProcess process : processes) {
            answers.add(process.awaitAnswer(answer -> true, Duration.ofMinutes(1)));
            process.close();
        }
        assertThat(answers).hasSize(1);
    }

    @Test
    void folderThatCouldNotBeFilledIsMadeAnew() {
        String name = "test-" + UUID.randomUUID(); // it stays, and the numbers of processes come again
        assertThatThrownBy(() -> CachedFolder.get(name, folder -> {
                    Files.writeString(folder.resolve("a"), "half");
                    throw new IOException("disk full");
                }))
                .rootCause()
                .hasMessage("disk full");

        Path folder = CachedFolder.get(name, empty -> Files.writeString(empty.resolve("b"), "whole"));
        assertThat(folder).isDirectoryNotContaining("glob:**a").isDirectoryContaining("glob:**b");
        assertThat(CachedFolder.get(name, empty -> {
                    throw new IOException("never called");
                }))
                .isEqualTo(folder);
    }

    /** Fills the folder with its number, or finds that of another. */
    static final class Reader {

        public static void main(String[] arguments) throws IOException {
            Path folder = CachedFolder.get("shared", empty -> {
                for (int file = 0; file < 1000; file++) {
                    Files.writeString(empty.resolve("file" + file), arguments[0]);
                }
            });
            JavaProcess.answer(Files.readString(folder.resolve("file0")) + Files.readString(folder.resolve("file999")));
        }
    }
}
