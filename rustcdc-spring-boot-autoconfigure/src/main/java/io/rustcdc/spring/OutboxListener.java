package io.rustcdc.spring;

import io.rustcdc.event.Operation;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.springframework.core.annotation.AliasFor;

/**
 * A {@link CdcListener} for the events of an outbox table, all of them or those of some types.
 *
 * <pre>{@code
 * @OutboxListener(eventTypes = "OrderPlaced")
 * void onPlaced(OutboxEvent<OrderPlaced> event) { ... }
 * }</pre>
 *
 * <p>Parameters are those of a {@code CdcListener}, except that {@code T} is the payload of the event and not a row: {@code T} or
 * {@link OutboxEvent OutboxEvent&lt;T&gt;}, also as elements of a List. Everything said at {@link CdcListener} holds otherwise.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.METHOD, ElementType.ANNOTATION_TYPE})
@CdcListener(operations = {Operation.READ, Operation.INSERT})
public @interface OutboxListener {

    /** The types of events it is called for; every type when empty. Placeholders are resolved and may give a comma-separated list. */
    @AliasFor("value")
    String[] eventTypes() default {};

    /** The types of events, as {@link #eventTypes()}. */
    @AliasFor("eventTypes")
    String[] value() default {};

    /** The types of aggregates it is called for; every type when empty. Placeholders are resolved and may give a comma-separated list. */
    String[] aggregateTypes() default {};

    /** See {@link CdcListener#id()}. */
    @AliasFor(annotation = CdcListener.class)
    String id() default "";

    /** See {@link CdcListener#source()}. */
    @AliasFor(annotation = CdcListener.class)
    String source() default "";

    /** The outbox table, or several; that of {@code outbox.table} of the source when empty. */
    @AliasFor(annotation = CdcListener.class)
    String[] tables() default {};

    /** See {@link CdcListener#batchSize()}. */
    @AliasFor(annotation = CdcListener.class)
    String batchSize() default "";

    /** See {@link CdcListener#concurrency()}; events of one aggregate still come one after the other, in the order of the commits. */
    @AliasFor(annotation = CdcListener.class)
    String concurrency() default "";

    /** See {@link CdcListener#onFailure()}. Events cannot be parked: those of one aggregate are different rows. */
    @AliasFor(annotation = CdcListener.class)
    String onFailure() default "";

    /** See {@link CdcListener#errorHandler()}. */
    @AliasFor(annotation = CdcListener.class)
    String errorHandler() default "";

    /** See {@link CdcListener#order()}. */
    @AliasFor(annotation = CdcListener.class)
    int order() default Integer.MAX_VALUE;

    /** See {@link CdcListener#autoStartup()}. */
    @AliasFor(annotation = CdcListener.class)
    String autoStartup() default "";
}
