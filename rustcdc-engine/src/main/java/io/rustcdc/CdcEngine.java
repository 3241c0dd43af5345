package io.rustcdc;

import io.rustcdc.checkpoint.CheckpointStore;
import io.rustcdc.checkpoint.MemoryCheckpointStore;
import io.rustcdc.checkpoint.TransactionalCheckpointStore;
import io.rustcdc.deadletter.DeadLetterStore;
import io.rustcdc.delivery.DeliveryTransaction;
import io.rustcdc.delivery.Listeners;
import io.rustcdc.delivery.Subscription;
import io.rustcdc.event.EventSource;
import io.rustcdc.observe.EngineObserver;
import io.rustcdc.observe.EngineStatus;
import io.rustcdc.runtime.AllInstances;
import io.rustcdc.runtime.DeadLetters;
import io.rustcdc.runtime.EngineOptions;
import io.rustcdc.runtime.Receivers;
import io.rustcdc.runtime.SourceCheckpoint;
import io.rustcdc.runtime.SourceRunner;
import io.rustcdc.snapshot.Snapshots;
import io.rustcdc.source.Diagnosis;
import io.rustcdc.source.SourceConnector;
import io.rustcdc.transform.Transforms;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Captures the changes of one source and hands them to listeners: in commit order, at least once, across crashes. Can be
 * started and stopped again and again. All methods are thread-safe.
 *
 * <pre>{@code
 * CdcEngine engine = CdcEngine.builder(connector)
 *         .checkpointStore(new FileCheckpointStore(directory, connector.source(), connector.offsets()))
 *         .subscribe(Subscription.of("printer", (event, acknowledgment) -> System.out.println(event)))
 *         .build();
 * engine.start();
 * }</pre>
 */
public final class CdcEngine implements AutoCloseable {

    private final SourceRunner runner;

    private CdcEngine(Builder builder) {
        this.runner = new SourceRunner(
                builder.connector,
                builder.store,
                new Receivers(builder.transforms, builder.listeners()),
                builder.options,
                EngineObserver.all(builder.observers));
    }

    public static Builder builder(SourceConnector connector) {
        return new Builder(connector);
    }

    public EventSource source() {
        return runner.source();
    }

    /**
     * Starts capturing and returns when the stream flows, or when the source cannot be reached for now: then it is tried
     * for ever in the background. Also returns when the position is lost or the checkpoint damaged; the state is FAILED
     * then, with the reason in {@link #status()}. Does nothing when running.
     *
     * @throws io.rustcdc.event.CdcException when somebody has to change the configuration, the credentials or a grant;
     *     nothing is left running then
     */
    public void start() {
        runner.start();
    }

    /**
     * Lets the running listener call finish, saves, confirms, closes the connection and releases the lease, within the
     * shutdown timeout. Does nothing when stopped.
     */
    public void stop() {
        runner.stop();
    }

    /** Delivers nothing more after the running listener call until {@link #resume()}; the connection stays. */
    public void pause() {
        runner.pause();
    }

    /** Ends a pause; does nothing when there is none. */
    public void resume() {
        runner.resume();
    }

    /**
     * Starts a source that has lost its position once more, accepting this once that changes are missing: it goes on at the
     * earliest position that can still be read. Returns as {@link #start()} does. The new start is saved before anything is
     * delivered, and the old checkpoint is kept beside it. Until then the checkpoint is as before, and so a crash leaves the
     * source as lost as before. The next lost position is a failure again.
     *
     * @param requestedBy who decided it, for the log; null when not known
     * @throws io.rustcdc.event.CdcException if the source is not FAILED because of a lost position; or as {@link #start()}
     */
    public void acceptGap(@Nullable String requestedBy) {
        runner.acceptGap(requestedBy);
    }

    /**
     * Checks all that a start of the source would need now, one thing after the other, by the checks of the start itself, and goes on
     * where that would give up. Changes nothing on the server, takes no lease, and may be called at any time, whether the source
     * runs, stands by, has failed or was never started. Connects for that, and takes as long as a few connections and short
     * statements take, each of which ends within the configured timeout.
     */
    public Diagnosis diagnose() {
        return runner.diagnose();
    }

    /** What this source is to do in all instances of the application that share its checkpoint. */
    public AllInstances allInstances() {
        return runner.allInstances();
    }

    /** The checkpoint as operators see it, and change it while the source does not run. */
    public SourceCheckpoint checkpoint() {
        return runner.checkpoint();
    }

    /** What listeners could not handle, where their policy is to park it. */
    public DeadLetters deadLetters() {
        return runner.deadLetters();
    }

    /** The rows that exist: what of them is delivered, and how far that has got. */
    public Snapshots snapshots() {
        return runner.snapshots();
    }

    /** How it is going; never waits. */
    public EngineStatus status() {
        return runner.status();
    }

    @Override
    public void close() {
        stop();
    }

    /** Collects the parts of an engine. Not thread-safe. */
    public static final class Builder {

        private final SourceConnector connector;
        private final List<Subscription> subscriptions = new ArrayList<>();
        private final List<EngineObserver> observers = new ArrayList<>();
        private CheckpointStore store = new MemoryCheckpointStore();
        private EngineOptions options = EngineOptions.ofDefaults();
        private Transforms transforms = Transforms.none();
        private @Nullable DeliveryTransaction transaction;
        private @Nullable DeadLetterStore deadLetters;

        private Builder(SourceConnector connector) {
            this.connector = connector;
        }

        /** Where the position is kept; by default in memory, which starts anew with each process. */
        public Builder checkpointStore(CheckpointStore checkpointStore) {
            this.store = checkpointStore;
            return this;
        }

        /** Adds a listener; its id must be unique in this engine. Listeners are called in the order of their addition. */
        public Builder subscribe(Subscription subscription) {
            if (subscriptions.stream().anyMatch(other -> other.id().equals(subscription.id()))) {
                throw new IllegalArgumentException("There are two listeners with the id '%s' for source '%s'"
                        .formatted(subscription.id(), connector.source().name()));
            }
            subscriptions.add(subscription);
            return this;
        }

        /** What is done to changes before listeners see them; nothing by default. Replaces what was set before. */
        public Builder transforms(Transforms changeTransforms) {
            this.transforms = changeTransforms;
            return this;
        }

        /**
         * Lets the calls of the listeners share a transaction with the save of the checkpoint, so that what they write to the
         * same database is done exactly once. The checkpoint store must be a {@link TransactionalCheckpointStore} on that
         * database, and the listeners must acknowledge by returning.
         */
        public Builder transaction(DeliveryTransaction deliveryTransaction) {
            this.transaction = deliveryTransaction;
            return this;
        }

        /** Where changes go that a listener cannot handle, if its policy is to park them. */
        public Builder deadLetterStore(DeadLetterStore deadLetterStore) {
            this.deadLetters = deadLetterStore;
            return this;
        }

        private Listeners listeners() {
            if (transaction != null && !(store instanceof TransactionalCheckpointStore)) {
                throw new IllegalArgumentException(
                        "The checkpoint of source '%s' (%s) cannot be saved in a transaction of its listeners: expected is a store in a database"
                                .formatted(connector.source().name(), store.location()));
            }
            return new Listeners(subscriptions, transaction, deadLetters);
        }

        public Builder observer(EngineObserver observer) {
            observers.add(observer);
            return this;
        }

        public Builder options(EngineOptions engineOptions) {
            this.options = engineOptions;
            return this;
        }

        /** @throws IllegalArgumentException if the parts do not fit together */
        public CdcEngine build() {
            return new CdcEngine(this);
        }
    }
}
