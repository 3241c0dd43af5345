package io.rustcdc.spring.outbox;

import io.rustcdc.event.CdcException;
import io.rustcdc.event.FailureKind;

/** A row is not the event that a listener asked for. Names the event by its id and type, and never holds its content. */
public final class OutboxException extends CdcException {

    private static final long serialVersionUID = 1L;

    OutboxException(String message, String action) {
        super(FailureKind.CONFIGURATION, message, action, null);
    }
}
