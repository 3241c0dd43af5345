package io.rustcdc.snapshot;

import io.rustcdc.checkpoint.SnapshotState;
import io.rustcdc.checkpoint.TableSnapshot;
import io.rustcdc.checkpoint.TableSnapshot.Incarnation;
import io.rustcdc.event.TableId;
import io.rustcdc.source.SnapshotTable;
import io.rustcdc.source.TableFilter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Decides which tables are to be read. Pure functions of the saved state and the catalog, so it makes no difference whether
 * a table was seen to join the stream while the source ran, or is found after a restart.
 */
public final class SnapshotPlan {

    private SnapshotPlan() {}

    /**
     * The state of a source that has no checkpoint at all.
     *
     * @param settled whether the stream begins behind the end of all transactions that ran when its tables joined it
     */
    public static SnapshotState first(List<SnapshotTable> tables, SnapshotMode mode, boolean settled) {
        SnapshotState empty = new SnapshotState(UUID.randomUUID().toString(), 1, false, List.of());
        return empty.with(
                1, tables.stream().map(table -> added(table, mode, 1, !settled)).toList());
    }

    /** The state of a source that has streamed until now and knows of no rows: they were never wanted. */
    public static SnapshotState changesOnly(List<SnapshotTable> tables) {
        return first(tables, SnapshotMode.NEVER, false);
    }

    /**
     * The state to go on with: tables that are new to the stream, or were out of it for a while, come to those that are known;
     * what a mode of before wanted to be read and this one does not is left out. Equal to the saved one when nothing has
     * changed.
     */
    public static SnapshotState resume(SnapshotState saved, List<SnapshotTable> tables, SnapshotMode mode) {
        Map<TableId, SnapshotTable> present = byName(tables);
        boolean again = saved.tables().stream().anyMatch(table -> isOther(table, present.get(table.table())));
        long generation = saved.generation() + (again ? 1 : 0);
        List<TableSnapshot> next = new ArrayList<>();
        for (TableSnapshot table : saved.tables()) {
            SnapshotTable found = present.remove(table.table());
            if (found == null) {
                next.add(wanted(table.as(Incarnation.NONE), mode));
            } else if (isOther(table, found)) {
                next.add(added(found, mode, generation, true));
            } else {
                next.add(wanted(table, mode));
            }
        }
        present.values().forEach(table -> next.add(added(table, mode, generation, true)));
        return saved.with(generation, next);
    }

    /**
     * The state to go on with behind changes that are missing. What is being read begins anew, since rows that were read may have
     * changed meanwhile; of what was read, or not wanted, nothing is read, even if the tables are others now.
     */
    public static SnapshotState behindGap(SnapshotState saved, List<SnapshotTable> tables, SnapshotMode mode) {
        Map<TableId, SnapshotTable> present = byName(tables);
        long generation = saved.generation() + 1;
        List<TableSnapshot> next = new ArrayList<>();
        for (TableSnapshot table : saved.tables()) {
            SnapshotTable found = present.get(table.table());
            if (found == null) {
                next.add(table);
            } else {
                Incarnation incarnation = isOther(table, found) ? incarnation(found, true) : table.incarnation();
                TableSnapshot anew = pending(found, incarnation, generation);
                if (table.isPending()) {
                    next.add(table.requested() ? anew.requested(table.condition()) : anew);
                } else {
                    next.add(table.as(incarnation));
                }
            }
        }
        return resume(saved.with(generation, next), tables, mode);
    }

    /**
     * The state to go on with behind changes that are missing, when a copy of the tables is to become right again: all of them
     * are read, without any condition.
     *
     * @param settled as for {@link #first}
     */
    public static SnapshotState readAgain(@Nullable SnapshotState saved, List<SnapshotTable> tables, boolean settled) {
        SnapshotState before =
                saved == null ? new SnapshotState(UUID.randomUUID().toString(), 0, false, List.of()) : saved;
        Map<TableId, SnapshotTable> present = byName(tables);
        long generation = before.generation() + 1;
        List<TableSnapshot> next = new ArrayList<>();
        for (TableSnapshot table : before.tables()) {
            if (!present.containsKey(table.table())) {
                next.add(table.as(Incarnation.NONE));
            }
        }
        present.values().forEach(table -> next.add(added(table, SnapshotMode.INITIAL, generation, !settled)));
        return new SnapshotState(before.id(), generation, before.paused(), true, next);
    }

    /**
     * The state after a request. A table that is still to be read goes on where it is if the condition is the same, and begins
     * anew if it is wider now: no row that was to be read is ever left out.
     *
     * @param state as {@link #resume} has made it of these tables, so that a table which has just joined has its own reading
     * @throws IllegalArgumentException if one of the patterns matches no table, or another condition would take the place of
     *     one that is still to be read; nothing is requested then
     */
    public static SnapshotState request(
            SnapshotState state, List<SnapshotTable> tables, List<String> patterns, @Nullable String condition) {
        List<SnapshotTable> wanted = wanted(tables, patterns);
        requireNoOther(state, wanted, condition);
        long generation = state.generation() + 1;
        SnapshotState next = state.with(generation, state.tables()).paused(false);
        for (SnapshotTable table : wanted) {
            TableSnapshot known = state.of(table.id()).orElse(null);
            if (known == null || !known.isPending() || !Objects.equals(known.condition(), condition)) {
                Incarnation incarnation = known == null ? incarnation(table, true) : known.incarnation();
                next = moveToEnd(next, pending(table, incarnation, generation).requested(condition));
            }
        }
        return next;
    }

    private static List<SnapshotTable> wanted(List<SnapshotTable> tables, List<String> patterns) {
        List<SnapshotTable> wanted = new ArrayList<>();
        for (String pattern : patterns) {
            TableFilter filter = TableFilter.of(pattern);
            List<SnapshotTable> matching =
                    tables.stream().filter(table -> filter.matches(table.id())).toList();
            if (matching.isEmpty()) {
                throw new IllegalArgumentException(
                        "No captured table matches '%s'; the captured tables are %s".formatted(pattern, names(tables)));
            }
            matching.stream().filter(table -> !wanted.contains(table)).forEach(wanted::add);
        }
        return wanted;
    }

    private static void requireNoOther(SnapshotState state, List<SnapshotTable> wanted, @Nullable String condition) {
        if (condition == null) {
            return; // all rows are those of any condition, too
        }
        for (SnapshotTable table : wanted) {
            TableSnapshot known = state.of(table.id()).orElse(null);
            if (known != null && known.isPending() && !condition.equals(known.condition())) {
                throw new IllegalArgumentException(
                        "Rows of table '%s' are still to be read, %s; a request under another condition would leave them out. Nothing is requested. Wait until they are read, or stop the snapshots first"
                                .formatted(
                                        table.id(),
                                        known.condition() == null
                                                ? "under no condition"
                                                : "under the condition '%s'".formatted(known.condition())));
            }
        }
    }

    /** The state after a stop: what was not read is not read any more, until it is requested. */
    public static SnapshotState stop(SnapshotState state) {
        List<TableSnapshot> tables = state.tables().stream()
                .map(table -> table.isPending() ? TableSnapshot.skipped(table.table(), table.incarnation()) : table)
                .toList();
        return state.with(state.generation() + 1, tables);
    }

    /** A reading without a cursor begins anew; its rows are told from the earlier ones by their generation. */
    static SnapshotState anew(SnapshotState state, TableSnapshot table) {
        long generation = state.generation() + 1;
        return state.with(generation, state.tables()).with(table.anew(generation));
    }

    private static TableSnapshot added(SnapshotTable table, SnapshotMode mode, long generation, boolean joining) {
        Incarnation incarnation = incarnation(table, joining);
        return mode == SnapshotMode.NEVER
                ? TableSnapshot.skipped(table.id(), incarnation)
                : pending(table, incarnation, generation);
    }

    private static TableSnapshot pending(SnapshotTable table, Incarnation incarnation, long generation) {
        return TableSnapshot.pending(table.id(), incarnation, table.key(), generation, table.estimatedRows());
    }

    /** What nobody but a mode wanted to be read is not read under one that does not want it. */
    private static TableSnapshot wanted(TableSnapshot table, SnapshotMode mode) {
        boolean unwanted = mode == SnapshotMode.NEVER && table.isPending() && !table.requested();
        return unwanted ? TableSnapshot.skipped(table.table(), table.incarnation()) : table;
    }

    private static Incarnation incarnation(SnapshotTable table, boolean joining) {
        return new Incarnation(table.incarnation(), joining);
    }

    /** Whether the table of this name has not been in the stream all the time since the state was saved. */
    private static boolean isOther(TableSnapshot known, @Nullable SnapshotTable found) {
        return found != null && !found.incarnation().equals(known.incarnation().id());
    }

    private static Map<TableId, SnapshotTable> byName(List<SnapshotTable> tables) {
        Map<TableId, SnapshotTable> byName = new LinkedHashMap<>();
        tables.forEach(table -> byName.put(table.id(), table));
        return byName;
    }

    private static SnapshotState moveToEnd(SnapshotState state, TableSnapshot table) {
        List<TableSnapshot> tables = new ArrayList<>(state.tables());
        tables.removeIf(old -> old.table().equals(table.table()));
        tables.add(table);
        return state.with(state.generation(), tables);
    }

    private static String names(List<SnapshotTable> tables) {
        return tables.stream().map(SnapshotTable::id).map(TableId::toString).collect(Collectors.joining(", "));
    }
}
