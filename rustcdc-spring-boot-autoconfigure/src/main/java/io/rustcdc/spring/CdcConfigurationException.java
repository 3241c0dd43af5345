package io.rustcdc.spring;

import io.rustcdc.event.CdcException;
import io.rustcdc.event.FailureKind;

/** The settings or the listeners of the application do not fit together. Found before anything is started. */
public final class CdcConfigurationException extends CdcException {

    private static final long serialVersionUID = 1L;

    /**
     * @param message what was expected and what was found
     * @param action what to change
     */
    public CdcConfigurationException(String message, String action) {
        super(FailureKind.CONFIGURATION, message, action, null);
    }
}
