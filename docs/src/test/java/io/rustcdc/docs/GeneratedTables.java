package io.rustcdc.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** Tables of a page that stand between two markers and are made from what they describe. */
final class GeneratedTables {

    private static final String BEGIN = "<!-- generated: %s -->";
    private static final String END = "<!-- end -->";

    private GeneratedTables() {}

    /**
     * Requires that a page has these tables; {@code -Drustcdc.docs.write=true} writes it instead.
     *
     * @param tables by the names that their markers carry
     * @param test who asks, to be named in the remedy
     */
    static void requireIn(String page, Map<String, String> tables, Class<?> test) throws IOException {
        Path file = Page.root().resolve(page);
        String rendered = render(Files.readString(file), tables);
        if (Boolean.getBoolean("rustcdc.docs.write")) {
            Files.writeString(file, rendered);
        }
        assertThat(Files.readString(file))
                .as(
                        "%s; to write it anew: mvn -pl docs -am test -Dtest=%s -Dsurefire.failIfNoSpecifiedTests=false "
                                + "-Drustcdc.docs.write=true",
                        page, test.getSimpleName())
                .isEqualTo(rendered);
    }

    private static String render(String page, Map<String, String> tables) {
        String rendered = page;
        for (Map.Entry<String, String> table : tables.entrySet()) {
            String begin = BEGIN.formatted(table.getKey());
            int from = rendered.indexOf(begin);
            int to = rendered.indexOf(END, from);
            if (from < 0 || to < 0) {
                throw new IllegalStateException("The page lacks '%s' or '%s' behind it".formatted(begin, END));
            }
            rendered = rendered.substring(0, from + begin.length()) + "\n\n" + table.getValue() + "\n"
                    + rendered.substring(to);
        }
        return rendered;
    }
}
