package io.rustcdc.spring.listener;

import io.rustcdc.delivery.ChangeHandler;
import io.rustcdc.delivery.FailurePolicy;
import io.rustcdc.delivery.FailurePolicy.Action;
import io.rustcdc.delivery.Subscription;
import io.rustcdc.delivery.Subscription.AckMode;
import io.rustcdc.delivery.Subscription.Conduct;
import io.rustcdc.event.Operation;
import io.rustcdc.source.TableFilter;
import io.rustcdc.spring.CdcConfigurationException;
import io.rustcdc.spring.CdcListenerRegistry.Listener;
import io.rustcdc.spring.outbox.OutboxFilter;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One annotated method, checked and ready to be called.
 *
 * @param id unique in the application
 * @param method where it is, for messages
 * @param source the wanted source; empty for the only one
 * @param tables globs; empty for every captured table
 * @param columns of which one must have changed; empty for every update
 * @param conduct who acknowledges, and how many changes it handles at a time; what becomes of failures is its source's matter
 * @param onFailure what becomes of changes that it cannot handle; null for what its source says
 * @param batch whether it takes a List
 * @param order those with lower values are called first
 * @param leavesTransaction whether it runs outside of the transaction of its caller, if there is one
 * @param outbox which rows it takes as events of an outbox; null for a listener of rows
 */
public record ListenerDefinition(
        String id,
        String method,
        String source,
        List<String> tables,
        Set<Operation> operations,
        List<String> columns,
        Conduct conduct,
        @Nullable Action onFailure,
        boolean batch,
        int order,
        boolean autoStartup,
        boolean leavesTransaction,
        ChangeHandler handler,
        @Nullable OutboxFilter outbox) {

    public ListenerDefinition {
        tables = List.copyOf(tables);
        operations = Set.copyOf(operations);
        columns = List.copyOf(columns);
    }

    public AckMode ackMode() {
        return conduct.ackMode();
    }

    /**
     * @throws CdcConfigurationException if the listener cannot be a part of a transaction
     */
    public void requireInTransaction(String key) {
        if (ackMode() == AckMode.MANUAL) {
            throw new CdcConfigurationException(
                    "Listener %s acknowledges by itself, perhaps after its call has returned, but %s.delivery.transactional is true: the transaction ends with the call"
                            .formatted(method, key),
                    "Remove its Acknowledgment parameter (and @Async) and do the work before returning, or set %s.delivery.transactional=false."
                            .formatted(key));
        }
        int lanes = conduct.lanes().lanes();
        if (lanes > 1) {
            throw new CdcConfigurationException(
                    "Listener %s has concurrency %d, but %s.delivery.transactional is true: a transaction belongs to one thread"
                            .formatted(method, lanes, key),
                    "Remove the concurrency, or set %s.delivery.transactional=false.".formatted(key));
        }
        if (leavesTransaction) {
            throw new CdcConfigurationException(
                    "Listener %s leaves the transaction that it is called in, by the propagation of its @Transactional, but %s.delivery.transactional is true: what it writes would be written again after a roll-back"
                            .formatted(method, key),
                    "Use the default propagation, or set %s.delivery.transactional=false.".formatted(key));
        }
    }

    /** What it says of failures itself, and else its source. */
    public FailurePolicy policy(FailurePolicy ofSource) {
        return onFailure == null
                ? ofSource
                : new FailurePolicy(onFailure, ofSource.retry(), ofSource.notRetried(), ofSource.brokenAfter());
    }

    /**
     * @param key of its source
     * @param hasPlace whether there is a place for what it parks
     * @throws CdcConfigurationException if the listener cannot park what it cannot handle
     */
    public void requireParking(String key, boolean hasPlace) {
        String origin = onFailure == null ? key + ".delivery.on-failure is park" : "its onFailure is park";
        if (!hasPlace) {
            throw new CdcConfigurationException(
                    "Listener %s has no place for what it cannot handle: %s, and rustcdc.dead-letters.store is none"
                            .formatted(method, origin),
                    "Set rustcdc.dead-letters.store to jdbc, or let it stop or skip.");
        }
        if (outbox != null) {
            throw new CdcConfigurationException(
                    "Listener %s cannot park events of an outbox (%s): those of one aggregate are different rows, so later ones would overtake it"
                            .formatted(method, origin),
                    "Write @OutboxListener(onFailure = \"stop\"), or \"skip\".");
        }
        if (ackMode() == AckMode.MANUAL) {
            throw new CdcConfigurationException(
                    "Listener %s cannot park what it cannot handle (%s), since it acknowledges by itself: later changes of the same row may be done by the time it says that it failed"
                            .formatted(method, origin),
                    "Do the work before returning and remove the Acknowledgment parameter or the CompletableFuture, or write @CdcListener(onFailure = \"stop\").");
        }
    }

    public Subscription subscription(FailurePolicy policy) {
        Set<Operation> wanted = EnumSet.copyOf(operations);
        if (outbox != null) {
            wanted.add(Operation.UPDATE); // to tell that it is no event
        }
        return new Subscription(id, tableFilter(), wanted, new Conduct(ackMode(), conduct.lanes(), policy), handler);
    }

    /** The tables that it listens to. */
    public TableFilter tableFilter() {
        return new TableFilter(tables, List.of());
    }

    /** As people may look at it. */
    public Listener describe(String ofSource) {
        return new Listener(
                id,
                method,
                ofSource,
                tables,
                operations,
                columns,
                batch,
                ackMode() == AckMode.MANUAL,
                conduct.lanes().lanes(),
                autoStartup);
    }
}
