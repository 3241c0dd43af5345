package io.rustcdc.spring.autoconfigure;

import io.rustcdc.checkpoint.jdbc.JdbcTables;
import io.rustcdc.spring.autoconfigure.CdcProperties.Checkpoint.InitializeSchema;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.jdbc.init.DataSourceScriptDatabaseInitializer;
import org.springframework.boot.sql.init.DatabaseInitializationMode;
import org.springframework.boot.sql.init.DatabaseInitializationSettings;
import org.springframework.core.io.ByteArrayResource;
import org.springframework.core.io.Resource;
import org.springframework.jdbc.datasource.init.ScriptException;

/** Creates and updates the tables for checkpoints by the scripts, each of which can be run again. */
final class CheckpointScripts extends DataSourceScriptDatabaseInitializer {

    private static final Logger logger = LoggerFactory.getLogger(CheckpointScripts.class);

    private final String prefix;

    CheckpointScripts(CheckpointDataSource place) {
        super(place.dataSource(), settings(place));
        this.prefix = place.options().tablePrefix();
    }

    private static DatabaseInitializationSettings settings(CheckpointDataSource place) {
        DatabaseInitializationSettings settings = new DatabaseInitializationSettings();
        DatabaseInitializationMode mode =
                DatabaseInitializationMode.valueOf(place.initializeSchema().name());
        settings.setMode(mode);
        if (place.initializeSchema() != InitializeSchema.NEVER) {
            settings.setSchemaLocations(JdbcTables.scripts(place.scripts()).stream()
                    .map(script -> "classpath:" + script)
                    .toList());
        }
        settings.setEncoding(StandardCharsets.UTF_8);
        return settings;
    }

    @Override
    protected void runScripts(Scripts scripts) {
        try {
            super.runScripts(prefixed(scripts));
        } catch (ScriptException e) {
            // Another instance may have created the same table at the same moment; then there is nothing left to do.
            logger.debug("The scripts for checkpoints failed and are run once more", e);
            super.runScripts(prefixed(scripts));
        }
    }

    private Scripts prefixed(Scripts scripts) {
        List<Resource> prefixed = new ArrayList<>();
        for (Resource script : scripts) {
            try {
                String text = script.getContentAsString(StandardCharsets.UTF_8);
                prefixed.add(new ByteArrayResource(
                        text.replace(JdbcTables.PREFIX_PLACEHOLDER, prefix).getBytes(StandardCharsets.UTF_8),
                        String.valueOf(script.getDescription())));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return new Scripts(prefixed).separator(scripts.getSeparator()).encoding(StandardCharsets.UTF_8);
    }
}
