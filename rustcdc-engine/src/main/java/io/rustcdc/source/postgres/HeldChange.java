package io.rustcdc.source.postgres;

import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.EventSource;
import io.rustcdc.event.Operation;
import io.rustcdc.event.Transaction;
import io.rustcdc.source.ChangeSink;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The place of the one change that waits until the next message tells whether it is the last of its transaction. There is
 * one place for all changes, so waiting makes no garbage.
 */
final class HeldChange {

    private final EventSource source;
    private Operation operation = Operation.TRUNCATE;
    private @Nullable CapturedTable table;
    private @Nullable PostgresRow before;
    private @Nullable PostgresRow after;
    private boolean keyOnly;
    private @Nullable PostgresOffset offset;
    private int bytes;

    HeldChange(EventSource source) {
        this.source = source;
    }

    /**
     * Takes a change; the place must be empty.
     *
     * @param images null for TRUNCATE
     */
    void hold(CapturedTable table, Operation operation, @Nullable RowImages images, PostgresOffset offset, int bytes) {
        if (this.table != null) {
            throw new IllegalStateException("A change is already held");
        }
        Tuple old = images == null ? null : images.before();
        Tuple next = images == null ? null : images.after();
        RowShape shape = table.shape();
        boolean identityOnly = images != null && images.keyOnly();
        PostgresRow oldRow = old == null ? null : identityOnly ? shape.keyRow(old) : shape.oldRow(old);
        this.keyOnly = identityOnly || (oldRow != null && shape.isKeyOnly(oldRow));
        this.before = oldRow;
        this.after = next == null ? null : shape.row(next);
        this.operation = operation;
        this.offset = offset;
        this.bytes = bytes;
        this.table = table;
    }

    /** Hands the change over, if there is one. */
    void handOver(OpenTransaction transaction, boolean last, ChangeSink sink) {
        CapturedTable held = table;
        if (held == null) {
            return;
        }
        PostgresOffset position = Objects.requireNonNull(offset);
        ChangeEvent.Builder event = ChangeEvent.of(source, operation, held.id())
                .before(before, keyOnly)
                .after(after)
                .offset(position)
                .commitTime(transaction.commitTime())
                .transaction(new Transaction(transaction.id(), position.txChangesDone() - 1, last));
        table = null;
        before = null;
        after = null;
        offset = null;
        sink.change(event.build(), bytes);
    }
}
