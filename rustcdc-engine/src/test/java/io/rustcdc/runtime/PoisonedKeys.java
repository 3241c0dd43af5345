package io.rustcdc.runtime;

import io.rustcdc.deadletter.DeadLetterStore;
import io.rustcdc.deadletter.DeadLetterStore.Filter;
import io.rustcdc.delivery.ChangeHandler;
import io.rustcdc.delivery.FailurePolicy;
import io.rustcdc.delivery.FailurePolicy.Action;
import io.rustcdc.delivery.LaneOptions;
import io.rustcdc.delivery.Listeners;
import io.rustcdc.delivery.RetryOptions;
import io.rustcdc.delivery.Subscription;
import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.Operation;
import io.rustcdc.event.Row;
import io.rustcdc.observe.EngineObserver;
import io.rustcdc.runtime.DeadLetters.Replayed;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

/**
 * Load on many keys, of which one in a hundred fails until it is mended: each failure costs 50 ms of retries in place. After half of the
 * load they are mended and their letters replayed, while the other half comes.
 */
final class PoisonedKeys implements AutoCloseable {

    private static final RetryOptions RETRY = new RetryOptions(3, Duration.ofMillis(25), 1, Duration.ofMillis(25));

    private final LogSource log = new LogSource();
    private final RecordingStore store = new RecordingStore(log.calls);
    private final DeadLetterStore letters;
    private final int[] keys;
    private final AtomicLongArray committed;
    private final AtomicLongArray delays;
    private final List<List<Integer>> byKey = new ArrayList<>();
    private final AtomicInteger handled = new AtomicInteger();
    private final AtomicReference<Replayed> replayed = new AtomicReference<>();
    private final SourceRunner runner;
    private volatile boolean mended;

    /** What came of it. */
    record Outcome(int handled, boolean inOrder, long parked, Replayed replayed, long left, long[] delaysOfOthers) {

        long delayMillis(double share) {
            int index = (int) Math.min(delaysOfOthers.length - 1, Math.ceil(delaysOfOthers.length * share) - 1);
            return TimeUnit.NANOSECONDS.toMillis(delaysOfOthers[Math.max(0, index)]);
        }
    }

    PoisonedKeys(int changes, int keyCount, int lanes, DeadLetterStore letters) {
        this.letters = letters;
        this.committed = new AtomicLongArray(changes + 1);
        this.delays = new AtomicLongArray(changes + 1);
        this.keys = new Random(42).ints(changes + 1L, 0, keyCount).toArray();
        for (int i = 0; i < keyCount; i++) {
            byKey.add(new ArrayList<>());
        }
        log.shape = this::change;
        Subscription listener = Subscription.of("listener", handler())
                .withPolicy(FailurePolicy.of(Action.PARK).withRetry(RETRY))
                .withLanes(LaneOptions.of(lanes));
        runner = new SourceRunner(
                log,
                store,
                Receivers.of(new Listeners(List.of(listener), null, letters)),
                EngineOptions.ofDefaults(),
                new EngineObserver() {});
    }

    private static boolean isPoisoned(int key) {
        return key % 100 == 7;
    }

    private ChangeEvent.Builder change(int n) {
        return ChangeEvent.of(log.source(), Operation.UPDATE, LogSource.TABLE)
                .after(Row.of(DeadLetterFixture.COLUMNS, Map.of("id", keys[n], "n", n)));
    }

    private ChangeHandler handler() {
        return (event, acknowledgment) -> {
            int n = DeadLetterFixture.n(event);
            int key = keys[n];
            if (isPoisoned(key) && !mended) {
                throw new IllegalStateException("no");
            }
            delays.set(n, System.nanoTime() - committed.get(n));
            List<Integer> own = byKey.get(key);
            synchronized (own) {
                own.add(n);
            }
            handled.incrementAndGet();
        };
    }

    /** @param pause between two changes */
    Outcome run(Duration pause) throws Exception {
        runner.start();
        int changes = committed.length() - 1;
        commit(1, changes / 2, pause);
        while (letters.count() == 0) {
            LockSupport.parkNanos(1_000_000);
        }
        mended = true;
        long parked = letters.count();
        Thread operator = new Thread(this::replay);
        operator.start();
        commit(changes / 2 + 1, changes, pause);
        operator.join();
        replay(); // what was parked behind while the first replay came to it
        long[] others = IntStream.rangeClosed(1, changes)
                .filter(n -> !isPoisoned(keys[n]))
                .mapToLong(delays::get)
                .sorted()
                .toArray();
        boolean inOrder = byKey.stream().allMatch(PoisonedKeys::isSorted);
        return new Outcome(handled.get(), inOrder, parked, replayed.get(), letters.count(), others);
    }

    private void commit(int from, int to, Duration pause) {
        long next = System.nanoTime();
        for (int n = from; n <= to; n++) {
            committed.set(n, System.nanoTime());
            log.commit(1);
            next += pause.toNanos();
            while (next - System.nanoTime() > 0) {
                LockSupport.parkNanos(next - System.nanoTime());
            }
        }
        LogOffset end = log.end();
        while (!store.load().map(saved -> saved.offset().equals(end)).orElse(false)) {
            LockSupport.parkNanos(1_000_000);
        }
    }

    private void replay() {
        try {
            Replayed some = runner.deadLetters().replay(Filter.all()).get(60, TimeUnit.SECONDS);
            replayed.accumulateAndGet(
                    some,
                    (before, now) -> before == null
                            ? now
                            : new Replayed(
                                    before.replayed() + now.replayed(),
                                    before.failed() + now.failed(),
                                    before.left() + now.left()));
        } catch (Exception e) {
            throw new IllegalStateException("The replay failed", e);
        }
    }

    private static boolean isSorted(List<Integer> numbers) {
        return numbers.equals(numbers.stream().sorted().distinct().toList());
    }

    @Override
    public void close() {
        runner.stop();
    }
}
