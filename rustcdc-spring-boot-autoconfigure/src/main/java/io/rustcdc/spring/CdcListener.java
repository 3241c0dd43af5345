package io.rustcdc.spring;

import io.rustcdc.event.Operation;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks a method of a singleton bean that is called for each committed change of some tables, one call at a time, in the
 * order of the commits, on the delivery thread of the source.
 *
 * <pre>{@code
 * @CdcListener(tables = "public.orders")
 * void onOrder(ChangeEvent<Order> change) { ... }
 * }</pre>
 *
 * <p>Returning acknowledges the change. An exception does not: the call is repeated by the retry rules of the source, and
 * then the source fails. After a crash the last changes may be delivered again, so a listener must bear a repetition.
 *
 * <p>Parameters, in any order, each filled by its type:
 *
 * <ul>
 *   <li>{@link io.rustcdc.event.ChangeEvent ChangeEvent&lt;T&gt;}: the change with typed images. Its {@code before()} is
 *       null when the source sent the key columns only and {@code T} needs more; {@code beforeRow()} and {@code key()}
 *       have them.
 *   <li>{@code T}: the row after the change; must be {@code @Nullable} unless all operations have one
 *   <li>{@link Before @Before} {@code T}: the row before the change; must be {@code @Nullable} unless the only operation
 *       is DELETE
 *   <li>{@link io.rustcdc.event.Operation}, {@link io.rustcdc.event.TableId}, {@link io.rustcdc.event.RowWrite},
 *       {@link io.rustcdc.event.Transaction} (null for READ)
 *   <li>{@link io.rustcdc.delivery.Acknowledgment}: then returning does not acknowledge, calling it does, from any
 *       thread
 * </ul>
 *
 * <p>{@code T} is a record, a JavaBean, {@code Map<String, Object>} or {@link io.rustcdc.event.Row}. A component or
 * property {@code customerId} takes the column {@code customerId} or {@code customer_id}. Every one needs a column, unless it
 * is {@code Optional} or {@code @Nullable}; further columns are not even decoded. What an update left as it was and the
 * source did not send is taken from the whole row before; where there is none, the call fails, since it is not NULL. A lazy bean is created when the application starts, since its source then needs it.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.METHOD, ElementType.ANNOTATION_TYPE})
public @interface CdcListener {

    /**
     * The name of this listener in logs and failures, unique in the application. Bean and method name when empty.
     * Placeholders are resolved.
     */
    String id() default "";

    /** The source's name below {@code rustcdc.<database>}; may be left out when there is only one. Placeholders are resolved. */
    String source() default "";

    /**
     * Globs over qualified table names such as {@code public.orders} or {@code sales.*}; every captured table when empty.
     * Placeholders are resolved and may give a comma-separated list.
     */
    String[] tables() default {};

    /** What the listener wants to know of. */
    Operation[] operations() default {Operation.READ, Operation.INSERT, Operation.UPDATE, Operation.DELETE};
}
