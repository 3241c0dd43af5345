package io.rustcdc.source.postgres;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Asks the catalog over a connection of its own each time: descriptions are rare, and no connection is held for them. */
final class CatalogTableLookup implements TableLookup {

    private final PostgresConnections connections;
    private final PostgresErrors errors;
    private final String publication;
    private final Map<Integer, TableFacts> atStart;

    /** @param atStart all tables, read before the stream was started */
    CatalogTableLookup(
            PostgresConnections connections,
            PostgresErrors errors,
            String publication,
            Map<Integer, TableFacts> atStart) {
        this.connections = connections;
        this.errors = errors;
        this.publication = publication;
        this.atStart = Map.copyOf(atStart);
    }

    @Override
    public @Nullable TableFacts atStart(int relation) {
        return atStart.get(relation);
    }

    @Override
    public @Nullable TableFacts now(int relation) {
        try (Connection connection = connections.openSql()) {
            return new PostgresCatalog(connection).tableFacts(relation).get(relation);
        } catch (SQLException e) {
            throw errors.failed("read the primary key of a table", e);
        }
    }

    @Override
    public boolean sendsKey(int relation) {
        try (Connection connection = connections.openSql()) {
            return new PostgresCatalog(connection).sendsKey(publication, relation);
        } catch (SQLException e) {
            throw errors.failed("read the published columns of a table", e);
        }
    }
}
