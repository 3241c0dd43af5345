/**
 * Programs that measure the engine against the naive loop over the driver's stream. {@link
 * io.rustcdc.benchmarks.PostgresCapture} is the one to run; each measurement happens in a JVM of its own.
 */
@NullMarked
package io.rustcdc.benchmarks;

import org.jspecify.annotations.NullMarked;
