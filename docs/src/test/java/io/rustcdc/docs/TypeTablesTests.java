package io.rustcdc.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** That the pages have the types and values that arrive from a real server. */
class TypeTablesTests {

    @Test
    void theReadmeSaysWhichTypesArrive() throws IOException {
        Map<String, String> tables = Map.of(
                "postgres-java-types", TypeTables.byJavaType(), "mysql-java-types", MySqlTypeTables.byJavaType());
        GeneratedTables.requireIn("README.md", tables, getClass());
    }

    @Test
    void thePageOfChangesSaysWhichValuesOfMySqlArrive() throws IOException {
        Map<String, String> tables = Map.of(
                "mysql-types", MySqlTypeTables.types(),
                "mariadb-types", MySqlTypeTables.mariaDbTypes(),
                "mysql-special-values", MySqlTypeTables.specialValues());
        GeneratedTables.requireIn("docs/events.md", tables, getClass());
        assertThat(tables.get("mysql-types").lines()).hasSizeGreaterThan(30);
        assertThat(tables.get("mariadb-types").lines()).hasSizeGreaterThan(3);
    }

    @Test
    void thePageOfChangesSaysWhichValuesOfSqlServerArrive() throws IOException {
        Map<String, String> tables = Map.of("sqlserver-types", SqlServerTypeTables.types());
        GeneratedTables.requireIn("docs/events.md", tables, getClass());
        assertThat(tables.get("sqlserver-types").lines())
                .hasSizeGreaterThan(30)
                .anyMatch(line -> line.startsWith("| `rowversion` |"));
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
