/**
 * How changes reach listeners and how their acknowledgments come back as one contiguous prefix. Uses the event, source
 * (for table filters) and observe packages only.
 */
@NullMarked
package io.rustcdc.delivery;

import org.jspecify.annotations.NullMarked;
