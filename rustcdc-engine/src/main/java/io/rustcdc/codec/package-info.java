/** Changes as text for other systems. Uses the event package only. */
@NullMarked
package io.rustcdc.codec;

import org.jspecify.annotations.NullMarked;
