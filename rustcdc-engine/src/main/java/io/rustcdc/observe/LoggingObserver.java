package io.rustcdc.observe;

import io.rustcdc.checkpoint.SnapshotState;
import io.rustcdc.checkpoint.TableSnapshot;
import io.rustcdc.event.CdcException;
import io.rustcdc.event.EventSource;
import io.rustcdc.event.JoinedTable;
import io.rustcdc.event.LogRetention;
import io.rustcdc.event.Offset;
import io.rustcdc.event.PollTimes;
import io.rustcdc.event.SourceWarning;
import io.rustcdc.event.TableId;
import io.rustcdc.event.TransformRule;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * Writes the operator's runbook's log events, with its names, levels and fields as SLF4J key-values: {@code event},
 * {@code source_type} and {@code source} always. The message says the same for logs that drop key-values. Saved
 * checkpoints are many: one of each source is at INFO in 10 s, with the count over all, the others are at DEBUG. Secrets
 * are redacted; the message of a listener's exception, which may hold a row's values, is at TRACE only. Thread-safe.
 */
public final class LoggingObserver implements EngineObserver {

    private static final Logger logger = LoggerFactory.getLogger(LoggingObserver.class);
    private static final long INTERVAL = Duration.ofSeconds(10).toNanos();

    private final LongSupplier nanoTime;
    private final Map<EventSource, Long> lastSaved = new ConcurrentHashMap<>();
    private final Map<Reading, Long> lastProgress = new ConcurrentHashMap<>();
    private final Map<Reading, Long> lastReceived = new ConcurrentHashMap<>();
    private final Map<Reading, Long> received = new ConcurrentHashMap<>();

    private record Reading(EventSource source, TableId table) {}

    public LoggingObserver() {
        this(System::nanoTime);
    }

    LoggingObserver(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    @Override
    public void stateChanged(EventSource source, EngineState from, EngineState to) {
        log(Level.INFO, "state_changed", source)
                .addKeyValue("from", from)
                .addKeyValue("to", to)
                .log("Source '{}' is {}, was {}", source.name(), to, from);
    }

    @Override
    public void connected(EventSource source) {
        log(Level.INFO, "source_connected", source).log("Source '{}' is connected", source.name());
    }

    @Override
    public void disconnected(EventSource source) {
        log(Level.INFO, "source_disconnected", source).log("Source '{}' is disconnected", source.name());
    }

    @Override
    public void streamStarted(EventSource source, Offset offset) {
        log(Level.INFO, "stream_started", source)
                .addKeyValue("offset", offset.text())
                .log("Source '{}' streams from {}", source.name(), offset.text());
    }

    /** Of each table one line in 10 s, with the count since the line before. */
    @Override
    public void changesReceived(EventSource source, TableId table, int changes, Offset last) {
        if (!logger.isDebugEnabled()) {
            return;
        }
        Reading reading = new Reading(source, table);
        long count = received.merge(reading, (long) changes, Long::sum);
        if (isDue(lastReceived, reading)) {
            received.remove(reading);
            log(Level.DEBUG, "stream_events_received", source)
                    .addKeyValue("table", table)
                    .addKeyValue("event_count", count)
                    .addKeyValue("offset", last.text())
                    .log(
                            "Source '{}' has received {} changes of table '{}', up to {}",
                            source.name(),
                            count,
                            table,
                            last.text());
        }
    }

    @Override
    public void checkpointLoaded(EventSource source, Offset offset, long committedCount) {
        checkpoint(Level.INFO, "checkpoint_loaded", source, offset, committedCount);
    }

    @Override
    public void checkpointSaved(EventSource source, Offset offset, long committedCount) {
        checkpoint(
                isDue(lastSaved, source) ? Level.INFO : Level.DEBUG,
                "checkpoint_saved",
                source,
                offset,
                committedCount);
    }

    @Override
    public void checkpointFailed(EventSource source, CdcException failure) {
        failure(Level.WARN, "checkpoint_error", source, failure);
    }

    @Override
    public void connectionFailed(EventSource source, CdcException failure) {
        failure(Level.ERROR, "connection_error", source, failure);
    }

    /** The first attempt shows where the listener failed, the following ones are one line. */
    @Override
    public void deliveryFailed(EventSource source, String listener, Offset offset, int attempt, Throwable failure) {
        String error = FailureText.withoutValues(failure);
        log(Level.WARN, "delivery_error", source)
                .addKeyValue("listener", listener)
                .addKeyValue("offset", offset.text())
                .addKeyValue("attempt", attempt)
                .addKeyValue("error", error)
                .log(
                        "Listener '{}' of source '{}' failed at {}, attempt {}: {}{}",
                        listener,
                        source.name(),
                        offset.text(),
                        attempt,
                        error,
                        attempt == 1 ? "\n" + FailureText.stack(failure) : "");
        if (logger.isTraceEnabled()) {
            log(Level.TRACE, "delivery_error_text", source)
                    .log("Source '{}': {}", source.name(), FailureText.full(failure));
        }
    }

    /** An unexpected exception, which no message explains, is shown with its stack. */
    @Override
    public void failed(EventSource source, CdcException failure) {
        String error = failure.kind().isTerminal() ? FailureText.withoutValues(failure) : FailureText.full(failure);
        boolean unexpected = failure.getCause() instanceof RuntimeException cause && !(cause instanceof CdcException);
        log(Level.ERROR, "stream_error", source)
                .addKeyValue("error", error)
                .log(
                        "Source '{}' has failed: {}{}{}",
                        source.name(),
                        error,
                        action(failure.action()),
                        unexpected ? "\n" + FailureText.stack(failure) : "");
    }

    @Override
    public void healthChanged(EventSource source, @Nullable HealthVerdict from, HealthVerdict to) {
        String reason = to.reason() == null ? "" : Redaction.redact(to.reason());
        LoggingEventBuilder event = log(to.needsAttention() ? Level.WARN : Level.INFO, "health_changed", source)
                .addKeyValue("health", to.status());
        if (!reason.isEmpty()) {
            event = event.addKeyValue("reason", reason);
        }
        event.log(
                "Health of source '{}' is {}{}{}",
                source.name(),
                to.status(),
                reason.isEmpty() ? "" : ": " + reason,
                action(to.action()));
    }

    @Override
    public void logMeasured(EventSource source, @Nullable LogRetention log) {
        if (log != null && logger.isDebugEnabled()) {
            log(Level.DEBUG, "log_measured", source)
                    .addKeyValue("retained_bytes", log.retainedBytes())
                    .addKeyValue("status", log.status())
                    .log(
                            "The server keeps {} bytes of log for source '{}', {} of them unconfirmed: {}",
                            log.retainedBytes(),
                            source.name(),
                            log.unconfirmedBytes(),
                            log.status());
        }
    }

    @Override
    public void pollsMeasured(EventSource source, PollTimes times) {
        log(Level.DEBUG, "polls_measured", source)
                .addKeyValue("p95_ms", times.p95().toMillis())
                .addKeyValue("p99_ms", times.p99().toMillis())
                .log(
                        "Polls of source '{}' take up to {} ms, 99 of 100 of them",
                        source.name(),
                        times.p99().toMillis());
    }

    @Override
    public void tableJoined(EventSource source, JoinedTable joined, boolean rowsFollow) {
        log(rowsFollow ? Level.INFO : Level.WARN, "table_joined", source)
                .addKeyValue("table", joined.table())
                .addKeyValue("offset", joined.position())
                .addKeyValue("cause", joined.cause())
                .log(
                        "Source '{}' captures table '{}' from {} on{}: {}",
                        source.name(),
                        joined.table(),
                        joined.position(),
                        joined.cause() == JoinedTable.Cause.CREATED_AGAIN
                                ? ", since it was dropped and created again"
                                : "",
                        rowsFollow
                                ? "the rows that it has are read now"
                                : "its rows from before, and changes made before, are not delivered (snapshot.mode is never). To have them delivered, request a snapshot of it");
    }

    @Override
    public void warned(EventSource source, SourceWarning warning) {
        log(Level.WARN, warning.code(), source)
                .addKeyValue("subject", warning.subject())
                .log("Source '{}': {}{}", source.name(), Redaction.redact(warning.text()), action(warning.action()));
    }

    @Override
    public void checkpointChanged(
            EventSource source,
            String change,
            @Nullable Offset from,
            @Nullable Offset to,
            @Nullable String requestedBy) {
        String before = from == null ? "none" : from.text();
        String after = to == null ? "none" : to.text();
        String who = requestedBy == null ? "an unknown user" : Redaction.redact(requestedBy);
        log(Level.WARN, "checkpoint_changed", source)
                .addKeyValue("change", change)
                .addKeyValue("from_offset", before)
                .addKeyValue("offset", after)
                .addKeyValue("requested_by", who)
                .log("Source '{}': checkpoint {} by {}, from {} to {}", source.name(), change, who, before, after);
    }

    @Override
    public void gapAccepted(EventSource source, @Nullable Offset from, Offset to, @Nullable String requestedBy) {
        String lost = from == null ? "none" : from.text();
        String who = requestedBy == null ? "an unknown user" : Redaction.redact(requestedBy);
        log(Level.WARN, "gap_accepted", source)
                .addKeyValue("lost_offset", lost)
                .addKeyValue("offset", to.text())
                .addKeyValue("requested_by", who)
                .log(
                        "Source '{}' goes on at {}: {} accepted that changes after {} are not delivered",
                        source.name(),
                        to.text(),
                        who,
                        lost);
    }

    @Override
    public void snapshotStarted(EventSource source, TableSnapshot table) {
        lastProgress.put(new Reading(source, table.table()), nanoTime.getAsLong());
        log(Level.INFO, "snapshot_started", source)
                .addKeyValue("table", table.table())
                .log(
                        "Source '{}' reads the rows of table '{}'{}{}",
                        source.name(),
                        table.table(),
                        table.estimatedRows() < 0 ? "" : ", about " + table.estimatedRows(),
                        table.condition() == null ? "" : ", those that meet a condition");
    }

    /** Of a table that takes long there is a line at INFO every 10 s. */
    @Override
    public void snapshotChunk(EventSource source, TableSnapshot table, int rows) {
        if (logger.isDebugEnabled()) {
            log(Level.DEBUG, "snapshot_chunk_received", source)
                    .addKeyValue("table", table.table())
                    .addKeyValue("chunk_size", rows)
                    .log("Source '{}' has read {} rows of table '{}'", source.name(), rows, table.table());
        }
        if (table.isPending() && isDue(lastProgress, new Reading(source, table.table()))) {
            Integer percent = table.percent();
            LoggingEventBuilder event = log(Level.INFO, "snapshot_progress", source)
                    .addKeyValue("table", table.table())
                    .addKeyValue("rows", table.rows());
            if (percent != null) {
                event = event.addKeyValue("percent", percent);
            }
            event.log(
                    "Source '{}' has read {} rows of table '{}' so far{}",
                    source.name(),
                    table.rows(),
                    table.table(),
                    percent == null ? "" : ", about " + percent + " %");
        }
    }

    @Override
    public void snapshotCompleted(EventSource source, TableSnapshot table) {
        lastProgress.remove(new Reading(source, table.table()));
        log(Level.INFO, "snapshot_complete", source)
                .addKeyValue("table", table.table())
                .addKeyValue("rows", table.rows())
                .log(
                        "All {} rows of table '{}' of source '{}' are delivered and saved",
                        table.rows(),
                        table.table(),
                        source.name());
    }

    @Override
    public void snapshotAborted(EventSource source, TableId table, String reason) {
        lastProgress.remove(new Reading(source, table));
        String why = Redaction.redact(reason);
        log(Level.WARN, "snapshot_aborted", source)
                .addKeyValue("table", table)
                .addKeyValue("reason", why)
                .log(
                        "Source '{}' goes on without the rows of table '{}' that were not read: {}",
                        source.name(),
                        table,
                        why);
    }

    @Override
    public void snapshotsCompleted(EventSource source, SnapshotState snapshots) {
        log(Level.INFO, "snapshots_complete", source)
                .addKeyValue("generation", snapshots.generation())
                .log("Source '{}' has no more rows to read", source.name());
    }

    @Override
    public void transformApplied(EventSource source, String transform, TableId table, Offset offset) {
        if (logger.isDebugEnabled()) {
            log(Level.DEBUG, "transform_applied", source)
                    .addKeyValue("transform", transform)
                    .addKeyValue("table", table)
                    .addKeyValue("offset", offset.text())
                    .log("Transform '{}' changed {} at {}", transform, table, offset.text());
        }
    }

    @Override
    public void changeFiltered(EventSource source, String transform, TableId table, Offset offset) {
        if (logger.isDebugEnabled()) {
            log(Level.DEBUG, "change_filtered", source)
                    .addKeyValue("transform", transform)
                    .addKeyValue("table", table)
                    .addKeyValue("offset", offset.text())
                    .log("Transform '{}' filtered {} at {}", transform, table, offset.text());
        }
    }

    @Override
    public void transformFailed(EventSource source, String transform, CdcException failure, boolean skipped) {
        String error = FailureText.withoutValues(failure);
        log(Level.WARN, "transform_error", source)
                .addKeyValue("transform", transform)
                .addKeyValue("error", error)
                .log(
                        "Source '{}' {}: {}{}",
                        source.name(),
                        skipped ? "has set a change aside" : "cannot go on",
                        error,
                        action(failure.action()));
    }

    @Override
    public void transformUnmatched(EventSource source, TransformRule rule) {
        rule(log(Level.WARN, "transform_unmatched", source), rule)
                .log(
                        "Rule '{}' ({}) of transform '{}' of source '{}' matches no column so far: perhaps a name is misspelt, and what it should change is delivered as it is",
                        rule.rule(),
                        rule.kind(),
                        rule.transform(),
                        source.name());
    }

    @Override
    public void transformMatched(EventSource source, TransformRule rule) {
        rule(log(Level.INFO, "transform_matched", source), rule)
                .log(
                        "Rule '{}' ({}) of transform '{}' of source '{}' matches now",
                        rule.rule(),
                        rule.kind(),
                        rule.transform(),
                        source.name());
    }

    private static LoggingEventBuilder rule(LoggingEventBuilder event, TransformRule rule) {
        return event.addKeyValue("transform", rule.transform())
                .addKeyValue("kind", rule.kind())
                .addKeyValue("rule", rule.rule());
    }

    @Override
    public void deadLetter(EventSource source, DeadLetterEvent event) {
        Level level = DeadLetterLog.level(event.kind());
        if (logger.isEnabledForLevel(level)) {
            DeadLetterLog.log(log(level, DeadLetterLog.name(event.kind()), source), source, event);
        }
    }

    @Override
    public void deadLetterStoreFailed(EventSource source, CdcException failure) {
        failure(Level.WARN, "dead_letter_error", source, failure);
    }

    @Override
    public void listenerBroken(EventSource source, String listener, int rows) {
        log(Level.ERROR, "listener_broken", source)
                .addKeyValue("listener", listener)
                .addKeyValue("rows", rows)
                .log(
                        "Listener '{}' of source '{}' has failed for {} different rows one after the other, so it is not the rows: nothing more is parked, and its call is repeated until it succeeds",
                        listener,
                        source.name(),
                        rows);
    }

    @Override
    public void listenerMended(EventSource source, String listener) {
        log(Level.INFO, "listener_mended", source)
                .addKeyValue("listener", listener)
                .log("Listener '{}' of source '{}' succeeds again", listener, source.name());
    }

    private <K> boolean isDue(Map<K, Long> lastTimes, K key) {
        long now = nanoTime.getAsLong();
        Long last = lastTimes.get(key);
        if (last != null && now - last < INTERVAL) {
            return false;
        }
        lastTimes.put(key, now);
        return true;
    }

    private static void checkpoint(Level level, String event, EventSource source, Offset offset, long committedCount) {
        if (!logger.isEnabledForLevel(level)) {
            return;
        }
        log(level, event, source)
                .addKeyValue("offset", offset.text())
                .addKeyValue("committed_count", committedCount)
                .log(
                        "Checkpoint of source '{}' {}: {} events up to {}",
                        source.name(),
                        event.equals("checkpoint_saved") ? "saved" : "loaded",
                        committedCount,
                        offset.text());
    }

    private static void failure(Level level, String event, EventSource source, CdcException failure) {
        String error = FailureText.full(failure);
        log(level, event, source)
                .addKeyValue("error", error)
                .log("Source '{}': {}{}", source.name(), error, action(failure.action()));
    }

    private static String action(@Nullable String action) {
        return action == null ? "" : " What to do: " + Redaction.redact(action);
    }

    private static LoggingEventBuilder log(Level level, String event, EventSource source) {
        return logger.atLevel(level)
                .addKeyValue("event", event)
                .addKeyValue("source_type", source.type())
                .addKeyValue("source", source.name());
    }
}
