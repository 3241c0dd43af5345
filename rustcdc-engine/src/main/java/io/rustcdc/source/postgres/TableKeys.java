package io.rustcdc.source.postgres;

import io.rustcdc.event.TableId;
import io.rustcdc.schema.TableSchema;
import io.rustcdc.source.postgres.PgOutputMessage.Column;
import io.rustcdc.source.postgres.PgOutputMessage.Relation;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Tells the primary key of a described table. The flags of a RELATION message mark the replica identity: under DEFAULT
 * that is the primary key as of that point of the log, but without its order. Under FULL, INDEX and NOTHING it is
 * something else, and the log does not tell the key; the catalog does, as of now. A description older than the present key
 * falls back on the key that was known before. A key of which not all columns are published is no key.
 */
final class TableKeys {

    private final TableLookup catalog;
    private final KeylessTables keyless;

    TableKeys(TableLookup catalog, KeylessTables keyless) {
        this.catalog = catalog;
        this.keyless = keyless;
    }

    /**
     * @param known the last shape known before this description; null if there is none
     */
    TableKey of(TableId table, Relation relation, @Nullable TableSchema known) {
        TableKey key = switch (relation.identity()) {
            case 'd' -> new TableKey(underDefault(relation), true);
            case 'i', 'f', 'n' -> fromCatalog(relation, known);
            default ->
                throw PgOutputDecoder.undecodable("RELATION of '%s' has replica identity 0x%02X, expected d, n, f or i"
                        .formatted(table, (int) relation.identity()));
        };
        warn(table, relation, key);
        return key;
    }

    private List<String> underDefault(Relation relation) {
        List<String> flagged = relation.columns().stream()
                .filter(Column::identity)
                .map(Column::name)
                .toList();
        if (flagged.isEmpty()) {
            return flagged;
        }
        TableFacts start = catalog.atStart(relation.id());
        if (flagged.size() == 1 && start != null && start.key().equals(flagged)) {
            return flagged;
        }
        TableFacts now = catalog.now(relation.id());
        if (now == null || !now.key().containsAll(flagged)) {
            // The catalog knows another key by now; the message is right, since it is as old as the rows that follow.
            return flagged;
        }
        if (now.key().size() == flagged.size()) {
            return now.key();
        }
        // All columns of a key are flagged. So one that is not was added to the key later, unless it is never sent.
        List<String> names = names(relation);
        boolean grown = now.key().stream().anyMatch(name -> !flagged.contains(name) && names.contains(name));
        boolean hidden = !grown && !catalog.sendsKey(relation.id());
        return hidden ? List.of() : flagged;
    }

    private TableKey fromCatalog(Relation relation, @Nullable TableSchema known) {
        List<String> names = names(relation);
        TableFacts now = catalog.now(relation.id());
        if (now == null) {
            TableFacts start = catalog.atStart(relation.id());
            return new TableKey(knownKey(names, known), start == null || start.identitiesFull());
        }
        if (names.containsAll(now.key())) {
            return new TableKey(now.key(), now.identitiesFull());
        }
        // The present key has columns that these rows lack: hidden ones, or ones that did not exist yet.
        List<String> key = catalog.sendsKey(relation.id()) ? knownKey(names, known) : List.of();
        return new TableKey(key, now.identitiesFull());
    }

    private static List<String> knownKey(List<String> names, @Nullable TableSchema known) {
        return known != null && names.containsAll(known.key()) ? known.key() : List.of();
    }

    private void warn(TableId table, Relation relation, TableKey key) {
        if (key.columns().isEmpty() || relation.identity() == 'n') {
            keyless.warn(table, relation.identity());
        } else if (relation.identity() == 'i' && !identity(relation).containsAll(key.columns())) {
            keyless.warnOfIndex(table, identity(relation), key.columns());
        }
    }

    private static List<String> identity(Relation relation) {
        return relation.columns().stream()
                .filter(Column::identity)
                .map(Column::name)
                .toList();
    }

    private static List<String> names(Relation relation) {
        return relation.columns().stream().map(Column::name).toList();
    }

    /**
     * @param columns the key's columns in key order; empty when no key is known
     * @param wholeOldRows whether an old row that is sent as whole is whole: a partition may have another replica identity
     *     than its partitioned table, which alone is described
     */
    record TableKey(List<String> columns, boolean wholeOldRows) {}
}
