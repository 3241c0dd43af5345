package io.rustcdc.spring.mapping;

import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.Operation;
import io.rustcdc.event.Row;
import io.rustcdc.spring.FillPolicy;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Gives the images of changes their type. A before image that holds the key only has no typed form unless the key is all
 * that the type needs: half an object would be worse than none. What an update left as it was and the source therefore did
 * not send is taken from the whole row before, where there is one. Thread-safe.
 */
public final class EventMapper<T> {

    private final RowMapper<T> mapper;
    private final FillPolicy fill;
    private final Function<Row, T> mapping;

    public EventMapper(RowMapper<T> mapper) {
        this(mapper, FillPolicy.FROM_BEFORE);
    }

    /** @param fill the policy of the mapper */
    public EventMapper(RowMapper<T> mapper, FillPolicy fill) {
        this.mapper = mapper;
        this.fill = fill;
        this.mapping = mapper::map;
    }

    public ChangeEvent<T> event(ChangeEvent<Row> event) {
        Row before = event.before();
        if (isDescription(event)) {
            return withoutImages(event);
        }
        if (before == null) {
            return event.map(mapping);
        }
        if (!event.beforeKeyOnly() || mapper.isMappable(before)) {
            return event.map(row -> mapper.map(row == before ? row : completed(row, event)));
        }
        return withoutBefore(event, before);
    }

    /** Whether every change of this kind has a typed image after it. */
    public boolean hasAfter(Operation operation) {
        return switch (operation) {
            case INSERT, UPDATE, READ -> true;
            case DELETE, TRUNCATE -> false;
            case SCHEMA_CHANGE -> mapper.mapsSchemaChanges();
        };
    }

    /** The typed image after the change; null where there is none. */
    public @Nullable T after(ChangeEvent<Row> event) {
        Row row = event.after();
        return row == null || isDescription(event) ? null : mapper.map(completed(row, event));
    }

    /** The typed image before the change; null where there is none, or the key only. */
    public @Nullable T before(ChangeEvent<Row> event) {
        Row row = event.before();
        return row == null || (event.beforeKeyOnly() && !mapper.isMappable(row)) ? null : mapper.map(row);
    }

    private Row completed(Row after, ChangeEvent<Row> event) {
        Row before = event.before();
        if (before == null
                || fill == FillPolicy.LEAVE_ABSENT
                || event.beforeKeyOnly()
                || mapper.isFilledBy(after)
                || !isOfSameShape(before, after)) {
            return after;
        }
        return new CompletedRow(after, before);
    }

    private static boolean isOfSameShape(Row before, Row after) {
        return before.columns() == after.columns()
                || before.columns().names().equals(after.columns().names());
    }

    private boolean isDescription(ChangeEvent<Row> event) {
        return event.operation() == Operation.SCHEMA_CHANGE && !mapper.mapsSchemaChanges();
    }

    @SuppressWarnings("NullAway") // an image that is mapped to null is a missing one
    private ChangeEvent<T> withoutBefore(ChangeEvent<Row> event, Row before) {
        return event.map(row -> row == before ? null : mapper.map(row));
    }

    @SuppressWarnings("NullAway") // an image that is mapped to null is a missing one
    private ChangeEvent<T> withoutImages(ChangeEvent<Row> event) {
        return event.map(row -> null);
    }
}
