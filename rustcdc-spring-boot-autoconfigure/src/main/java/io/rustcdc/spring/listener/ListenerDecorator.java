package io.rustcdc.spring.listener;

/** Puts something around the calls of listeners. */
@FunctionalInterface
public interface ListenerDecorator {

    /**
     * @param id of the listener
     * @param batch whether it takes all of a batch
     */
    ListenerCall decorate(String id, boolean batch, ListenerCall call);
}
