package io.rustcdc.event;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The columns of one version of a table, in the table's order, and which of them are its key. All rows of that version
 * share one instance, so a reader may prepare column indexes once per instance and compare instances by identity.
 * Immutable and thread-safe.
 */
public final class Columns {

    private final List<String> names;
    private final List<String> key;
    private final int[] keyIndexes;
    private final Map<String, Integer> indexes;

    private Columns(List<String> names, List<String> key) {
        this.names = List.copyOf(names);
        this.key = List.copyOf(key);
        this.indexes = new HashMap<>();
        for (int i = 0; i < this.names.size(); i++) {
            if (indexes.put(this.names.get(i), i) != null) {
                throw new IllegalArgumentException("Column '%s' is named twice".formatted(this.names.get(i)));
            }
        }
        this.keyIndexes = this.key.stream().mapToInt(this::requireIndex).toArray();
    }

    /**
     * @param names all columns in order
     * @param key the columns of the primary key in key order; empty when no key is known
     */
    public static Columns of(List<String> names, List<String> key) {
        return new Columns(names, key);
    }

    public int size() {
        return names.size();
    }

    public List<String> names() {
        return names;
    }

    public String name(int index) {
        return names.get(index);
    }

    /** The index of a column, or -1 when the table has no such column. Case-sensitive. */
    public int indexOf(String name) {
        Integer index = indexes.get(name);
        return index == null ? -1 : index;
    }

    /** The columns of the primary key in key order; empty when no key is known. */
    public List<String> key() {
        return key;
    }

    int[] keyIndexes() {
        return keyIndexes;
    }

    private int requireIndex(String name) {
        int index = indexOf(name);
        if (index < 0) {
            throw new IllegalArgumentException("Key column '%s' is not among the columns %s".formatted(name, names));
        }
        return index;
    }

    @Override
    public String toString() {
        return names + " key " + key;
    }
}
