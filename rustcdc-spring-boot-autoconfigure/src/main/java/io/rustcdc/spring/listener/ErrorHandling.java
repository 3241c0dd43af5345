package io.rustcdc.spring.listener;

import io.rustcdc.delivery.Acknowledgment;
import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.Row;
import io.rustcdc.spring.CdcListenerErrorHandler;
import java.util.List;

/** Lets a handler of the application decide about the failures of a listener, be they thrown or told later. */
final class ErrorHandling implements ListenerCall {

    private final CdcListenerErrorHandler handler;
    private final ListenerCall call;

    ErrorHandling(CdcListenerErrorHandler handler, ListenerCall call) {
        this.handler = handler;
        this.call = call;
    }

    @Override
    public void run(List<ChangeEvent<Row>> events, Acknowledgment acknowledgment) throws Exception {
        try {
            call.run(events, new Handled(events, acknowledgment));
        } catch (InterruptedException e) {
            throw e; // the source is being stopped, which is nothing to decide about
        } catch (Exception e) {
            handler.handle(events, e);
            acknowledgment.acknowledge();
        }
    }

    private final class Handled implements Acknowledgment {

        private final List<ChangeEvent<Row>> events;
        private final Acknowledgment acknowledgment;

        private Handled(List<ChangeEvent<Row>> events, Acknowledgment acknowledgment) {
            this.events = events;
            this.acknowledgment = acknowledgment;
        }

        @Override
        public void acknowledge() {
            acknowledgment.acknowledge();
        }

        @Override
        public void fail(Throwable cause) {
            if (!(cause instanceof Exception failure)) {
                acknowledgment.fail(cause);
                return;
            }
            try {
                handler.handle(events, failure);
            } catch (Exception | Error e) {
                acknowledgment.fail(e);
                return;
            }
            acknowledgment.acknowledge();
        }
    }
}
