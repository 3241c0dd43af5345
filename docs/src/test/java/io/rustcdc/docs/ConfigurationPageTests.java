package io.rustcdc.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.rustcdc.docs.Metadata.Property;
import java.io.IOException;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** That docs/configuration.md says what the code does. */
class ConfigurationPageTests {

    /** {@code -Drustcdc.docs.write=true} writes the page instead of comparing it. */
    @Test
    void isGeneratedFromTheMetadata() throws IOException {
        GeneratedTables.requireIn("docs/configuration.md", ConfigurationPage.tables(), getClass());
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
                expected.add(property.name()
                        .replaceFirst("^rustcdc\\.(defaults|\\w+\\.\\*)\\.(transforms\\.rules\\.\\*\\.)?", ""));
            }
        }
        String tables = String.join("", ConfigurationPage.tables().values());
        assertThat(tables.lines().filter(line -> line.startsWith("| `")).map(line -> line.split("`")[1]))
                .as("a setting of two databases is in the table of each")
                .containsAll(expected)
                .isSubsetOf(expected);
    }
}
