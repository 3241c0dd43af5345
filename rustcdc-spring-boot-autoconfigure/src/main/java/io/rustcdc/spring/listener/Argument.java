package io.rustcdc.spring.listener;

import io.rustcdc.delivery.Acknowledgment;
import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.Row;
import org.jspecify.annotations.Nullable;

/** Fills one parameter. */
@FunctionalInterface
interface Argument {

    @Nullable
    Object of(ChangeEvent<Row> event, Acknowledgment acknowledgment);
}
