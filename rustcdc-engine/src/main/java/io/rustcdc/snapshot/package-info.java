/**
 * The one way in which existing rows are read, for all databases: chunks in key order while the stream flows, each put into
 * the stream at the place where it is true. {@link io.rustcdc.snapshot.SnapshotDriver} is the entry.
 */
@NullMarked
package io.rustcdc.snapshot;

import org.jspecify.annotations.NullMarked;
