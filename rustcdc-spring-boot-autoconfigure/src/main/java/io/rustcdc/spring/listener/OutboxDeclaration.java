package io.rustcdc.spring.listener;

import io.rustcdc.event.Operation;
import io.rustcdc.spring.CdcConfigurationException;
import io.rustcdc.spring.CdcListener;
import io.rustcdc.spring.OutboxEvent;
import io.rustcdc.spring.OutboxListener;
import io.rustcdc.spring.outbox.OutboxFilter;
import io.rustcdc.spring.outbox.OutboxMapper;
import io.rustcdc.spring.outbox.OutboxTable;
import io.rustcdc.spring.outbox.Outboxes;
import java.lang.reflect.Method;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.core.ResolvableType;
import org.springframework.core.annotation.AnnotatedElementUtils;

/** What is different for a listener that takes the events of an outbox instead of its rows. */
final class OutboxDeclaration {

    private static final Set<Operation> EVENTS = EnumSet.of(Operation.READ, Operation.INSERT);

    private final Outboxes outboxes;
    private final OutboxTable table;
    private final OutboxFilter filter;

    private OutboxDeclaration(Outboxes outboxes, OutboxTable table, OutboxFilter filter) {
        this.outboxes = outboxes;
        this.table = table;
        this.filter = filter;
    }

    /** Null for a listener of rows. */
    static @Nullable OutboxDeclaration of(
            Method method, CdcListener listener, AnnotationTexts texts, Outboxes outboxes, String name) {
        OutboxListener declared = AnnotatedElementUtils.findMergedAnnotation(method, OutboxListener.class);
        if (declared == null && !takesEvents(method)) {
            return null;
        }
        if (listener.columns().length > 0) {
            throw new CdcConfigurationException(
                    "Listener %s has columns, but it takes the events of an outbox, whose updates are ignored"
                            .formatted(name),
                    "Remove 'columns'; @OutboxListener has eventTypes and aggregateTypes.");
        }
        OutboxTable table = outboxes.table(texts.text(listener.source()), name);
        OutboxFilter filter = declared == null
                ? new OutboxFilter(table, List.of(), List.of())
                : new OutboxFilter(table, texts.list(declared.aggregateTypes()), texts.list(declared.eventTypes()));
        return new OutboxDeclaration(outboxes, table, filter);
    }

    private static boolean takesEvents(Method method) {
        for (int i = 0; i < method.getParameterCount(); i++) {
            ResolvableType type = ResolvableType.forMethodParameter(method, i);
            Class<?> taken = type.toClass() == List.class ? type.getGeneric(0).toClass() : type.toClass();
            if (taken == OutboxEvent.class) {
                return true;
            }
        }
        return false;
    }

    OutboxTable table() {
        return table;
    }

    OutboxFilter filter() {
        return filter;
    }

    OutboxMapper mapper(ResolvableType payload, boolean nullable) {
        return outboxes.mapper(table, payload, nullable);
    }

    List<String> tables(List<String> declared) {
        return declared.isEmpty() ? List.of(table.name()) : declared;
    }

    /** Of what was declared, what can be an event. */
    Set<Operation> operations(Set<Operation> declared, String name) {
        Set<Operation> events = EnumSet.copyOf(declared);
        events.retainAll(EVENTS);
        if (events.isEmpty() || declared.contains(Operation.TRUNCATE) || declared.contains(Operation.SCHEMA_CHANGE)) {
            throw new CdcConfigurationException(
                    "Listener %s takes the events of an outbox and has the operations %s: an event is a row that was inserted, or that exists already"
                            .formatted(name, declared),
                    "Remove 'operations', or write operations = Operation.INSERT to leave out the rows that exist already.");
        }
        return events;
    }
}
