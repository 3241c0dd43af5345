package io.rustcdc.source.mysql;

import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.EventSource;
import io.rustcdc.event.Operation;
import io.rustcdc.event.Row;
import io.rustcdc.event.TableId;
import io.rustcdc.source.ChangeSink;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The place of the one change that waits until the next event tells whether it is the last of its transaction. There is one place
 * for all changes, so waiting makes no garbage.
 */
final class HeldChange {

    private final EventSource source;
    private Operation operation = Operation.TRUNCATE;
    private @Nullable TableId table;
    private @Nullable Row before;
    private @Nullable Row after;
    private boolean keyOnly;
    private @Nullable MySqlOffset offset;
    private int bytes;

    HeldChange(EventSource source) {
        this.source = source;
    }

    /**
     * The images of one change; both null for TRUNCATE.
     *
     * @param keyOnly whether the old one holds the columns of the key only
     */
    record Images(@Nullable Row before, @Nullable Row after, boolean keyOnly) {

        static final Images NONE = new Images(null, null, false);

        static Images of(CapturedTable table, RowsCursor row) {
            Row before = row.before(table.shape());
            return new Images(before, row.after(table.shape()), before != null && table.isKeyOnly(before));
        }
    }

    /** Takes a change; the place must be empty. */
    void hold(TableId table, Operation operation, Images images, MySqlOffset offset, int bytes) {
        if (this.table != null) {
            throw new IllegalStateException("A change is already held");
        }
        this.before = images.before;
        this.after = images.after;
        this.keyOnly = images.keyOnly;
        this.operation = operation;
        this.offset = offset;
        this.bytes = bytes;
        this.table = table;
    }

    /** Hands the change over, if there is one. */
    void handOver(OpenTransaction transaction, boolean last, ChangeSink sink) {
        TableId held = table;
        if (held == null) {
            return;
        }
        MySqlOffset position = Objects.requireNonNull(offset);
        ChangeEvent.Builder event = ChangeEvent.of(source, operation, held)
                .before(before, keyOnly)
                .after(after)
                .offset(position)
                .commitTime(transaction.commitTime())
                .transaction(transaction.at(position.txChangesDone() - 1, last));
        table = null;
        before = null;
        after = null;
        offset = null;
        sink.change(event.build(), bytes);
    }
}
