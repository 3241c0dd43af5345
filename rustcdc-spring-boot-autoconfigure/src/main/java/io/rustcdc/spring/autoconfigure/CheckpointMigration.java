package io.rustcdc.spring.autoconfigure;

import io.rustcdc.checkpoint.jdbc.JdbcOptions;
import io.rustcdc.spring.autoconfigure.CdcProperties.Checkpoint.InitializeSchema;
import java.util.Map;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.springframework.beans.factory.InitializingBean;

/**
 * Creates and updates the tables for checkpoints with a Flyway of its own. That is no bean: where one is, Spring Boot makes none
 * for the application, whose migrations would stop. It has its own table of what has run, and begins at version 0, since the
 * schema is not empty.
 */
final class CheckpointMigration implements InitializingBean {

    private final CheckpointDataSource place;

    CheckpointMigration(CheckpointDataSource place) {
        this.place = place;
    }

    @Override
    public void afterPropertiesSet() {
        if (place.initializeSchema() == InitializeSchema.NEVER) {
            return;
        }
        JdbcOptions options = place.options();
        String prefix = options.tablePrefix();
        int dot = prefix.indexOf('.');
        FluentConfiguration configuration = Flyway.configure(getClass().getClassLoader())
                .dataSource(place.dataSource())
                .locations("classpath:" + place.scripts())
                .placeholders(Map.of("prefix", prefix))
                .table(prefix.substring(dot + 1) + "schema_history")
                .baselineOnMigrate(true)
                .baselineVersion("0");
        if (dot > 0) {
            configuration.defaultSchema(prefix.substring(0, dot)).createSchemas(false);
        }
        configuration.load().migrate();
    }
}
