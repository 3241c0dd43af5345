package io.rustcdc.source.sqlserver;

import io.rustcdc.test.databases.sqlserver.SqlServerContainer;
import io.rustcdc.test.databases.sqlserver.SqlServerDatabase;
import io.rustcdc.test.databases.sqlserver.SqlServerStandIn;
import org.junit.jupiter.api.Assumptions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where a suite runs. The names of the classes that run them say which of the two it is, too. */
public enum SqlServerKind {
    STAND_IN {
        @Override
        public SqlServerDatabase start() {
            return SqlServerStandIn.start();
        }
    },
    CONTAINER {
        @Override
        public SqlServerDatabase start() {
            String missing = SqlServerContainer.missing();
            if (missing != null) {
                logger.warn("SKIPPED: {}", missing);
                Assumptions.abort(missing);
            }
            return SqlServerContainer.start();
        }
    };

    private static final Logger logger = LoggerFactory.getLogger(SqlServerKind.class);

    /** A new database; in a container the test is skipped, loudly, where there is none. */
    public abstract SqlServerDatabase start();
}
