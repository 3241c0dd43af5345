package io.rustcdc.source.sqlserver;

import io.rustcdc.event.TableId;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The capture instances, by table, that a position was reached with: from each of them everything up to the position was read. Kept
 * beside the position, since nothing else tells an instance from one that took its place, in whose change table something is missing.
 * Immutable.
 */
final class KnownInstances {

    /** Nothing is known, as with a position that was written by hand. */
    static final KnownInstances UNKNOWN = new KnownInstances(null);

    /** Nothing was captured. */
    static final KnownInstances NONE = new KnownInstances(new TreeMap<>());

    private final @Nullable Map<String, List<String>> tables;

    private KnownInstances(@Nullable Map<String, List<String>> tables) {
        this.tables = tables;
    }

    /** @param tables of each table the instance that its changes came from first, then the present ones */
    static KnownInstances of(Map<TableId, List<String>> tables) {
        Map<String, List<String>> known = new TreeMap<>();
        tables.forEach((table, instances) ->
                known.put(table.qualifiedName(), instances.stream().distinct().toList()));
        return new KnownInstances(known);
    }

    /** Of the field of an offset: a map from a table to its instances with commas in between. */
    static KnownInstances parse(Object field) {
        if (!(field instanceof Map<?, ?> map)) {
            throw new IllegalArgumentException(
                    "Offset field 'instances' must be a map from tables to instances, found " + field);
        }
        Map<String, List<String>> tables = new TreeMap<>();
        map.forEach((table, instances) -> tables.put(
                String.valueOf(table), List.of(String.valueOf(instances).split(",", -1))));
        return new KnownInstances(tables);
    }

    boolean areUnknown() {
        return tables == null;
    }

    /** Whether the table was captured when the position was reached; true where nothing is known. */
    boolean hasTable(TableId table) {
        return tables == null || tables.containsKey(table.qualifiedName());
    }

    /** Whether this very instance was read; true where nothing is known. */
    boolean has(CaptureInstance instance) {
        return tables == null
                || tables.getOrDefault(instance.table().qualifiedName(), List.of())
                        .contains(instance.identity());
    }

    /** The instance that a table's changes came from first without a gap since; null when that is not known. */
    @Nullable
    String lineage(TableId table) {
        List<String> instances = tables == null ? null : tables.get(table.qualifiedName());
        return instances == null ? null : instances.get(0);
    }

    /** The names of the tables; none where nothing is known. */
    Set<String> tables() {
        return tables == null ? Set.of() : tables.keySet();
    }

    /** As {@link #parse} takes it. */
    Map<String, Object> field() {
        Map<String, Object> field = new TreeMap<>();
        Map<String, List<String>> known = tables;
        if (known != null) {
            known.forEach((table, instances) -> field.put(table, String.join(",", instances)));
        }
        return field;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return this == other || (other instanceof KnownInstances that && Objects.equals(tables, that.tables));
    }

    @Override
    public int hashCode() {
        return Objects.hashCode(tables);
    }

    @Override
    public String toString() {
        return tables == null ? "unknown" : tables.toString();
    }
}
