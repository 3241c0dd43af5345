package io.rustcdc.spring.outbox;

import io.rustcdc.event.TableId;

/**
 * A row whose event is done.
 *
 * @param column of the id
 */
record DoneRow(TableId table, String column, Object id) {}
