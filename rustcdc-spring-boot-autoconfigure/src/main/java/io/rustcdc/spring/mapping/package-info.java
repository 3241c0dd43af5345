/**
 * Rows become objects: which column fills which component, and how a decoded value becomes a value of its type. Everything
 * that can be prepared is prepared once for each type and once for each version of a table. Uses the engine's events,
 * the root package's types, Spring's core and Jackson only.
 */
@NullMarked
package io.rustcdc.spring.mapping;

import org.jspecify.annotations.NullMarked;
