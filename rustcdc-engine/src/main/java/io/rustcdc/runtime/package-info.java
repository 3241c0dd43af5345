/**
 * Joins the steps: open, read, decode, deliver, acknowledge, save, confirm, close. Two threads for each source and one
 * bounded queue between them; retry, lifecycle and health. Only the root package uses this one.
 */
@NullMarked
package io.rustcdc.runtime;

import org.jspecify.annotations.NullMarked;
