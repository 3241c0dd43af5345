package io.rustcdc.transform;

import io.rustcdc.event.Row;
import org.jspecify.annotations.Nullable;

/** Shows a mask in the place of a value. */
record MaskedValue(Mask mask) implements ValueChange {

    @Override
    public boolean isNull(Row row, int index) {
        return mask.text() == null || row.isNull(index);
    }

    @Override
    public @Nullable String of(Row row, int index) {
        if (isNull(row, index)) {
            return null;
        }
        return mask.keepLast() == 0 ? mask.text() : mask.text() + end(String.valueOf(row.text(index)));
    }

    private String end(String value) {
        int length = value.codePointCount(0, value.length());
        return length <= mask.keepLast() ? "" : value.substring(value.offsetByCodePoints(0, length - mask.keepLast()));
    }
}
