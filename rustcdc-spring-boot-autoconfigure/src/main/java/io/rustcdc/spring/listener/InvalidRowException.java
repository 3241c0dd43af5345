package io.rustcdc.spring.listener;

import io.rustcdc.event.CdcException;
import io.rustcdc.event.FailureKind;
import io.rustcdc.event.TableId;

/** A row breaks the constraints of its type. Names components and constraints, never values. */
public final class InvalidRowException extends CdcException {

    private static final long serialVersionUID = 1L;

    InvalidRowException(TableId table, Class<?> type, String violations) {
        super(
                FailureKind.TERMINAL,
                "A row of %s is not a valid %s: %s".formatted(table, type.getName(), violations),
                "Mend the row or the constraints, or let the errorHandler of the listener decide about such rows.",
                null);
    }
}
