package io.rustcdc.source.sqlserver;

import io.rustcdc.event.TableId;
import java.util.List;

/**
 * One capture instance of a table: its change table has all changes from its start on.
 *
 * @param changeTableId the number of the change table
 * @param name the name of the instance
 * @param table whose changes it has
 * @param start from where on: where the instance began, later where the clean-up ended
 * @param created when it was made, which tells it from another of the same name
 * @param shape its columns
 */
record CaptureInstance(int changeTableId, String name, TableId table, Lsn start, String created, Shape shape) {

    /**
     * What the rows of the change table hold.
     *
     * @param columns without those that the server computes, which a change table does not have the values of
     * @param key the columns of the table's primary key; empty if it has none or not all of it is captured
     */
    record Shape(List<CapturedColumn> columns, List<String> key) {

        Shape {
            columns = List.copyOf(columns);
            key = List.copyOf(key);
        }
    }

    /** Tells the instance from all others, also from one that took its name. Without commas. */
    String identity() {
        return (name + "@" + created).replace(',', '_');
    }

    List<CapturedColumn> columns() {
        return shape.columns();
    }

    List<String> key() {
        return shape.key();
    }
}
