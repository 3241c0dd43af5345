package io.rustcdc.runtime;

import io.rustcdc.checkpoint.SnapshotState;
import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.Offset;
import io.rustcdc.event.Row;
import io.rustcdc.schema.AcknowledgedSchema;
import io.rustcdc.snapshot.SnapshotSink;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one queue between the reader and the delivery thread, bounded by changes and by bytes. Entries travel in chunks, so
 * that neither side takes a lock for each of them. Room is given back when a change is acknowledged, not when it is
 * taken: the bound covers everything in memory.
 *
 * <p>The reader's side is the {@link SnapshotSink}, {@link #flush}, {@link #awaitRoom} and {@link #fence}; the delivery
 * thread's side is {@link #awaitEntry}, {@link #peek}, {@link #advance}, {@link #passFence} and {@link #release}. The wishes
 * (pause, stop, wake) come from anywhere.
 */
final class Handoff implements SnapshotSink {

    private static final Logger logger = LoggerFactory.getLogger(Handoff.class);

    /** What an entry that is no change holds in memory, roughly; it counts, or idle transactions would pile up. */
    private static final int RANGE_BYTES = 16;

    private static final int ENTRY_BYTES = 224;

    private static final long NEVER = Long.MIN_VALUE;
    private static final long TICK_NANOS = 200_000_000;

    /**
     * So many changes at most wait to be taken. They bridge a save; more would only grow old in the heap, and a collector of a small one
     * would copy them again and again. Then the reader waits until half of them are taken.
     */
    private static final int MOST_AHEAD = 8_192;

    private final int maxEvents;
    private final long maxBytes;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition forDelivery = lock.newCondition();
    private final Condition forReader = lock.newCondition();
    private final ArrayDeque<Chunk> published = new ArrayDeque<>();
    private volatile boolean fence;
    private volatile boolean woken;

    /** Owned by the reader. */
    private Chunk filling = new Chunk();

    private boolean changesInFilling;

    /** How many were taken when the reader last went on: it looks rarely, since the other side counts all the time. */
    private long takenSeen;

    /** Owned by the delivery thread. */
    private Chunk current = new Chunk();

    /** Since when the oldest published chunk waits to be taken. */
    private volatile long waitingSince = NEVER;

    private volatile boolean hungry;
    private volatile boolean paused;
    private volatile boolean stopped;
    private volatile boolean reopening;

    private final AtomicReference<@Nullable Instant> newestRead = new AtomicReference<>();

    private final HandoffFigures figures = new HandoffFigures();

    Handoff(int maxEvents, long maxBytes) {
        this.maxEvents = maxEvents;
        this.maxBytes = maxBytes;
    }

    // The reader's side

    @Override
    public boolean hasRoom() {
        return !isFull() && !isAhead();
    }

    /** Whether what is not acknowledged and saved leaves no room: only a save gives some. */
    boolean isFull() {
        return figures.unreleasedEvents() >= maxEvents || figures.unreleasedBytes() >= maxBytes;
    }

    private boolean isAhead() {
        long read = figures.readEvents();
        if (read - takenSeen < MOST_AHEAD) {
            return false;
        }
        long taken = figures.takenEvents();
        if (read - taken > MOST_AHEAD / 2) {
            return true;
        }
        takenSeen = taken;
        return false;
    }

    @Override
    public void change(ChangeEvent<Row> event, int bytes) {
        append(event, event, bytes);
    }

    @Override
    public void schemaChange(ChangeEvent<Row> event, AcknowledgedSchema schema, int bytes) {
        append(event, new Entry.ShapeChange(event, schema), bytes);
    }

    @Override
    public void schema(AcknowledgedSchema schema) {
        append(new Entry.Shape(schema), ENTRY_BYTES);
    }

    /** Publishes too, when the delivery thread waits: a committed change is not kept back for company. */
    @Override
    public void commit(Offset end, Instant commitTime) {
        newestRead.lazySet(commitTime);
        position(new Entry.Commit(end));
        if (hungry && changesInFilling) {
            flush();
        }
    }

    @Override
    public void idle(Offset position) {
        position(new Entry.Idle(position));
    }

    @Override
    public void snapshot(SnapshotState state, Runnable saved) {
        append(new Entry.Snapshot(state, saved), ENTRY_BYTES);
    }

    @Override
    public void readAgain(SnapshotState state) {
        long ranges = state.pending().stream()
                .mapToLong(table -> table.remaining().size())
                .sum();
        append(new Entry.ReadAgain(state), ENTRY_BYTES + Math.toIntExact(ranges * RANGE_BYTES));
    }

    /**
     * @param rows which rows are to be read; null when that is as before
     * @param saved called once the start is durable, and it says which rows are to be read
     */
    void start(Offset offset, @Nullable SnapshotState rows, Runnable saved) {
        append(new Entry.Start(offset, rows, saved), ENTRY_BYTES);
        flush();
    }

    /** Makes everything that was read so far visible to the delivery thread. */
    void flush() {
        if (filling.isEmpty()) {
            return;
        }
        lock.lock();
        try {
            filling.published(System.nanoTime());
            if (isEmpty()) {
                waitingSince = filling.publishedAt();
            }
            published.add(filling);
            forDelivery.signal();
        } finally {
            lock.unlock();
        }
        filling = new Chunk();
        changesInFilling = false;
    }

    void awaitRoom(Duration atMost) throws InterruptedException {
        long left = atMost.toNanos();
        lock.lock();
        try {
            while (left > 0 && !hasRoom() && !stopped) {
                left = forReader.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * Called when the connection is lost: returns once the delivery thread has finished and saved what it was about to,
     * with the queue empty. What was read and not acknowledged is read again from the saved offset.
     *
     * @param tick called now and then while waiting
     */
    void fence(Runnable tick) throws InterruptedException {
        filling = new Chunk();
        changesInFilling = false;
        lock.lock();
        try {
            published.clear();
            fence = true;
            forDelivery.signal();
        } finally {
            lock.unlock();
        }
        while (!awaitPassed()) {
            tick.run();
        }
    }

    private boolean awaitPassed() throws InterruptedException {
        lock.lock();
        try {
            long left = TICK_NANOS;
            while (fence && !stopped && left > 0) {
                left = forReader.awaitNanos(left);
            }
            return !fence || stopped;
        } finally {
            lock.unlock();
        }
    }

    // The delivery thread's side

    /**
     * Waits for the first entry, or for a reason to look elsewhere.
     *
     * @return whether there is an entry to deliver; false after this time, a stop, a fence or a wake-up
     */
    boolean awaitEntry(long maxNanos) throws InterruptedException {
        if (!mustYield() && peek() != null) {
            return true;
        }
        lock.lock();
        try {
            hungry = true;
            long left = maxNanos;
            while (left > 0 && !stopped && !fence && !woken && (paused || isEmpty())) {
                left = forDelivery.awaitNanos(left);
            }
            woken = false;
            return !stopped && !fence && !paused && !isEmpty();
        } finally {
            hungry = false;
            lock.unlock();
        }
    }

    /** Waits for a wake-up, a stop or a fence, whatever there is to deliver. */
    void awaitWake(long maxNanos) throws InterruptedException {
        lock.lock();
        try {
            long left = maxNanos;
            while (left > 0 && !stopped && !fence && !woken) {
                left = forDelivery.awaitNanos(left);
            }
            woken = false;
        } finally {
            lock.unlock();
        }
    }

    /** The next entry that has arrived, or null. */
    @Nullable
    Object peek() {
        if (current.isExhausted()) {
            lock.lock();
            try {
                Chunk next = published.poll();
                if (buffered() <= MOST_AHEAD / 2) {
                    forReader.signalAll();
                }
                waitingSince = next == null ? NEVER : next.publishedAt();
                if (next == null) {
                    return null;
                }
                current = next;
            } finally {
                lock.unlock();
            }
        }
        return current.peek();
    }

    /** Moves past the entry that {@link #peek()} showed and returns its bytes. */
    int advance() {
        Object entry = current.peek();
        if (entry instanceof ChangeEvent || entry instanceof Entry.ShapeChange) {
            figures.taken();
        }
        return current.advance();
    }

    /** Whether a batch should end here, because of a pause, a stop or a lost connection. */
    boolean mustYield() {
        return stopped || paused || fence;
    }

    /** Waits until the reader gives up the connection, or for the end. */
    void awaitFence() throws InterruptedException {
        lock.lock();
        try {
            while (!fence && !stopped) {
                forDelivery.await();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Whether the reader waits at a fence. */
    boolean fenced() {
        return fence;
    }

    /** Empties the queue and lets the reader go on; everything acknowledged must have been saved. */
    void passFence() {
        lock.lock();
        try {
            current = new Chunk();
            published.clear();
            waitingSince = NEVER;
            figures.emptied();
            fence = false;
            reopening = false;
            forReader.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Gives back the room of acknowledged changes. */
    void release(long events, long bytes) {
        boolean full = isFull();
        figures.released(events, bytes);
        if (full) {
            lock.lock();
            try {
                forReader.signalAll();
            } finally {
                lock.unlock();
            }
        }
    }

    // Wishes

    void setPaused(boolean wish) {
        lock.lock();
        try {
            paused = wish;
            woken = true; // lanes wait for the delivery thread to look
            forDelivery.signal();
        } finally {
            lock.unlock();
        }
    }

    /** Ends all waiting for good. */
    void stop() {
        lock.lock();
        try {
            stopped = true;
            forDelivery.signalAll();
            forReader.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Lets the reader give up its stream and open another one at what is saved; a fence comes before it. */
    void wishReopening() {
        reopening = true;
    }

    boolean isReopeningWished() {
        return reopening;
    }

    /**
     * Lets the delivery thread look at acknowledgments that came from elsewhere. When it has not looked since the last time, it
     * finds this one, too: it takes the flag back before it looks.
     */
    void wake() {
        if (woken) {
            return;
        }
        lock.lock();
        try {
            woken = true;
            forDelivery.signal();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits, unless a stop ends it.
     *
     * @return false when stopped
     */
    boolean awaitUnlessStopped(Duration delay) {
        long until = System.nanoTime() + delay.toNanos();
        lock.lock();
        try {
            for (long left = delay.toNanos(); !stopped && left > 0; left = until - System.nanoTime()) {
                awaitReaderSignal(left);
            }
            return !stopped;
        } finally {
            lock.unlock();
        }
    }

    @SuppressWarnings("WaitNotInLoop") // the only caller loops
    private void awaitReaderSignal(long nanos) {
        try {
            forReader.awaitNanos(nanos);
        } catch (InterruptedException e) {
            logger.debug("An interrupt does not end this wait: a stop does, and says so itself");
        }
    }

    // Figures

    boolean isPaused() {
        return paused;
    }

    boolean isStopped() {
        return stopped;
    }

    long buffered() {
        return figures.buffered();
    }

    long inFlight() {
        return figures.inFlight();
    }

    /** How long the oldest entry has waited to be taken; zero when none waits. */
    Duration waitingFor() {
        long since = waitingSince;
        return since == NEVER ? Duration.ZERO : Duration.ofNanos(System.nanoTime() - since);
    }

    long readEvents() {
        return figures.readEvents();
    }

    /** When the newest transaction that was read was committed; null before the first. */
    @Nullable
    Instant lastCommitTime() {
        return newestRead.get();
    }

    private boolean isEmpty() {
        return published.isEmpty() && current.isExhausted();
    }

    /** A position right behind a position says all that the earlier one did. */
    private void position(Entry entry) {
        Object last = filling.last();
        if (last instanceof Entry.Commit || (last instanceof Entry.Idle && entry instanceof Entry.Idle)) {
            filling.replaceLast(entry);
        } else {
            append(entry, ENTRY_BYTES);
        }
    }

    private void append(ChangeEvent<Row> event, Object entry, int bytes) {
        figures.readEvent();
        newestRead.lazySet(event.commitTime());
        changesInFilling = true;
        append(entry, bytes);
    }

    private void append(Object entry, int bytes) {
        figures.readBytes(bytes);
        filling.add(entry, bytes);
        if (filling.isFull()) {
            flush();
        }
    }
}
