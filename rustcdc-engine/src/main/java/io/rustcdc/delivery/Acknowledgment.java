package io.rustcdc.delivery;

/**
 * Says that a listener is done with one change. May be called from any thread, any number of times; the first call
 * counts. Later changes may be acknowledged before earlier ones: what is saved is always the contiguous prefix. After a
 * reconnect the change is delivered again with a new acknowledgment, and the old one has no effect.
 */
@FunctionalInterface
public interface Acknowledgment {

    void acknowledge();
}
