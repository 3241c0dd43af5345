package io.rustcdc.spring.autoconfigure;

import io.rustcdc.checkpoint.jdbc.JdbcOptions;
import io.rustcdc.checkpoint.jdbc.JdbcTables;
import io.rustcdc.spring.CdcConfigurationException;
import io.rustcdc.spring.autoconfigure.CdcProperties.Checkpoint.InitializeSchema;
import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ListableBeanFactory;

/** The database for checkpoints, and how they are kept there. */
record CheckpointDataSource(DataSource dataSource, JdbcOptions options, InitializeSchema initializeSchema) {

    static CheckpointDataSource of(CdcProperties properties, ListableBeanFactory beans) {
        CdcProperties.Checkpoint.Jdbc settings = properties.getCheckpoint().getJdbc();
        return new CheckpointDataSource(
                dataSource(settings.getDataSource(), beans), options(properties), settings.getInitializeSchema());
    }

    private static JdbcOptions options(CdcProperties properties) {
        try {
            return new JdbcOptions(
                    properties.getCheckpoint().getJdbc().getTablePrefix(),
                    properties.getLease().getDuration());
        } catch (IllegalArgumentException e) {
            throw new CdcConfigurationException(
                    "The checkpoints cannot be kept as configured: " + e.getMessage(),
                    "Change rustcdc.checkpoint.jdbc.table-prefix or rustcdc.lease.duration.");
        }
    }

    private static DataSource dataSource(@Nullable String name, ListableBeanFactory beans) {
        String[] names = beans.getBeanNamesForType(DataSource.class);
        if (name != null) {
            if (!beans.containsBean(name) || !beans.isTypeMatch(name, DataSource.class)) {
                throw new CdcConfigurationException(
                        "rustcdc.checkpoint.jdbc.data-source is '%s', but there is no DataSource bean of that name; there are: %s"
                                .formatted(name, String.join(", ", names)),
                        "Correct the name.");
            }
            return beans.getBean(name, DataSource.class);
        }
        DataSource only = beans.getBeanProvider(DataSource.class).getIfUnique();
        if (only == null) {
            throw new CdcConfigurationException(
                    "Checkpoints are to be kept in a database, but there are several data sources and none is primary: %s"
                            .formatted(String.join(", ", names)),
                    "Name one with rustcdc.checkpoint.jdbc.data-source.");
        }
        return only;
    }

    /** Where on the class path the scripts for its tables are. Connects. */
    String scripts() {
        try (Connection connection = dataSource.getConnection()) {
            return JdbcTables.folder(connection);
        } catch (SQLException e) {
            throw new IllegalStateException("The database for checkpoints cannot be reached: " + e.getMessage(), e);
        }
    }
}
