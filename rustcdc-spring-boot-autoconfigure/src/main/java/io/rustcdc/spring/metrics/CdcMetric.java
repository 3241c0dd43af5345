package io.rustcdc.spring.metrics;

import java.util.Arrays;
import java.util.List;

/**
 * All metrics of a source, which all have the tags {@code source} and {@code source_type}. The first seven have the names of the
 * operator's runbook. {@link #prometheusName()} is what Prometheus makes of a name.
 */
public enum CdcMetric {
    REPLICATION_LAG("cdc.runtime.replication.lag.ms", "Age of the oldest change that is not saved, 0 when caught up"),
    CHECKPOINT_AGE(
            "cdc.runtime.checkpoint.age.ms", "Time since the last save while something waits to be saved, else 0"),
    IN_FLIGHT_EVENTS("cdc.runtime.in.flight.events", "Events handed to listeners and not yet saved"),
    BUFFER_DEPTH("cdc.runtime.buffer.depth", "Events read and not yet handed to listeners"),
    LIVENESS(
            "cdc.runtime.liveness",
            "1 when the source runs, or tries to, or stands by; 0 when it is stopped or failed"),
    EVENTS_POLLED("cdc.runtime.events.polled", Kind.COUNTER, "Events handed to listeners"),
    EVENTS_COMMITTED("cdc.runtime.events.committed", Kind.COUNTER, "Events acknowledged and durably saved"),

    STATE("cdc.runtime.state", Kind.GAUGE, "1 for the state that the source is in, 0 for the others", "state"),
    HEALTH("cdc.runtime.health", Kind.GAUGE, "1 for the health verdict that holds, 0 for the others", "verdict"),
    CONNECTION_ERRORS(
            "cdc.runtime.connection.errors", Kind.COUNTER, "Connections to the source that failed or were lost"),
    CHECKPOINT_ERRORS("cdc.runtime.checkpoint.errors", Kind.COUNTER, "Saves of the checkpoint that failed"),
    DELIVERY_ERRORS(
            "cdc.runtime.delivery.errors",
            Kind.COUNTER,
            "Calls of a listener that failed, each try counted",
            "listener"),

    EVENTS_FILTERED(
            "cdc.runtime.events.filtered", Kind.COUNTER, "Events that a transform filtered away, acknowledged so"),
    EVENTS_SKIPPED(
            "cdc.runtime.events.skipped",
            Kind.COUNTER,
            "Events that a transform failed for and that were set aside: no listener got them"),
    RULES_UNMATCHED(
            "cdc.transform.rules.unmatched",
            Kind.GAUGE,
            "1 for each rule of a transform that matches nothing, so what it should hide may be delivered; absent otherwise",
            "transform,kind,rule"),

    DEAD_LETTERS(
            "cdc.runtime.dead.letters",
            "Changes that are kept since a listener could not handle them; absent where none can be kept"),
    EVENTS_PARKED(
            "cdc.runtime.events.parked",
            Kind.COUNTER,
            "Changes that became dead letters, those behind another one of their row included",
            "listener"),
    DELIVERY_SKIPPED(
            "cdc.runtime.delivery.skipped",
            Kind.COUNTER,
            "Changes that a listener could not handle and that were skipped",
            "listener"),
    DEAD_LETTERS_REPLAYED(
            "cdc.runtime.dead.letters.replayed", Kind.COUNTER, "Dead letters that were handled after all", "listener"),
    DEAD_LETTERS_DISCARDED(
            "cdc.runtime.dead.letters.discarded", Kind.COUNTER, "Dead letters that somebody gave up", "listener"),
    DEAD_LETTERS_SUPERSEDED(
            "cdc.runtime.dead.letters.superseded",
            Kind.COUNTER,
            "Dead letters that are not to be replayed, since their table was emptied",
            "listener"),

    SNAPSHOT_ROWS("cdc.runtime.snapshot.rows", Kind.COUNTER, "Existing rows that were read"),
    SNAPSHOT_TABLES_REMAINING(
            "cdc.runtime.snapshot.tables.remaining", "Tables whose existing rows are still to be read"),

    SLOT_LAG(
            "cdc.replication.slot.lag.bytes",
            "Log between the position that the server was told last and the end of its log; absent until measured"),
    RETAINED_LOG("cdc.runtime.retained.log.bytes", "Log that the server keeps for the source; absent until measured"),
    RETAINED_LOG_SAFE_BYTES(
            "cdc.runtime.retained.log.safe.bytes",
            "Log that can be written before the server may remove what the source needs; absent without a limit"),
    RETAINED_LOG_RUNWAY(
            "cdc.runtime.retained.log.runway.seconds",
            "Time until the server may remove log that the source needs, if things go on as in the last minutes; absent when nothing points to that"),
    RETAINED_LOG_SAFE(
            "cdc.runtime.retained.log.safe",
            "1 when the server keeps all that the source needs, 0 when it may remove or has removed some; absent until measured"),

    OUTBOX_ROWS_REMOVED(
            "cdc.outbox.rows.removed", Kind.COUNTER, "Rows of an outbox that were deleted, their events being done"),
    OUTBOX_REMOVAL_ERRORS("cdc.outbox.removal.errors", Kind.COUNTER, "Attempts to delete such rows that failed"),

    POLL_LATENCY_P95("cdc.runtime.poll.latency.p95.ms", "SQL Server: what 95 of 100 of the last polls took at most"),
    POLL_LATENCY_P99("cdc.runtime.poll.latency.p99.ms", "SQL Server: what 99 of 100 of the last polls took at most"),
    CAPTURE_LATENCY(
            "cdc.runtime.capture.latency.ms",
            "SQL Server: how far the database's own capture process is behind; absent where that must not be known");

    /** Whether a metric goes up and down or only up. */
    public enum Kind {
        GAUGE,
        COUNTER
    }

    private final String meterName;
    private final Kind kind;
    private final String description;
    private final String tags;

    CdcMetric(String meterName, String description) {
        this(meterName, Kind.GAUGE, description, "");
    }

    CdcMetric(String meterName, Kind kind, String description) {
        this(meterName, kind, description, "");
    }

    /** @param tags with commas; an enum holds no list */
    CdcMetric(String meterName, Kind kind, String description, String tags) {
        this.meterName = meterName;
        this.kind = kind;
        this.description = description;
        this.tags = tags;
    }

    /** The name in Micrometer. */
    public String meterName() {
        return meterName;
    }

    /** The name in Prometheus; counters end in {@code _total} there. */
    public String prometheusName() {
        return meterName.replace('.', '_') + (kind == Kind.COUNTER ? "_total" : "");
    }

    public Kind kind() {
        return kind;
    }

    public String description() {
        return description;
    }

    /** The tags beside {@code source} and {@code source_type}. */
    public List<String> tags() {
        return tags.isEmpty() ? List.of() : Arrays.asList(tags.split(",", -1));
    }
}
