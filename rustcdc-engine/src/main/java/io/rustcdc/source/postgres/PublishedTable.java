package io.rustcdc.source.postgres;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A table as the publication sends it, for reading its rows alike.
 *
 * @param quoted its name as SQL takes it
 * @param partitioned whether its rows live in partitions
 * @param shape the published columns
 * @param key the key by which it is read, in key order; empty for none
 * @param rowFilter the publication's condition on rows; null for none
 */
record PublishedTable(
        String quoted,
        boolean partitioned,
        RowShape shape,
        List<KeyColumn> key,
        @Nullable String rowFilter) {

    /**
     * @param type as a cast names it
     * @param operators the schema of the operators that the key's index sorts by; they are on no search path if their type
     *     is an extension's, and those of a type that it converts to sort otherwise
     */
    record KeyColumn(String name, String type, String operators) {

        boolean isBuiltIn() {
            return operators.equals("pg_catalog");
        }
    }

    PublishedTable {
        key = List.copyOf(key);
    }
}
