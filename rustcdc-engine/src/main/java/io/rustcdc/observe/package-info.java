/**
 * What can be seen of an engine from outside: its state, its counters, its health, and the one seam through which
 * metrics, logs and application events are fed. Uses the event package only.
 */
@NullMarked
package io.rustcdc.observe;

import org.jspecify.annotations.NullMarked;
