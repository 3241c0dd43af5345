package io.rustcdc.spring.mapping;

import io.rustcdc.event.CdcException;
import io.rustcdc.event.FailureKind;
import org.jspecify.annotations.Nullable;

/** A row does not fit the type that a listener asked for. Names columns and components, never values. */
public final class RowMappingException extends CdcException {

    private static final long serialVersionUID = 1L;

    RowMappingException(String message, String action, @Nullable Throwable cause) {
        super(FailureKind.CONFIGURATION, message, action, cause);
    }
}
