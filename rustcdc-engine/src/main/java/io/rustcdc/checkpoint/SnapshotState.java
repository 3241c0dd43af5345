package io.rustcdc.checkpoint;

import io.rustcdc.checkpoint.TableSnapshot.Phase;
import io.rustcdc.event.TableId;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The snapshots of one source: what was asked for and how far it has got. Part of the checkpoint, so that cursors and the
 * stream's offset can never disagree.
 *
 * @param id identifies the snapshots of this source since its first start
 * @param generation grows with each request, so that rows which are read again can be told from the earlier ones
 * @param paused no chunk is read until it is resumed
 * @param recovering whether tables are read again, since changes were lost, and not all of them have been; false once nothing
 *     is left to be read
 * @param tables in the order of reading
 */
public record SnapshotState(
        String id, long generation, boolean paused, boolean recovering, List<TableSnapshot> tables) {

    public SnapshotState {
        Objects.requireNonNull(id, "id");
        tables = List.copyOf(tables);
        recovering &= tables.stream().anyMatch(TableSnapshot::isPending);
    }

    /** Snapshots of which nothing is read because changes were lost. */
    public SnapshotState(String id, long generation, boolean paused, List<TableSnapshot> tables) {
        this(id, generation, paused, false, tables);
    }

    public Optional<TableSnapshot> of(TableId table) {
        return tables.stream()
                .filter(snapshot -> snapshot.table().equals(table))
                .findFirst();
    }

    /** The table whose rows are to be read next. */
    public Optional<TableSnapshot> next() {
        return tables.stream().filter(TableSnapshot::isPending).findFirst();
    }

    /** Whether nothing is left to be read. */
    public boolean isComplete() {
        return tables.stream().noneMatch(TableSnapshot::isPending);
    }

    /** The tables whose rows are still to be read, in the order of reading. */
    public List<TableSnapshot> pending() {
        return tables.stream().filter(TableSnapshot::isPending).toList();
    }

    /**
     * How much of what was to be read has been read: 100 once nothing is left, else at most 99.
     *
     * @return null when that cannot be known, since a table that remains has no estimate
     */
    public @Nullable Integer percent() {
        if (isComplete()) {
            return 100;
        }
        double total = 0;
        double done = 0;
        for (TableSnapshot table : tables) {
            if (table.phase() == Phase.COMPLETE) {
                total += table.rows();
                done += table.rows();
            } else if (table.isPending()) {
                Integer percent = table.percent();
                if (percent == null) {
                    return null;
                }
                total += table.estimatedRows();
                done += table.estimatedRows() * percent / 100.0;
            }
        }
        return (int) Math.min(99, 100 * done / total);
    }

    /** With this table in the place of the one of the same name, or at the end. */
    public SnapshotState with(TableSnapshot table) {
        List<TableSnapshot> next = new ArrayList<>(tables);
        for (int i = 0; i < next.size(); i++) {
            if (next.get(i).table().equals(table.table())) {
                next.set(i, table);
                return with(generation, next);
            }
        }
        next.add(table);
        return with(generation, next);
    }

    /** With these tables, in another generation. */
    public SnapshotState with(long nextGeneration, List<TableSnapshot> others) {
        return new SnapshotState(id, nextGeneration, paused, recovering, others);
    }

    public SnapshotState paused(boolean wish) {
        return new SnapshotState(id, generation, wish, recovering, tables);
    }
}
