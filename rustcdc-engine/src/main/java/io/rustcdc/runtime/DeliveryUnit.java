package io.rustcdc.runtime;

import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.Operation;
import io.rustcdc.event.Row;
import io.rustcdc.event.Transaction;
import io.rustcdc.runtime.AckWindow.Prefix;
import io.rustcdc.runtime.AckWindow.Step;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What must be in one transaction: a change, with the positions behind it; or the changes of a transaction of the source, where those
 * are kept together; or the rows of a chunk together with how far the reading has got, for until that is saved they are all read again.
 */
final class DeliveryUnit {

    private final List<ChangeEvent<Row>> events = new ArrayList<>(1);
    private final List<Step> steps = new ArrayList<>(2);
    private final boolean rows;
    private final @Nullable Transaction transaction;
    private boolean open;
    private long heldEvents;
    private long heldBytes;

    /**
     * With the first of its changes.
     *
     * @param whole whether the others of its transaction belong to it
     */
    DeliveryUnit(ChangeEvent<Row> event, Step step, int bytes, boolean whole) {
        rows = event.operation() == Operation.READ;
        transaction = whole ? event.transaction() : null;
        open = rows || transaction != null;
        add(event, step, bytes);
    }

    /** Whether something may still belong to it. */
    boolean isOpen() {
        return open;
    }

    boolean takes(ChangeEvent<Row> event) {
        Transaction next = event.transaction();
        boolean goesOn = transaction == null
                ? event.operation() == Operation.READ
                : next != null && next.id() == transaction.id();
        return open && goesOn;
    }

    void add(ChangeEvent<Row> event, Step step, int bytes) {
        events.add(event);
        steps.add(step);
        heldEvents++;
        heldBytes += bytes;
        Transaction place = event.transaction();
        if (transaction != null && place != null && place.last()) {
            close();
        }
    }

    /** A position or the like behind its changes. */
    void add(Step step, int bytes) {
        steps.add(step);
        heldBytes += bytes;
    }

    /** Whose changes belong to it; null when it is no transaction of the source. */
    @Nullable
    Transaction transaction() {
        return transaction;
    }

    /** Nothing more belongs to it. */
    void close() {
        open = false;
    }

    ChangeEvent<Row> first() {
        return events.get(0);
    }

    List<ChangeEvent<Row>> events() {
        return events;
    }

    /** Whether it has so many changes that a stop should not wait for all of them. */
    boolean isLong() {
        return rows || events.size() > 1;
    }

    void coverIn(Prefix prefix) {
        steps.forEach(prefix::cover);
    }

    /** Gives back its room in the queue, once. */
    void release(Handoff handoff) {
        handoff.release(heldEvents, heldBytes);
        heldEvents = 0;
        heldBytes = 0;
    }
}
