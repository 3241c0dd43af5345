package io.rustcdc.transform;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The transforms of a source in their order, and what happens when one fails. Immutable and thread-safe.
 *
 * <pre>{@code
 * Transforms transforms = Transforms.builder()
 *         .add("no-notes", ColumnTransform.exclude(TableFilter.of("public.customers"), List.of("notes")))
 *         .build();
 * }</pre>
 */
public final class Transforms {

    private static final Transforms NONE = builder().build();

    private final List<Stage> stages;
    private final @Nullable SkippedChanges skipped;
    private final boolean skippingToDeadLetters;

    /** One of them, under the name that logs and failures give it. */
    record Stage(String name, Transform transform) {}

    private Transforms(Builder builder) {
        this.stages = List.copyOf(builder.stages);
        this.skipped = builder.skipped;
        this.skippingToDeadLetters = builder.skippingToDeadLetters;
    }

    /** Changes stay as they are. */
    public static Transforms none() {
        return NONE;
    }

    public static Builder builder() {
        return new Builder();
    }

    /** Their names in order. */
    public List<String> names() {
        return stages.stream().map(Stage::name).toList();
    }

    List<Stage> stages() {
        return stages;
    }

    /** Whether a change that a transform fails for is to become a dead letter. */
    public boolean areSkippingToDeadLetters() {
        return skippingToDeadLetters;
    }

    /** Null where a failure halts the source, or makes a dead letter. */
    @Nullable
    SkippedChanges skipped() {
        return skipped;
    }

    @Override
    public String toString() {
        return "Transforms" + names();
    }

    /** Collects transforms in the order in which they are applied. Not thread-safe. */
    public static final class Builder {

        private final List<Stage> stages = new ArrayList<>();
        private @Nullable SkippedChanges skipped;
        private boolean skippingToDeadLetters;

        private Builder() {}

        /**
         * Adds a transform behind those that are there.
         *
         * @param name unique here
         * @throws IllegalArgumentException if there is one of that name
         */
        public Builder add(String name, Transform transform) {
            Objects.requireNonNull(transform, "transform");
            if (name.isBlank()) {
                throw new IllegalArgumentException("A transform needs a name");
            }
            if (stages.stream().anyMatch(stage -> stage.name().equals(name))) {
                throw new IllegalArgumentException("There are two transforms with the name '%s'".formatted(name));
            }
            stages.add(new Stage(name, transform));
            return this;
        }

        /**
         * Has a change skipped that a transform fails for; the source halts otherwise.
         *
         * @param keeper keeps them, since they would be lost
         */
        public Builder skipFailed(SkippedChanges keeper) {
            this.skipped = Objects.requireNonNull(keeper, "keeper");
            this.skippingToDeadLetters = false;
            return this;
        }

        /** As {@link #skipFailed(SkippedChanges)}, and the engine's store of dead letters keeps them; an engine without one is not built. */
        public Builder skipFailedToDeadLetters() {
            this.skipped = null;
            this.skippingToDeadLetters = true;
            return this;
        }

        public Transforms build() {
            return new Transforms(this);
        }
    }
}
