package io.rustcdc.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** That Java on the pages compiles, and that excerpts are what stands in the code. */
class JavaBlocksTests {

    static Stream<Page> pages() {
        return Page.all().stream().filter(page -> !snippets(page).isEmpty());
    }

    static Stream<CodeBlock> excerpts() {
        return Page.blocks("java").stream()
                .filter(block -> !block.attribute("source").isEmpty());
    }

    @ParameterizedTest
    @MethodSource("pages")
    void compiles(Page page, @TempDir Path folder) {
        assertThat(JavaCompilation.compile(snippets(page), folder)).isEmpty();
    }

    /** A fence {@code java source=path} holds lines of that file, perhaps indented less. */
    @ParameterizedTest
    @MethodSource("excerpts")
    void excerptIsInTheCode(CodeBlock block) throws IOException {
        String code = Files.readString(Page.root().resolve(block.attribute("source")));
        assertThat(withoutIndentation(code)).as(block.where()).contains(withoutIndentation(block.text()));
    }

    @Test
    void refusesABlockThatDoesNotCompile(@TempDir Path folder) {
        CodeBlock wrong = new CodeBlock("page.md", 7, "java", "void onOrder(ChangeEvent<Order> change) {}\n");
        CodeBlock right = new CodeBlock("page.md", 3, "java", "record Order(long id) {}\n");
        assertThat(JavaCompilation.compile(List.of(wrong), folder))
                .hasSize(1)
                .allMatch(error -> error.contains("Order"));
        assertThat(JavaCompilation.compile(List.of(wrong, right), folder)).isEmpty();
    }

    private static List<CodeBlock> snippets(Page page) {
        return page.blocksIn("java").stream()
                .filter(block -> block.attribute("source").isEmpty())
                .toList();
    }

    private static String withoutIndentation(String text) {
        return text.lines().map(String::strip).reduce("", (one, next) -> one + next + "\n");
    }
}
