package io.rustcdc.source.postgres;

import io.rustcdc.event.Columns;
import io.rustcdc.source.postgres.PgOutputMessage.Relation;
import io.rustcdc.source.postgres.TableKeys.TableKey;
import java.util.List;

/** How to read the tuples of one version of a table. Immutable, shared by all its rows. */
final class RowShape {

    private final Columns columns;
    private final ColumnType[] types;
    private final boolean[] identity;
    private final boolean[] keyed;
    private final boolean wholeOldRows;

    RowShape(Relation relation, List<ColumnType> types, TableKey key) {
        int size = relation.columns().size();
        this.columns = Columns.of(
                relation.columns().stream().map(PgOutputMessage.Column::name).toList(), key.columns());
        this.types = types.toArray(new ColumnType[0]);
        this.wholeOldRows = key.wholeOldRows();
        this.identity = new boolean[size];
        this.keyed = new boolean[size];
        for (int i = 0; i < size; i++) {
            identity[i] = relation.columns().get(i).identity();
            keyed[i] = key.columns().contains(columns.name(i));
        }
    }

    Columns columns() {
        return columns;
    }

    ColumnType type(int index) {
        return types[index];
    }

    /** A row of all columns that the server sent. */
    PostgresRow row(Tuple tuple) {
        requireSize(tuple);
        return new PostgresRow(this, tuple);
    }

    /**
     * A row of the replica identity. The server fills the other columns with NULLs that say nothing; those that identify a
     * row are never NULL. So a NULL where the identity is described means that a partition has another identity than its
     * partitioned table, which alone is described.
     */
    PostgresRow keyRow(Tuple tuple) {
        requireSize(tuple);
        for (int i = 0; i < tuple.size(); i++) {
            if (!(identity[i] || keyed[i]) || tuple.isNull(i)) {
                tuple.makeAbsent(i);
            }
        }
        return new PostgresRow(this, tuple);
    }

    /** An old row that the server sent as whole. Where it may not be, a NULL may be such a filler and is not believed. */
    PostgresRow oldRow(Tuple tuple) {
        requireSize(tuple);
        for (int i = 0; i < tuple.size() && !wholeOldRows; i++) {
            if (tuple.isNull(i)) {
                tuple.makeAbsent(i);
            }
        }
        return new PostgresRow(this, tuple);
    }

    /** Whether an old row that may not be whole holds columns of the key and no others. */
    boolean isKeyOnly(PostgresRow row) {
        if (wholeOldRows) {
            return false;
        }
        boolean any = false;
        for (int i = 0; i < keyed.length; i++) {
            if (row.isPresent(i)) {
                if (!keyed[i]) {
                    return false;
                }
                any = true;
            }
        }
        return any;
    }

    private void requireSize(Tuple tuple) {
        if (tuple.size() != columns.size()) {
            throw PgOutputDecoder.undecodable("a row has %d columns, its relation described %d: %s"
                    .formatted(tuple.size(), columns.size(), columns.names()));
        }
    }
}
