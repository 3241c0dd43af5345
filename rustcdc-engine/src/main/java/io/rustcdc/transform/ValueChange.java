package io.rustcdc.transform;

import io.rustcdc.event.Row;
import org.jspecify.annotations.Nullable;

/** Makes another value of a present one, when somebody reads it. */
interface ValueChange {

    default boolean isNull(Row row, int index) {
        return row.isNull(index);
    }

    @Nullable
    String of(Row row, int index);
}
