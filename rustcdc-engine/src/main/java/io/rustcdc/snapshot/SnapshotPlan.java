package io.rustcdc.snapshot;

import io.rustcdc.checkpoint.SnapshotState;
import io.rustcdc.checkpoint.TableSnapshot;
import io.rustcdc.event.TableId;
import io.rustcdc.source.SnapshotTable;
import io.rustcdc.source.TableFilter;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Decides which tables are to be read. Pure functions of the state and the catalog. */
public final class SnapshotPlan {

    private static final Logger logger = LoggerFactory.getLogger(SnapshotPlan.class);

    private SnapshotPlan() {}

    /**
     * The state to go on with when a stream is opened.
     *
     * @param saved null when the checkpoint has none
     * @param fresh whether the source has no checkpoint at all; else a state that is missing was never wanted
     */
    public static SnapshotState begin(
            @Nullable SnapshotState saved, List<SnapshotTable> tables, SnapshotMode mode, boolean fresh) {
        SnapshotState state = saved == null ? new SnapshotState(newId(), 1, false, List.of()) : saved;
        for (SnapshotTable table : tables) {
            if (state.of(table.id()).isEmpty()) {
                state = state.with(joining(table, state, mode, saved == null && !fresh));
                if (saved != null && mode == SnapshotMode.NEVER) {
                    logger.warn(
                            "Table '{}' is captured from here on; the rows that it has already are not delivered (snapshot.mode is never). To have them delivered, request a snapshot of it",
                            table.id());
                }
            }
        }
        return state;
    }

    private static TableSnapshot joining(
            SnapshotTable table, SnapshotState state, SnapshotMode mode, boolean changesOnly) {
        return mode == SnapshotMode.NEVER || changesOnly
                ? TableSnapshot.skipped(table.id())
                : TableSnapshot.pending(table.id(), table.key(), null, state.generation(), table.estimatedRows());
    }

    /**
     * The state after a request. A table that is being read goes on unchanged if the condition is the same.
     *
     * @throws IllegalArgumentException if one of the patterns matches no table; nothing is requested then
     */
    public static SnapshotState request(
            SnapshotState state, List<SnapshotTable> tables, List<String> patterns, @Nullable String condition) {
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
        SnapshotState next = new SnapshotState(state.id(), state.generation() + 1, false, state.tables());
        for (SnapshotTable table : wanted) {
            boolean underWay = state.of(table.id())
                    .filter(old -> old.isPending() && Objects.equals(old.condition(), condition))
                    .isPresent();
            if (!underWay) {
                next = moveToEnd(
                        next,
                        TableSnapshot.pending(
                                table.id(), table.key(), condition, next.generation(), table.estimatedRows()));
            }
        }
        return next;
    }

    /** The state after a stop: what was not read is not read any more, until it is requested. */
    public static SnapshotState stop(SnapshotState state) {
        List<TableSnapshot> tables = state.tables().stream()
                .map(table -> table.isPending() ? TableSnapshot.skipped(table.table()) : table)
                .toList();
        return new SnapshotState(state.id(), state.generation() + 1, false, tables);
    }

    /** A reading without a cursor begins anew; its rows are told from the earlier ones by their generation. */
    static SnapshotState anew(SnapshotState state, TableSnapshot table) {
        long generation = state.generation() + 1;
        return new SnapshotState(state.id(), generation, state.paused(), state.tables())
                .with(TableSnapshot.pending(
                        table.table(), table.key(), table.condition(), generation, table.estimatedRows()));
    }

    private static SnapshotState moveToEnd(SnapshotState state, TableSnapshot table) {
        List<TableSnapshot> tables = new ArrayList<>(state.tables());
        tables.removeIf(old -> old.table().equals(table.table()));
        tables.add(table);
        return new SnapshotState(state.id(), state.generation(), state.paused(), tables);
    }

    private static String names(List<SnapshotTable> tables) {
        return tables.stream().map(SnapshotTable::id).map(TableId::toString).collect(Collectors.joining(", "));
    }

    private static String newId() {
        return UUID.randomUUID().toString();
    }
}
