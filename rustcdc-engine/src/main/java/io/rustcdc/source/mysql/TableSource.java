package io.rustcdc.source.mysql;

import io.rustcdc.event.TableId;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * Describes the tables of the log, and asks the catalog where the log does not tell all, over a connection that is kept open no longer
 * than that. For the reader's thread.
 */
final class TableSource {

    private final MySqlOptions options;
    private final MySqlConnections connections;
    private final MySqlErrors errors;
    private final TableDescriber describer;

    TableSource(MySqlOptions options, MySqlConnections connections, MySqlErrors errors, Collations collations) {
        this.options = options;
        this.connections = connections;
        this.errors = errors;
        this.describer = new TableDescriber(options.flavor(), collations);
    }

    /**
     * What a table of the log is.
     *
     * @param map as the log has it, or with what it leaves open
     */
    record Described(TableMap map, TableDescription description) {}

    Described describe(TableMap map) {
        if (!describer.needsCatalog(map)) {
            return new Described(map, describer.describe(map, null));
        }
        CatalogTable table = load(map.table());
        TableMap whole = map.isVague() ? describer.precise(map, table) : map;
        return new Described(whole, describer.describe(whole, table));
    }

    /** The map with the sizes that it leaves open, where it leaves any. */
    TableMap precise(TableMap map) {
        return map.isVague() ? describer.precise(map, load(map.table())) : map;
    }

    private @Nullable CatalogTable load(TableId table) {
        try (MySqlConnections.Opened opened = connections.openSql()) {
            return new TableCatalog(opened.connection(), options.flavor()).load(table);
        } catch (SQLException e) {
            throw errors.failed("look up table '%s'".formatted(table), e);
        }
    }
}
