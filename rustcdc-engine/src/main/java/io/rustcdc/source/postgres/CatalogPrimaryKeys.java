package io.rustcdc.source.postgres;

import io.rustcdc.event.TableId;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Primary keys as the catalog has them. All are read at once when the stream opens, and again when a table is new or asked
 * for a second time, because then it was described anew and may have changed: no connection is held in between.
 */
final class CatalogPrimaryKeys implements PrimaryKeys {

    private final PostgresConnections connections;
    private final PostgresErrors errors;
    private final Set<TableId> asked = new HashSet<>();
    private Map<TableId, List<String>> keys;

    CatalogPrimaryKeys(PostgresConnections connections, PostgresErrors errors, Map<TableId, List<String>> keys) {
        this.connections = connections;
        this.errors = errors;
        this.keys = new HashMap<>(keys);
    }

    @Override
    public List<String> of(TableId table) {
        if (!asked.add(table) || !keys.containsKey(table)) {
            keys = read();
            asked.clear();
            asked.add(table);
        }
        return keys.getOrDefault(table, List.of());
    }

    private Map<TableId, List<String>> read() {
        try (Connection connection = connections.openSql()) {
            return new PostgresCatalog(connection).primaryKeys();
        } catch (SQLException e) {
            throw errors.failed("read the primary keys", e);
        }
    }
}
