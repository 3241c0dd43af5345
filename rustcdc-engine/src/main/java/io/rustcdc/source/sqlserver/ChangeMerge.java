package io.rustcdc.source.sqlserver;

import java.sql.SQLException;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * Joins the changes of several change tables in the order of the log. A table's next page is read before anything behind its last
 * change is given. For one thread.
 */
final class ChangeMerge {

    private final PriorityQueue<Head> heads = new PriorityQueue<>(Comparator.comparing(Head::position));
    private final List<ChangePages> tables;
    private boolean begun;

    private record Head(ChangePosition position, ChangePages pages) {}

    ChangeMerge(List<ChangePages> tables) {
        this.tables = List.copyOf(tables);
    }

    /** The next change; null at the end. */
    @Nullable
    LoggedChange next() throws SQLException {
        if (!begun) {
            for (ChangePages pages : tables) {
                add(pages);
            }
            begun = true;
        }
        Head head = heads.poll();
        if (head == null) {
            return null;
        }
        LoggedChange change = head.pages.take();
        add(head.pages);
        return change;
    }

    private void add(ChangePages pages) throws SQLException {
        LoggedChange first = pages.peek();
        if (first != null) {
            heads.add(new Head(first.position(), pages));
        }
    }
}
