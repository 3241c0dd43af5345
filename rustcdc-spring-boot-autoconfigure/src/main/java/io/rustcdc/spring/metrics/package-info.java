/** The operator's metrics, through Micrometer. */
@NullMarked
package io.rustcdc.spring.metrics;

import org.jspecify.annotations.NullMarked;
