package io.rustcdc.spring.listener;

import io.rustcdc.delivery.Acknowledgment;
import org.jspecify.annotations.Nullable;

/**
 * Fills one parameter.
 *
 * @param <E> what is delivered: a change, or a list of them
 */
@FunctionalInterface
interface Argument<E> {

    @Nullable
    Object of(E delivered, Acknowledgment acknowledgment);
}
