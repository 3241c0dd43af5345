/**
 * Rows of outbox tables as domain events, and their removal. Takes rows and settings; gives {@link io.rustcdc.spring.OutboxEvent}s.
 * Uses the application's API, {@code mapping} for the names of columns, Jackson and JDBC.
 */
@NullMarked
package io.rustcdc.spring.outbox;

import org.jspecify.annotations.NullMarked;
