package io.rustcdc.spring;

import io.rustcdc.event.Operation;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks a method of a singleton bean that is called for each committed change of some tables; without a
 * {@link #concurrency()} one call at a time, in the order of the commits, on the delivery thread of the source. May be used to make annotations of one's own.
 *
 * <pre>{@code
 * @CdcListener(tables = "public.orders")
 * void onOrder(ChangeEvent<Order> change) { ... }
 * }</pre>
 *
 * <p>Returning acknowledges the change. An exception does not: the call is repeated by the retry rules of the source, and
 * then {@link #onFailure()} decides. After a crash the last changes may be delivered again, so a listener must bear a repetition.
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
 * <p>A method that takes a {@code List<ChangeEvent<T>>} or a {@code List<T>}, and at most an Acknowledgment beside it, is called
 * with what has arrived at once. All of it is acknowledged together, or repeated together.
 *
 * <p>A method that returns a {@link java.util.concurrent.CompletionStage CompletionStage}, such as a CompletableFuture,
 * acknowledges when that completes. Changes after it are delivered meanwhile. If it fails, the source fails, and continues with
 * this change when it is started again.
 *
 * <p>{@code T} is a record, a JavaBean, {@code Map<String, Object>} or {@link io.rustcdc.event.Row}. A component or
 * property {@code customerId} takes the column {@code customerId} or {@code customer_id}. Every one needs a column, unless it
 * is {@code Optional}, {@link CdcValue} or {@code @Nullable}; further columns are not even decoded. A column that holds JSON
 * fills a record, a bean, a Map or a List. What the source did not send is filled as {@link #fill()} says. A lazy bean is created
 * when the application starts, since its source then needs it.
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

    /**
     * Columns, of which at least one must have another value after an update than before it; every update when empty. Other
     * operations are not affected. Where the source did not send a value from before, the listener is called, and a warning says
     * once how to have it sent. Each of the tables must have the columns. Placeholders are resolved and may give a
     * comma-separated list.
     */
    String[] columns() default {};

    /** What fills components whose columns the source did not send. */
    FillPolicy fill() default FillPolicy.FROM_BEFORE;

    /**
     * The most changes of one call of a method that takes a List; 0, and nothing, stand for 1000, or where the source has
     * {@code delivery.transaction-boundary: preserve} for its {@code max-events-per-poll}. A number, a placeholder or an expression. Not
     * allowed for other methods.
     */
    String batchSize() default "";

    /**
     * How many changes are handled at a time, each on a thread of its own; virtual threads, if the application uses them. Changes of
     * the same row still come one after the other, in the order of the commits, those of different rows in any order, and what
     * concerns a whole table comes alone. Changes of a table without a key are like those of one row. Not with
     * {@code delivery.transactional}. One at a time, on the delivery thread, when it is left out. A number, a placeholder or an
     * expression.
     */
    String concurrency() default "";

    /**
     * What becomes of a change that the listener cannot handle, after its retries: {@code stop} stops the source before it,
     * {@code park} keeps it and all later ones of its row as dead letters, {@code skip} goes on without it. When it is left out,
     * {@code delivery.on-failure} of the source counts. A listener that acknowledges by itself cannot park. A text of one of these,
     * a placeholder or an expression.
     */
    String onFailure() default "";

    /**
     * The name of a bean of type {@link CdcListenerErrorHandler} that is told of each failed call. Placeholders are resolved.
     */
    String errorHandler() default "";

    /**
     * Listeners with lower values are called first, those that take a List after all others. When it is left out,
     * {@link org.springframework.core.annotation.Order @Order} on the method or the bean counts.
     */
    int order() default Integer.MAX_VALUE;

    /**
     * Whether the source starts with the application. A source with a listener that says no starts when
     * {@code CdcEngines.get(source).start()} is called or the endpoint is asked to; all of its listeners wait for that, since
     * a change that is passed over by one would be lost for it. True, false, a placeholder or an expression.
     */
    String autoStartup() default "";
}
