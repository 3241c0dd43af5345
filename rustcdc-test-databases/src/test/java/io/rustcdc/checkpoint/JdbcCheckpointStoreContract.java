package io.rustcdc.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.rustcdc.checkpoint.jdbc.JdbcCheckpointStore;
import io.rustcdc.checkpoint.jdbc.JdbcCheckpoints;
import io.rustcdc.event.EventSource;
import io.rustcdc.event.FailureKind;
import io.rustcdc.event.TableId;
import io.rustcdc.schema.AcknowledgedSchema;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a store in a database promises beyond what every store does. Each handle is of another instance. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class JdbcCheckpointStoreContract extends CheckpointStoreContract {

    static final EventSource SHOP = new EventSource("shop", "postgres");
    private static final Duration LONG_LEASE = Duration.ofSeconds(30);
    private static final Duration SHORT_LEASE = Duration.ofSeconds(1);

    private final List<JdbcCheckpoints> instances = new ArrayList<>();
    private final CheckpointDatabase database;

    JdbcCheckpointStoreContract(CheckpointDatabase database) {
        this.database = database;
    }

    @BeforeEach
    void tables() {
        database.createTables();
    }

    @AfterEach
    void dropTables() {
        instances.forEach(JdbcCheckpoints::close);
        instances.clear();
        database.sql(
                "DROP TABLE rustcdc_checkpoint", "DROP TABLE rustcdc_lease", "DROP TABLE rustcdc_checkpoint_archive");
    }

    @Override
    JdbcCheckpointStore open() {
        return open(LONG_LEASE);
    }

    private JdbcCheckpointStore open(Duration lease) {
        return instance(lease).store(SHOP, TestOffset::parse);
    }

    private JdbcCheckpoints instance(Duration lease) {
        JdbcCheckpoints instance = database.instance(lease);
        instances.add(instance);
        return instance;
    }

    private JdbcCheckpointStore acquired(Duration lease) {
        JdbcCheckpointStore store = open(lease);
        store.acquire();
        return store;
    }

    /** The instance gives no sign of life any more, as if its process were frozen or dead. */
    private void silence(JdbcCheckpointStore store) {
        instances.get(0).close();
    }

    private JdbcCheckpointStore takeOver() {
        JdbcCheckpointStore next = open(LONG_LEASE);
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

    @Test
    void keepsPositionsAndSchemasOfAnyLength() {
        JdbcCheckpointStore store = acquired(LONG_LEASE);
        store.save(checkpoint(1, 1));
        Map<TableId, AcknowledgedSchema> many = new HashMap<>();
        for (int i = 0; i < 3000; i++) {
            TableId table = new TableId("public", "table_with_a_long_name_" + i);
            many.put(table, schema(table, "id", "a_column_with_a_name_of_some_length", "müller 🚀"));
        }
        store.saveSchemas(many);
        assertThat(open().loadSchemas()).isEqualTo(many);
        assertThat(open().load()).contains(checkpoint(1, 1));
    }

    @Test
    void tellsSourcesApartByTheCaseOfTheirNames() {
        JdbcCheckpoints instance = instance(LONG_LEASE);
        JdbcCheckpointStore lower = instance.store(SHOP, TestOffset::parse);
        JdbcCheckpointStore upper = instance.store(new EventSource("SHOP", "postgres"), TestOffset::parse);
        lower.acquire();
        upper.acquire();
        lower.save(checkpoint(1, 1));
        upper.save(checkpoint(2, 2));
        assertThat(open().load()).contains(checkpoint(1, 1));
    }

    @Test
    @DisplayName("CP-02 a checkpoint of another source type is refused, with a remedy")
    void refusesAnotherSourceType() {
        JdbcCheckpoints instance = instance(LONG_LEASE);
        JdbcCheckpointStore store = instance.store(SHOP, TestOffset::parse);
        store.acquire();
        store.save(checkpoint(1, 1));
        JdbcCheckpointStore other = instance.store(new EventSource("shop", "mysql"), TestOffset::parse);
        assertThatExceptionOfType(CheckpointException.class)
                .isThrownBy(other::load)
                .withMessageContaining("source_type")
                .satisfies(e -> assertThat(e.kind()).isEqualTo(FailureKind.TERMINAL))
                .satisfies(e -> assertThat(e.action()).contains("UPDATE rustcdc_checkpoint"));
    }

    @Test
    @DisplayName("CP-01 a changed character of the stored text is refused, wherever it is")
    void refusesDamagedText() {
        JdbcCheckpointStore store = acquired(LONG_LEASE);
        store.save(checkpoint(24, 1234));
        String text = database.value("SELECT checkpoint_json FROM rustcdc_checkpoint");
        for (int i = 0; i < text.length(); i++) {
            if (Character.isWhitespace(text.charAt(i))) {
                continue; // spaces carry nothing
            }
            write(text.substring(0, i) + (char) (text.charAt(i) ^ 1) + text.substring(i + 1));
            assertThatExceptionOfType(CheckpointException.class)
                    .as("position %d", i)
                    .isThrownBy(() -> open().load());
            instances.remove(instances.size() - 1).close();
        }
        write(text);
        assertThat(open().load()).contains(checkpoint(24, 1234));
    }

    private void write(String text) {
        try (Connection connection = database.dataSource().getConnection();
                PreparedStatement update =
                        connection.prepareStatement("UPDATE rustcdc_checkpoint SET checkpoint_json = ?")) {
            update.setString(1, text);
            update.executeUpdate();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    @DisplayName("CP-06 an owner whose lease has expired and was taken over cannot save, and says so")
    void fencesAnOwnerThatWasSilent() {
        JdbcCheckpointStore zombie = acquired(SHORT_LEASE);
        zombie.save(checkpoint(1, 1));
        silence(zombie);
        JdbcCheckpointStore next = takeOver();

        assertThat(next.tookOver()).isTrue();
        assertThat(next.load()).contains(checkpoint(1, 1));
        assertThatExceptionOfType(LeaseLostException.class)
                .isThrownBy(() -> zombie.save(checkpoint(2, 2)))
                .withMessageContaining("shop");
        assertThatExceptionOfType(LeaseLostException.class)
                .isThrownBy(() -> zombie.saveSchemas(Map.of(ORDERS, schema(ORDERS, "id"))));
        assertThatExceptionOfType(LeaseLostException.class)
                .isThrownBy(() -> zombie.replace(checkpoint(2, 2), Map.of()));
        next.save(checkpoint(3, 3));
        zombie.release();
        next.save(checkpoint(4, 4));
        assertThat(open().load()).contains(checkpoint(4, 4));
    }

    @Test
    void takesOverAtOnceWhatWasGivenBack() {
        JdbcCheckpointStore first = acquired(LONG_LEASE);
        first.save(checkpoint(1, 1));
        first.release();
        JdbcCheckpointStore second = open();
        second.acquire();
        assertThat(second.tookOver()).isFalse();
        second.save(checkpoint(2, 2));
    }

    @Test
    void keepsItsLeaseWhileItGivesSignsOfLife() throws InterruptedException {
        Duration lease = Duration.ofSeconds(6); // a sign of life may be some seconds late
        JdbcCheckpointStore owner = acquired(lease);
        long end = System.nanoTime() + lease.plusSeconds(3).toNanos();
        JdbcCheckpointStore other = open(lease);
        while (System.nanoTime() < end) {
            assertThatExceptionOfType(LeaseConflictException.class).isThrownBy(other::acquire);
            Thread.sleep(50);
        }
        owner.confirmLease();
        owner.save(checkpoint(1, 1));
    }

    @Test
    @DisplayName("The lease counts again when it has expired and nobody has taken it")
    void confirmsAnExpiredLeaseThatNobodyTook() throws InterruptedException {
        JdbcCheckpointStore owner = acquired(SHORT_LEASE);
        database.sql("UPDATE rustcdc_lease SET expires_at = '2001-01-01 00:00:00'");
        owner.save(checkpoint(1, 1));
        owner.confirmLease();
        await().until(() ->
                !database.value("SELECT expires_at FROM rustcdc_lease").startsWith("2001"));
    }

    @Test
    @DisplayName("A save that was written and not committed when its owner froze does not hold up the takeover")
    void takesOverFromAnOwnerThatIsFrozenInsideItsCommit() throws SQLException {
        JdbcCheckpointStore zombie = acquired(SHORT_LEASE);
        zombie.save(checkpoint(1, 1));
        try (Connection frozen = database.dataSource().getConnection()) {
            frozen.setAutoCommit(false);
            Runnable committed = zombie.saveInTransaction(frozen, checkpoint(2, 2), Map.of());
            silence(zombie);

            JdbcCheckpointStore next = takeOver();

            assertThat(next.load()).contains(checkpoint(1, 1));
            next.save(checkpoint(5, 5));
            assertThatExceptionOfType(SQLException.class).isThrownBy(frozen::commit);
            assertThat(open().load()).contains(checkpoint(5, 5));
        } catch (SQLException e) {
            // closing what the server has ended
        }
        assertThat(open().load()).contains(checkpoint(5, 5));
    }

    @Test
    void savesInATransactionOfTheCaller() throws SQLException {
        JdbcCheckpointStore store = acquired(LONG_LEASE);
        store.save(checkpoint(1, 1));
        try (Connection connection = database.dataSource().getConnection()) {
            connection.setAutoCommit(false);
            store.saveInTransaction(connection, checkpoint(2, 2), Map.of(ORDERS, schema(ORDERS, "id")));
            connection.rollback();
            assertThat(open().load()).contains(checkpoint(1, 1));

            Runnable committed =
                    store.saveInTransaction(connection, checkpoint(3, 3), Map.of(ORDERS, schema(ORDERS, "id")));
            connection.commit();
            committed.run();
            assertThat(open().load()).contains(checkpoint(3, 3));
            assertThat(open().loadSchemas()).containsOnlyKeys(ORDERS);

            committed = store.saveInTransaction(connection, checkpoint(4, 4), Map.of(ORDERS, schema(ORDERS, "id")));
            connection.commit(); // and nobody hears of it
            assertThatExceptionOfType(StaleCheckpointException.class)
                    .isThrownBy(() -> store.saveInTransaction(connection, checkpoint(5, 5), Map.of()));
            connection.rollback();
            assertThat(store.load()).contains(checkpoint(4, 4));
            store.saveInTransaction(connection, checkpoint(5, 5), Map.of()).run();
            connection.commit();
        }
        assertThat(open().load()).contains(checkpoint(5, 5));
    }

    @Test
    @DisplayName("A checkpoint that somebody changes by hand while its source runs is not overwritten")
    void doesNotOverwriteWhatSomebodyChanged() {
        JdbcCheckpointStore store = acquired(LONG_LEASE);
        store.save(checkpoint(1, 1));
        database.sql("UPDATE rustcdc_checkpoint SET version = version + 1, checkpoint_json = NULL");
        assertThatExceptionOfType(CheckpointException.class)
                .isThrownBy(() -> store.save(checkpoint(2, 2)))
                .withMessageContaining("changed by somebody else")
                .satisfies(e -> assertThat(e.kind()).isEqualTo(FailureKind.TERMINAL));
        assertThat(open().load()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    @DisplayName(
            "CP-08 a connection that is cut at any step of a save leaves the old checkpoint or the new one, and the save can be repeated")
    void survivesACutAtEachStepOfASave(boolean before) {
        CuttingDataSource cutting = new CuttingDataSource(database.dataSource());
        JdbcCheckpoints instance = database.instance(cutting, LONG_LEASE);
        instances.add(instance);
        JdbcCheckpointStore store = instance.store(SHOP, TestOffset::parse);
        store.acquire();
        JdbcCheckpointStore reader = open();
        Map<TableId, AcknowledgedSchema> schemas = Map.of();
        store.save(checkpoint(1, 1));
        int count = 1;
        for (Kind kind : Kind.values()) {
            boolean cut = true;
            for (int step = 0; cut; step++) {
                Checkpoint old = checkpoint(count, count);
                count++;
                Checkpoint next = kind == Kind.SCHEMAS ? old : checkpoint(count, count);
                count = kind == Kind.SCHEMAS ? count - 1 : count;
                Map<TableId, AcknowledgedSchema> nextSchemas =
                        kind == Kind.SAVE ? schemas : Map.of(ORDERS, schema(ORDERS, "id", kind + "_" + step));
                cutting.cutAt(step, before);
                try {
                    kind.write(store, next, nextSchemas);
                } catch (CheckpointException e) {
                    assertThat(e.kind()).isEqualTo(FailureKind.TRANSIENT);
                }
                cut = cutting.hasCut();
                cutting.cutAt(-1, true);

                Checkpoint found = reader.load().orElseThrow();
                Map<TableId, AcknowledgedSchema> foundSchemas = reader.loadSchemas();
                assertThat(found).as("%s cut at step %d", kind, step).isIn(old, next);
                assertThat(foundSchemas).isIn(schemas, nextSchemas);
                if (kind == Kind.REPLACE) {
                    assertThat(found.equals(next)).isEqualTo(foundSchemas.equals(nextSchemas));
                }
                kind.write(store, next, nextSchemas);
                assertThat(reader.load()).contains(next);
                assertThat(reader.loadSchemas()).isEqualTo(nextSchemas);
                schemas = nextSchemas;
                assertThat(step).isLessThan(20);
            }
        }
        assertThat(count).isGreaterThan(5);
    }

    private enum Kind {
        SAVE,
        REPLACE,
        SCHEMAS;

        void write(JdbcCheckpointStore store, Checkpoint next, Map<TableId, AcknowledgedSchema> schemas) {
            switch (this) {
                case SAVE -> store.save(next);
                case REPLACE -> store.replace(next, schemas);
                case SCHEMAS -> store.saveSchemas(schemas);
            }
        }
    }

    @Test
    @DisplayName("What an operator wishes is there for all instances, and for those that come later")
    void keepsWishes() {
        JdbcCheckpointStore owner = acquired(SHORT_LEASE);
        JdbcCheckpointStore other = open(SHORT_LEASE);
        assertThat(owner.wish()).isEqualTo(Wish.RUN);
        assertThat(other.wish()).isEqualTo(Wish.RUN);

        assertThat(other.wish(Set.of(Wish.RUN), Wish.PAUSE, "admin")).isTrue();
        assertThat(other.wish(Set.of(Wish.RUN), Wish.STOP, "admin")).isFalse();

        await().atMost(Duration.ofSeconds(10)).until(() -> owner.wish() == Wish.PAUSE);
        owner.release();
        assertThat(open().wish()).isEqualTo(Wish.PAUSE);
        assertThat(database.value("SELECT wished_by FROM rustcdc_lease")).isEqualTo("admin");
        assertThat(owner.wish(Set.of(Wish.PAUSE, Wish.STOP), Wish.RUN, null)).isTrue();
        assertThat(other.wish()).isEqualTo(Wish.RUN);
    }

    @Test
    void keepsWhatBeginningAnewReplaces() {
        JdbcCheckpointStore store = acquired(LONG_LEASE);
        store.save(checkpoint(100, 10));
        store.replace(checkpoint(50, 10), Map.of());
        assertThat(database.value("SELECT checkpoint_json FROM rustcdc_checkpoint_archive"))
                .contains("\"lsn\" : 100");
    }

    @Test
    @DisplayName("CP-16 missing tables are a configuration error that names the remedy")
    void namesTheRemedyForMissingTables() {
        database.sql(
                "DROP TABLE rustcdc_checkpoint", "DROP TABLE rustcdc_lease", "DROP TABLE rustcdc_checkpoint_archive");
        JdbcCheckpointStore store = open();
        assertThatExceptionOfType(CheckpointException.class)
                .isThrownBy(store::acquire)
                .satisfies(e -> assertThat(e.kind()).isEqualTo(FailureKind.CONFIGURATION))
                .satisfies(e -> assertThat(e.action()).contains("initialize-schema"));
        database.createTables();
        store.acquire();
    }
}
