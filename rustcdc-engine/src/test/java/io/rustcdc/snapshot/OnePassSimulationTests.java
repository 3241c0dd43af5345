package io.rustcdc.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import io.rustcdc.checkpoint.SnapshotState;
import io.rustcdc.checkpoint.TableSnapshot;
import io.rustcdc.checkpoint.TableSnapshot.Phase;
import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.EventSource;
import io.rustcdc.event.Row;
import io.rustcdc.event.TableId;
import io.rustcdc.event.Transaction;
import io.rustcdc.snapshot.SimulatedDatabase.Change;
import io.rustcdc.snapshot.SimulatedDatabase.Logged;
import io.rustcdc.snapshot.SimulatedDatabase.Pass;
import io.rustcdc.snapshot.SimulatedDatabase.Position;
import io.rustcdc.snapshot.SimulatedDatabase.Stored;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A table without a key: nothing may arrive twice or not at all, since the consumer cannot tell. */
class OnePassSimulationTests {

    private static final EventSource SOURCE = new EventSource("shop", "simulated");
    private static final List<String> TABLE = List.of("public.orders");
    private static final int KEYS = 40;

    @ParameterizedTest
    @ValueSource(ints = {1, 4, 1000})
    @DisplayName("SN-R4: the rows of a keyless table arrive once, and each later change behind its row")
    void everyRowOnce(int chunkSize) {
        for (int seed = 0; seed < 150; seed++) {
            new Run(new Random(seed), chunkSize, false, "seed %d, chunks of %d".formatted(seed, chunkSize)).toEnd();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4, 1000})
    @DisplayName(
            "SN-R4: no change of a keyless table is lost or doubled when its reading is stopped, paused, requested again, cut or crashes")
    void noChangeIsLost(int chunkSize) {
        for (int seed = 0; seed < 80; seed++) {
            new Run(new Random(seed), chunkSize, true, "seed %d, chunks of %d".formatted(seed, chunkSize)).toEnd();
        }
    }

    private static final class Run implements SnapshotListener {

        private final Random random;
        private final int chunkSize;
        private final boolean disturbed;
        private final String what;
        private final SimulatedDatabase database = new SimulatedDatabase(KEYS / 2, false);
        private final SimulatedWriters writers;
        private final DurableConsumer consumer;
        private final Map<ChangeEvent<Row>, Change> origins = new IdentityHashMap<>();
        private SnapshotDriver driver;
        private int streamed;
        private int inTransaction;

        Run(Random random, int chunkSize, boolean disturbed, String what) {
            this.random = random;
            this.chunkSize = chunkSize;
            this.disturbed = disturbed;
            this.what = what;
            this.writers = new SimulatedWriters(database, random, KEYS);
            SnapshotState state = SnapshotPlan.first(database.tables(), SnapshotMode.INITIAL, true);
            this.consumer = new DurableConsumer(random, new Position(0), state);
            this.driver = connect();
        }

        /** Goes on whenever somebody looks, so that no wait takes any. */
        private final AtomicLong time = new AtomicLong();

        private SnapshotDriver connect() {
            Position from = (Position) consumer.offset();
            streamed = (int) database.log().stream()
                    .filter(transaction -> transaction.endLsn() <= from.lsn())
                    .count();
            inTransaction = 0;
            SnapshotOptions options = new SnapshotOptions(SnapshotMode.INITIAL, chunkSize, 1, 0);
            Readings readings = new Readings(SOURCE, database, null, database.tables(), options)
                    .waitingBy(() -> time.addAndGet(Duration.ofMillis(50).toNanos()));
            return new SnapshotDriver(consumer, this, readings, from, consumer.state());
        }

        void toEnd() {
            for (int step = 0; step < 300; step++) {
                int choice = random.nextInt(100);
                if (choice < 20) {
                    writers.commitOne();
                } else if (choice < 35 && database.invisibleCount() > 0) {
                    database.show(random.nextInt(database.invisibleCount()));
                } else if (choice < 70) {
                    stream();
                } else if (choice < 90) {
                    consumer.setRoom(random.nextInt(10));
                    driver.advance();
                } else if (choice < 95) {
                    consumer.saveSome();
                } else if (disturbed) {
                    disturb();
                }
            }
            Map<Integer, Stored> expected = database.finalRows();
            consumer.setRoom(Integer.MAX_VALUE);
            driver.wish(state -> state.paused(false));
            while (streamed < database.log().size() || !driver.isIdle()) {
                driver.advance();
                stream();
            }
            consumer.saveAll();
            driver.close();
            assertNothingIsLostOrDoubled();
            assertCopy(expected);
        }

        private void disturb() {
            switch (random.nextInt(16)) {
                case 0 -> driver.wish(state -> state.paused(true));
                case 1, 2, 3 -> driver.wish(state -> state.paused(false));
                case 4, 5, 6 -> driver.wish(SnapshotPlan::stop);
                case 7, 8, 9 -> driver.request(database.tables(), SnapshotMode.INITIAL, TABLE, null);
                case 10, 11 -> driver.request(database.tables(), SnapshotMode.INITIAL, TABLE, "half of them");
                case 12 -> database.breakReading();
                default -> crash();
            }
        }

        /** What was delivered and is not visible yet is a matter of its own. */
        private void crash() {
            driver.close();
            consumer.crash();
            while (database.invisibleCount() > 0) {
                database.show(0);
            }
            driver = connect();
        }

        private void stream() {
            if (!driver.hasRoom()) {
                return;
            }
            if (streamed == database.log().size()) {
                driver.reached(new Position(database.end()));
                return;
            }
            Logged next = database.log().get(streamed);
            if (inTransaction == 0) {
                driver.begin(next.mark());
            } else if (inTransaction <= next.changes().size()) {
                Change change = next.changes().get(inTransaction - 1);
                ChangeEvent<Row> event = event(next, change);
                origins.put(event, change);
                driver.change(event, 100);
            } else {
                driver.commit(new Position(next.endLsn()), Instant.EPOCH);
                streamed++;
                inTransaction = -1;
            }
            inTransaction++;
        }

        private static ChangeEvent<Row> event(Logged transaction, Change change) {
            Stored before = change.before();
            Stored after = change.after();
            ChangeEvent.Builder event = ChangeEvent.of(SOURCE, change.operation(), SimulatedDatabase.TABLE)
                    .offset(new Position(transaction.mark().commitLsn() - 1))
                    .commitTime(Instant.EPOCH)
                    .transaction(new Transaction(transaction.mark().xid(), 0, false));
            if (before != null) {
                event.before(before.row(), false);
            }
            if (after != null) {
                event.after(after.row());
            }
            return event.build();
        }

        /** A change that does not come must be in rows that came before, all of one view. */
        private void assertNothingIsLostOrDoubled() {
            Map<Change, Integer> delivered = new IdentityHashMap<>();
            Map<Long, Set<Long>> rows = new HashMap<>();
            Map<Long, Set<Set<Long>>> complete = new HashMap<>();
            for (Object entry : consumer.kept()) {
                if (entry instanceof Position end) {
                    Set<Set<Long>> sets = new HashSet<>();
                    sets.add(Set.of());
                    rows.values().forEach(versions -> sets.add(Set.copyOf(versions)));
                    complete.put(end.lsn(), sets);
                } else if (entry instanceof ChangeEvent<?> event && event.snapshot() != null) {
                    rows.computeIfAbsent(event.snapshot().generation(), generation -> new HashSet<>())
                            .add(version(event.afterRow()));
                } else if (entry instanceof ChangeEvent<?> event) {
                    delivered.merge(Objects.requireNonNull(origins.get(event)), 1, Integer::sum);
                }
            }
            for (Logged transaction : database.log()) {
                for (Change change : transaction.changes()) {
                    int times = delivered.getOrDefault(change, 0);
                    boolean shown = database.passes().stream()
                            .filter(pass ->
                                    pass.visible().contains(transaction.mark().xid()))
                            .map(Pass::versions)
                            .anyMatch(complete.get(transaction.endLsn())::contains);
                    assertThat(times)
                            .as("%s: %s of %s came", what, change, transaction.mark())
                            .isLessThanOrEqualTo(1);
                    assertThat(times == 1 || shown)
                            .as("%s: %s of %s came or is in rows that came", what, change, transaction.mark())
                            .isTrue();
                }
            }
        }

        /** From its first row on, a reading without a condition makes an exact copy. */
        private void assertCopy(Map<Integer, Stored> expected) {
            TableSnapshot table = consumer.state().of(SimulatedDatabase.TABLE).orElseThrow();
            assertThat(disturbed || table.phase() == Phase.COMPLETE).as(what).isTrue();
            if (table.phase() != Phase.COMPLETE || table.condition() != null) {
                return;
            }
            List<Object> kept = new ArrayList<>(consumer.kept());
            kept.subList(0, beginOf(table.generation(), kept)).clear();
            Map<Integer, Long> copy = new HashMap<>();
            for (Object entry : kept) {
                if (entry instanceof ChangeEvent<?> event) {
                    apply(event, copy);
                }
            }
            Map<Integer, Long> versions = new HashMap<>();
            expected.forEach((id, row) -> versions.put(id, row.version()));
            assertThat(copy).as(what).isEqualTo(versions);
        }

        private int beginOf(long generation, List<Object> kept) {
            for (int i = 0; i < kept.size(); i++) {
                if (kept.get(i) instanceof TableSnapshot table && table.generation() == generation) {
                    return i;
                }
            }
            throw new AssertionError(what + ": no rows of generation " + generation);
        }

        /** Applies a change to exactly the row that it names, and refuses what does not fit. */
        private void apply(ChangeEvent<?> event, Map<Integer, Long> copy) {
            switch (event.operation()) {
                case TRUNCATE -> copy.clear();
                case READ, INSERT -> add(event.afterRow(), copy);
                case DELETE -> remove(event.beforeRow(), copy);
                default -> {
                    remove(event.beforeRow(), copy);
                    add(event.afterRow(), copy);
                }
            }
        }

        private void add(@Nullable Row row, Map<Integer, Long> copy) {
            Long old = copy.put(id(row), version(row));
            assertThat(old).as("%s: row %d was there", what, id(row)).isNull();
        }

        private void remove(@Nullable Row row, Map<Integer, Long> copy) {
            Long old = copy.remove(id(row));
            assertThat(old).as("%s: old row %d", what, id(row)).isEqualTo(version(row));
        }

        private static int id(@Nullable Row row) {
            return (Integer) Objects.requireNonNull(row).get("id");
        }

        private static long version(@Nullable Row row) {
            return (Long) Objects.requireNonNull(row).get("version");
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
            throw new AssertionError(reason);
        }
    }
}
