package io.rustcdc.snapshot;

import io.rustcdc.event.Columns;
import io.rustcdc.event.Row;
import org.jspecify.annotations.Nullable;

/**
 * A row as it is after updates that did not send all of its columns. Each column points at the image that has it, so a row
 * that was updated many times is as fast to read as one that was updated once.
 */
final class MergedRow implements Row {

    private final Columns columns;
    private final Row[] images;

    /**
     * @param base the row before the update, perhaps itself merged
     * @param update with columns of the same names in the same order
     */
    MergedRow(Row base, Row update) {
        this.columns = update.columns();
        this.images = new Row[columns.size()];
        for (int i = 0; i < images.length; i++) {
            images[i] = update.isPresent(i) ? update : base instanceof MergedRow merged ? merged.images[i] : base;
        }
    }

    @Override
    public Columns columns() {
        return columns;
    }

    @Override
    public boolean isPresent(int index) {
        return images[index].isPresent(index);
    }

    @Override
    public boolean isNull(int index) {
        return images[index].isNull(index);
    }

    @Override
    public @Nullable Object value(int index) {
        return images[index].value(index);
    }

    @Override
    public @Nullable String text(int index) {
        return images[index].text(index);
    }
}
