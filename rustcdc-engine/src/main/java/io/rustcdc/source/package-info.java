/**
 * What a connector is: it opens a stream at an offset, reads changes into a sink, and confirms offsets that are durable.
 * Each database has a package below this one; they never see each other. Uses the event and schema packages only.
 */
@NullMarked
package io.rustcdc.source;

import org.jspecify.annotations.NullMarked;
