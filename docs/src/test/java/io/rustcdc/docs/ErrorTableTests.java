package io.rustcdc.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** That the messages which the guide explains are messages of the code. */
class ErrorTableTests {

    /** The server's words, not ours. */
    private static final List<String> OF_THE_SERVER = List.of("password authentication failed");

    private static List<String> sources;

    static Stream<String> messages() {
        return Page.named("docs/getting-started.md").prose().stream()
                .dropWhile(line -> !line.startsWith("## 8."))
                .filter(line -> line.startsWith("| `"))
                .map(line -> line.substring("| `".length(), line.indexOf("` |")))
                .filter(message -> !OF_THE_SERVER.contains(message));
    }

    /** What can be found of a lost position, and what else the pages of the other servers explain. */
    static Stream<String> findings() {
        return Stream.of(
                        table("docs/positions.md", "| finding |"),
                        table("docs/mysql.md", "| finding |"),
                        table("docs/mysql.md", "| message |"),
                        table("docs/sqlserver.md", "| finding |"),
                        table("docs/sqlserver.md", "| message |"),
                        table("docs/sqlserver.md", "| code |"))
                .flatMap(lines -> lines);
    }

    private static Stream<String> table(String page, String heading) {
        return Page.named(page).prose().stream()
                .dropWhile(line -> !line.startsWith(heading))
                .takeWhile(line -> line.startsWith("|"))
                .filter(line -> line.startsWith("| `"))
                .map(line -> line.substring("| `".length(), line.indexOf("` |")));
    }

    @ParameterizedTest
    @MethodSource({"messages", "findings"})
    void isSaidByTheCode(String message) {
        assertThat(sources()).anyMatch(source -> isSaid(message, source));
    }

    @Test
    void refusesAMessageThatNobodySays() {
        assertThat(sources()).noneMatch(source -> isSaid("is a standby, expected ... the moon", source));
    }

    /** "..." stands for a placeholder of the format, or for nothing that is fixed. */
    private static boolean isSaid(String message, String source) {
        String pattern = Arrays.stream(message.split(Pattern.quote("..."), -1))
                .map(Pattern::quote)
                .collect(Collectors.joining("(%\\d?\\$?[sd]|\" \\+ .*)"));
        return Pattern.compile(pattern).matcher(source).find();
    }

    private static List<String> sources() {
        if (sources == null) {
            try (Stream<Path> files = Files.walk(Page.root())) {
                sources = files.filter(file -> file.toString().contains("/src/main/java/"))
                        .filter(file -> file.toString().endsWith(".java"))
                        .map(ErrorTableTests::read)
                        .toList();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return sources;
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
