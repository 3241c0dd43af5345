package io.rustcdc.source.mysql;

import io.rustcdc.event.TableId;
import io.rustcdc.source.TableFilter;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Which tables are captured. A pattern without a dot means tables of the configured database, so that {@code *} is all of it; no
 * pattern at all means the same. The server's own databases are never captured.
 */
final class WantedTables {

    private static final Set<String> OWN = Set.of("mysql", "sys", "information_schema", "performance_schema");

    private final TableFilter filter;

    WantedTables(MySqlOptions options) {
        TableFilter tables = options.tables();
        String database = options.database();
        List<String> include =
                tables.include().isEmpty() && database != null ? List.of("*") : qualified(tables.include(), database);
        this.filter = new TableFilter(qualified(include, database), qualified(tables.exclude(), database));
    }

    boolean contains(TableId table) {
        return !isOwn(table.schema()) && filter.matches(table);
    }

    /** Those that are wanted by their names, whether or not they exist. */
    List<TableId> named() {
        return filter.include().stream()
                .filter(TableFilter::isQualifiedName)
                .map(name -> new TableId(name.substring(0, name.indexOf('.')), name.substring(name.indexOf('.') + 1)))
                .filter(this::contains)
                .toList();
    }

    /** The databases that are named, and the configured one. */
    Set<String> databases() {
        Set<String> databases = new TreeSet<>();
        for (String pattern : filter.include()) {
            int dot = pattern.indexOf('.');
            String database = dot < 0 ? "" : pattern.substring(0, dot);
            if (!database.isEmpty() && database.indexOf('*') < 0 && database.indexOf('?') < 0) {
                databases.add(database);
            }
        }
        return databases;
    }

    static boolean isOwn(@Nullable String database) {
        return database != null && OWN.contains(database.toLowerCase(Locale.ROOT));
    }

    private static List<String> qualified(List<String> patterns, @Nullable String database) {
        return database == null
                ? patterns
                : patterns.stream()
                        .map(pattern -> pattern.indexOf('.') < 0 ? database + "." + pattern : pattern)
                        .toList();
    }
}
