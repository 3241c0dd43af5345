package io.rustcdc.source.mysql;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which columns a row image has, and how long each one is. Immutable; one for all rows of an event. */
final class RowLayout {

    /** Stands for the begin of a column that was not sent. */
    static final int ABSENT = -1;

    /** Stands for the begin of a column that is NULL. */
    static final int NULL = -2;

    /** Of the columns of the image. */
    private final int[] sizes;

    /** Their numbers in the table; null if it has all. */
    private final int @Nullable [] columns;

    private final int tableSize;

    private RowLayout(int[] sizes, int @Nullable [] columns, int tableSize) {
        this.sizes = sizes;
        this.columns = columns;
        this.tableSize = tableSize;
    }

    static RowLayout ofAll(List<StoredType> types) {
        return new RowLayout(types.stream().mapToInt(StoredType::size).toArray(), null, types.size());
    }

    /**
     * The layout of an image that has only some of this one's columns.
     *
     * @param present a bit for each column, the lowest of each byte first
     */
    RowLayout only(byte[] bytes, int present) {
        int[] some = new int[tableSize];
        int count = 0;
        for (int i = 0; i < tableSize; i++) {
            if ((bytes[present + i / 8] & (1 << (i % 8))) != 0) {
                some[count++] = i;
            }
        }
        if (count == tableSize) {
            return this;
        }
        int[] columnsOfImage = Arrays.copyOf(some, count);
        int[] sizesOfImage = new int[count];
        for (int i = 0; i < count; i++) {
            sizesOfImage[i] = sizes[columnsOfImage[i]];
        }
        return new RowLayout(sizesOfImage, columnsOfImage, tableSize);
    }

    /**
     * Where the image that begins at {@code start} ends, or -1 if it does not end before {@code end}: then it is damaged.
     */
    int skip(byte[] bytes, int start, int end) {
        int[] all = sizes;
        int at = start + (all.length + 7) / 8;
        if (at > end) {
            return -1;
        }
        for (int i = 0; i < all.length; i++) {
            if ((bytes[start + (i >> 3)] & (1 << (i & 7))) != 0) {
                continue;
            }
            int size = all[i];
            if (size >= 0) {
                at += size;
            } else {
                if (at > end + size) {
                    return -1;
                }
                int length = length(bytes, at, -size);
                if (length < 0 || length > end - at + size) {
                    return -1;
                }
                at += length - size;
            }
            if (at > end) {
                return -1;
            }
        }
        return at;
    }

    /**
     * For each column of the table where its value begins in the bytes, without the length before it, or {@link #NULL}, or
     * {@link #ABSENT}, and then where it ends. The image has been skipped before, so it is sound.
     */
    int[] bounds(byte[] bytes, int start) {
        int[] bounds = new int[2 * tableSize];
        if (columns != null) {
            Arrays.fill(bounds, ABSENT);
        }
        int at = start + (sizes.length + 7) / 8;
        for (int i = 0; i < sizes.length; i++) {
            int column = columns == null ? i : columns[i];
            if ((bytes[start + (i >> 3)] & (1 << (i & 7))) != 0) {
                bounds[2 * column] = NULL;
                continue;
            }
            int size = sizes[i];
            if (size < 0) {
                int length = length(bytes, at, -size);
                at -= size;
                size = length;
            }
            bounds[2 * column] = at;
            at += size;
            bounds[2 * column + 1] = at;
        }
        return bounds;
    }

    private static int length(byte[] bytes, int at, int size) {
        int length = bytes[at] & 0xFF;
        if (size > 1) {
            length |= (bytes[at + 1] & 0xFF) << 8;
        }
        if (size > 2) {
            length |= (bytes[at + 2] & 0xFF) << 16;
        }
        if (size > 3) {
            length |= bytes[at + 3] << 24;
        }
        return length;
    }
}
