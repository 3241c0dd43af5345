package io.rustcdc.delivery;

/**
 * Says what became of one change, or of one batch, after the call of its listener. May be used from any thread, any number of
 * times; the first call counts. Later changes may be acknowledged before earlier ones: what is saved is always the contiguous
 * prefix. After a reconnect the change is delivered again with a new acknowledgment, and the old one has no effect.
 */
@FunctionalInterface
public interface Acknowledgment {

    /** The listener is done with it. */
    void acknowledge();

    /**
     * The listener could not do it. The source fails then, and continues with this change when it is started again: a call is
     * not repeated in place, since later changes may have been handled meanwhile.
     *
     * @param cause why; null is not allowed
     */
    default void fail(Throwable cause) {
        throw new IllegalStateException("This acknowledgment cannot be refused: throw the failure instead", cause);
    }
}
