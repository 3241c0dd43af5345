package io.rustcdc.spring;

import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.Operation;
import io.rustcdc.event.TableId;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.core.ResolvableType;
import org.springframework.core.ResolvableTypeProvider;

/**
 * One committed change as an application event, when {@code rustcdc.events.enabled} is set. {@code T} is the type that is
 * annotated with {@link CdcTable} for the table, or {@link io.rustcdc.event.Row} where none is.
 *
 * <pre>{@code
 * @EventListener
 * void onOrder(RowChanged<Order> changed) { ... }
 * }</pre>
 *
 * <p>Published on the delivery thread of the source. The change is acknowledged when all event listeners have returned; an
 * exception is a failure of the delivery and repeats the event for all of them.
 *
 * @param <T> the type of the images
 */
public final class RowChanged<T> implements ResolvableTypeProvider {

    private final ChangeEvent<T> change;
    private final ResolvableType type;

    /**
     * @param change what happened
     * @param type {@code RowChanged<T>} with {@code T} filled in
     */
    public RowChanged(ChangeEvent<T> change, ResolvableType type) {
        this.change = Objects.requireNonNull(change, "change");
        this.type = Objects.requireNonNull(type, "type");
    }

    public ChangeEvent<T> change() {
        return change;
    }

    public Operation operation() {
        return change.operation();
    }

    public TableId table() {
        return change.table();
    }

    /** The image before the change, as {@link ChangeEvent#before()}. */
    public @Nullable T before() {
        return change.before();
    }

    /** The image after the change, as {@link ChangeEvent#after()}. */
    public @Nullable T after() {
        return change.after();
    }

    @Override
    public ResolvableType getResolvableType() {
        return type;
    }

    @Override
    public String toString() {
        return "RowChanged[" + change + "]";
    }
}
