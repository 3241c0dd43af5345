package io.rustcdc.chaos;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What was committed; each change is taken once, when it has arrived for the first time. */
interface Audit {

    /** The change that must arrive where the given one did; null if there is none. */
    @Nullable
    Audited take(Applied change);

    /** How many changes of a transaction have not been taken. */
    int left(long transaction);

    /** What has not been taken. */
    List<Audited> left();

    /** The text that {@link Audited#row()} must have for a row. */
    String row(Map<String, @Nullable String> row);

    /**
     * One committed change.
     *
     * @param seq rises with each change of a row, over all transactions
     * @param transaction the number of its transaction
     * @param row the row after it
     */
    record Audited(
            long seq,
            long transaction,
            String table,
            String operation,
            @Nullable String key,
            @Nullable Long version,
            @Nullable String row) {}
}
