package io.rustcdc.source.sqlserver;

import io.rustcdc.event.FailureKind;
import io.rustcdc.event.Remedy;
import io.rustcdc.event.TableId;
import io.rustcdc.source.SourceException;
import io.rustcdc.source.TableFilter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;

/** Chooses the captured tables that the filter wants. */
final class WantedTables {

    /** Our own tables in a captured database: capturing them would make each checkpoint a change to be saved. */
    private static final String OWN_TABLES = "rustcdc_*";

    private static final int SHOWN = 20;

    private final SqlServerOptions options;

    WantedTables(SqlServerOptions options) {
        this.options = options;
    }

    private TableFilter filter() {
        List<String> exclude = new ArrayList<>(options.tables().exclude());
        exclude.add(OWN_TABLES);
        return new TableFilter(options.tables().include(), exclude);
    }

    boolean contains(TableId table) {
        return filter().matches(table);
    }

    /** Those whose tables are wanted. */
    List<CaptureInstance> of(List<CaptureInstance> instances) {
        TableFilter filter = filter();
        return instances.stream()
                .filter(instance -> filter.matches(instance.table()))
                .toList();
    }

    /**
     * As {@link #of}, with a word about names that match nothing.
     *
     * @param all the tables of the database, and whether each is captured
     * @param running whether this source has streamed before: then a table may have been dropped since, which is not a spelling
     *     mistake
     * @param tell hears of names that match nothing where that is no mistake
     */
    List<CaptureInstance> among(
            List<CaptureInstance> instances,
            Map<TableId, Boolean> all,
            boolean running,
            BiConsumer<String, Remedy> tell) {
        List<CaptureInstance> wanted = of(instances);
        Set<TableId> captured = instances.stream().map(CaptureInstance::table).collect(Collectors.toSet());
        for (String pattern : options.tables().include()) {
            TableFilter one = TableFilter.of(pattern);
            if (captured.stream().noneMatch(one::matches)) {
                missing(pattern, all, captured, running, tell);
            }
        }
        if (wanted.isEmpty() && !running) {
            TableId tracked = all.keySet().stream()
                    .filter(table -> Boolean.TRUE.equals(all.get(table)) && contains(table))
                    .findFirst()
                    .orElse(null);
            if (tracked != null) {
                throw notBegun(tracked);
            }
            throw SourceException.configuration(
                    "Nothing to capture: %s = %s and %s = %s leave no table of %s that has a capture instance"
                            .formatted(
                                    options.key("tables"),
                                    options.tables().include(),
                                    options.key("exclude-tables"),
                                    options.tables().exclude(),
                                    options.target()),
                    enable(all).say(names(captured)));
        }
        return wanted;
    }

    private void missing(
            String pattern,
            Map<TableId, Boolean> all,
            Set<TableId> captured,
            boolean running,
            BiConsumer<String, Remedy> tell) {
        TableFilter one = TableFilter.of(pattern);
        TableId uncaptured =
                all.keySet().stream().filter(one::matches).findFirst().orElse(null);
        String message = uncaptured == null
                ? "No table of %s matches '%s' of %s".formatted(options.target(), pattern, options.key("tables"))
                : "Table '%s' of %s, which '%s' of %s names, has no capture instance"
                        .formatted(uncaptured, options.target(), pattern, options.key("tables"));
        Remedy action = uncaptured == null
                ? Remedy.words(
                        "Correct %s or the tables of the listener, or let the user see the table (GRANT SELECT). %s"
                                .formatted(options.key("tables"), names(captured)))
                : Remedies.enableTable(uncaptured);
        boolean named = TableFilter.isQualifiedName(pattern) && !running;
        if (named && uncaptured != null && Boolean.TRUE.equals(all.get(uncaptured))) {
            throw notBegun(uncaptured);
        }
        if (named) {
            throw SourceException.configuration(message, action);
        }
        tell.accept(message, action);
    }

    private SourceException notBegun(TableId table) {
        return SourceException.of(
                FailureKind.TRANSIENT,
                "The capture process has not begun with table '%s' of %s yet, or the user must not read %s.change_tables"
                        .formatted(table, options.target(), options.cdcSchema()),
                Remedies.startCapture(),
                null);
    }

    private Remedy enable(Map<TableId, Boolean> all) {
        return all.keySet().stream()
                .filter(this::contains)
                .findFirst()
                .map(Remedies::enableTable)
                .orElse(Remedy.words("Enable change data capture for the tables: EXEC sys.sp_cdc_enable_table"));
    }

    private static String names(Set<TableId> tables) {
        if (tables.isEmpty()) {
            return "The database captures no tables that the user can see";
        }
        String names = tables.stream()
                .map(TableId::qualifiedName)
                .sorted()
                .limit(SHOWN)
                .map(name -> "'" + name + "'")
                .collect(Collectors.joining(", "));
        return "The database captures " + names
                + (tables.size() > SHOWN ? " and " + (tables.size() - SHOWN) + " more" : "");
    }
}
