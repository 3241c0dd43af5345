/**
 * Programs that measure the engine against naive loops over client libraries: {@link
 * io.rustcdc.benchmarks.PostgresCapture}, {@link io.rustcdc.benchmarks.PostgresSnapshot} and {@link
 * io.rustcdc.benchmarks.MySqlCapture}. Each measurement happens in a JVM of its own.
 */
@NullMarked
package io.rustcdc.benchmarks;

import org.jspecify.annotations.NullMarked;
