package io.rustcdc.spring.listener;

import io.rustcdc.delivery.ChangeHandler;
import io.rustcdc.delivery.Subscription;
import io.rustcdc.delivery.Subscription.AckMode;
import io.rustcdc.event.Operation;
import io.rustcdc.source.TableFilter;
import java.util.List;
import java.util.Set;

/**
 * One annotated method, checked and ready to be called.
 *
 * @param id unique in the application
 * @param method where it is, for messages
 * @param source the wanted source; empty for the only one
 * @param tables globs; empty for every captured table
 */
public record ListenerDefinition(
        String id,
        String method,
        String source,
        List<String> tables,
        Set<Operation> operations,
        AckMode ackMode,
        ChangeHandler handler) {

    public ListenerDefinition {
        tables = List.copyOf(tables);
        operations = Set.copyOf(operations);
    }

    public Subscription subscription() {
        return new Subscription(id, new TableFilter(tables, List.of()), operations, ackMode, handler);
    }
}
