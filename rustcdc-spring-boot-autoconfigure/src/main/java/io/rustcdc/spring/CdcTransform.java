package io.rustcdc.spring;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Says which sources a {@link io.rustcdc.transform.Transform} bean is for; without it, a bean is for all of them. On the class, or on
 * the {@code @Bean} method.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.METHOD})
public @interface CdcTransform {

    /** The names of the sources; may have placeholders. */
    String[] source();
}
