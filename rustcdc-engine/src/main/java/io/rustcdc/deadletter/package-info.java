/**
 * Changes that a listener could not handle and that were set aside for it, so that those of other rows go on: the values, and what a
 * store of them has to do. Uses the event, source and observe packages only.
 */
@NullMarked
package io.rustcdc.deadletter;

import org.jspecify.annotations.NullMarked;
