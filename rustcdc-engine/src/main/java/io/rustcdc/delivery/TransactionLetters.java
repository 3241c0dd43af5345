package io.rustcdc.delivery;

import io.rustcdc.deadletter.DeadLetter;
import io.rustcdc.deadletter.DeadLetterException;
import io.rustcdc.deadletter.DeadLetterStore;
import io.rustcdc.deadletter.Failure;
import io.rustcdc.deadletter.ParkedRow;
import io.rustcdc.event.CdcException;
import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.FailureKind;
import io.rustcdc.event.Row;
import io.rustcdc.event.TableId;
import io.rustcdc.observe.DeadLetterEvent;
import io.rustcdc.observe.DeadLetterEvent.Kind;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is set aside where listener calls share a transaction with the checkpoint. A failure rolls the transaction back, and then it is
 * decided; the next transaction calls the other listeners, and writes the letter together with the checkpoint; and only after its commit
 * the row is known as parked. So the database has the letter if and only if the change counts as acknowledged. Used by the
 * delivery thread only.
 */
final class TransactionLetters {

    private final SetAside setAside;

    /** What to do at the next try, by listener and place among the changes of the transaction; its first unit is the one that failed. */
    private final Map<Place, Decision> decisions = new HashMap<>();

    private final List<ChangeEvent<Row>> given = new ArrayList<>();
    private final Map<String, Calls> called = new HashMap<>();
    private final List<Write> writes = new ArrayList<>();
    private final List<DeadLetterEvent> news = new ArrayList<>();
    private final Set<ParkedRow> parkedNow = new HashSet<>();
    private final Set<Emptied> emptied = new HashSet<>();

    /** Batches are called with one change at a time, to find out which one fails. */
    private boolean oneByOne;

    /** The calls of one listener in the transaction. */
    private static final class Calls {

        private final Subscription subscription;
        private int last = -1;
        private int lastButOne = -1;

        private Calls(Subscription subscription) {
            this.subscription = subscription;
        }
    }

    private record Place(String listener, int index) {}

    /** @param failure null for a change that is skipped */
    private record Decision(@Nullable Failure failure, Throwable cause) {}

    private record Emptied(String listener, TableId table) {}

    /** Something that the transaction does with letters, before its checkpoint. */
    private record Write(
            Kind kind,
            String listener,
            ChangeEvent<Row> event,
            @Nullable Failure failure,
            @Nullable Throwable cause) {

        private DeadLetter letter() {
            return DeadLetter.of(listener, event, failure, Instant.now());
        }

        private DeadLetterEvent told(int changes) {
            return new DeadLetterEvent(kind, listener, event.table(), event.offset(), changes, cause);
        }
    }

    TransactionLetters(SetAside setAside) {
        this.setAside = setAside;
    }

    /** A transaction begins: what one before has not committed is as if it had not been. */
    void begin() {
        given.clear();
        called.clear();
        writes.clear();
        news.clear();
        parkedNow.clear();
        emptied.clear();
    }

    /** What failed will be read again. */
    void forget() {
        begin();
        decisions.clear();
        oneByOne = false;
    }

    /** Whether batches are to be called with one change at a time. */
    boolean isOneByOne() {
        return oneByOne;
    }

    /** The next change of the transaction. */
    void give(ChangeEvent<Row> event) {
        given.add(event);
    }

    /** Whether the listener is not to be called for the change that was given last. */
    boolean take(Subscription subscription, ChangeEvent<Row> event) {
        String listener = subscription.id();
        Decision decision = decisions.isEmpty() ? null : decisions.get(new Place(listener, given.size() - 1));
        if (decision != null) {
            boolean skips = decision.failure() == null;
            add(new Write(skips ? Kind.SKIPPED : Kind.PARKED, listener, event, decision.failure(), decision.cause()));
            return true;
        }
        if (isBehind(listener, event)) {
            add(new Write(Kind.PARKED_BEHIND, listener, event, null, null));
            return true;
        }
        Calls calls = called.computeIfAbsent(listener, first -> new Calls(subscription));
        calls.lastButOne = calls.last;
        calls.last = given.size() - 1;
        return false;
    }

    /** A table was emptied: what is parked of it must not be replayed. */
    void emptied(Subscription subscription, ChangeEvent<Row> truncate) {
        String listener = subscription.id();
        TableId table = truncate.table();
        boolean some = parkedNow.removeIf(
                row -> row.listener().equals(listener) && row.table().equals(table));
        if (some || setAside.parked().has(listener, table)) {
            writes.add(new Write(Kind.SUPERSEDED, listener, truncate, null, null));
            emptied.add(new Emptied(listener, table));
        }
    }

    boolean isEmpty() {
        return writes.isEmpty();
    }

    /**
     * Writes the letters, in the order of the changes.
     *
     * @throws DeadLetterException if it may succeed later
     * @throws DeliveryFailedException if it will not
     */
    void write(DeadLetterStore store) {
        for (Write write : writes) {
            try {
                write(write, store);
            } catch (DeadLetterException e) {
                if (e.kind() == FailureKind.TRANSIENT) {
                    throw e;
                }
                throw DeliveryFailedException.notKeptBehind(write.listener(), write.event(), e);
            }
        }
    }

    private void write(Write write, DeadLetterStore store) {
        switch (write.kind()) {
            case SKIPPED -> news.add(write.told(1));
            case SUPERSEDED ->
                news.add(write.told(
                        store.supersede(write.listener(), write.event().table())));
            default -> {
                if (store.park(write.letter())) {
                    news.add(write.told(1));
                }
            }
        }
    }

    /** The transaction is committed. */
    void committed() {
        for (Write write : writes) {
            if (write.kind() == Kind.SUPERSEDED) {
                setAside.parked().remove(write.listener(), write.event().table());
            } else if (write.kind() != Kind.SKIPPED) {
                ParkedRow.of(write.listener(), write.event())
                        .forEach(row -> setAside.parked().add(row, write.event().offset()));
            }
        }
        news.forEach(setAside::tell);
        called.values().forEach(calls -> setAside.succeeded(calls.subscription));
        forget();
    }

    /** The failure of the only call, when the transaction was that of one change; null when nobody knows whose it is. */
    @Nullable
    ListenerFailure ofOnlyCall(Throwable cause) {
        if (given.size() != 1 || called.size() != 1) {
            return null;
        }
        Subscription only = called.values().iterator().next().subscription;
        return only.policy().action() == FailurePolicy.Action.STOP
                ? null
                : new ListenerFailure(only, given.get(0), false, cause);
    }

    /**
     * A listener has failed beyond its retries for a change of the first unit, which was rolled back.
     *
     * @return true when the next try will do without it; false when it is to be called again
     * @throws CdcException if the source is to stop
     */
    boolean decide(ListenerFailure failure, int attempts) throws DeliveryAbortedException {
        ChangeEvent<Row> event = failure.event();
        if (event == null) {
            oneByOne = true;
            return true;
        }
        Subscription subscription = failure.subscription();
        String listener = subscription.id();
        Throwable cause = failure.thrown();
        if (hasSucceededBefore(failure)) {
            setAside.succeeded(subscription);
        }
        boolean before = setAside.parked().place(listener, event) == ParkedRows.Place.BEFORE;
        Failure kept = null;
        if (subscription.policy().action() == FailurePolicy.Action.PARK && !before) {
            List<ParkedRow> rows = ParkedRow.of(listener, event);
            if (rows.isEmpty()) {
                throw DeliveryFailedException.withoutKey(listener, event, attempts, cause);
            }
            if (!setAside.isTheRow(subscription, rows.get(0))) {
                setAside.awaitMending(subscription, attempts);
                return false;
            }
            kept = Failure.of(cause, attempts, Instant.now());
        }
        decisions.put(new Place(listener, place(event)), new Decision(kept, cause));
        return true;
    }

    /** Whether the listener has handled another change since the last one that was decided about. */
    private boolean hasSucceededBefore(ListenerFailure failure) {
        String listener = failure.listener();
        Calls calls = called.get(listener);
        boolean isSingle = oneByOne || !(failure.subscription().handler() instanceof BatchHandler);
        if (!isSingle || calls == null) {
            return failure.isAfterOthers();
        }
        int decided = decisions.keySet().stream()
                .filter(place -> place.listener().equals(listener))
                .mapToInt(Place::index)
                .max()
                .orElse(-1);
        return calls.lastButOne > decided;
    }

    private void add(Write write) {
        writes.add(write);
        if (write.kind() != Kind.SKIPPED) {
            parkedNow.addAll(ParkedRow.of(write.listener(), write.event()));
        }
    }

    private boolean isBehind(String listener, ChangeEvent<Row> event) {
        if (!parkedNow.isEmpty() && !Collections.disjoint(parkedNow, ParkedRow.of(listener, event))) {
            return true;
        }
        return setAside.parked().place(listener, event) == ParkedRows.Place.BEHIND
                && !emptied.contains(new Emptied(listener, event.table()));
    }

    private int place(ChangeEvent<Row> event) {
        for (int i = 0; i < given.size(); i++) {
            if (given.get(i) == event) {
                return i;
            }
        }
        throw new IllegalStateException("A listener failed for a change that it was not given: " + event);
    }
}
