package io.rustcdc.test.databases.sqlserver;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One row in the log. An update that changes the key is a deletion and an insertion.
 *
 * @param values by column, with the names that the table had then; of an update those of the row before it
 * @param changed the row after an update; null for other changes
 * @param seqval the number of its record in the log
 */
record StandInChange(
        int objectId,
        int operation,
        Map<String, @Nullable Object> values,
        @Nullable Map<String, @Nullable Object> changed,
        long seqval) {

    static final int DELETE = 1;
    static final int INSERT = 2;
    static final int BEFORE = 3;
    static final int AFTER = 4;

    StandInChange at(long number) {
        return new StandInChange(objectId, operation, values, changed, number);
    }
}
