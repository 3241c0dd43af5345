package io.rustcdc.spring.listener;

import io.rustcdc.delivery.Acknowledgment;
import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.Row;
import java.util.List;

/** A call of a listener, with one change or with all of a batch. */
@FunctionalInterface
public interface ListenerCall {

    void run(List<ChangeEvent<Row>> events, Acknowledgment acknowledgment) throws Exception;
}
