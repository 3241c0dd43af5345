package io.rustcdc.spring;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks the type that the rows of a table take in {@link RowChanged} events. Found below the packages of the application,
 * as entities are.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface CdcTable {

    /** The qualified name of the table, such as {@code public.orders}. Case does not matter. */
    String value();
}
