package io.rustcdc.observe;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.rustcdc.checkpoint.SnapshotState;
import io.rustcdc.checkpoint.TableSnapshot;
import io.rustcdc.checkpoint.TableSnapshot.Incarnation;
import io.rustcdc.checkpoint.TableSnapshot.Phase;
import io.rustcdc.event.CdcException;
import io.rustcdc.event.EventSource;
import io.rustcdc.event.FailureKind;
import io.rustcdc.event.JoinedTable;
import io.rustcdc.event.LogRetention;
import io.rustcdc.event.Offset;
import io.rustcdc.event.PollTimes;
import io.rustcdc.event.SourceWarning;
import io.rustcdc.event.TableId;
import java.lang.reflect.Method;
import java.net.ConnectException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import org.slf4j.event.KeyValuePair;

class LoggingObserverTests {

    private static final EventSource SHOP = new EventSource("shop", "postgres");
    private static final Offset OFFSET = new Offset() {
        @Override
        public String text() {
            return "0/16B3748";
        }

        @Override
        public Map<String, Object> fields() {
            return Map.of();
        }

        @Override
        public boolean isBefore(Offset other) {
            return false;
        }
    };

    private final Logger logger = (Logger) LoggerFactory.getLogger(LoggingObserver.class);
    private final ListAppender<ILoggingEvent> appender = new ListAppender<>();
    private final AtomicLong nanoTime = new AtomicLong(Long.MAX_VALUE - 5);
    private final LoggingObserver observer = new LoggingObserver(nanoTime::get);

    @BeforeEach
    void listen() {
        appender.start();
        logger.addAppender(appender);
        logger.setLevel(Level.DEBUG);
        logger.setAdditive(false);
    }

    @AfterEach
    void stopListening() {
        logger.detachAppender(appender);
        logger.setLevel(null);
        logger.setAdditive(true);
    }

    private static CdcException failure() {
        return new CdcException(
                FailureKind.TRANSIENT,
                "Cannot connect to jdbc:postgresql://db/shop?password=s3cret",
                "Give it the role: ALTER ROLE cdc PASSWORD 's3cret'",
                new IllegalStateException("wrapped", new ConnectException("Connection refused")));
    }

    private void assertLogged(Level level, Object... keyValues) {
        assertThat(appender.list).hasSize(1);
        ILoggingEvent event = appender.list.get(0);
        assertThat(event.getLevel()).isEqualTo(level);
        Map<String, Object> expected = new LinkedHashMap<>();
        expected.put("event", keyValues[0]);
        expected.put("source_type", "postgres");
        expected.put("source", "shop");
        for (int i = 1; i < keyValues.length; i += 2) {
            expected.put((String) keyValues[i], keyValues[i + 1]);
        }
        assertThat(fields(event)).isEqualTo(expected);
        assertThat(event.getFormattedMessage()).contains("'shop'").doesNotContain("s3cret", "{}");
        appender.list.clear();
    }

    private static Map<String, Object> fields(ILoggingEvent event) {
        Map<String, Object> fields = new LinkedHashMap<>();
        for (KeyValuePair pair : event.getKeyValuePairs()) {
            assertThat(fields.put(pair.key, pair.value)).as(pair.key).isNull();
        }
        return fields;
    }

    private static TableSnapshot orders(Phase phase, long rows, long estimate) {
        return new TableSnapshot(
                TableId.parse("public.orders"),
                new Incarnation("1", false),
                List.of("id"),
                phase,
                false,
                null,
                List.of(),
                1,
                rows,
                1,
                estimate);
    }

    @Test
    void writesTheSnapshotsOfTheRunbook() {
        TableId table = TableId.parse("public.orders");
        observer.snapshotStarted(SHOP, orders(Phase.PENDING, 0, 1000));
        assertLogged(Level.INFO, "snapshot_started", "table", table);
        observer.snapshotChunk(SHOP, orders(Phase.PENDING, 500, 1000), 500);
        assertLogged(Level.DEBUG, "snapshot_chunk_received", "table", table, "chunk_size", 500);
        observer.snapshotCompleted(SHOP, orders(Phase.COMPLETE, 1100, 1000));
        assertLogged(Level.INFO, "snapshot_complete", "table", table, "rows", 1100L);
        observer.snapshotAborted(SHOP, table, "it was dropped");
        assertLogged(Level.WARN, "snapshot_aborted", "table", table, "reason", "it was dropped");
        observer.snapshotsCompleted(SHOP, new SnapshotState("s", 3, false, List.of()));
        assertLogged(Level.INFO, "snapshots_complete", "generation", 3L);
    }

    @Test
    void tellsTheProgressOfALongTableEveryTenSeconds() {
        TableId table = TableId.parse("public.orders");
        logger.setLevel(Level.INFO);
        observer.snapshotStarted(SHOP, orders(Phase.PENDING, 0, 1000));
        appender.list.clear();
        nanoTime.addAndGet(TimeUnit.SECONDS.toNanos(9));
        observer.snapshotChunk(SHOP, orders(Phase.PENDING, 500, 1000), 500);
        assertThat(appender.list).isEmpty();
        nanoTime.addAndGet(TimeUnit.SECONDS.toNanos(1));
        observer.snapshotChunk(SHOP, orders(Phase.PENDING, 600, 1000), 100);
        assertLogged(Level.INFO, "snapshot_progress", "table", table, "rows", 600L, "percent", 60);
        observer.snapshotChunk(SHOP, orders(Phase.PENDING, 700, 1000), 100);
        assertThat(appender.list).isEmpty();
        nanoTime.addAndGet(TimeUnit.SECONDS.toNanos(10));
        observer.snapshotChunk(SHOP, orders(Phase.PENDING, 1200, -1), 100);
        assertLogged(Level.INFO, "snapshot_progress", "table", table, "rows", 1200L);
    }

    @Test
    void writesTheRunbooksEvents() {
        observer.connected(SHOP);
        assertLogged(Level.INFO, "source_connected");
        observer.disconnected(SHOP);
        assertLogged(Level.INFO, "source_disconnected");
        observer.streamStarted(SHOP, OFFSET);
        assertLogged(Level.INFO, "stream_started", "offset", "0/16B3748");
        observer.checkpointLoaded(SHOP, OFFSET, 12);
        assertLogged(Level.INFO, "checkpoint_loaded", "offset", "0/16B3748", "committed_count", 12L);
        observer.checkpointSaved(SHOP, OFFSET, 13);
        assertLogged(Level.INFO, "checkpoint_saved", "offset", "0/16B3748", "committed_count", 13L);
        String error =
                "Cannot connect to jdbc:postgresql://db/shop?password=***redacted***; root cause: ConnectException: Connection refused";
        observer.connectionFailed(SHOP, failure());
        assertLogged(Level.ERROR, "connection_error", "error", error);
        observer.checkpointFailed(SHOP, failure());
        assertLogged(Level.WARN, "checkpoint_error", "error", error);
        observer.failed(SHOP, failure());
        assertLogged(Level.ERROR, "stream_error", "error", error);
    }

    @Test
    void countsTheChangesOfEachTableThatCameInTenSeconds() {
        TableId orders = TableId.parse("public.orders");
        observer.changesReceived(SHOP, orders, 3, OFFSET);
        assertLogged(Level.DEBUG, "stream_events_received", "table", orders, "event_count", 3L, "offset", "0/16B3748");
        observer.changesReceived(SHOP, orders, 5, OFFSET);
        nanoTime.addAndGet(TimeUnit.SECONDS.toNanos(9));
        observer.changesReceived(SHOP, orders, 6, OFFSET);
        assertThat(appender.list).isEmpty();
        observer.changesReceived(SHOP, TableId.parse("public.items"), 1, OFFSET);
        assertThat(appender.list).hasSize(1);
        appender.list.clear();
        nanoTime.addAndGet(TimeUnit.SECONDS.toNanos(1));
        observer.changesReceived(SHOP, orders, 7, OFFSET);
        assertLogged(Level.DEBUG, "stream_events_received", "table", orders, "event_count", 18L, "offset", "0/16B3748");
        logger.setLevel(Level.INFO);
        nanoTime.addAndGet(TimeUnit.SECONDS.toNanos(10));
        observer.changesReceived(SHOP, orders, 7, OFFSET);
        assertThat(appender.list).isEmpty();
    }

    @Test
    void warnsOfAnAcceptedGapWithBothPositionsAndWhoAskedForIt() {
        observer.gapAccepted(SHOP, OFFSET, OFFSET, "ada password=s3cret");
        assertLogged(
                Level.WARN,
                "gap_accepted",
                "lost_offset",
                "0/16B3748",
                "offset",
                "0/16B3748",
                "requested_by",
                "ada password=***redacted***");
        observer.gapAccepted(SHOP, null, OFFSET, null);
        assertLogged(
                Level.WARN,
                "gap_accepted",
                "lost_offset",
                "none",
                "offset",
                "0/16B3748",
                "requested_by",
                "an unknown user");
    }

    @Test
    void writesWhatTheRunbookDoesNotName() {
        observer.stateChanged(SHOP, EngineState.STARTING, EngineState.STREAMING);
        assertLogged(Level.INFO, "state_changed", "from", EngineState.STARTING, "to", EngineState.STREAMING);
        observer.healthChanged(SHOP, null, HealthVerdict.of(HealthVerdict.Status.IDLE));
        assertLogged(Level.INFO, "health_changed", "health", HealthVerdict.Status.IDLE);
        observer.healthChanged(
                SHOP,
                HealthVerdict.of(HealthVerdict.Status.IDLE),
                HealthVerdict.stalled("no answer from pg://cdc:s3cret@db", "Look at it."));
        assertLogged(
                Level.WARN,
                "health_changed",
                "health",
                HealthVerdict.Status.STALLED,
                "reason",
                "no answer from pg://cdc:***redacted***@db");
    }

    @Test
    @DisplayName("OB-04 the root cause is in the line, once, and the remedy beside it")
    void namesTheRootCauseOnce() {
        observer.connectionFailed(SHOP, failure());
        assertThat(appender.list.get(0).getFormattedMessage())
                .containsOnlyOnce("Connection refused")
                .contains("What to do: Give it the role: ALTER ROLE cdc PASSWORD '***redacted***'")
                .doesNotContain("wrapped");
        assertThat(appender.list.get(0).getThrowableProxy()).isNull();
    }

    @Test
    void showsWhereAListenerFailedOnTheFirstAttemptOnly() {
        RuntimeException failure = new IllegalArgumentException("ann@example.org is no address, s3cret");
        observer.deliveryFailed(SHOP, "orders", OFFSET, 1, failure);
        assertThat(appender.list.get(0).getFormattedMessage())
                .contains("at " + getClass().getName())
                .doesNotContain("ann@example.org");
        assertLogged(
                Level.WARN,
                "delivery_error",
                "listener",
                "orders",
                "offset",
                "0/16B3748",
                "attempt",
                1,
                "error",
                "IllegalArgumentException");
        observer.deliveryFailed(SHOP, "orders", OFFSET, 2, failure);
        assertThat(appender.list.get(0).getFormattedMessage())
                .doesNotContain("at " + getClass().getName());
    }

    @Test
    void showsAListenersWordsAtTrace() {
        logger.setLevel(Level.TRACE);
        observer.deliveryFailed(
                SHOP, "orders", OFFSET, 2, new IllegalArgumentException("ann@example.org, token=s3cret"));
        assertThat(appender.list).hasSize(2);
        assertThat(appender.list.get(0).getFormattedMessage()).doesNotContain("ann@example.org");
        assertThat(appender.list.get(1).getLevel()).isEqualTo(Level.TRACE);
        assertThat(appender.list.get(1).getFormattedMessage())
                .contains("ann@example.org, token=***redacted***")
                .doesNotContain("s3cret");
    }

    @Test
    void showsTheStackOfAnUnexpectedFailure() {
        observer.failed(
                SHOP,
                new CdcException(FailureKind.TERMINAL, "Unexpected failure", null, new NullPointerException("s3cret")));
        assertThat(appender.list.get(0).getFormattedMessage())
                .contains("at " + getClass().getName());
        assertLogged(Level.ERROR, "stream_error", "error", "Unexpected failure; root cause: NullPointerException");
    }

    @Test
    void warnsOfATableThatJoinedWithWhatIsMissing() {
        TableId orders = new TableId("public", "orders");
        observer.tableJoined(SHOP, new JoinedTable(orders, "0/16B3748", JoinedTable.Cause.CREATED_AGAIN), false);
        assertThat(appender.list.get(0).getFormattedMessage())
                .contains("'public.orders'")
                .contains("dropped and created again")
                .contains("not delivered");
        assertLogged(
                Level.WARN,
                "table_joined",
                "table",
                orders,
                "offset",
                "0/16B3748",
                "cause",
                JoinedTable.Cause.CREATED_AGAIN);
    }

    @Test
    void warnsUnderTheCodeOfTheWarningWithoutSecrets() {
        observer.warned(
                SHOP, new SourceWarning("table_not_captured", "public.log", "no key, password=s3cret", "add one"));
        assertThat(appender.list.get(0).getFormattedMessage())
                .contains("no key")
                .contains("add one");
        assertLogged(Level.WARN, "table_not_captured", "subject", "public.log");
    }

    @Test
    void measurementsAreAtDebug() {
        observer.logMeasured(
                SHOP,
                new LogRetention(1, 2, null, null, "reserved", LogRetention.Safety.SAFE, true, Instant.EPOCH, ""));
        assertLogged(Level.DEBUG, "log_measured", "retained_bytes", 2L, "status", "reserved");
    }

    @Test
    void pollTimesAreAtDebug() {
        observer.pollsMeasured(SHOP, new PollTimes(Duration.ofMillis(5), Duration.ofMillis(70), null));
        assertLogged(Level.DEBUG, "polls_measured", "p95_ms", 5L, "p99_ms", 70L);
    }

    @Test
    void savesAreAtInfoOnceInTenSecondsForEachSource() {
        EventSource other = new EventSource("stock", "postgres");
        for (int i = 0; i < 25; i++) {
            observer.checkpointSaved(SHOP, OFFSET, i);
            observer.checkpointSaved(other, OFFSET, 100 + i);
            nanoTime.addAndGet(TimeUnit.SECONDS.toNanos(1));
        }
        assertThat(appender.list)
                .hasSize(50)
                .allSatisfy(event -> assertThat(fields(event))
                        .containsEntry("event", "checkpoint_saved")
                        .containsKey("committed_count"));
        assertThat(counts(SHOP)).containsExactly(0L, 10L, 20L);
        assertThat(counts(other)).containsExactly(100L, 110L, 120L);
    }

    private List<Object> counts(EventSource source) {
        return appender.list.stream()
                .filter(event -> event.getLevel() == Level.INFO)
                .map(LoggingObserverTests::fields)
                .filter(fields -> fields.get("source").equals(source.name()))
                .map(fields -> fields.get("committed_count"))
                .toList();
    }

    @Test
    void logsEveryCallbackThereIs() {
        List<String> logged = Arrays.stream(LoggingObserver.class.getDeclaredMethods())
                .map(Method::getName)
                .toList();
        assertThat(Arrays.stream(EngineObserver.class.getMethods()))
                .filteredOn(Method::isDefault)
                .extracting(Method::getName)
                .isNotEmpty()
                .isSubsetOf(logged);
    }
}
