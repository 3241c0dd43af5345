package io.rustcdc.source;

import java.util.List;

/**
 * A part of a table in the order of its key. Bounds are the key's values in the database's own text form, which gives back
 * exactly the same value. A range whose bounds are equal is that one key.
 *
 * @param after the key after which the range begins, not included; empty for the table's beginning
 * @param upTo the last key of the range, included; empty for the table's end
 */
public record KeyRange(List<String> after, List<String> upTo) {

    private static final KeyRange ALL = new KeyRange(List.of(), List.of());

    public KeyRange {
        after = List.copyOf(after);
        upTo = List.copyOf(upTo);
    }

    /** The whole table. */
    public static KeyRange all() {
        return ALL;
    }

    /** The one row of this key. */
    public static KeyRange only(List<String> key) {
        return new KeyRange(key, key);
    }

    public boolean isOnlyOneKey() {
        return !after.isEmpty() && after.equals(upTo);
    }

    /** What is left of the range when it has been read up to this key. */
    public KeyRange startingAfter(List<String> key) {
        return new KeyRange(key, upTo);
    }
}
