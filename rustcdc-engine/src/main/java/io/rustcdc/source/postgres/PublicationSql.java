package io.rustcdc.source.postgres;

import java.util.List;
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

    static String fullIdentity(List<CatalogTable> tables) {
        return tables.stream().map(CatalogTable::fullIdentity).collect(Collectors.joining(" "));
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
