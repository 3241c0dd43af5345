/**
 * The engine as its users see it. This package may use all others; none uses it.
 */
@NullMarked
package io.rustcdc;

import org.jspecify.annotations.NullMarked;
