package io.rustcdc.source.postgres;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/** Asks the catalog through a connection of its own, which is not kept. */
final class CatalogTypeParts implements TypeParts {

    private final PostgresConnections connections;
    private final PostgresErrors errors;

    CatalogTypeParts(PostgresConnections connections, PostgresErrors errors) {
        this.connections = connections;
        this.errors = errors;
    }

    @Override
    public List<CatalogType> of(int type) {
        try (Connection connection = connections.openSql()) {
            return new PostgresCatalog(connection).parts(type);
        } catch (SQLException e) {
            throw errors.failed("read the types", e);
        }
    }
}
