/**
 * For tests of listeners, without a database: real change events made of given rows, and assertions on change events.
 * Uses the engine's event package and AssertJ.
 */
@NullMarked
package io.rustcdc.test;

import org.jspecify.annotations.NullMarked;
