package io.rustcdc.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

import io.rustcdc.checkpoint.jdbc.JdbcCheckpointStore;
import io.rustcdc.checkpoint.jdbc.JdbcCheckpoints;
import io.rustcdc.checkpoint.jdbc.JdbcDeadLetterStore;
import io.rustcdc.checkpoint.jdbc.JdbcDeadLetters;
import io.rustcdc.checkpoint.jdbc.JdbcOptions;
import io.rustcdc.checkpoint.jdbc.JdbcTables;
import io.rustcdc.deadletter.DeadLetter.State;
import io.rustcdc.deadletter.DeadLetterStore.Filter;
import io.rustcdc.deadletter.MemoryDeadLetterStore;
import io.rustcdc.delivery.BatchHandler;
import io.rustcdc.delivery.FailurePolicy.Action;
import io.rustcdc.delivery.Listeners;
import io.rustcdc.delivery.Subscription;
import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.Operation;
import io.rustcdc.event.Row;
import io.rustcdc.event.SnapshotInfo;
import io.rustcdc.observe.DeadLetterEvent;
import io.rustcdc.observe.DeadLetterEvent.Kind;
import io.rustcdc.observe.EngineState;
import io.rustcdc.runtime.DeadLetters.Replayed;
import io.rustcdc.source.SnapshotTable;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Listener calls, letters and checkpoint in one transaction of a database: each change is handled once, or is one letter. */
class TransactionalParkingTests extends DeadLetterFixture {

    private final JdbcDataSource database = new JdbcDataSource();
    private final DatabaseTransactions transactions = new DatabaseTransactions(database);
    private JdbcCheckpoints checkpoints;
    private JdbcCheckpointStore saved;
    private JdbcDeadLetterStore kept;

    @BeforeEach
    void createTables() throws SQLException {
        database.setURL("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1");
        JdbcOptions options = JdbcOptions.ofDefaults();
        JdbcTables.create(database, options);
        try (Connection connection = database.getConnection()) {
            connection.createStatement().execute("CREATE TABLE handled (listener VARCHAR(20), n INT)");
        }
        checkpoints = new JdbcCheckpoints(database, options);
        saved = checkpoints.store(log.source(), log.offsets());
        kept = new JdbcDeadLetters(database, options, 100).store(log.source(), log.offsets(), saved);
    }

    @AfterEach
    void closeDatabase() throws SQLException {
        stopRunner();
        checkpoints.close();
        try (Connection connection = database.getConnection()) {
            connection.createStatement().execute("SHUTDOWN");
        }
    }

    @Test
    void laterChangesOfTheRowWaitBehindTheOneThatFailed() throws Exception {
        poisoned.add(5);
        begin(writing("listener", Action.PARK));
        commitAndAwait(40);
        assertThat(handled("listener")).containsExactlyElementsOf(numbersWithout(40, 5));
        assertThat(numbers(State.PARKED)).containsExactly(5, 15, 25, 35);
        assertThat(kept.find(1).orElseThrow().failure().attempts()).isEqualTo(2);
        await().untilAsserted(() -> assertThat(told)
                .extracting(DeadLetterEvent::kind)
                .containsExactly(Kind.PARKED, Kind.PARKED_BEHIND, Kind.PARKED_BEHIND, Kind.PARKED_BEHIND));
        begin(writing("listener", Action.PARK));
        commitAndAwait(10);
        assertThat(numbers(State.PARKED)).containsExactly(5, 15, 25, 35, 45);
    }

    @Test
    void otherListenersHandleWhatOneHasParkedOnce() throws Exception {
        poisoned.add(5);
        begin(healthy("first"), writing("listener", Action.PARK), healthy("last"));
        commitAndAwait(20);
        assertThat(handled("first")).containsExactlyElementsOf(ids(1, 20));
        assertThat(handled("last")).containsExactlyElementsOf(ids(1, 20));
        assertThat(numbers(State.PARKED)).containsExactly(5, 15);
    }

    @Test
    void aSkippedChangeLeavesNothingBehind() throws Exception {
        poisoned.add(5);
        begin(writing("listener", Action.SKIP));
        commitAndAwait(20);
        assertThat(handled("listener"))
                .containsExactlyElementsOf(
                        ids(1, 20).stream().filter(n -> n != 5).toList());
        assertThat(told).extracting(DeadLetterEvent::kind).containsExactly(Kind.SKIPPED);
    }

    /** The letter comes with the commit of its change, or not at all. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aLostAnswerToACommitLeavesOneLetter(boolean committed) throws Exception {
        poisoned.add(5);
        begin(writing("listener", Action.PARK));
        commitAndAwait(4);
        transactions.loseNextOf(kept, committed);
        commitAndAwait(16);
        assertThat(transactions.hasFailed()).isTrue();
        assertThat(handled("listener")).containsExactlyElementsOf(numbersWithout(20, 5));
        assertThat(numbers(State.PARKED)).containsExactly(5, 15);
    }

    @Test
    void whatATransformFailsForIsALetterOfTheTransaction() throws Exception {
        breakTransform(Set.of(5, 6));
        poisoned.add(1007);
        begin(healthy("first"), writing("listener", Action.PARK));
        commitAndAwait(20);
        assertThat(handled("first")).containsExactlyElementsOf(without(ids(1001, 1020), 1005, 1006));
        assertThat(handled("listener")).containsExactlyElementsOf(without(ids(1001, 1020), 1005, 1006, 1007, 1017));
        assertThat(numbers(State.SKIPPED)).containsExactly(5, 6);
        assertThat(numbers(State.PARKED)).containsExactly(1007, 1017);
        assertThat(transformFailures).containsExactly("skipped mine", "skipped mine");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aLostAnswerToACommitLeavesOneLetterOfATransform(boolean committed) throws Exception {
        breakTransform(Set.of(5));
        begin(writing("listener", Action.PARK));
        commitAndAwait(4);
        transactions.loseNextOf(kept, committed);
        commitAndAwait(16);
        assertThat(transactions.hasFailed()).isTrue();
        assertThat(handled("listener")).containsExactlyElementsOf(without(ids(1001, 1020), 1005));
        assertThat(numbers(State.SKIPPED)).containsExactly(5);
        await().untilAsserted(() -> assertThat(transformFailures).containsExactly("skipped mine"));
    }

    @Test
    void aFullStoreStopsTheSourceWithTheChangeThatATransformFailsFor() throws Exception {
        kept = new JdbcDeadLetters(database, JdbcOptions.ofDefaults(), 1).store(log.source(), log.offsets(), saved);
        breakTransform(Set.of(5, 7));
        begin(writing("listener", Action.PARK));
        log.commit(10);
        awaitState(EngineState.FAILED);
        assertThat(runner.status().health().reason())
                .contains("Transform 'mine' failed", "at 0+7", "There are 1 dead letters");
        assertThat(handled("listener")).containsExactly(1001, 1002, 1003, 1004, 1006);
        assertThat(transformFailures).containsExactly("skipped mine", "failed mine");
    }

    private static List<Integer> without(List<Integer> numbers, Integer... without) {
        return numbers.stream().filter(n -> !List.of(without).contains(n)).toList();
    }

    /** What a listener leaves to be written fails behind its call, as with JPA: where it was the only one, it is its failure. */
    @Test
    void aFailureBehindTheOnlyCallIsThatListeners() throws Exception {
        transactions.failLater(5);
        begin(writing("listener", Action.PARK));
        commitAndAwait(20);
        assertThat(handled("listener")).containsExactlyElementsOf(numbersWithout(20, 5));
        assertThat(numbers(State.PARKED)).containsExactly(5, 15);
    }

    @Test
    void aTableThatIsEmptiedSupersedesItsLetters() throws Exception {
        log.shape = n -> n == 18 ? change(Operation.TRUNCATE) : update(n % ROWS, n);
        poisoned.addAll(List.of(5, 28));
        begin(writing("listener", Action.PARK));
        commitAndAwait(35);
        assertThat(numbers(State.SUPERSEDED)).containsExactly(5, 15);
        assertThat(numbers(State.PARKED)).containsExactly(28);
        assertThat(handled("listener")).contains(25, 35);
    }

    @Test
    void aFullStoreStopsTheSourceWithTheChangeThatFindsNoRoom() throws Exception {
        kept = new JdbcDeadLetters(database, JdbcOptions.ofDefaults(), 2).store(log.source(), log.offsets(), saved);
        poisoned.add(5);
        begin(writing("listener", Action.PARK));
        log.commit(30);
        awaitFailed();
        assertThat(failures.get(0)).hasMessageContaining("2 dead letters");
        assertThat(handled("listener")).containsExactlyElementsOf(numbersWithout(24, 5));
    }

    @Test
    void aBrokenListenerIsCalledAgainUntilItSucceeds() throws Exception {
        poisoned.addAll(ids(1, 30));
        begin(writing("listener", Action.PARK));
        log.commit(30);
        await().until(() -> moods.contains("broken after 5"));
        assertThat(kept.count()).isEqualTo(5);
        poisoned.clear();
        awaitJdbc();
        assertThat(moods).containsExactly("broken after 5", "mended");
        assertThat(handled("listener").size() + kept.count()).isEqualTo(30);
    }

    @Test
    void changesOfABatchAreFoundOneByOne() throws Exception {
        poisoned.add(5);
        List<Integer> sizes = new ArrayList<>();
        begin(listener(Action.PARK, (BatchHandler) (events, acknowledgment) -> {
            sizes.add(events.size());
            for (ChangeEvent<Row> event : events) {
                write("listener", event);
            }
        }));
        commitAndAwait(20);
        assertThat(handled("listener")).containsExactlyInAnyOrderElementsOf(numbersWithout(20, 5));
        assertThat(numbers(State.PARKED)).containsExactly(5, 15);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aReplayIsDoneOnceWhateverBecomesOfTheAnswerToItsCommit(boolean committed) throws Exception {
        poisoned.add(5);
        begin(writing("listener", Action.PARK));
        commitAndAwait(40);
        poisoned.clear();
        transactions.loseNextOf(kept, committed);
        assertThat(replay()).isEqualTo(new Replayed(4, 0, 0));
        assertThat(transactions.hasFailed()).isTrue();
        List<Integer> all = handled("listener");
        assertThat(all.subList(36, 40)).containsExactly(5, 15, 25, 35);
        assertThat(all).hasSize(40);
        commitAndAwait(10);
        assertThat(handled("listener")).hasSize(50);
    }

    /** As where a constraint is checked at the commit. */
    @Test
    void aLetterWhoseCommitNeverSucceedsIsNotTriedForEver() throws Exception {
        poisoned.add(5);
        begin(writing("listener", Action.PARK));
        commitAndAwait(20);
        poisoned.clear();
        transactions.loseAllOf(kept);
        assertThat(replay()).isEqualTo(new Replayed(0, 1, 1));
        assertThat(numbers(State.PARKED)).containsExactly(5, 15);
        commitAndAwait(4);
    }

    @Test
    void aLetterThatFailsAgainLeavesNothingOfItsCall() throws Exception {
        poisoned.add(5);
        begin(writing("listener", Action.PARK));
        commitAndAwait(30);
        poisoned.clear();
        poisoned.add(15);
        assertThat(replay()).isEqualTo(new Replayed(1, 1, 1));
        assertThat(numbers(State.PARKED)).containsExactly(15, 25);
        assertThat(handled("listener")).doesNotContain(15);
    }

    /** All rows of a chunk are in one transaction, and many of them may fail. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void manyRowsOfAChunkCanFail(boolean batches) throws Exception {
        log.commit(60);
        log.forget();
        log.tables = List.of(new SnapshotTable(LogSource.TABLE, "1", List.of("id"), List.of("id"), 60));
        poisoned.addAll(List.of(3, 4, 9, 12, 20, 21, 30, 31, 40, 41, 50, 60));
        begin(
                batches
                        ? listener(Action.PARK, (BatchHandler) (events, acknowledgment) -> {
                            for (ChangeEvent<Row> event : events) {
                                write("listener", event);
                            }
                        })
                        : writing("listener", Action.PARK));
        await().atMost(Duration.ofSeconds(20)).until(() -> handled("listener").size() + kept.count() == 60);
        assertThat(kept.count()).isEqualTo(12);
        assertThat(kept.list(Filter.all(), 100, 0)).allSatisfy(letter -> {
            SnapshotInfo snapshot = letter.event().snapshot();
            assertThat(snapshot).isNotNull();
        });
        assertThat(moods).isEmpty();
    }

    @Test
    void aStoreElsewhereIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Listeners(
                        List.of(writing("listener", Action.PARK)), transactions, new MemoryDeadLetterStore(1)))
                .withMessageContaining("cannot be written in a transaction");
    }

    private Replayed replay() throws Exception {
        return runner.deadLetters().replay(Filter.all()).get(20, TimeUnit.SECONDS);
    }

    private void begin(Subscription... listeners) {
        stopRunner();
        runner = runnerOf(saved, new Listeners(List.of(listeners), transactions, kept));
        runner.start();
    }

    private Subscription writing(String id, Action action) {
        Subscription one = listener(action, (event, acknowledgment) -> write(id, event));
        return new Subscription(id, one.tables(), one.operations(), one.conduct(), one.handler());
    }

    private Subscription healthy(String id) {
        return Subscription.of(id, (event, acknowledgment) -> transactions.insert(id, number(event)));
    }

    private void write(String id, ChangeEvent<Row> event) throws SQLException {
        transactions.insert(id, number(event));
        if (poisoned.contains(number(event))) {
            throw new IllegalStateException("no " + number(event));
        }
    }

    private static int number(ChangeEvent<Row> event) {
        return event.operation() == Operation.READ ? id(event) : n(event);
    }

    private void commitAndAwait(int changes) {
        log.commit(changes);
        awaitJdbc();
    }

    private void awaitJdbc() {
        LogOffset end = log.end();
        await().atMost(Duration.ofSeconds(20))
                .until(() -> saved.load()
                        .map(checkpoint -> checkpoint.offset().equals(end))
                        .orElse(false));
    }

    private List<Integer> numbers(State state) {
        return kept.list(new Filter(null, null, state), 100, 0).stream()
                .map(letter -> n(letter.event()))
                .toList();
    }

    private List<Integer> handled(String listener) throws SQLException {
        List<Integer> numbers = new ArrayList<>();
        try (Connection connection = database.getConnection();
                PreparedStatement select =
                        connection.prepareStatement("SELECT n FROM handled WHERE listener = ? ORDER BY _rowid_")) {
            select.setString(1, listener);
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    numbers.add(rows.getInt(1));
                }
            }
        }
        return numbers;
    }
}
