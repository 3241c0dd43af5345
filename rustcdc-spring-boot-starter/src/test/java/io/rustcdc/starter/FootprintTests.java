package io.rustcdc.starter;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The starter stays small: at most 10 jars and 13 MB beyond {@code spring-boot-starter} and Jackson. */
class FootprintTests {

    private static final int MAX_JARS = 10;
    private static final long MAX_BYTES = 13L * 1024 * 1024;

    /** What {@code spring-boot-starter} and Jackson bring; whatever is not named here counts as ours. */
    private static final Pattern NOT_OURS = Pattern.compile(
            "(spring-(core|context|beans|aop|expression)|spring-boot(-autoconfigure|-starter|-starter-logging)?"
                    + "|logback-(core|classic)|log4j-(api|to-slf4j)|jul-to-slf4j|slf4j-api|jakarta\\.annotation-api|snakeyaml"
                    + "|commons-logging|jspecify|micrometer-(commons|observation)"
                    + "|jackson-(core|databind|annotations))-\\d.*\\.jar");

    @Test
    void addsFewAndSmallJars() throws IOException {
        List<Path> ours = new ArrayList<>();
        long bytes = 0;
        for (Path entry : RuntimeClasspath.entries()) {
            if (!NOT_OURS.matcher(entry.getFileName().toString()).matches()) {
                ours.add(entry);
                bytes += RuntimeClasspath.bytes(entry);
            }
        }
        System.out.printf("The starter adds %d jars of %,d bytes: %s%n", ours.size(), bytes, ours);

        assertThat(ours)
                .hasSizeBetween(3, MAX_JARS)
                .anyMatch(entry -> entry.toString().contains("postgresql"))
                .anyMatch(entry -> entry.toString().contains("mariadb-java-client"))
                .anyMatch(entry -> entry.toString().contains("mssql-jdbc"))
                .anyMatch(entry -> entry.toString().contains("aircompressor"));
        assertThat(bytes).as("%s", ours).isBetween(1_000_000L, MAX_BYTES);
    }
}
