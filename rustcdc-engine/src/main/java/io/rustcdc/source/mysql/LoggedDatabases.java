package io.rustcdc.source.mysql;

import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The databases whose changes are in the binlog. Under the row format that goes by the database of the table (MySQL manual,
 * "Replication and Binary Logging Options").
 *
 * @param only the only ones; empty for all
 * @param never those that are left out
 */
record LoggedDatabases(Set<String> only, Set<String> never) {

    /** @param only as the server shows it: names with commas */
    static LoggedDatabases of(@Nullable String only, @Nullable String never) {
        return new LoggedDatabases(names(only), names(never));
    }

    boolean areAll() {
        return only.isEmpty() && never.isEmpty();
    }

    boolean contains(String database) {
        String name = database.toLowerCase(Locale.ROOT);
        return only.isEmpty() ? !never.contains(name) : only.contains(name);
    }

    private static Set<String> names(@Nullable String text) {
        return text == null
                ? Set.of()
                : Arrays.stream(text.split(",", -1))
                        .map(name -> name.strip().toLowerCase(Locale.ROOT))
                        .filter(name -> !name.isEmpty())
                        .collect(Collectors.toUnmodifiableSet());
    }

    @Override
    public String toString() {
        return "binlog_do_db = '%s', binlog_ignore_db = '%s'"
                .formatted(String.join(",", only), String.join(",", never));
    }
}
