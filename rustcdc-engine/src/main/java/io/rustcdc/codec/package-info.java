/** Changes as text, for other systems and for keeping them. Uses the event and source packages only. */
@NullMarked
package io.rustcdc.codec;

import org.jspecify.annotations.NullMarked;
