package io.rustcdc.docs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A Markdown page of the project, taken apart as far as the tests need it.
 *
 * @param name the path below the project's root
 * @param prose the text without the fenced blocks, line for line
 */
record Page(Path file, String name, List<String> prose, List<CodeBlock> blocks) {

    private static final Pattern LINK = Pattern.compile("!?\\[[^\\]]*\\]\\(([^)\\s]+)\\)");
    private static final Pattern INLINE_CODE = Pattern.compile("`([^`]+)`");
    private static final Pattern HEADING = Pattern.compile("#{1,6}\\s+(.+)");

    /** The project's root folder; tests run in the folder of their module. */
    static Path root() {
        return Path.of("").toAbsolutePath().getParent();
    }

    /** README, the other pages beside it, and those right inside the modules. */
    static List<Page> all() {
        try (Stream<Path> files = Files.walk(root(), 2)) {
            return files.filter(file -> file.toString().endsWith(".md"))
                    .sorted()
                    .map(Page::read)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Page named(String name) {
        return read(root().resolve(name));
    }

    static Page read(Path file) {
        try {
            return parse(file, root().relativize(file).toString(), Files.readAllLines(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Page parse(Path file, String name, List<String> lines) {
        List<String> prose = new ArrayList<>();
        List<CodeBlock> blocks = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            if (!lines.get(i).startsWith("```")) {
                prose.add(lines.get(i));
                continue;
            }
            int begin = i;
            List<String> text = new ArrayList<>();
            for (i++; i < lines.size() && !lines.get(i).equals("```"); i++) {
                text.add(lines.get(i));
            }
            if (i == lines.size()) {
                throw new IllegalStateException(name + ":" + (begin + 1) + ": the fence is never closed");
            }
            blocks.add(new CodeBlock(
                    name, begin + 1, lines.get(begin).substring(3).strip(), String.join("\n", text) + "\n"));
        }
        return new Page(file, name, List.copyOf(prose), List.copyOf(blocks));
    }

    static List<CodeBlock> blocks(String language) {
        return all().stream()
                .flatMap(page -> page.blocks().stream())
                .filter(block -> block.language().equals(language))
                .toList();
    }

    List<CodeBlock> blocksIn(String language) {
        return blocks.stream()
                .filter(block -> block.language().equals(language))
                .toList();
    }

    /** Targets of links and images, without those inside inline code. */
    List<String> links() {
        return matches(LINK, withoutInlineCode());
    }

    List<String> inlineCode() {
        return matches(INLINE_CODE, prose);
    }

    /** The names under which the headings can be linked to, as GitHub makes them. */
    List<String> anchors() {
        return matches(HEADING, prose).stream()
                .map(heading -> heading.toLowerCase(Locale.ROOT)
                        .replaceAll("[^\\p{L}\\p{N}\\s_-]", "")
                        .strip()
                        .replace(' ', '-'))
                .toList();
    }

    private List<String> withoutInlineCode() {
        return prose.stream()
                .map(line -> INLINE_CODE.matcher(line).replaceAll(""))
                .toList();
    }

    private static List<String> matches(Pattern pattern, List<String> lines) {
        List<String> found = new ArrayList<>();
        for (String line : lines) {
            Matcher matcher = pattern.matcher(line);
            while (matcher.find()) {
                found.add(matcher.group(1));
            }
        }
        return found;
    }
}
