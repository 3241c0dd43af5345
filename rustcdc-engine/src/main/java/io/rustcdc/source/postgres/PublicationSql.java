package io.rustcdc.source.postgres;

import io.rustcdc.event.Remedy;
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
    static Remedy identify(List<CatalogTable> tables) {
        Remedy remedy = Remedy.words("");
        List<CatalogTable> full =
                tables.stream().filter(table -> table.identity().mayBeFull()).toList();
        if (!full.isEmpty()) {
            remedy = remedy.and(all(full, CatalogTable::fullIdentity)
                    .say("Better give %s a primary key instead.".formatted(names(full))));
        }
        List<CatalogTable> keyOnly =
                tables.stream().filter(table -> !table.identity().mayBeFull()).toList();
        if (!keyOnly.isEmpty()) {
            remedy = remedy.and(all(keyOnly, CatalogTable::defaultIdentity)
                    .say("First give %s a primary key of columns that are not generated, not DEFERRABLE."
                            .formatted(names(keyOnly))));
        }
        return remedy;
    }

    private static Remedy all(List<CatalogTable> tables, Function<CatalogTable, String> statement) {
        return Remedy.sql(tables.stream().map(statement).toArray(String[]::new));
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
