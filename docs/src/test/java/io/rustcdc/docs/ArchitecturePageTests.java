package io.rustcdc.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.springframework.util.ClassUtils;

/** That the map shows the land: its modules, packages and types, all of them and no others. */
class ArchitecturePageTests {

    private static final Page PAGE = Page.named("docs/architecture.md");
    private static final Pattern TYPE = Pattern.compile("([A-Z][a-z]+[A-Z]\\w+)(\\.\\w+)?");

    @Test
    void listsTheModulesOfTheBuild() throws IOException {
        Matcher module = Pattern.compile("<module>(.+)</module>")
                .matcher(Files.readString(Page.root().resolve("pom.xml")));
        List<String> modules = module.results().map(result -> result.group(1)).toList();
        assertThat(firstColumn("| `[a-z-]+/` \\|.*"))
                .containsExactlyInAnyOrderElementsOf(
                        modules.stream().map(name -> name + "/").toList());
    }

    @Test
    void listsThePackagesThatHoldCode() {
        Set<String> packages = new TreeSet<>();
        for (Path file : sources()) {
            String path = file.toString();
            boolean published =
                    path.contains("/rustcdc-engine/") || path.contains("/rustcdc-spring-boot-autoconfigure/");
            if (published && !path.endsWith("package-info.java")) {
                String name = path.substring(path.indexOf("/src/main/java/") + "/src/main/java/".length());
                packages.add(name.substring(0, name.lastIndexOf('/')).replace('/', '.'));
            }
        }
        assertThat(firstColumn("| `io\\.rustcdc[a-z.]*` \\|.*")).containsExactlyInAnyOrderElementsOf(packages);
    }

    /** On all pages: a name in backticks that looks like a type of ours is one. */
    @Test
    void namesTypesThatExist() throws IOException {
        Set<String> types = sources().stream()
                .map(file -> file.getFileName().toString().replace(".java", ""))
                .collect(Collectors.toCollection(HashSet::new));
        types.addAll(alerts());
        for (Page page : Page.all()) {
            List<String> named = page.inlineCode().stream()
                    .map(code -> TYPE.matcher(code.replaceAll("[<@(].*", "")))
                    .filter(Matcher::matches)
                    .map(type -> type.group(1))
                    .filter(type -> !isOfJava(type))
                    .toList();
            assertThat(types).as(page.name()).containsAll(named);
        }
    }

    /** Their names look like those of types. */
    private static List<String> alerts() throws IOException {
        return Pattern.compile("- alert: (\\w+)")
                .matcher(Files.readString(Page.root().resolve("docs/observability/alerts.yml")))
                .results()
                .map(alert -> alert.group(1))
                .toList();
    }

    private static boolean isOfJava(String type) {
        return Stream.of("java.lang.", "java.math.", "java.time.", "java.util.", "java.util.concurrent.")
                .anyMatch(prefix -> ClassUtils.isPresent(prefix + type, null));
    }

    private static List<String> firstColumn(String row) {
        return PAGE.prose().stream()
                .filter(line -> line.matches("\\" + row))
                .map(line -> line.split("`")[1])
                .toList();
    }

    private static List<Path> sources() {
        try (Stream<Path> files = Files.walk(Page.root())) {
            return files.filter(file -> file.toString().contains("/src/main/java/"))
                    .filter(file -> file.toString().endsWith(".java"))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
