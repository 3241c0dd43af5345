package io.rustcdc.runtime;

import io.rustcdc.delivery.CallOptions;
import io.rustcdc.delivery.RetryOptions;
import io.rustcdc.snapshot.SnapshotMode;
import io.rustcdc.snapshot.SnapshotOptions;
import java.time.Duration;

/**
 * How an engine runs, whatever its source.
 *
 * @param maxEventsPerPoll the largest batch, and so the most changes between two checkpoints
 * @param queueMaxEvents changes in memory at most, between the read and the acknowledgment
 * @param queueMaxBytes their bytes at most; a single larger change still passes
 * @param streamPollInterval the longest idle sleep of the reader; never delays a change that has arrived
 * @param stallThreshold how long something may stand still before the health says so
 * @param shutdownTimeout how long a stop waits for the running listener call
 * @param transactionBoundary whether a batch may end inside a transaction of the source
 * @param retry for failing listeners
 * @param logWatch from when on the log that the server keeps is worth a word
 * @param snapshot how existing rows are read
 * @param onPositionLost what to do when changes cannot be read any more
 */
public record EngineOptions(
        int maxEventsPerPoll,
        int queueMaxEvents,
        long queueMaxBytes,
        Duration streamPollInterval,
        Duration stallThreshold,
        Duration shutdownTimeout,
        TransactionBoundary transactionBoundary,
        RetryOptions retry,
        LogWatchOptions logWatch,
        SnapshotOptions snapshot,
        OnPositionLost onPositionLost) {

    public EngineOptions {
        require(
                maxEventsPerPoll >= 1 && maxEventsPerPoll <= 100_000,
                "max-events-per-poll",
                "1 to 100000",
                maxEventsPerPoll);
        require(queueMaxEvents >= 1, "queue.max-events", "at least 1", queueMaxEvents);
        require(queueMaxBytes >= 1, "queue.max-bytes", "at least 1 byte", queueMaxBytes);
        require(
                streamPollInterval.toMillis() >= 1 && streamPollInterval.toMillis() <= 60_000,
                "stream-poll-interval",
                "1 ms to 60 s",
                streamPollInterval);
        require(stallThreshold.toMillis() >= 1, "stall-threshold", "at least 1 ms", stallThreshold);
        require(!shutdownTimeout.isNegative(), "delivery.shutdown-timeout", "0 or more", shutdownTimeout);
        if (onPositionLost == OnPositionLost.RESNAPSHOT && snapshot.mode() == SnapshotMode.NEVER) {
            throw new IllegalArgumentException(
                    "'on-position-lost' is resnapshot, but 'snapshot.mode' is never: expected initial or initial-only, or 'on-position-lost' to be fail");
        }
    }

    public static EngineOptions ofDefaults() {
        return new EngineOptions(
                16_384,
                32_768,
                16L * 1024 * 1024,
                Duration.ofMillis(250),
                Duration.ofSeconds(30),
                Duration.ofSeconds(20),
                TransactionBoundary.SPLIT,
                RetryOptions.ofDefaults(),
                LogWatchOptions.ofDefaults(),
                SnapshotOptions.ofDefaults(),
                OnPositionLost.FAIL);
    }

    public EngineOptions withMaxEventsPerPoll(int events) {
        return new EngineOptions(
                events,
                queueMaxEvents,
                queueMaxBytes,
                streamPollInterval,
                stallThreshold,
                shutdownTimeout,
                transactionBoundary,
                retry,
                logWatch,
                snapshot,
                onPositionLost);
    }

    public EngineOptions withQueue(int maxEvents, long maxBytes) {
        return new EngineOptions(
                maxEventsPerPoll,
                maxEvents,
                maxBytes,
                streamPollInterval,
                stallThreshold,
                shutdownTimeout,
                transactionBoundary,
                retry,
                logWatch,
                snapshot,
                onPositionLost);
    }

    public EngineOptions withStallThreshold(Duration threshold) {
        return new EngineOptions(
                maxEventsPerPoll,
                queueMaxEvents,
                queueMaxBytes,
                streamPollInterval,
                threshold,
                shutdownTimeout,
                transactionBoundary,
                retry,
                logWatch,
                snapshot,
                onPositionLost);
    }

    public EngineOptions withShutdownTimeout(Duration timeout) {
        return new EngineOptions(
                maxEventsPerPoll,
                queueMaxEvents,
                queueMaxBytes,
                streamPollInterval,
                stallThreshold,
                timeout,
                transactionBoundary,
                retry,
                logWatch,
                snapshot,
                onPositionLost);
    }

    public EngineOptions withTransactionBoundary(TransactionBoundary boundary) {
        return new EngineOptions(
                maxEventsPerPoll,
                queueMaxEvents,
                queueMaxBytes,
                streamPollInterval,
                stallThreshold,
                shutdownTimeout,
                boundary,
                retry,
                logWatch,
                snapshot,
                onPositionLost);
    }

    public EngineOptions withRetry(RetryOptions options) {
        return new EngineOptions(
                maxEventsPerPoll,
                queueMaxEvents,
                queueMaxBytes,
                streamPollInterval,
                stallThreshold,
                shutdownTimeout,
                transactionBoundary,
                options,
                logWatch,
                snapshot,
                onPositionLost);
    }

    public EngineOptions withLogWatch(LogWatchOptions options) {
        return new EngineOptions(
                maxEventsPerPoll,
                queueMaxEvents,
                queueMaxBytes,
                streamPollInterval,
                stallThreshold,
                shutdownTimeout,
                transactionBoundary,
                retry,
                options,
                snapshot,
                onPositionLost);
    }

    public EngineOptions withSnapshot(SnapshotOptions options) {
        return new EngineOptions(
                maxEventsPerPoll,
                queueMaxEvents,
                queueMaxBytes,
                streamPollInterval,
                stallThreshold,
                shutdownTimeout,
                transactionBoundary,
                retry,
                logWatch,
                options,
                onPositionLost);
    }

    public EngineOptions withOnPositionLost(OnPositionLost wish) {
        return new EngineOptions(
                maxEventsPerPoll,
                queueMaxEvents,
                queueMaxBytes,
                streamPollInterval,
                stallThreshold,
                shutdownTimeout,
                transactionBoundary,
                retry,
                logWatch,
                snapshot,
                wish);
    }

    /** How listeners are called; a batch that is to hold whole transactions is not cut for a call. */
    CallOptions calls() {
        return new CallOptions(
                retry, transactionBoundary == TransactionBoundary.PRESERVE ? maxEventsPerPoll : CallOptions.BATCH_SIZE);
    }

    private static void require(boolean holds, String key, String expected, Object found) {
        if (!holds) {
            throw new IllegalArgumentException("'%s' must be %s, found %s".formatted(key, expected, found));
        }
    }
}
