/**
 * Finds the methods annotated with {@code @CdcListener}, checks them, and makes a handler of each that calls the bean
 * through its proxy. Uses the annotations, the mapping and the engine's delivery.
 */
@NullMarked
package io.rustcdc.spring.listener;

import org.jspecify.annotations.NullMarked;
