package io.rustcdc.spring.listener;

import io.rustcdc.delivery.Acknowledgment;
import io.rustcdc.delivery.BatchFailedException;
import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.Row;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** Calls a listener only for those changes that it wants. What it is not called for is acknowledged. */
final class WantedChanges implements ListenerCall {

    private final Predicate<ChangeEvent<Row>> wanted;
    private final ListenerCall call;

    WantedChanges(Predicate<ChangeEvent<Row>> wanted, ListenerCall call) {
        this.wanted = wanted;
        this.call = call;
    }

    @Override
    public void run(List<ChangeEvent<Row>> events, Acknowledgment acknowledgment) throws Exception {
        if (events.size() > 1) {
            runWanted(events, acknowledgment);
        } else if (wanted.test(events.get(0))) {
            call.run(events, acknowledgment);
        } else {
            acknowledgment.acknowledge();
        }
    }

    private void runWanted(List<ChangeEvent<Row>> events, Acknowledgment acknowledgment) throws Exception {
        List<ChangeEvent<Row>> taken = new ArrayList<>(events.size());
        List<Integer> places = new ArrayList<>();
        for (int i = 0; i < events.size(); i++) {
            try {
                if (wanted.test(events.get(i))) {
                    taken.add(events.get(i));
                    places.add(i);
                }
            } catch (RuntimeException e) {
                throw new BatchFailedException(i, e);
            }
        }
        if (taken.isEmpty()) {
            acknowledgment.acknowledge();
            return;
        }
        try {
            call.run(taken, acknowledgment);
        } catch (BatchFailedException e) {
            boolean known = e.index() >= 0 && e.index() < places.size();
            throw known ? new BatchFailedException(places.get(e.index()), e.getCause()) : e;
        }
    }
}
