/**
 * Row changes and what happens to sources as application events. Uses the application's types, the mapping, and the engine's
 * delivery and observer.
 */
@NullMarked
package io.rustcdc.spring.event;

import org.jspecify.annotations.NullMarked;
