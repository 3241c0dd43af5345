package io.rustcdc.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

import io.rustcdc.checkpoint.jdbc.JdbcCheckpointStore;
import io.rustcdc.checkpoint.jdbc.JdbcCheckpoints;
import io.rustcdc.checkpoint.jdbc.JdbcDeadLetterStore;
import io.rustcdc.checkpoint.jdbc.JdbcDeadLetters;
import io.rustcdc.checkpoint.jdbc.JdbcOptions;
import io.rustcdc.deadletter.DeadLetter;
import io.rustcdc.deadletter.DeadLetterException;
import io.rustcdc.deadletter.DeadLetterStore.Filter;
import io.rustcdc.deadletter.DeadLetterStoreContract;
import io.rustcdc.deadletter.Failure;
import io.rustcdc.event.EventSource;
import io.rustcdc.event.FailureKind;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a store of dead letters in a database promises beyond what every store does. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class JdbcDeadLetterStoreContract extends DeadLetterStoreContract {

    private static final Duration LONG_LEASE = Duration.ofSeconds(30);
    private static final Duration SHORT_LEASE = Duration.ofSeconds(1);

    private final List<JdbcCheckpoints> instances = new ArrayList<>();
    private final CheckpointDatabase database;

    JdbcDeadLetterStoreContract(CheckpointDatabase database) {
        this.database = database;
    }

    @BeforeEach
    void tables() {
        database.createTables();
    }

    @AfterEach
    void empty() {
        instances.forEach(JdbcCheckpoints::close);
        instances.clear();
        database.createTables();
        database.sql(
                "DELETE FROM rustcdc_checkpoint",
                "DELETE FROM rustcdc_lease",
                "DELETE FROM rustcdc_checkpoint_archive",
                "DELETE FROM rustcdc_dead_letter");
    }

    @AfterAll
    void drop() throws Exception {
        database.close();
    }

    /** With a lease that it owns. */
    @Override
    protected JdbcDeadLetterStore open(int maxLetters) {
        return new JdbcDeadLetters(database.dataSource(), JdbcOptions.ofDefaults(), maxLetters)
                .store(SHOP, Place::parse, owner(LONG_LEASE));
    }

    private JdbcDeadLetterStore store(DataSource dataSource, CheckpointStore owner) {
        return new JdbcDeadLetters(dataSource, JdbcOptions.ofDefaults(), 100).store(SHOP, Place::parse, owner);
    }

    private JdbcCheckpointStore owner(Duration lease) {
        JdbcCheckpointStore owner = checkpoints(lease);
        owner.acquire();
        return owner;
    }

    private JdbcCheckpointStore checkpoints(Duration lease) {
        JdbcCheckpoints instance = database.instance(lease);
        instances.add(instance);
        return instance.store(SHOP, Place::parse);
    }

    /** The first instance is silent from now on, and another one takes over. */
    private JdbcCheckpointStore takeOver() {
        instances.get(0).close();
        JdbcCheckpointStore next = checkpoints(LONG_LEASE);
        await().atMost(Duration.ofSeconds(20)).until(() -> {
            try {
                next.acquire();
                return true;
            } catch (LeaseConflictException e) {
                return false;
            }
        });
        return next;
    }

    private static List<DeadLetter> all(JdbcDeadLetterStore store) {
        return store.list(Filter.all(), 100, DeadLetter.NO_ID);
    }

    @Test
    void lettersAreThereForTheNextOwnerAndForReadersWithoutALease() {
        JdbcCheckpointStore owner = owner(LONG_LEASE);
        store(database.dataSource(), owner).park(letter("mail", ORDERS, 5, 1));
        owner.release();

        JdbcDeadLetterStore reader = store(database.dataSource(), checkpoints(LONG_LEASE));
        assertThat(all(reader)).hasSize(1);
        assertThat(reader.parked()).containsKey(row("mail", ORDERS, 1));
        assertThatExceptionOfType(CheckpointException.class)
                .isThrownBy(() -> reader.park(letter("mail", ORDERS, 6, 1)))
                .withMessageContaining("lease");
        assertThat(reader.count()).isEqualTo(1);
    }

    @Test
    void eachSourceHasItsOwnLetters() {
        JdbcDeadLetters place = new JdbcDeadLetters(database.dataSource(), JdbcOptions.ofDefaults(), 1);
        JdbcDeadLetterStore shop = place.store(SHOP, Place::parse, new MemoryCheckpointStore());
        JdbcDeadLetterStore other =
                place.store(new EventSource("Shop", "postgres"), Place::parse, new MemoryCheckpointStore());
        shop.park(letter("mail", ORDERS, 5, 1));
        assertThat(other.park(letter("mail", ORDERS, 5, 1))).isTrue();
        long id = all(shop).get(0).id();
        assertThat(other.find(id)).isEmpty();
        assertThat(other.remove(id)).isFalse();
        assertThat(other.supersede("mail", ORDERS)).isEqualTo(1);
        assertThat(shop.parked()).hasSize(1);
    }

    @Test
    @DisplayName("An owner whose lease was taken over writes no letter, removes none, and says so")
    void fencesAnOwnerThatWasSilent() {
        JdbcDeadLetterStore zombie = store(database.dataSource(), owner(SHORT_LEASE));
        zombie.park(letter("mail", ORDERS, 5, 1));
        long id = all(zombie).get(0).id();
        JdbcDeadLetterStore next = store(database.dataSource(), takeOver());

        assertThatExceptionOfType(LeaseLostException.class)
                .isThrownBy(() -> zombie.park(letter("mail", ORDERS, 6, 1)))
                .withMessageContaining("shop");
        assertThatExceptionOfType(LeaseLostException.class).isThrownBy(() -> zombie.remove(id));
        assertThatExceptionOfType(LeaseLostException.class).isThrownBy(() -> zombie.supersede("mail", ORDERS));
        assertThatExceptionOfType(LeaseLostException.class)
                .isThrownBy(() -> zombie.failedAgain(id, new Failure("x", 9, NOW)));
        assertThat(all(next)).hasSize(1).first().satisfies(letter -> {
            assertThat(letter.state()).isEqualTo(DeadLetter.State.PARKED);
            assertThat(letter.failure().attempts()).isEqualTo(3);
        });
        assertThat(next.remove(id)).isTrue();
    }

    @Test
    @DisplayName("A removal that was not committed when its owner froze does not hold up the takeover, and is not done")
    void takesOverFromAnOwnerThatIsFrozenInsideAReplay() throws SQLException {
        JdbcDeadLetterStore zombie = store(database.dataSource(), owner(SHORT_LEASE));
        zombie.park(letter("mail", ORDERS, 5, 1));
        long id = all(zombie).get(0).id();
        JdbcDeadLetterStore next;
        try (Connection frozen = database.dataSource().getConnection()) {
            frozen.setAutoCommit(false);
            assertThat(zombie.on(frozen).remove(id)).isTrue();

            next = store(database.dataSource(), takeOver());

            assertThat(next.remove(id)).isTrue();
            assertThatExceptionOfType(SQLException.class).isThrownBy(frozen::commit);
        } catch (SQLException e) {
            // closing what the server has ended
        }
        assertThat(store(database.dataSource(), checkpoints(LONG_LEASE)).count())
                .isZero();
    }

    @Test
    void aReplayOfAnOwnerThatLostItsLeaseIsRefusedInItsTransaction() throws SQLException {
        JdbcDeadLetterStore zombie = store(database.dataSource(), owner(SHORT_LEASE));
        zombie.park(letter("mail", ORDERS, 5, 1));
        long id = all(zombie).get(0).id();
        takeOver();
        try (Connection connection = database.dataSource().getConnection()) {
            connection.setAutoCommit(false);
            assertThatExceptionOfType(LeaseLostException.class)
                    .isThrownBy(() -> zombie.on(connection).remove(id));
            connection.rollback();
        }
        assertThat(zombie.count()).isEqualTo(1);
    }

    @Test
    @DisplayName("Letters and checkpoint are one in a transaction of the caller: both or none")
    void isPartOfATransactionOfTheCaller() throws SQLException {
        JdbcCheckpointStore owner = owner(LONG_LEASE);
        owner.save(new Checkpoint(new Place(1), 1));
        JdbcDeadLetterStore store = store(database.dataSource(), owner);
        try (Connection connection = database.dataSource().getConnection()) {
            connection.setAutoCommit(false);
            assertThat(store.on(connection).park(letter("mail", ORDERS, 5, 1))).isTrue();
            assertThat(store.on(connection).count()).isEqualTo(1);
            owner.saveInTransaction(connection, new Checkpoint(new Place(5), 2), Map.of());
            connection.rollback();
            assertThat(store.count()).isZero();

            assertThat(store.on(connection).park(letter("mail", ORDERS, 5, 1))).isTrue();
            assertThat(store.on(connection).parked()).containsKey(row("mail", ORDERS, 1));
            owner.saveInTransaction(connection, new Checkpoint(new Place(5), 2), Map.of());
            connection.commit();
            assertThat(store.count()).isEqualTo(1);

            DeadLetter parked =
                    store.on(connection).list(Filter.all(), 1, DeadLetter.NO_ID).get(0);
            store.on(connection).failedAgain(parked.id(), new Failure("again", 4, NOW));
            assertThat(store.on(connection).supersede("mail", ORDERS)).isEqualTo(1);
            assertThat(store.on(connection).remove(parked.id())).isTrue();
            assertThat(store.on(connection).find(parked.id())).isEmpty();
            assertThat(store.on(connection).queue(row("mail", ORDERS, 1), 1)).isEmpty();
            connection.rollback();
            assertThat(store.find(parked.id()))
                    .hasValueSatisfying(
                            letter -> assertThat(letter.failure().attempts()).isEqualTo(3));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    @DisplayName(
            "A connection that is cut at any step of parking leaves one letter or none, and parking can be repeated")
    void survivesACutAtEachStep(boolean before) {
        CuttingDataSource cutting = new CuttingDataSource(database.dataSource());
        JdbcDeadLetterStore store = store(cutting, new MemoryCheckpointStore());
        boolean cut = true;
        for (int step = 0; cut; step++) {
            DeadLetter letter = letter("mail", ORDERS, step, 1);
            cutting.cutAt(step, before);
            try {
                store.park(letter);
            } catch (DeadLetterException e) {
                assertThat(e.kind()).isEqualTo(FailureKind.TRANSIENT);
            }
            cut = cutting.hasCut();
            cutting.cutAt(-1, true);
            assertThat(store.count()).isBetween((long) step, step + 1L);
            store.park(letter);
            assertThat(store.count()).isEqualTo(step + 1L);
            assertThat(step).isLessThan(20);
        }
        assertThat(store.count()).isGreaterThan(3);
    }

    @Test
    void namesALetterThatIsDamagedAndWhatToDo() {
        JdbcDeadLetterStore store = open(10);
        store.park(letter("mail", ORDERS, 5, "secret"));
        long id = all(store).get(0).id();
        database.sql("UPDATE rustcdc_dead_letter SET event_json = REPLACE(event_json, '\"text\"', '\"txt\"')");
        assertThatExceptionOfType(DeadLetterException.class)
                .isThrownBy(() -> store.find(id))
                .withMessageContaining("Dead letter " + id)
                .withMessageContaining("'id'")
                .withMessageNotContaining("secret")
                .satisfies(e -> assertThat(e.action()).contains("DELETE FROM rustcdc_dead_letter WHERE id = " + id));
    }

    @Test
    void namesTheRemedyForAMissingTable() {
        JdbcDeadLetterStore store = open(10);
        database.sql("DROP TABLE rustcdc_dead_letter");
        assertThatExceptionOfType(DeadLetterException.class)
                .isThrownBy(store::count)
                .satisfies(e -> assertThat(e.kind()).isEqualTo(FailureKind.CONFIGURATION))
                .satisfies(e -> assertThat(e.action()).contains("initialize-schema"));
    }

    @Test
    void refusesToBeInAnotherDatabaseThanTheCheckpoint() {
        CuttingDataSource another = new CuttingDataSource(database.dataSource());
        JdbcDeadLetters place = new JdbcDeadLetters(another, JdbcOptions.ofDefaults(), 10);
        JdbcCheckpointStore checkpoints = checkpoints(LONG_LEASE);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> place.store(SHOP, Place::parse, checkpoints))
                .withMessageContaining("'shop'")
                .withMessageContaining("one data source");
    }
}
