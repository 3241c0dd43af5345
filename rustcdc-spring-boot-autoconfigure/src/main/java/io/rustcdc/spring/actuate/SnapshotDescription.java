package io.rustcdc.spring.actuate;

import io.rustcdc.checkpoint.SnapshotState;
import io.rustcdc.checkpoint.TableSnapshot;
import io.rustcdc.source.KeyRange;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How far the reading of existing rows has got.
 *
 * @param generation the number of the last request
 * @param paused whether it waits for somebody to resume it
 * @param complete whether nothing is left to be read
 * @param percent of all tables; null without an estimate
 * @param tables in the order of reading
 */
public record SnapshotDescription(
        long generation,
        boolean paused,
        boolean complete,
        @Nullable Integer percent,
        List<Table> tables) {

    /**
     * One table.
     *
     * @param phase pending, complete, skipped (not to be read) or gone
     * @param rows read for this generation
     * @param chunks read for this generation
     * @param estimatedRows by the server's statistics when the reading began; null when unknown
     * @param percent null without an estimate
     * @param cursors the keys up to which the ranges that remain are read, as text
     * @param condition the configured name of the condition that the rows must meet, or itself; null for all rows
     * @param generation the number of the request that the reading belongs to
     */
    public record Table(
            String table,
            String phase,
            long rows,
            int chunks,
            @Nullable Long estimatedRows,
            @Nullable Integer percent,
            List<List<String>> cursors,
            @Nullable String condition,
            long generation) {}

    static @Nullable SnapshotDescription of(@Nullable SnapshotState state, Map<String, String> conditions) {
        return state == null
                ? null
                : new SnapshotDescription(
                        state.generation(),
                        state.paused(),
                        state.isComplete(),
                        state.percent(),
                        state.tables().stream()
                                .map(table -> table(table, conditions))
                                .toList());
    }

    private static Table table(TableSnapshot table, Map<String, String> conditions) {
        return new Table(
                table.table().toString(),
                table.phase().name().toLowerCase(Locale.ROOT),
                table.rows(),
                table.chunks(),
                table.estimatedRows() < 0 ? null : table.estimatedRows(),
                table.percent(),
                table.remaining().stream()
                        .map(KeyRange::after)
                        .filter(key -> !key.isEmpty())
                        .toList(),
                name(table.condition(), conditions),
                table.generation());
    }

    private static @Nullable String name(@Nullable String condition, Map<String, String> conditions) {
        return conditions.entrySet().stream()
                .filter(named -> named.getValue().equals(condition))
                .map(Map.Entry::getKey)
                .findFirst()
                .orElse(condition);
    }
}
