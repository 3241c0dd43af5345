/**
 * The shop itself: what writes orders, the listener that keeps the read model, and the comparison of the two.
 */
@NullMarked
package io.rustcdc.sample.shop;

import org.jspecify.annotations.NullMarked;
