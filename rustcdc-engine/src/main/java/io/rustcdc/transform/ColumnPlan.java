package io.rustcdc.transform;

import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.Columns;
import io.rustcdc.event.Row;
import io.rustcdc.event.TableId;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/** What a {@link ColumnTransform} does to the rows of one version of a table. Immutable. */
final class ColumnPlan {

    private final TableId table;
    private final Columns columns;
    private final BitSet matched;
    private final @Nullable Target target;

    /** The rows that come out. */
    static final class Target {

        private final Columns columns;
        private final int[] sources;
        private final @Nullable ValueChange[] changes;

        /**
         * @param sources where each of their columns comes from
         * @param changes what is done to it; null for nothing
         */
        Target(Columns columns, int[] sources, @Nullable ValueChange[] changes) {
            this.columns = columns;
            this.sources = sources;
            this.changes = changes;
        }
    }

    /**
     * @param matched the columns' patterns that some column matched, by their place
     * @param target null when rows stay as they are
     */
    ColumnPlan(TableId table, Columns columns, BitSet matched, @Nullable Target target) {
        this.table = table;
        this.columns = columns;
        this.matched = matched;
        this.target = target;
    }

    boolean isOf(TableId otherTable, Columns otherColumns) {
        return columns == otherColumns && table.equals(otherTable);
    }

    TableId table() {
        return table;
    }

    /** Whether some column of the table is meant by this pattern. */
    boolean matches(int pattern) {
        return matched.get(pattern);
    }

    boolean changesRows() {
        return target != null;
    }

    Row row(Row row) {
        return target == null ? row : new TransformedRow(this, row);
    }

    Columns target() {
        return target == null ? columns : target.columns;
    }

    int source(int index) {
        return target == null ? index : target.sources[index];
    }

    @Nullable
    ValueChange change(int index) {
        return target == null ? null : target.changes[index];
    }

    /** The image by which a change is planned: both have the columns of one version of the table. */
    static Columns columnsOf(ChangeEvent<Row> event) {
        Row after = event.afterRow();
        Row row = after == null ? event.beforeRow() : after;
        if (row == null) {
            throw new IllegalStateException("%s has no image".formatted(event));
        }
        return row.columns();
    }
}
