/**
 * Checkpoints and dead letters in tables of a database, and the lease that says which instance may write them. Plain JDBC over the
 * application's data source; uses the checkpoint, deadletter, codec, event, schema and source packages only.
 */
@NullMarked
package io.rustcdc.checkpoint.jdbc;

import org.jspecify.annotations.NullMarked;
