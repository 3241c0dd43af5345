package io.rustcdc.source;

import io.rustcdc.event.TableId;
import java.util.List;
import java.util.Locale;

/**
 * Which tables are captured, by globs over qualified names. {@code *} and {@code ?} do not cross the dot, except that
 * {@code *} alone matches everything. A pattern without a dot matches the bare name in any schema. Of several dots any may
 * be the one between schema and table, since names may hold dots too. Case does not matter (ASCII). Matching takes time
 * linear in the name for each star.
 *
 * @param include at least one must match; empty matches every table
 * @param exclude none may match; wins over include
 */
public record TableFilter(List<String> include, List<String> exclude) {

    public TableFilter {
        include = clean(include);
        exclude = clean(exclude);
    }

    public static TableFilter all() {
        return new TableFilter(List.of(), List.of());
    }

    public static TableFilter of(String... include) {
        return new TableFilter(List.of(include), List.of());
    }

    public boolean matches(TableId table) {
        return (include.isEmpty() || include.stream().anyMatch(pattern -> matches(pattern, table)))
                && exclude.stream().noneMatch(pattern -> matches(pattern, table));
    }

    /** Whether the pattern names exactly one table, schema included. */
    public static boolean isQualifiedName(String pattern) {
        return pattern.indexOf('.') > 0 && pattern.indexOf('*') < 0 && pattern.indexOf('?') < 0;
    }

    private static boolean matches(String pattern, TableId table) {
        if (pattern.equals("*")) {
            return true;
        }
        int dot = pattern.indexOf('.');
        String name = table.name().toLowerCase(Locale.ROOT);
        if (dot < 0) {
            return Glob.matches(pattern, name);
        }
        if (table.schema() == null) {
            return false;
        }
        String schema = table.schema().toLowerCase(Locale.ROOT);
        for (; dot >= 0; dot = pattern.indexOf('.', dot + 1)) {
            if (Glob.matches(pattern.substring(0, dot), schema) && Glob.matches(pattern.substring(dot + 1), name)) {
                return true;
            }
        }
        return false;
    }

    private static List<String> clean(List<String> patterns) {
        return patterns.stream()
                .map(String::strip)
                .filter(pattern -> !pattern.isEmpty())
                .map(pattern -> pattern.toLowerCase(Locale.ROOT))
                .toList();
    }
}
