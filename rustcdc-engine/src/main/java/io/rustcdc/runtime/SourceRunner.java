package io.rustcdc.runtime;

import io.rustcdc.checkpoint.Checkpoint;
import io.rustcdc.checkpoint.CheckpointStore;
import io.rustcdc.checkpoint.SnapshotState;
import io.rustcdc.delivery.Delivery;
import io.rustcdc.delivery.DeliveryTransaction;
import io.rustcdc.event.CdcException;
import io.rustcdc.event.EventSource;
import io.rustcdc.event.FailureKind;
import io.rustcdc.event.SourceWarning;
import io.rustcdc.observe.EngineObserver;
import io.rustcdc.observe.EngineState;
import io.rustcdc.observe.EngineStatus;
import io.rustcdc.observe.HealthVerdict;
import io.rustcdc.snapshot.Snapshots;
import io.rustcdc.source.Diagnosis;
import io.rustcdc.source.SourceConnector;
import io.rustcdc.transform.Pipeline;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * One source's life: starts and stops its runs, and tells how it is. All methods are thread-safe; the decisions to start,
 * stop, pause and resume are taken one after the other, their waits are not held against each other.
 */
public final class SourceRunner {

    private final SourceConnector connector;
    private final CheckpointStore store;
    private final Receivers receivers;
    private final EngineOptions options;
    private final EngineObserver observer;
    private final StateTracker state;
    private final HealthWatch health;
    private final SourceSnapshots snapshots;
    private final Counters counters = new Counters();
    private final LogGauge gauge;
    private final UnmatchedRules unmatchedRules = new UnmatchedRules();
    private volatile @Nullable SourceRun run;
    private volatile @Nullable SourceWatch watch;
    private volatile @Nullable Instant startedAt;

    public SourceRunner(
            SourceConnector connector,
            CheckpointStore store,
            Receivers receivers,
            EngineOptions options,
            EngineObserver observer) {
        this.connector = connector;
        this.store = store;
        this.receivers = receivers;
        this.options = options;
        this.observer = observer;
        this.snapshots = new SourceSnapshots(connector, options.snapshot(), observer, new RunsOfSource());
        this.gauge = new LogGauge(connector.source(), observer);
        this.state =
                new StateTracker(connector.source(), EngineObserver.all(List.of(observer, new LookOnceConnected())));
        this.health = new HealthWatch(connector.source(), this::verdict, observer);
    }

    public EventSource source() {
        return connector.source();
    }

    public Snapshots snapshots() {
        return snapshots;
    }

    /** See {@code CdcEngine.start()}. */
    public void start() {
        try {
            awaitEndOfFailed();
            awaitFirstOutcome(launchOrJoin());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** See {@code CdcEngine.acceptGap()}. */
    public void acceptGap(@Nullable String requestedBy) {
        try {
            awaitEndOfFailed();
            awaitFirstOutcome(launchAfterGap(requestedBy));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void awaitFirstOutcome(SourceRun launched) throws InterruptedException {
        try {
            launched.awaitFirstOutcome();
        } catch (CdcException e) {
            endWatch(takeWatchOf(launched));
            throw e;
        }
    }

    private synchronized SourceRun launchAfterGap(@Nullable String requestedBy) {
        if (!state.isPositionLost() || state.state().isRunning()) {
            throw new CdcException(
                    FailureKind.CONFIGURATION,
                    "Source '%s' has not lost its position, so there is no gap to accept: it is %s"
                            .formatted(source().name(), state.state()),
                    "Nothing has been changed. A gap can be accepted once the source is FAILED with a lost position, until it streams again.",
                    null);
        }
        SourceRun previous = run;
        if (previous != null && !previous.hasEnded()) {
            throw stillRunning();
        }
        SourceRun next = prepare();
        boolean readAgain = options.onPositionLost() == OnPositionLost.RESNAPSHOT;
        next.parts().checkpoints().acceptGap(requestedBy, readAgain);
        return launch(next);
    }

    private synchronized SourceRun launchOrJoin() {
        SourceRun previous = run;
        if (previous != null && !previous.hasEnded()) {
            if (previous.isStuck() || !isUp()) {
                throw stillRunning();
            }
            return previous;
        }
        return launch(prepare());
    }

    private CdcException stillRunning() {
        return new CdcException(
                FailureKind.CONFIGURATION,
                "Source '%s' cannot start: the last run's listener call or connection has not ended yet"
                        .formatted(source().name()),
                "Wait for it or end it; a thread dump shows it as 'rustcdc-%s-delivery' or '-reader'."
                        .formatted(source().name()),
                null);
    }

    private SourceRun launch(SourceRun next) {
        run = next;
        startedAt = Instant.now();
        beginWatch();
        next.launch();
        return next;
    }

    private synchronized void beginWatch() {
        if (watch == null) {
            SourceWatch next = new SourceWatch(
                    connector, state, options.logWatch(), gauge, new SourceWatch.Told(observer, snapshots));
            watch = next;
            next.begin();
        }
    }

    /** The watch, unless it is another run's by now. */
    private synchronized @Nullable SourceWatch takeWatchOf(SourceRun ended) {
        return Objects.equals(run, ended) ? takeWatch() : null;
    }

    private synchronized @Nullable SourceWatch takeWatch() {
        SourceWatch taken = watch;
        watch = null;
        return taken;
    }

    private static void endWatch(@Nullable SourceWatch ending) {
        if (ending != null) {
            ending.end();
        }
    }

    private boolean isUp() {
        return (state.state().isRunning() && state.state() != EngineState.STOPPING) || state.isHeldBack();
    }

    private SourceRun prepare() {
        Handoff handoff = new Handoff(options.queueMaxEvents(), options.queueMaxBytes());
        Vitals vitals = new Vitals(options.stallThreshold(), counters);
        unmatchedRules.forget();
        EngineObserver ofTransforms = EngineObserver.all(List.of(observer, unmatchedRules));
        RunParts parts = new RunParts(
                handoff,
                new CheckpointWriter(source(), store, observer),
                vitals,
                new AtomicReference<>(),
                new CountDownLatch(1),
                snapshots,
                new Pipeline(source(), receivers.transforms(), ofTransforms, handoff::isStopped),
                new DeadLetterCommands());
        EngineObserver watching = EngineObserver.all(List.of(observer, vitals));
        Delivery delivery =
                new Delivery(source(), receivers.listeners(), options.calls(), watching, new DeliverySignals(parts));
        SourceRun.Watch watch = new SourceRun.Watch(state.starting(), health);
        return new SourceRun(
                source().name(),
                parts,
                watch,
                new Reader(connector, parts, watch, observer, options),
                task(parts, delivery));
    }

    private DeliveryTask task(RunParts parts, Delivery delivery) {
        PrefixSaver saver = new PrefixSaver(source(), parts, observer);
        DeliveryTransaction transaction = receivers.listeners().transaction();
        BatchLimit limit = new BatchLimit(
                options.maxEventsPerPoll(),
                options.transactionBoundary(),
                new TransactionSplits(source(), observer, options));
        return transaction == null
                ? new DeliveryLoop(parts, delivery, saver, limit)
                : new TransactionalDeliveryLoop(parts, delivery, saver, transaction, limit);
    }

    /** See {@code CdcEngine.stop()}. */
    public void stop() {
        Ending ending = requestStop();
        endWatch(ending.watch());
        if (ending.run() != null) {
            try {
                ending.run().awaitEnd(options.shutdownTimeout());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** What a stop ends. Taken in one step: what a start makes meanwhile is not to be ended. */
    private record Ending(@Nullable SourceRun run, @Nullable SourceWatch watch) {}

    private synchronized Ending requestStop() {
        SourceWatch watching = takeWatch();
        SourceRun current = run;
        if (current == null || current.hasEnded()) {
            return new Ending(null, watching);
        }
        current.requestStop();
        return new Ending(current, watching);
    }

    public synchronized void pause() {
        SourceRun current = run;
        if (current != null && state.state().isRunning()) {
            current.pause(true);
        }
    }

    public synchronized void resume() {
        SourceRun current = run;
        if (current != null) {
            current.pause(false);
        }
    }

    /** See {@code CdcEngine.allInstances()}. */
    public AllInstances allInstances() {
        return new AllInstances(this, store, options.shutdownTimeout());
    }

    /** Whether a wish for all instances has stopped this one. */
    boolean isHeldBack() {
        return state.isHeldBack();
    }

    /** Whether this instance has a run that has not ended. */
    boolean hasRun() {
        SourceRun current = run;
        return current != null && !current.hasEnded();
    }

    /** See {@code CdcEngine.deadLetters()}. */
    public DeadLetters deadLetters() {
        return new DeadLetters(source(), receivers.listeners().deadLetters(), this::submit);
    }

    private void submit(DeadLetterCommand command) {
        SourceRun current = run;
        EngineState now = state.state();
        if (current == null || (now != EngineState.STREAMING && now != EngineState.SNAPSHOTTING)) {
            throw DeadLetters.refusal(
                    "Dead letters of source '%s' are replayed and discarded by the source itself while it captures; it is %s"
                            .formatted(source().name(), now),
                    "Nothing has been done. Ask again once it is STREAMING.");
        }
        current.parts().letters().add(command);
        current.parts().handoff().wake();
    }

    /** See {@code CdcEngine.checkpoint()}. */
    public SourceCheckpoint checkpoint() {
        return new SourceCheckpoint(connector, store, observer, this::whileStopped);
    }

    /** See {@code CdcEngine.diagnose()}. */
    public Diagnosis diagnose() {
        return new SourceDoctor(connector, store, snapshots).look(status().offset());
    }

    private void whileStopped(Runnable change) {
        try {
            awaitEndOfFailed();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        changeWhileStopped(change);
    }

    private synchronized void changeWhileStopped(Runnable change) {
        if (hasRun() && !state.isHeldBack()) {
            throw new CdcException(
                    FailureKind.CONFIGURATION,
                    "Source '%s' runs (%s), so its checkpoint cannot be changed"
                            .formatted(source().name(), state.state()),
                    "Nothing has been changed. Stop the source first, in all instances.",
                    null);
        }
        change.run();
    }

    public EngineStatus status() {
        SourceRun current = run;
        SourceWatch watching = watch;
        EngineState now = state.state();
        if (current == null) {
            return new EngineStatus(
                    source(),
                    now,
                    verdict(),
                    null,
                    0,
                    0,
                    0,
                    0,
                    0,
                    Duration.ZERO,
                    Duration.ZERO,
                    null,
                    null,
                    null,
                    List.of(),
                    null);
        }
        RunParts parts = current.parts();
        Handoff handoff = parts.handoff();
        Checkpoint saved = parts.checkpoints().saved();
        boolean running = now.isRunning();
        boolean queueEmpty = handoff.buffered() == 0 && handoff.inFlight() == 0;
        return new EngineStatus(
                source(),
                now,
                verdict(),
                saved == null ? null : saved.offset(),
                counters.polledTotal(),
                counters.committedTotal(),
                saved == null ? 0 : saved.committedEventCount(),
                running ? handoff.inFlight() : 0,
                running ? handoff.buffered() : 0,
                running
                        ? parts.vitals().lag(handoff.lastCommitTime(), queueEmpty, handoff.waitingFor())
                        : Duration.ZERO,
                running ? parts.vitals().unsavedFor() : Duration.ZERO,
                running ? startedAt : null,
                parts.vitals().lastEventAt(),
                watching == null ? null : watching.log(),
                warnings(watching, running),
                snapshots.state().orElse(null));
    }

    private List<SourceWarning> warnings(@Nullable SourceWatch watching, boolean running) {
        List<SourceWarning> warnings = new ArrayList<>(watching == null ? List.of() : watching.warnings());
        if (running) {
            warnings.addAll(unmatchedRules.warnings());
        }
        return List.copyOf(warnings);
    }

    private HealthVerdict verdict() {
        SourceRun current = run;
        if (current == null) {
            return new Vitals(options.stallThreshold(), counters)
                    .verdict(state.state(), state.failure(), Duration.ZERO);
        }
        RunParts parts = current.parts();
        HealthVerdict end = state.end();
        HealthVerdict verdict = end != null
                ? end
                : parts.vitals()
                        .verdict(state.state(), state.failure(), parts.handoff().waitingFor());
        verdict = snapshots.verdict(verdict, state.state());
        SourceWatch watching = watch;
        return watching == null ? verdict : watching.verdict(verdict);
    }

    /** What snapshots need of the runs. */
    private final class RunsOfSource implements SourceSnapshots.Runs {

        @Override
        public boolean isOwnThread() {
            SourceRun current = run;
            return current != null && current.isOwn(Thread.currentThread());
        }

        @Override
        public SnapshotState changeSaved(UnaryOperator<SnapshotState> change) {
            try {
                awaitEndOfFailed();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return changeSavedWhileStopped(change);
        }
    }

    /** One that has failed holds the checkpoint for a moment longer. */
    private void awaitEndOfFailed() throws InterruptedException {
        SourceRun previous = run;
        if (previous != null && !previous.hasEnded() && !isUp()) {
            previous.awaitEnd(options.shutdownTimeout());
        }
    }

    private synchronized SnapshotState changeSavedWhileStopped(UnaryOperator<SnapshotState> change) {
        SourceRun current = run;
        if (current != null && !current.hasEnded() && !state.isHeldBack()) {
            throw new CdcException(
                    FailureKind.CONFIGURATION,
                    "Source '%s' is not connected, so its snapshots cannot be changed".formatted(source().name()),
                    "Wait until it is connected, or stop it first: then what is saved is changed.",
                    null);
        }
        CheckpointWriter writer = new CheckpointWriter(source(), store, observer);
        try {
            writer.open();
            SnapshotState saved = writer.changeRows(change);
            if (saved == null) {
                throw new CdcException(
                        FailureKind.CONFIGURATION,
                        "Source '%s' has saved nothing of snapshots that could be changed".formatted(source().name()),
                        "Start the source first.",
                        null);
            }
            return saved;
        } finally {
            writer.close();
        }
    }

    /** The first look comes when there is something to see. */
    private final class LookOnceConnected implements EngineObserver {

        @Override
        public void stateChanged(EventSource source, EngineState from, EngineState to) {
            SourceWatch watching = watch;
            if (watching != null && (to == EngineState.STREAMING || to == EngineState.SNAPSHOTTING)) {
                watching.wake();
            }
        }
    }
}
