package io.rustcdc.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** That nothing on the pages leads nowhere. What the code blocks hold is tested per language. */
class PagesTests {

    /** Each of them has a test that compiles or runs it. */
    private static final Set<String> LANGUAGES =
            Set.of("java", "yaml", "sql", "xml", "shell", "bash", "json", "ini", "dockerfile", "logql");

    static Stream<Page> pages() {
        return Page.all().stream();
    }

    @Test
    void findsThePages() {
        assertThat(pages().map(Page::name))
                .contains(
                        "README.md",
                        "CHANGELOG.md",
                        "CONTRIBUTING.md",
                        "docs/getting-started.md",
                        "docs/architecture.md",
                        "docs/configuration.md",
                        "docs/mysql.md",
                        "docs/sqlserver.md");
    }

    @ParameterizedTest
    @MethodSource("pages")
    void usesOnlyLanguagesThatATestUnderstands(Page page) {
        assertThat(page.blocks())
                .allSatisfy(
                        block -> assertThat(block.language()).as(block.where()).isIn(LANGUAGES));
    }

    @ParameterizedTest
    @MethodSource("pages")
    void linksToFilesAndHeadingsThatExist(Page page) {
        assertThat(page.links()).allSatisfy(link -> {
            if (!link.startsWith("https://")) {
                requireTarget(page, link);
            }
        });
    }

    @Test
    void leadsFromTheReadmeToEveryPage() {
        Page readme = Page.named("README.md");
        List<Path> linked = readme.links().stream()
                .filter(link -> !link.startsWith("https://"))
                .map(link -> Page.root().resolve(link.split("#", 2)[0]).normalize())
                .toList();
        assertThat(pages().map(Page::file).filter(file -> !file.equals(readme.file())))
                .allSatisfy(file -> assertThat(linked).contains(file));
    }

    private static void requireTarget(Page page, String link) {
        String[] parts = link.split("#", 2);
        Path file = parts[0].isEmpty()
                ? page.file()
                : page.file().getParent().resolve(parts[0]).normalize();
        assertThat(file).as("%s links to %s", page.name(), link).exists();
        if (parts.length == 2) {
            assertThat(Files.isRegularFile(file)).isTrue();
            assertThat(Page.read(file).anchors())
                    .as("%s links to %s", page.name(), link)
                    .contains(parts[1]);
        }
    }
}
