/**
 * What survives a crash: the checkpoint (offset and committed count), the acknowledged schemas, and the lease that says
 * who may write them. Uses the event, schema and source packages only.
 */
@NullMarked
package io.rustcdc.checkpoint;

import org.jspecify.annotations.NullMarked;
