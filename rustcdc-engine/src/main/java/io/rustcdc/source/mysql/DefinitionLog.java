package io.rustcdc.source.mysql;

import io.rustcdc.event.TableId;
import java.util.ArrayDeque;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/** The last statements that may have changed tables, so that a change of shape can say what made it. For one thread. */
final class DefinitionLog {

    private static final int MOST = 64;
    private static final int LONGEST = 64 * 1024;

    private final ArrayDeque<Statement> statements = new ArrayDeque<>();

    void add(Statement statement) {
        if (statement.sql().length() > LONGEST) {
            return;
        }
        if (statements.size() == MOST) {
            statements.removeFirst();
        }
        statements.addLast(statement);
    }

    /** The text of the last one that mentions the table; null when none does. */
    @Nullable
    String of(TableId table) {
        for (Iterator<Statement> newest = statements.descendingIterator(); newest.hasNext(); ) {
            Statement statement = newest.next();
            if (statement.mentions(table)) {
                return statement.sql();
            }
        }
        return null;
    }
}
