package io.rustcdc.spring.listener;

import io.rustcdc.delivery.ChangeHandler;
import io.rustcdc.delivery.Subscription;
import io.rustcdc.delivery.Subscription.AckMode;
import io.rustcdc.event.Operation;
import io.rustcdc.source.TableFilter;
import io.rustcdc.spring.CdcConfigurationException;
import io.rustcdc.spring.CdcListenerRegistry.Listener;
import java.util.List;
import java.util.Set;

/**
 * One annotated method, checked and ready to be called.
 *
 * @param id unique in the application
 * @param method where it is, for messages
 * @param source the wanted source; empty for the only one
 * @param tables globs; empty for every captured table
 * @param columns of which one must have changed; empty for every update
 * @param batch whether it takes a List
 * @param order those with lower values are called first
 * @param leavesTransaction whether it runs outside of the transaction of its caller, if there is one
 */
public record ListenerDefinition(
        String id,
        String method,
        String source,
        List<String> tables,
        Set<Operation> operations,
        List<String> columns,
        AckMode ackMode,
        boolean batch,
        int order,
        boolean autoStartup,
        boolean leavesTransaction,
        ChangeHandler handler) {

    public ListenerDefinition {
        tables = List.copyOf(tables);
        operations = Set.copyOf(operations);
        columns = List.copyOf(columns);
    }

    /**
     * @throws CdcConfigurationException if the listener cannot be a part of a transaction
     */
    public void requireInTransaction(String key) {
        if (ackMode == AckMode.MANUAL) {
            throw new CdcConfigurationException(
                    "Listener %s acknowledges by itself, perhaps after its call has returned, but %s.delivery.transactional is true: the transaction ends with the call"
                            .formatted(method, key),
                    "Remove its Acknowledgment parameter (and @Async) and do the work before returning, or set %s.delivery.transactional=false."
                            .formatted(key));
        }
        if (leavesTransaction) {
            throw new CdcConfigurationException(
                    "Listener %s leaves the transaction that it is called in, by the propagation of its @Transactional, but %s.delivery.transactional is true: what it writes would be written again after a roll-back"
                            .formatted(method, key),
                    "Use the default propagation, or set %s.delivery.transactional=false.".formatted(key));
        }
    }

    public Subscription subscription() {
        return new Subscription(id, new TableFilter(tables, List.of()), operations, ackMode, handler);
    }

    /** As people may look at it. */
    public Listener describe(String ofSource) {
        return new Listener(
                id, method, ofSource, tables, operations, columns, batch, ackMode == AckMode.MANUAL, autoStartup);
    }
}
