package io.rustcdc.sample;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What all runs of the shop together were given, without the repetitions, and the proof that nothing is missing. */
final class DeliveryHistory {

    private final List<Delivery> delivered = new ArrayList<>();
    private final Map<Long, Integer> versions = new HashMap<>();

    /**
     * Adds what one run was given. It may begin with changes that the run before had been given too, exactly the last
     * ones in the same order; from then on every change must be the next one of its order.
     *
     * @return how many were repeated
     */
    int add(List<Delivery> run) {
        int repeated = 0;
        while (repeated < run.size() && delivered.contains(run.get(repeated))) {
            repeated++;
        }
        assertThat(run.subList(0, repeated))
                .as("a run repeats the last changes of the one before")
                .isEqualTo(delivered.subList(delivered.size() - repeated, delivered.size()));
        run.subList(repeated, run.size()).forEach(this::addNew);
        return repeated;
    }

    private void addNew(Delivery delivery) {
        int last = versions.getOrDefault(delivery.order(), 0);
        if (delivery.version() == Delivery.DELETED) {
            assertThat(last)
                    .as("version of order %d before it is deleted", delivery.order())
                    .isBetween(1, 10);
        } else {
            assertThat(delivery.version())
                    .as("version of order %d", delivery.order())
                    .isEqualTo(last + 1);
        }
        versions.put(delivery.order(), delivery.version());
        delivered.add(delivery);
    }

    int size() {
        return delivered.size();
    }
}
