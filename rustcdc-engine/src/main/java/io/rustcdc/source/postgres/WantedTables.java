package io.rustcdc.source.postgres;

import io.rustcdc.event.TableId;
import io.rustcdc.source.SourceException;
import io.rustcdc.source.TableFilter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** Chooses the tables of the database that the filter wants. */
final class WantedTables {

    /** Our own tables in a captured database: capturing them would make each checkpoint a change to be saved. */
    private static final String OWN_TABLES = "rustcdc_*";

    private static final int SHOWN = 20;

    private final PostgresOptions options;

    WantedTables(PostgresOptions options) {
        this.options = options;
    }

    /** The configured filter without our own tables. */
    static TableFilter filter(TableFilter configured) {
        List<String> exclude = new ArrayList<>(configured.exclude());
        exclude.add(OWN_TABLES);
        return new TableFilter(configured.include(), exclude);
    }

    /**
     * @param others what cannot be captured, and what it is
     * @param running whether this source has streamed before: then a table may have been dropped since, which is not a
     *     spelling mistake
     * @param tell hears of names that match nothing where that is no mistake
     */
    List<CatalogTable> among(
            List<CatalogTable> tables, Map<TableId, String> others, boolean running, Consumer<String> tell) {
        List<CatalogTable> wanted = of(tables);
        for (String pattern : options.tables().include()) {
            TableFilter one = TableFilter.of(pattern);
            if (tables.stream().noneMatch(table -> one.matches(table.id()))) {
                missing(pattern, what(one, others), tables, running, tell);
            }
        }
        if (wanted.isEmpty() && !running) {
            throw SourceException.configuration(
                    "Nothing to capture: %s and %s leave no table of %s"
                            .formatted(options.key("tables"), options.key("exclude-tables"), options.target()),
                    "The database has " + names(tables));
        }
        return wanted;
    }

    /** Those that are wanted, without a word about names that match nothing. */
    List<CatalogTable> of(List<CatalogTable> tables) {
        TableFilter filter = filter(options.tables());
        return tables.stream().filter(table -> filter.matches(table.id())).toList();
    }

    /** Whether the table is named itself, not only matched by a pattern. */
    boolean isNamed(CatalogTable table) {
        return options.tables().include().stream()
                .anyMatch(pattern -> TableFilter.isQualifiedName(pattern)
                        && TableFilter.of(pattern).matches(table.id()));
    }

    /** Says of a name that nothing matches why that is so, where it is known. */
    private static String what(TableFilter pattern, Map<TableId, String> others) {
        return others.entrySet().stream()
                .filter(other -> pattern.matches(other.getKey()))
                .map(other -> "; '%s' is %s".formatted(other.getKey(), other.getValue()))
                .findFirst()
                .orElse("");
    }

    private void missing(
            String pattern, String what, List<CatalogTable> tables, boolean running, Consumer<String> tell) {
        String message = "No table of %s matches '%s'%s".formatted(options.target(), pattern, what);
        String found = "The database has " + names(tables);
        boolean mistake = TableFilter.isQualifiedName(pattern) && !running;
        if (mistake) {
            throw SourceException.configuration(
                    message,
                    "Correct %s or the tables of the listener. %s. A partition is captured through its partitioned table, or under its own name by a publication with publish_via_partition_root = false"
                            .formatted(options.key("tables"), found));
        }
        tell.accept(message + ". " + found);
    }

    private static String names(List<CatalogTable> tables) {
        if (tables.isEmpty()) {
            return "no tables that the role can see";
        }
        String names = tables.stream()
                .limit(SHOWN)
                .map(table -> "'" + table.id() + "'")
                .collect(Collectors.joining(", "));
        return tables.size() > SHOWN ? names + " and " + (tables.size() - SHOWN) + " more" : names;
    }
}
