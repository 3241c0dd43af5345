package io.rustcdc.spring.event;

import io.rustcdc.delivery.Acknowledgment;
import io.rustcdc.delivery.ChangeHandler;
import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.Row;
import io.rustcdc.event.TableId;
import io.rustcdc.spring.RowChanged;
import io.rustcdc.spring.mapping.EventMapper;
import io.rustcdc.spring.mapping.RowMapper;
import io.rustcdc.spring.mapping.RowMappers;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.core.ResolvableType;

/** Publishes each change as a {@link RowChanged} event; done when the listeners have returned. Thread-safe. */
public final class RowChangedPublisher implements ChangeHandler {

    private final ApplicationEventPublisher publisher;
    private final TableTypes types;
    private final RowMappers mappers;
    private final Map<TableId, Publication<?>> publications = new ConcurrentHashMap<>();

    public RowChangedPublisher(ApplicationEventPublisher publisher, TableTypes types, RowMappers mappers) {
        this.publisher = publisher;
        this.types = types;
        this.mappers = mappers;
    }

    @Override
    public void handle(ChangeEvent<Row> event, Acknowledgment acknowledgment) {
        publisher.publishEvent(
                publications.computeIfAbsent(event.table(), this::publication).of(event));
    }

    private Publication<?> publication(TableId table) {
        Class<?> type = types.typeOf(table);
        return publication(type == null ? Row.class : type);
    }

    private Publication<?> publication(Class<?> payload) {
        RowMapper<?> mapper = mappers.forType(ResolvableType.forClass(payload));
        ResolvableType type = ResolvableType.forClassWithGenerics(RowChanged.class, payload);
        return new Publication<>(new EventMapper<>(mapper), type);
    }

    /** How the changes of one table become events. */
    private record Publication<T>(EventMapper<T> mapper, ResolvableType type) {

        private RowChanged<T> of(ChangeEvent<Row> event) {
            return new RowChanged<>(mapper.event(event), type);
        }
    }
}
