package io.rustcdc.delivery;

import io.rustcdc.delivery.Delivery.Signals;
import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.Operation;
import io.rustcdc.event.Row;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The lanes of one listener. The delivery thread gives it each change in order and says when to end; lanes make the calls.
 *
 * <p>Why order per key holds: a key always leads to the same lane, a lane makes its calls in the order in which they were given, and
 * the next one only after the last one succeeded. After one that failed or was given up, no call with a higher number is begun,
 * until {@link #startOver()}. A change of the key itself stands in both lanes. What concerns a whole table is given only while no
 * call is under way ({@link #canTake}).
 *
 * <p>What an end leaves behind: {@link #finish()} makes exactly those calls that are older than one that has been begun, so what was
 * done is a contiguous prefix, and nothing of it is delivered again.
 */
final class Lanes {

    /** What the lanes of all listeners of a source share. */
    record Parts(
            String source,
            ListenerCalls calls,
            Signals signals,
            BiFunction<Subscription, LaneCalled, Acknowledgment> acknowledgments,
            Consumer<RuntimeException> onFailure) {}

    /**
     * What a call is for.
     *
     * @param changes so many, the first included
     */
    record LaneCalled(ChangeEvent<Row> first, int changes, List<PendingAcknowledgment> pending) {}

    private static final Logger logger = LoggerFactory.getLogger(Lanes.class);

    private final Subscription subscription;
    private final Parts parts;
    private final Lane[] lanes;

    /** What is being collected for a call of each lane; null for listeners that take one change at a time. */
    private final @Nullable Batch @Nullable [] batches;

    /** The newest call that was given; for the delivery thread. */
    private long given;

    /** The last change that was given concerns a whole table. */
    private boolean atBarrier;

    /** Guarded by this, as are the next ones: so many calls have been given and are neither made nor given up. */
    private long open;

    /** The newest call that was begun. */
    private long begun;

    /** The newest call that may be begun, once {@link #ending}. */
    private long last;

    private boolean ending;
    private boolean held;

    Lanes(Subscription subscription, Parts parts) {
        this.subscription = subscription;
        this.parts = parts;
        LaneOptions options = subscription.lanes();
        this.lanes = new Lane[options.lanes()];
        for (int i = 0; i < lanes.length; i++) {
            String name = "rustcdc-%s-%s-%d".formatted(parts.source(), subscription.id(), i + 1);
            lanes[i] = new Lane(name, options.threads(), this::take);
        }
        this.batches = subscription.handler() instanceof BatchHandler ? new Batch[lanes.length] : null;
    }

    // The delivery thread's side

    /** Whether the change may be given now: one that concerns a whole table waits for all before it, and all after it wait for it. */
    boolean canTake(ChangeEvent<Row> event) {
        if (!atBarrier && !isBarrier(event)) {
            return true;
        }
        if (!isIdle()) {
            return false;
        }
        atBarrier = false;
        return true;
    }

    /**
     * Puts the change down for its lane.
     *
     * @param pending counts this listener among others
     * @throws DeliveryFailedException if its key cannot be read; then it is not put down
     */
    void give(ChangeEvent<Row> event, PendingAcknowledgment pending) {
        boolean barrier = isBarrier(event);
        int lane;
        int other;
        try {
            lane = lane(event, barrier ? null : subscription.lanes().key().apply(event));
            Object oldKey = event.operation() == Operation.UPDATE ? event.previousKey() : null;
            other = oldKey == null ? lane : lane(event, oldKey);
        } catch (RuntimeException e) {
            throw DeliveryFailedException.keyNotRead(subscription.id(), event, e);
        }
        atBarrier = barrier;
        if (lane != other) {
            flush(lane);
            flush(other);
            Turn turn = turn(one(event, pending), 2);
            lanes[lane].add(turn);
            lanes[other].add(turn);
        } else if (batches == null) {
            lanes[lane].add(turn(one(event, pending), 1));
        } else {
            Batch batch = batch(batches, lane);
            batch.add(event, pending);
            if (batch.isFull()) {
                flush(lane);
            }
        }
    }

    /** Lets the lanes see all that was given. */
    void flush() {
        for (int i = 0; i < lanes.length; i++) {
            flush(i);
            lanes[i].publish();
        }
    }

    /** Whether all that was given is done. */
    boolean isIdle() {
        if (batches != null && !Arrays.stream(batches).allMatch(Objects::isNull)) {
            return false;
        }
        synchronized (this) {
            return open == 0;
        }
    }

    /** Lets lanes go on that were held back by a pause or the like, if that is over. */
    synchronized void goOn() {
        if (held) {
            held = false;
            notifyAll();
        }
    }

    /** Begins nothing new, but makes the calls before those that were begun, and waits until all have ended. */
    void finish() {
        synchronized (this) {
            endWith(begun);
        }
        awaitIdle();
    }

    /** Begins nothing more, and waits for the calls that are under way. */
    void abandon() {
        synchronized (this) {
            endWith(0);
        }
        awaitIdle();
    }

    /** After {@link #finish()} or {@link #abandon()}: what was not done will be given again. */
    void startOver() {
        atBarrier = false;
        synchronized (this) {
            ending = false;
        }
    }

    /** Ends the threads; nothing must be under way. */
    void close() {
        for (Lane lane : lanes) {
            lane.close();
        }
    }

    private static boolean isBarrier(ChangeEvent<Row> event) {
        return event.operation() == Operation.TRUNCATE || event.operation() == Operation.SCHEMA_CHANGE;
    }

    private int lane(ChangeEvent<Row> event, @Nullable Object key) {
        int hash = event.table().hashCode() * 31 + (key == null ? 0 : key.hashCode());
        hash *= 0x9E3779B9; // the golden ratio spreads keys that follow each other
        return Math.floorMod(hash ^ (hash >>> 16), lanes.length);
    }

    private LaneCall one(ChangeEvent<Row> event, PendingAcknowledgment pending) {
        return new LaneCall.One(
                subscription,
                event,
                parts.acknowledgments().apply(subscription, new LaneCalled(event, 1, List.of(pending))));
    }

    private Batch batch(@Nullable Batch[] filling, int lane) {
        Batch batch = filling[lane];
        if (batch == null) {
            batch = parts.calls().batch(subscription, (BatchHandler) subscription.handler());
            filling[lane] = batch;
        }
        return batch;
    }

    private void flush(int lane) {
        Batch batch = batches == null ? null : batches[lane];
        if (batches == null || batch == null) {
            return;
        }
        batches[lane] = null;
        lanes[lane].add(turn(new LaneCall.Some(batch, parts.acknowledgments().apply(subscription, batch.called())), 1));
    }

    private Turn turn(LaneCall call, int inLanes) {
        synchronized (this) {
            open++;
        }
        return new Turn(++given, call, inLanes);
    }

    private void awaitIdle() {
        flush();
        synchronized (this) {
            while (open > 0) {
                try {
                    wait();
                } catch (InterruptedException e) {
                    // The patience with a stop has ended, and the listeners have to know.
                    endWith(0);
                    for (Lane lane : lanes) {
                        lane.interrupt();
                    }
                }
            }
        }
    }

    // The lanes' side

    private void take(Turn turn) {
        if (!turn.isLastToCome()) {
            return;
        }
        try {
            if (begin(turn.number())) {
                turn.call().run(parts.calls());
            }
        } catch (DeliveryAbortedException e) {
            endBefore(turn.number());
        } catch (RuntimeException e) {
            endBefore(turn.number());
            parts.onFailure().accept(e);
        } catch (Error e) {
            endBefore(turn.number());
            parts.onFailure().accept(new IllegalStateException("A lane failed", e));
        } finally {
            turn.done();
            ended();
        }
    }

    /** Whether the call is to be made; waits while nobody knows. */
    private synchronized boolean begin(long number) {
        while (!ending && !parts.signals().mayCall()) {
            held = true;
            try {
                wait();
            } catch (InterruptedException e) {
                logger.debug("An interrupt does not end this wait: it is meant for a call, and none has begun");
            }
        }
        if (ending && number > last) {
            return false;
        }
        begun = Math.max(begun, number);
        return true;
    }

    private synchronized void endBefore(long number) {
        endWith(number - 1);
    }

    private void endWith(long number) {
        last = ending ? Math.min(last, number) : number;
        ending = true;
        notifyAll();
    }

    private void ended() {
        boolean idle;
        synchronized (this) {
            open--;
            idle = open == 0;
            if (idle) {
                notifyAll();
            }
        }
        if (idle) {
            parts.signals().acknowledged(); // what waits for all lanes to be done may go on
        }
    }
}
