package io.rustcdc.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.rustcdc.docs.Metadata.Property;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** That docs/configuration.md says what the code does. */
class ConfigurationPageTests {

    private static final Path PAGE = Page.root().resolve("docs/configuration.md");

    /** {@code -Drustcdc.docs.write=true} writes the page instead of comparing it. */
    @Test
    void isGeneratedFromTheMetadata() throws IOException {
        String page = Files.readString(PAGE);
        String rendered = ConfigurationPage.render(page);
        if (Boolean.getBoolean("rustcdc.docs.write")) {
            Files.writeString(PAGE, rendered);
        }
        assertThat(Files.readString(PAGE))
                .as("docs/configuration.md; to write it anew: mvn -pl docs -am test -Dtest=ConfigurationPageTests "
                        + "-Dsurefire.failIfNoSpecifiedTests=false -Drustcdc.docs.write=true")
                .isEqualTo(rendered);
    }

    @Test
    void everySettingIsDescribed() {
        assertThat(Metadata.ofClassPath().below("rustcdc.").properties())
                .isNotEmpty()
                .allSatisfy(property ->
                        assertThat(property.description()).as(property.name()).isNotBlank());
    }

    @Test
    void everySettingIsListedAndNoOther() {
        Set<String> expected = new TreeSet<>();
        for (Property property : Metadata.ofClassPath().below("rustcdc.").properties()) {
            if (ConfigurationPage.isMapOfSources(property)) {
                Metadata.ofType(ConfigurationPage.valueType(property))
                        .properties()
                        .forEach(ofSource -> expected.add(ofSource.name()));
            } else {
                expected.add(property.name().replaceFirst("^rustcdc\\.(defaults|\\w+\\.\\*)\\.", ""));
            }
        }
        String tables = String.join("", ConfigurationPage.tables().values());
        assertThat(tables.lines().filter(line -> line.startsWith("| `")).map(line -> line.split("`")[1]))
                .containsExactlyInAnyOrderElementsOf(expected);
    }
}
