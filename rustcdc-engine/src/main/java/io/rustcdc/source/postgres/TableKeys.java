package io.rustcdc.source.postgres;

import io.rustcdc.event.TableId;
import io.rustcdc.source.postgres.PgOutputMessage.Column;
import io.rustcdc.source.postgres.PgOutputMessage.Relation;
import java.util.List;

/**
 * Tells the primary key of a described table. The flags of a RELATION message mark the replica identity: under DEFAULT
 * that is the primary key as of that point of the log, but without its order; under INDEX and FULL it is something else,
 * and only the catalog knows the key. A key of which not all columns are published is no key.
 */
final class TableKeys {

    private final PrimaryKeys catalog;
    private final KeylessTables keyless;

    TableKeys(PrimaryKeys catalog, KeylessTables keyless) {
        this.catalog = catalog;
        this.keyless = keyless;
    }

    /** The key's columns in key order; empty, with one warning for each table, when no key is known. */
    List<String> of(TableId table, Relation relation) {
        List<String> key = switch (relation.identity()) {
            case 'd' -> underDefault(table, relation);
            case 'i', 'f' -> published(relation, catalog.of(table));
            case 'n' -> List.of();
            default ->
                throw PgOutputDecoder.undecodable("RELATION of '%s' has replica identity 0x%02X, expected d, n, f or i"
                        .formatted(table, (int) relation.identity()));
        };
        if (key.isEmpty()) {
            keyless.warn(table, relation.identity());
        }
        return key;
    }

    private List<String> underDefault(TableId table, Relation relation) {
        List<String> flagged = relation.columns().stream()
                .filter(Column::identity)
                .map(Column::name)
                .toList();
        if (flagged.isEmpty()) {
            return flagged;
        }
        List<String> now = catalog.of(table);
        if (!now.containsAll(flagged)) {
            // The catalog knows another key by now; the message is right, since it is as old as the rows that follow.
            return flagged;
        }
        // All columns of a key are flagged, so one that is not was added later, unless it is not published at all.
        List<String> key = published(relation, now);
        return key.size() <= flagged.size() ? key : flagged;
    }

    private static List<String> published(Relation relation, List<String> key) {
        List<String> names = relation.columns().stream().map(Column::name).toList();
        return names.containsAll(key) ? List.copyOf(key) : List.of();
    }
}
