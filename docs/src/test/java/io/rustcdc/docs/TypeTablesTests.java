package io.rustcdc.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** That the pages have the types and values that arrive from a real server. */
class TypeTablesTests {

    @Test
    void theReadmeSaysWhichTypesArrive() throws IOException {
        GeneratedTables.requireIn("README.md", Map.of("postgres-java-types", TypeTables.byJavaType()), getClass());
    }

    @Test
    void thePageOfChangesSaysWhichValuesArrive() throws IOException {
        Map<String, String> tables =
                Map.of("postgres-types", TypeTables.types(), "postgres-special-values", TypeTables.specialValues());
        GeneratedTables.requireIn("docs/events.md", tables, getClass());
        assertThat(tables.get("postgres-types").lines()).hasSizeGreaterThan(80);
        assertThat(tables.get("postgres-special-values").lines()).hasSizeGreaterThan(10);
    }
}
