/**
 * A small shop on PostgreSQL that shows what change data capture does: orders are written on one side, and arrive on the
 * other as calls of annotated methods, which keep a read model and feed a live page.
 */
@NullMarked
package io.rustcdc.sample;

import org.jspecify.annotations.NullMarked;
