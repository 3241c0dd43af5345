package io.rustcdc.source.postgres;

import io.rustcdc.event.Columns;
import io.rustcdc.source.postgres.PgOutputMessage.Relation;
import java.util.List;

/** How to read the tuples of one version of a table. Immutable, shared by all its rows. */
final class RowShape {

    private final Columns columns;
    private final ColumnType[] types;
    private final boolean[] identity;

    RowShape(Relation relation, List<ColumnType> types, List<String> key) {
        int size = relation.columns().size();
        this.columns = Columns.of(
                relation.columns().stream().map(PgOutputMessage.Column::name).toList(), key);
        this.types = types.toArray(new ColumnType[0]);
        this.identity = new boolean[size];
        for (int i = 0; i < size; i++) {
            identity[i] = relation.columns().get(i).identity();
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
        return new PostgresRow(this, tuple.bytes(), tuple.starts());
    }

    /** A row of the replica identity: the server fills the other columns with NULLs that say nothing. */
    PostgresRow keyRow(Tuple tuple) {
        requireSize(tuple);
        int[] starts = tuple.starts();
        for (int i = 0; i < starts.length; i++) {
            if (!identity[i]) {
                starts[i] = Tuple.ABSENT;
            }
        }
        return new PostgresRow(this, tuple.bytes(), starts);
    }

    private void requireSize(Tuple tuple) {
        if (tuple.size() != columns.size()) {
            throw PgOutputDecoder.undecodable("a row has %d columns, its relation described %d: %s"
                    .formatted(tuple.size(), columns.size(), columns.names()));
        }
    }
}
