package io.rustcdc.delivery;

/** The source is being stopped while a change waited to be tried again; it is delivered again after the next start. */
public final class DeliveryAbortedException extends Exception {

    private static final long serialVersionUID = 1L;
}
