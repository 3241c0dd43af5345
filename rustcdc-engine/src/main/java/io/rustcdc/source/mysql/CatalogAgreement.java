package io.rustcdc.source.mysql;

import io.rustcdc.event.TableId;
import io.rustcdc.source.SourceException;
import org.jspecify.annotations.Nullable;

/** That the catalog, which is of now, describes the table of a table map, which is as old as its rows. */
final class CatalogAgreement {

    static final String FULL_METADATA =
            "SET GLOBAL binlog_row_metadata=FULL; so that what is written from then on describes itself. What was written before "
                    + "can only be passed over: accept the gap.";

    private CatalogAgreement() {}

    /** @throws SourceException TERMINAL, if it does not, or there is nothing in the catalog */
    static CatalogTable require(
            TableMap map, TableMetadata metadata, @Nullable CatalogTable table, TableDescriber describer) {
        if (table == null) {
            throw SourceException.terminal(
                    "The binlog does not name the columns of '%s', and information_schema does not have the table: it was dropped since, or the user may not SELECT from it"
                            .formatted(map.table()),
                    "GRANT SELECT ON %s TO the user of the source; if the table is gone, %s"
                            .formatted(quoted(map.table()), FULL_METADATA));
        }
        if (map.size() != table.columns().size() + table.hidden()) {
            throw disagreement(
                    map,
                    "the rows have %d columns, information_schema has %d"
                            .formatted(map.size(), table.columns().size() + table.hidden()));
        }
        for (int i = 0; i < table.columns().size(); i++) {
            CatalogColumn column = table.columns().get(i);
            if (!isAlike(map.type(i), column.stored())) {
                throw disagreement(
                        map,
                        "column %d, '%s', is %s in information_schema and is stored as %s in the rows"
                                .formatted(i + 1, column.name(), column.columnType(), map.type(i)));
            }
            boolean signTold = metadata.tellsSigns() && map.type(i).code() != StoredType.YEAR;
            if (signTold && metadata.unsigned().get(i) != column.isUnsigned()) {
                throw disagreement(
                        map, "column %d, '%s', has its sign in only one of the two".formatted(i + 1, column.name()));
            }
            ServerCharset charset = describer.charset(
                    map.table(), column.name(), metadata.collations().get(i));
            String known = column.charset();
            if (charset != null && known != null && !charset.equals(ServerCharset.named(known))) {
                throw disagreement(
                        map,
                        "column %d, '%s', has the charset %s in information_schema and %s in the rows"
                                .formatted(i + 1, column.name(), known, charset));
            }
        }
        return table;
    }

    private static boolean isAlike(StoredType map, @Nullable StoredType catalog) {
        if (catalog == null) {
            return false;
        }
        return (map.isVague() && map.meta() == 0) ? map.code() == catalog.code() : map.equals(catalog);
    }

    private static SourceException disagreement(TableMap map, String what) {
        return SourceException.terminal(
                "The columns of '%s' were changed since these rows were written: %s".formatted(map.table(), what),
                FULL_METADATA);
    }

    private static String quoted(TableId table) {
        String schema = table.schema();
        return (schema == null ? "" : Sql.quoted(schema) + ".") + Sql.quoted(table.name());
    }
}
