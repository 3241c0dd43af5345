/** The shape of captured tables and how it changes. Uses the event package only. */
@NullMarked
package io.rustcdc.schema;

import org.jspecify.annotations.NullMarked;
