package io.rustcdc.source.sqlserver;

import io.rustcdc.event.Operation;
import java.time.LocalDateTime;
import org.jspecify.annotations.Nullable;

/**
 * One change, as it was read: of an update both rows.
 *
 * @param position of the row, of an update that of the new one
 * @param transaction when it was committed, and its number
 */
record LoggedChange(
        ChangePosition position,
        CapturedTable table,
        @Nullable SqlServerRow before,
        @Nullable SqlServerRow after,
        LoggedTransaction transaction) {

    /**
     * What the server says of a transaction.
     *
     * @param commitTime in the server's local time; null when it has been cleaned up
     */
    record LoggedTransaction(long id, @Nullable LocalDateTime commitTime) {}

    Operation operation() {
        return switch (position.operation()) {
            case ChangePosition.DELETE -> Operation.DELETE;
            case ChangePosition.INSERT -> Operation.INSERT;
            default -> Operation.UPDATE;
        };
    }

    int bytes() {
        return (before == null ? 0 : before.bytes()) + (after == null ? 0 : after.bytes());
    }
}
