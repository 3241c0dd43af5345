package io.rustcdc.source.postgres;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The statements around one publication (manual: CREATE PUBLICATION, ALTER PUBLICATION), also shown to people. */
record PublicationSql(String publication) {

    String create(List<CatalogTable> tables) {
        return "CREATE PUBLICATION %s FOR TABLE %s WITH (publish_via_partition_root = true);"
                .formatted(name(), published(tables));
    }

    String add(List<CatalogTable> tables) {
        return "ALTER PUBLICATION %s ADD TABLE %s;".formatted(name(), published(tables));
    }

    String viaRoot() {
        return "ALTER PUBLICATION %s SET (publish_via_partition_root = true);".formatted(name());
    }

    String complete() {
        return "ALTER PUBLICATION %s SET (publish = 'insert, update, delete, truncate');".formatted(name());
    }

    /** What to do about tables whose rows the server cannot name. */
    static String identify(List<CatalogTable> tables) {
        List<String> remedies = new ArrayList<>();
        List<CatalogTable> full =
                tables.stream().filter(table -> table.identity().mayBeFull()).toList();
        if (!full.isEmpty()) {
            remedies.add(
                    "Give %s a primary key, or run: %s".formatted(names(full), all(full, CatalogTable::fullIdentity)));
        }
        List<CatalogTable> keyOnly =
                tables.stream().filter(table -> !table.identity().mayBeFull()).toList();
        if (!keyOnly.isEmpty()) {
            remedies.add("Give %s a primary key of columns that are not generated, not DEFERRABLE, and run: %s"
                    .formatted(names(keyOnly), all(keyOnly, CatalogTable::defaultIdentity)));
        }
        return String.join(" ", remedies);
    }

    private static String all(List<CatalogTable> tables, Function<CatalogTable, String> statement) {
        return tables.stream().map(statement).collect(Collectors.joining(" "));
    }

    private static String published(List<CatalogTable> tables) {
        return tables.stream().map(CatalogTable::published).collect(Collectors.joining(", "));
    }

    static String names(List<CatalogTable> tables) {
        return tables.stream().map(CatalogTable::quoted).collect(Collectors.joining(", "));
    }

    private String name() {
        return ServerChecks.quoted(publication);
    }
}
