package io.rustcdc.runtime;

import io.rustcdc.event.CdcException;
import io.rustcdc.event.EventSource;
import io.rustcdc.event.Offset;
import io.rustcdc.observe.EngineObserver;
import io.rustcdc.observe.EngineState;
import io.rustcdc.observe.HealthVerdict;
import io.rustcdc.observe.HealthVerdict.Status;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * When things last moved, by the monotonic clock, and what follows from it for the health. Each field is written by one
 * thread and read by anybody.
 */
final class Vitals implements EngineObserver {

    private static final long NEVER = Long.MIN_VALUE;

    /** Cutting large tables into ranges takes as long as reading their keys. */
    private static final Duration PREPARING_LONG = Duration.ofMinutes(10);

    private final Duration stallThreshold;
    private final Counters counters;

    private volatile long disconnectedAt = System.nanoTime();
    private volatile boolean connectedOnce;
    private volatile @Nullable CdcException lastConnectionFailure;
    private volatile long lastRead = System.nanoTime();
    private volatile boolean waitingForRoom;
    private volatile long preparingSince = NEVER;
    private volatile long lastEvent = NEVER;
    private volatile long unsavedSince = NEVER;
    private volatile long saveFailingSince = NEVER;
    private volatile @Nullable CdcException lastSaveFailure;
    private volatile @Nullable String failingListener;
    private volatile @Nullable CdcException letterFailure;
    private volatile List<String> unacknowledgedBy = List.of();
    private volatile @Nullable Instant oldestUnsaved;
    private volatile boolean caughtUp;
    private volatile boolean unacknowledged;
    private volatile long savingSince = NEVER;
    private volatile long lastAcknowledged = System.nanoTime();
    private volatile @Nullable Instant lastEventAt;

    /** Listeners that fail for all rows, and after how many of them that was clear. */
    private final Map<String, Integer> broken = new ConcurrentSkipListMap<>();

    /** Written for nearly each change, so without a fence. */
    private final AtomicLong lastProgress = new AtomicLong(System.nanoTime());

    Vitals(Duration stallThreshold, Counters counters) {
        this.stallThreshold = stallThreshold;
        this.counters = counters;
    }

    void connected() {
        connectedOnce = true;
        lastConnectionFailure = null;
        lastRead = System.nanoTime();
        preparingSince = NEVER;
        disconnectedAt = NEVER;
        caughtUp = false;
    }

    boolean isConnected() {
        return disconnectedAt == NEVER;
    }

    void disconnected(CdcException failure) {
        lastConnectionFailure = failure;
        if (disconnectedAt == NEVER) {
            disconnectedAt = System.nanoTime();
        }
    }

    void read(boolean arrived) {
        long now = System.nanoTime();
        lastRead = now;
        waitingForRoom = false;
        caughtUp = !arrived;
        if (arrived) {
            lastEvent = now;
            lastEventAt = Instant.now();
        }
    }

    void waitingForRoom() {
        waitingForRoom = true;
    }

    /** The connection is not read, since the reader sees to the rows of tables. */
    void preparingRows() {
        preparingSince = System.nanoTime();
    }

    void preparedRows() {
        preparingSince = NEVER;
        lastRead = System.nanoTime();
    }

    /** The connection is not read, since rows have to be handed over first; whether these come is another question. */
    void holdingForRows() {
        lastRead = System.nanoTime();
        waitingForRoom = false;
    }

    void delivering(Instant commitTime) {
        if (unsavedSince == NEVER) {
            long now = System.nanoTime();
            oldestUnsaved = commitTime;
            unsavedSince = now;
            lastProgress.lazySet(now);
        }
    }

    /** @param tookTime whether it may have; else the clock is not asked, which costs as much as reading two columns */
    void delivered(boolean tookTime) {
        counters.polled();
        if (tookTime) {
            progressed();
        }
        if (failingListener != null) {
            failingListener = null;
        }
        if (letterFailure != null) {
            letterFailure = null;
        }
    }

    /** Something was done that is not the delivery of one change. */
    void progressed() {
        lastProgress.lazySet(System.nanoTime());
    }

    /** Whether something that takes time ended later than this. */
    boolean hasProgressed(long nanoTime) {
        return lastProgress.getPlain() - nanoTime > 0;
    }

    @Override
    public void deliveryFailed(EventSource source, String listener, Offset offset, int attempt, Throwable failure) {
        failingListener = listener;
    }

    @Override
    public void listenerBroken(EventSource source, String listener, int rows) {
        broken.put(listener, rows);
    }

    @Override
    public void listenerMended(EventSource source, String listener) {
        broken.remove(listener);
    }

    @Override
    public void deadLetterStoreFailed(EventSource source, CdcException failure) {
        letterFailure = failure;
    }

    void saving() {
        savingSince = System.nanoTime();
    }

    /** What was to be saved with it was given up: nothing was saved, and nothing failed to be. */
    void notSaving() {
        savingSince = NEVER;
    }

    /**
     * A save succeeded.
     *
     * @param waitingSince when the oldest change was committed that waits for an acknowledgment; null when none does
     */
    void saved(long changes, @Nullable Instant waitingSince) {
        long now = System.nanoTime();
        savingSince = NEVER;
        saveFailingSince = NEVER;
        lastSaveFailure = null;
        if (waitingSince == null) {
            forgetUnsaved();
        } else {
            unsavedSince = now;
            oldestUnsaved = waitingSince;
        }
        if (changes > 0) {
            counters.committed(changes);
            lastAcknowledged = now;
        }
    }

    /** What was delivered and not saved will be read again. */
    void forgetUnsaved() {
        unsavedSince = NEVER;
        oldestUnsaved = null;
        unacknowledged = false;
        saveRecovered();
    }

    /** What kept from saving has passed. */
    void saveRecovered() {
        saveFailingSince = NEVER;
        lastSaveFailure = null;
    }

    /**
     * A batch is done and some of it waits for acknowledgments from elsewhere, or not.
     *
     * @param listeners of whom at least one has not acknowledged the oldest change
     */
    void waitingForAcknowledgments(@Nullable Instant waitingSince, List<String> listeners) {
        unacknowledgedBy = listeners;
        boolean waiting = waitingSince != null;
        if (waiting && !unacknowledged) {
            lastAcknowledged = System.nanoTime();
        } else if (!waiting && unacknowledged) {
            progressed(); // what was delivered last is acknowledged just now
        }
        unacknowledged = waiting;
    }

    @Nullable
    Instant lastEventAt() {
        return lastEventAt;
    }

    void saveFailed(CdcException failure) {
        savingSince = NEVER;
        lastSaveFailure = failure;
        if (saveFailingSince == NEVER) {
            saveFailingSince = System.nanoTime();
        }
    }

    /** Whether the last save has failed and is tried again. */
    boolean isSaveFailing() {
        return saveFailingSince != NEVER;
    }

    /** How long something delivered has waited to be saved; zero when nothing does. */
    Duration unsavedFor() {
        long since = unsavedSince;
        return since == NEVER ? Duration.ZERO : Duration.ofNanos(System.nanoTime() - since);
    }

    /**
     * How long ago the oldest change was committed that is not saved yet; zero when nothing is left to read, deliver or
     * save. Without a connection nobody knows: then at least as long as it is gone.
     *
     * @param newestRead when the newest transaction that was read was committed
     * @param waitingFor how long the oldest change in the queue has been there
     */
    Duration lag(@Nullable Instant newestRead, boolean queueEmpty, Duration waitingFor) {
        Instant oldest = oldestUnsaved;
        if (oldest == null && !(queueEmpty && caughtUp)) {
            oldest = newestRead;
        }
        Duration lag = oldest == null ? Duration.ZERO : Duration.between(oldest, Instant.now());
        long since = disconnectedAt;
        Duration away = since == NEVER ? Duration.ZERO : Duration.ofNanos(System.nanoTime() - since);
        return longest(lag, longest(away, waitingFor));
    }

    /** The first answer that applies. A database that is quiet and caught up is idle, however long it is. */
    HealthVerdict verdict(EngineState state, @Nullable CdcException failure, Duration stuckFor) {
        return switch (state) {
            case FAILED ->
                failure == null
                        ? HealthVerdict.of(Status.FAILED)
                        : new HealthVerdict(Status.FAILED, failure.description(), failure.action());
            case STOPPED -> new HealthVerdict(Status.NOT_RUNNING, "the source is stopped", null);
            case STANDBY -> HealthVerdict.of(Status.STANDBY);
            case STARTING, STOPPING -> HealthVerdict.of(Status.IDLE);
            case RECONNECTING -> disconnectedVerdict();
            case PAUSED -> new HealthVerdict(Status.IDLE, "paused by request", null);
            case STREAMING, SNAPSHOTTING -> connectedVerdict(stuckFor);
        };
    }

    private String waitedFor() {
        List<String> listeners = unacknowledgedBy;
        return switch (listeners.size()) {
            case 0 -> "a listener has";
            case 1 -> "listener '%s' has".formatted(listeners.get(0));
            default -> "one of the listeners '%s' has".formatted(String.join("', '", listeners));
        };
    }

    private HealthVerdict disconnectedVerdict() {
        CdcException failure = lastConnectionFailure;
        String cause = failure == null ? "no connection" : failure.description();
        String action = failure == null ? null : failure.action();
        long since = disconnectedAt;
        if (!connectedOnce) {
            return HealthVerdict.stalled("the source has not been reached yet: " + cause, action);
        }
        if (since != NEVER && stands(since)) {
            return HealthVerdict.stalled("no connection for %s: %s".formatted(age(since), cause), action);
        }
        return new HealthVerdict(Status.HEALTHY, "reconnecting: " + cause, action);
    }

    private HealthVerdict connectedVerdict(Duration stuckFor) {
        for (Map.Entry<String, Integer> listener : broken.entrySet()) {
            return HealthVerdict.stalled(
                    "listener '%s' has failed for %d different rows one after the other, so nothing more is parked: its call is repeated"
                            .formatted(listener.getKey(), listener.getValue()),
                    "Mend the listener or what it depends on; it goes on by itself. Then replay its dead letters.");
        }
        long saving = savingSince;
        if (saving != NEVER && stands(saving)) {
            return HealthVerdict.stalled(
                    "a write of the checkpoint has not returned for " + age(saving),
                    "Look at the disk or the database that holds the checkpoint.");
        }
        long failing = saveFailingSince;
        CdcException saveFailure = lastSaveFailure;
        if (failing != NEVER && saveFailure != null && stands(failing)) {
            return HealthVerdict.stalled(
                    "the checkpoint could not be saved for %s: %s".formatted(age(failing), saveFailure.description()),
                    saveFailure.action());
        }
        if (unacknowledged && stands(lastAcknowledged)) {
            return HealthVerdict.stalled(
                    "%s not acknowledged a change for %s".formatted(waitedFor(), age(lastAcknowledged)),
                    "Look at what the listeners wait for (a thread dump shows the threads 'rustcdc-<source>-...'), and for a lost Acknowledgment: each change that a manual listener takes must be acknowledged.");
        }
        long progress = lastProgress.get();
        boolean inListeners = saving == NEVER && failing == NEVER; // else the save has its own time, and its own reason
        if (unsavedSince != NEVER && !unacknowledged && inListeners && stands(progress)) {
            CdcException noLetters = letterFailure;
            if (noLetters != null) {
                return HealthVerdict.stalled(
                        "dead letters have not been kept or found for %s: %s"
                                .formatted(age(progress), noLetters.description()),
                        noLetters.action());
            }
            String listener = failingListener;
            return HealthVerdict.stalled(
                    listener == null
                            ? "listeners have acknowledged nothing for " + age(progress)
                            : "listener '%s' keeps failing, for %s".formatted(listener, age(progress)),
                    "Look at what the listeners wait for (a thread dump shows the thread 'rustcdc-<source>-delivery').");
        }
        if (stuckFor.compareTo(stallThreshold) > 0 && inListeners && stands(progress)) {
            return HealthVerdict.stalled(
                    "changes have waited to be delivered for " + age(progress),
                    "Look at what the thread 'rustcdc-<source>-delivery' does in a thread dump.");
        }
        long preparing = preparingSince;
        if (preparing != NEVER) {
            return isOlder(preparing, PREPARING_LONG)
                    ? HealthVerdict.stalled(
                            "the reading of rows has been prepared for " + age(preparing),
                            "Look at what the database does for it, and at the thread 'rustcdc-<source>-reader' in a thread dump.")
                    : HealthVerdict.of(Status.HEALTHY);
        }
        if (!waitingForRoom && stands(lastRead)) {
            return HealthVerdict.stalled("the connection has answered no read for " + age(lastRead), null);
        }
        long event = lastEvent;
        return HealthVerdict.of(event != NEVER && !stands(event) ? Status.HEALTHY : Status.IDLE);
    }

    private static Duration longest(Duration one, Duration other) {
        return one.compareTo(other) > 0 ? one : other;
    }

    /** Whether that is longer ago than anything may stand still. */
    boolean stands(long since) {
        return isOlder(since, stallThreshold);
    }

    private static boolean isOlder(long since, Duration age) {
        return System.nanoTime() - since > age.toNanos();
    }

    private static String age(long since) {
        Duration age = Duration.ofNanos(System.nanoTime() - since);
        return age.toSeconds() > 0 ? age.toSeconds() + " s" : age.toMillis() + " ms";
    }
}
