package io.rustcdc.transform;

import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.EventSource;
import io.rustcdc.event.Operation;
import io.rustcdc.event.Row;
import io.rustcdc.observe.EngineObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Applies the transforms of a source, from one start to its stop. Used by the delivery thread only. */
public final class Pipeline {

    private static final Logger logger = LoggerFactory.getLogger(Pipeline.class);

    private final EventSource source;
    private final List<StageRun> stages;
    private final @Nullable SkippedChanges skipped;
    private final boolean skippingToDeadLetters;
    private final EngineObserver observer;
    private final BooleanSupplier stopping;

    /** What became of changes, as long as it could still be undone. */
    private final List<Runnable> untold = new ArrayList<>();

    /** @param stopping whether the source is being stopped: then a failure is no verdict on a change */
    public Pipeline(EventSource source, Transforms transforms, EngineObserver observer, BooleanSupplier stopping) {
        this.source = source;
        this.stages = transforms.stages().stream()
                .map(stage -> new StageRun(source, stage, observer))
                .toList();
        this.skipped = transforms.skipped();
        this.skippingToDeadLetters = transforms.areSkippingToDeadLetters();
        this.observer = observer;
        this.stopping = stopping;
    }

    /** Whether every change passes as it is. */
    public boolean isEmpty() {
        return stages.isEmpty();
    }

    /**
     * The change as the listeners are to see it; null if none is to see it, so that it counts as acknowledged. Observers hear that it
     * was filtered away or skipped with {@link #tell()}.
     *
     * @throws TransformException if a transform fails, unless such changes are skipped. Where they become dead letters, it
     *     {@link TransformException#isToBeSkipped()}, and once there is one, {@link #skipped} is to be told
     */
    public @Nullable ChangeEvent<Row> transform(ChangeEvent<Row> event) {
        if (isEmpty() || event.operation() == Operation.TRUNCATE || event.operation() == Operation.SCHEMA_CHANGE) {
            return event;
        }
        ChangeEvent<Row> current = event;
        for (StageRun stage : stages) {
            ChangeEvent<Row> next;
            try {
                next = stage.apply(current);
            } catch (RuntimeException | Error e) {
                failed(stage.name(), event, e);
                return null;
            }
            if (next == null) {
                untold.add(() -> observer.changeFiltered(source, stage.name(), event.table(), event.offset()));
                return null;
            }
            if (next != current) {
                observer.transformApplied(source, stage.name(), event.table(), event.offset());
            }
            current = next;
        }
        return current;
    }

    /** Returns when the change is skipped. */
    private void failed(String transform, ChangeEvent<Row> event, Throwable cause) {
        TransformException failure = TransformException.of(transform, event, cause);
        boolean verdict = cause instanceof Exception && !stopping.getAsBoolean();
        SkippedChanges keeper = skipped;
        if (!verdict || keeper == null) {
            throw verdict && skippingToDeadLetters ? failure.toBeSkipped() : failure;
        }
        try {
            keeper.skipped(source, event, transform, failure);
        } catch (RuntimeException e) {
            throw failure.notKept(event, e);
        }
        skipped(failure);
    }

    /** A change that it failed for is kept; {@link #tell()} says so. */
    public void skipped(TransformException failure) {
        untold.add(() -> observer.transformFailed(source, failure.transform(), failure, true));
    }

    /** Tells observers what became of the changes; to be called when nothing undoes it any more. */
    public void tell() {
        if (untold.isEmpty()) {
            return; // nearly always
        }
        untold.forEach(Runnable::run);
        untold.clear();
    }

    /** What became of the changes was undone with a transaction, or they will come again. */
    public void forget() {
        untold.clear();
    }

    /** Tells observers of a failure that ends the run. */
    public void tell(TransformException failure) {
        observer.transformFailed(source, failure.transform(), failure, false);
    }

    /** One transform in this run. */
    private static final class StageRun {

        private final String name;
        private final Transform transform;
        private final @Nullable RuleWatch rules;

        private StageRun(EventSource source, Transforms.Stage stage, EngineObserver observer) {
            this.name = stage.name();
            this.transform = stage.transform();
            this.rules = transform instanceof ColumnTransform columns
                    ? new RuleWatch(source, name, columns, observer)
                    : null;
        }

        private String name() {
            return name;
        }

        private @Nullable ChangeEvent<Row> apply(ChangeEvent<Row> event) {
            if (rules != null && transform instanceof ColumnTransform columns) {
                ColumnPlan plan = columns.plan(event.table(), ColumnPlan.columnsOf(event));
                rules.planned(plan);
                return columns.apply(event, plan);
            }
            ChangeEvent<Row> result;
            try {
                result = transform.apply(event);
            } finally {
                forgetInterrupt();
            }
            return result == null || result == event ? result : Guard.checked(event, result);
        }

        /** Left behind, it would end the waits of this thread. */
        private void forgetInterrupt() {
            if (Thread.interrupted()) {
                logger.debug("Transform '{}' left the interrupt flag set", name);
            }
        }
    }
}
