package io.rustcdc.runtime;

import io.rustcdc.delivery.Listeners;
import io.rustcdc.transform.Transforms;

/**
 * Where changes go.
 *
 * @param transforms what is done to them before
 * @param listeners who gets them
 */
public record Receivers(Transforms transforms, Listeners listeners) {

    /** @throws IllegalArgumentException if transforms make dead letters, and nothing keeps these */
    public Receivers {
        if (transforms.areSkippingToDeadLetters() && listeners.deadLetters() == null) {
            throw new IllegalArgumentException(
                    "Changes that a transform fails for are to become dead letters, and there is no store of dead letters");
        }
    }

    /** Changes go to the listeners as they are. */
    public static Receivers of(Listeners listeners) {
        return new Receivers(Transforms.none(), listeners);
    }
}
