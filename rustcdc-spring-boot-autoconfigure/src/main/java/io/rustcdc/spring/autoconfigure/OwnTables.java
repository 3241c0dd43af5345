package io.rustcdc.spring.autoconfigure;

import io.rustcdc.source.TableFilter;
import java.util.ArrayList;
import java.util.List;

/**
 * The tables that rustcdc writes itself. They are never captured: each save would be a change that is to be saved.
 *
 * @param names without their schema
 */
record OwnTables(List<String> names) {

    static OwnTables of(CdcProperties properties) {
        CdcProperties.Checkpoint checkpoint = properties.getCheckpoint();
        if (checkpoint.getStore() != CdcProperties.Checkpoint.Store.JDBC
                && properties.getDeadLetters().getStore() != DeadLetterProperties.Store.JDBC) {
            return new OwnTables(List.of());
        }
        String prefix = checkpoint.getJdbc().getTablePrefix();
        return new OwnTables(List.of(prefix.substring(prefix.indexOf('.') + 1) + "*"));
    }

    TableFilter leaveOut(TableFilter tables) {
        List<String> exclude = new ArrayList<>(tables.exclude());
        exclude.addAll(names);
        return new TableFilter(tables.include(), exclude);
    }
}
