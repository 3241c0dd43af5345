package io.rustcdc.spring.autoconfigure;

import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.jdbc.DataSourceBuilder;
import org.springframework.jdbc.datasource.AbstractDataSource;
import org.springframework.jdbc.datasource.SimpleDriverDataSource;

/**
 * Connections to the application's database beside its pool, so that a pool which is used up does not keep a lease from being
 * renewed. Where such connections cannot be made, because the pool gets its credentials in a way of its own, they are the
 * pool's.
 */
final class LeaseDataSource extends AbstractDataSource {

    private static final Logger logger = LoggerFactory.getLogger(LeaseDataSource.class);

    /** What SQLState begins with when a login is refused. */
    private static final String REFUSED_LOGIN = "28";

    private final DataSource pool;
    private volatile @Nullable DataSource direct;
    private volatile @Nullable String schema;
    private volatile boolean schemaKnown;

    LeaseDataSource(DataSource pool) {
        this.pool = pool;
        this.direct = direct(pool);
    }

    private static @Nullable DataSource direct(DataSource pool) {
        try {
            return DataSourceBuilder.derivedFrom(pool)
                    .type(SimpleDriverDataSource.class)
                    .build();
        } catch (RuntimeException e) {
            logger.debug("The connection of the leases is the pool's, since none can be derived from it", e);
            return null;
        }
    }

    @Override
    public Connection getConnection() throws SQLException {
        DataSource derived = direct;
        if (derived == null) {
            return pool.getConnection();
        }
        try {
            return withSchema(derived.getConnection());
        } catch (SQLException e) {
            String state = e.getSQLState();
            if (state == null || !state.startsWith(REFUSED_LOGIN)) {
                throw e;
            }
            logger.debug("The connection of the leases is the pool's, whose login is another one", e);
            direct = null;
            return pool.getConnection();
        }
    }

    @Override
    public Connection getConnection(String username, String password) throws SQLException {
        return pool.getConnection(username, password);
    }

    /** A pool may set the schema in which names of tables count. */
    private Connection withSchema(Connection connection) throws SQLException {
        boolean done = false;
        try {
            if (!schemaKnown) {
                try (Connection pooled = pool.getConnection()) {
                    schema = pooled.getSchema();
                    schemaKnown = true;
                }
            }
            String wanted = schema;
            if (wanted != null && !wanted.equals(connection.getSchema())) {
                connection.setSchema(wanted);
            }
            done = true;
            return connection;
        } finally {
            if (!done) {
                connection.close();
            }
        }
    }
}
