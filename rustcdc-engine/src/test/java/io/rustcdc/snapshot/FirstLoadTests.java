package io.rustcdc.snapshot;

import static io.rustcdc.snapshot.LoadedTables.keyed;
import static io.rustcdc.snapshot.LoadedTables.keyless;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.rustcdc.checkpoint.SnapshotState;
import io.rustcdc.checkpoint.TableSnapshot;
import io.rustcdc.checkpoint.TableSnapshot.Phase;
import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.EventSource;
import io.rustcdc.event.TableId;
import io.rustcdc.snapshot.LoadedTables.Faults;
import io.rustcdc.snapshot.SimulatedDatabase.Position;
import io.rustcdc.source.KeyRange;
import io.rustcdc.source.SnapshotTable;
import io.rustcdc.source.SourceException;
import io.rustcdc.source.TableGoneException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The load before the stream flows, when a part of it fails; a pass over a table without a key behaves likewise. */
class FirstLoadTests implements SnapshotListener {

    private static final EventSource SOURCE = new EventSource("shop", "simulated");
    private static final SnapshotTable ORDERS = keyed("orders");
    private static final SnapshotTable LINES = keyed("lines");
    private static final SnapshotTable LOG = keyless("log");
    private static final Faults NONE = new Faults() {};

    private final List<TableId> gone = new ArrayList<>();
    private final AtomicLong clock = new AtomicLong();
    private @Nullable LoadedTables beginning;
    private @Nullable LoadedTables later;
    private @Nullable DurableConsumer consumer;
    private @Nullable SnapshotDriver driver;

    @AfterEach
    void close() {
        if (driver != null) {
            driver.close();
        }
    }

    /** In portions of ten rows. */
    private void load(int workers, Faults faults, SnapshotTable... tables) {
        beginning = new LoadedTables(List.of(tables), faults);
        begin(beginning, workers);
    }

    private void begin(@Nullable LoadedTables view, int workers) {
        LoadedTables sound = new LoadedTables(view == null ? List.of(LOG) : view.tables(), NONE);
        later = sound;
        SnapshotOptions options = new SnapshotOptions(SnapshotMode.INITIAL, 10, workers, 0);
        Readings readings = new Readings(SOURCE, sound, view, sound.tables(), options);
        readings.use(new ViewPatience(clock::get));
        SnapshotState state = SnapshotPlan.first(sound.tables(), SnapshotMode.INITIAL, true);
        consumer = new DurableConsumer(new Random(0), new Position(0), state);
        consumer.setRoom(Integer.MAX_VALUE);
        driver = new SnapshotDriver(consumer, this, readings, new Position(0), state);
    }

    private void toEnd() {
        await().dontCatchUncaughtExceptions().pollInterval(Duration.ofMillis(1)).until(() -> {
            driver.advance();
            return driver.isIdle();
        });
        consumer.saveAll();
    }

    private List<Integer> ids(SnapshotTable table) {
        return consumer.kept().stream()
                .filter(entry ->
                        entry instanceof ChangeEvent<?> event && event.table().equals(table.id()))
                .map(entry -> (Integer) ((ChangeEvent<?>) entry).afterRow().get("id"))
                .toList();
    }

    private static List<Integer> all() {
        return IntStream.rangeClosed(1, LoadedTables.ROWS).boxed().toList();
    }

    private Phase phase(SnapshotTable table) {
        return driver.state().of(table.id()).orElseThrow().phase();
    }

    private static SourceException lost() {
        return SourceException.transientFailure("the connection is lost", null);
    }

    @Test
    @DisplayName("a worker that gets no connection leaves its tables to the others")
    void oneWorkerIsEnough() {
        load(
                3,
                new Faults() {
                    @Override
                    public void opening(int connection) {
                        if (connection > 0) {
                            throw SourceException.transientFailure("sorry, too many clients already", null);
                        }
                    }
                },
                ORDERS,
                LINES);
        toEnd();
        assertThat(ids(ORDERS)).isEqualTo(all());
        assertThat(ids(LINES)).isEqualTo(all());
        assertThat(beginning.begun()).hasSize(2);
        assertThat(later.opened()).isZero();
    }

    @Test
    @DisplayName("a range whose connection is lost goes on behind the last row that was read")
    void goesOnOverAnotherConnection() {
        AtomicBoolean cut = new AtomicBoolean();
        load(
                1,
                new Faults() {
                    @Override
                    public void reading(SnapshotTable table, int connection, int id) {
                        if (id == 45 && cut.compareAndSet(false, true)) {
                            throw lost();
                        }
                    }
                },
                ORDERS);
        toEnd();
        assertThat(ids(ORDERS)).isEqualTo(all());
        assertThat(beginning.begun())
                .containsExactly(KeyRange.all(), KeyRange.all().startingAfter(List.of("40")));
        assertThat(later.opened()).isZero();
    }

    @Test
    @DisplayName("a table whose reading fails again and again is left to the chunks, the others are not")
    void leavesOneTableToTheChunks() {
        load(
                2,
                new Faults() {
                    @Override
                    public void reading(SnapshotTable table, int connection, int id) {
                        if (table.equals(ORDERS)) {
                            throw lost();
                        }
                    }
                },
                ORDERS,
                LINES,
                LOG);
        toEnd();
        assertThat(ids(ORDERS)).isEqualTo(all());
        assertThat(ids(LINES)).isEqualTo(all());
        assertThat(ids(LOG)).isEqualTo(all());
        assertThat(beginning.begun()).hasSize(4);
    }

    @Test
    @DisplayName("a table without a key that was read in part is read anew later, under another generation")
    void beginsATableWithoutAKeyAnew() {
        load(
                2,
                new Faults() {
                    @Override
                    public void reading(SnapshotTable table, int connection, int id) {
                        if (table.equals(LOG) && id == 45) {
                            throw lost();
                        }
                    }
                },
                LOG,
                LINES);
        toEnd();
        assertThat(ids(LINES)).isEqualTo(all());
        List<Integer> twice = new ArrayList<>(all().subList(0, 40));
        twice.addAll(all());
        assertThat(ids(LOG)).isEqualTo(twice);
        assertThat(driver.state().of(LOG.id()).orElseThrow().generation()).isGreaterThan(1);
    }

    @Test
    @DisplayName("a table that is gone ends only its own part")
    void goesOnWithoutATableThatIsGone() {
        CountDownLatch told = new CountDownLatch(1);
        load(
                2,
                new Faults() {
                    @Override
                    public void reading(SnapshotTable table, int connection, int id) {
                        if (table.equals(ORDERS)) {
                            throw new TableGoneException(table.id(), "does not exist any more");
                        }
                        if (id == 50) {
                            awaitUninterrupted(told);
                        }
                    }
                },
                ORDERS,
                LINES);
        await().until(() -> {
            driver.advance();
            return !gone.isEmpty();
        });
        told.countDown();
        toEnd();
        assertThat(gone).containsExactly(ORDERS.id());
        assertThat(phase(ORDERS)).isEqualTo(Phase.GONE);
        assertThat(ids(LINES)).isEqualTo(all());
        assertThat(later.opened()).isZero();
    }

    @Test
    @DisplayName("an error in a worker ends the source instead of leaving it waiting")
    void handsErrorsOn() {
        load(
                2,
                new Faults() {
                    @Override
                    public void reading(SnapshotTable table, int connection, int id) {
                        throw new OutOfMemoryError("simulated");
                    }
                },
                ORDERS);
        assertThatThrownBy(this::toEnd).hasStackTraceContaining("simulated");
    }

    @Test
    @DisplayName("a request that changes nothing for the tables under way does not end the load")
    void aRequestForWhatIsUnderWay() throws InterruptedException {
        CountDownLatch requested = new CountDownLatch(1);
        load(
                1,
                new Faults() {
                    @Override
                    public void reading(SnapshotTable table, int connection, int id) {
                        if (id == 50) {
                            awaitUninterrupted(requested);
                        }
                    }
                },
                ORDERS,
                LINES);
        driver.advance();
        driver.request(List.of(ORDERS, LINES), SnapshotMode.INITIAL, List.of("public.orders"), null);
        driver.advance();
        requested.countDown();
        toEnd();
        assertThat(ids(ORDERS)).isEqualTo(all());
        assertThat(ids(LINES)).isEqualTo(all());
        assertThat(beginning.begun()).containsExactly(KeyRange.all(), KeyRange.all());
        assertThat(driver.state().generation()).isEqualTo(2);
        assertThat(later.opened()).isZero();
    }

    private static void awaitUninterrupted(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    @DisplayName("a stop ends the load")
    void aStopEndsTheLoad() {
        load(1, NONE, ORDERS);
        consumer.setRoom(5);
        await().until(() -> {
            driver.advance();
            return !consumer.hasRoom();
        });
        driver.wish(SnapshotPlan::stop);
        consumer.setRoom(Integer.MAX_VALUE);
        toEnd();
        assertThat(phase(ORDERS)).isEqualTo(Phase.SKIPPED);
        assertThat(ids(ORDERS)).isEqualTo(all().subList(0, 10));
    }

    @Test
    @DisplayName("a view whose rows nobody takes is given up; each row of a table with a key still comes once")
    void givesTheViewUp() {
        load(1, NONE, ORDERS);
        stall();
        assertThat(driver.hasRoom()).isFalse();
        consumer.setRoom(Integer.MAX_VALUE);
        driver.advance();
        assertThat(driver.hasRoom()).as("the stream stands still for the load").isTrue();
        toEnd();
        assertThat(ids(ORDERS)).isEqualTo(all());
    }

    @Test
    @DisplayName("a pass whose rows nobody takes is begun anew in another view")
    void beginsAPassAnew() {
        begin(null, 1);
        stall();
        consumer.setRoom(Integer.MAX_VALUE);
        toEnd();
        List<Integer> anew = new ArrayList<>(all().subList(0, 10));
        anew.addAll(all());
        assertThat(ids(LOG)).isEqualTo(anew);
    }

    /** A consumer that takes five rows and no more for a long time. */
    private void stall() {
        consumer.setRoom(5);
        await().until(() -> {
            driver.advance();
            return !consumer.hasRoom();
        });
        clock.addAndGet(Duration.ofMinutes(9).toNanos());
        driver.advance();
        assertThat(driver.isReading(driver.state().tables().get(0).table())).isTrue();
        clock.addAndGet(Duration.ofMinutes(2).toNanos());
        driver.advance();
        assertThat(driver.isReading(driver.state().tables().get(0).table())).isFalse();
    }

    @Override
    public void started(TableSnapshot table) {
        consumer.begins(table);
    }

    @Override
    public void chunk(TableSnapshot table, int rows) {}

    @Override
    public void completed(TableSnapshot table) {}

    @Override
    public void gone(TableId table, String reason) {
        gone.add(table);
    }
}
