package io.rustcdc.transform;

import io.rustcdc.event.Row;
import org.jspecify.annotations.Nullable;

/** Shows a hash in the place of a value. */
record HashedValue(HashKey key) implements ValueChange {

    @Override
    public @Nullable String of(Row row, int index) {
        String text = row.text(index);
        return text == null ? null : key.hash(text);
    }
}
