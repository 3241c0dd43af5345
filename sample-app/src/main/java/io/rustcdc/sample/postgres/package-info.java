/**
 * The PostgreSQL server that the shop brings along: started before anything connects, stopped after everything has
 * closed, and cleaned up after when a crash left it running. Uses the directory of the sample and nothing else of it.
 */
@NullMarked
package io.rustcdc.sample.postgres;

import org.jspecify.annotations.NullMarked;
