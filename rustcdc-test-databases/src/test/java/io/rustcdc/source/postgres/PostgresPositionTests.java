package io.rustcdc.source.postgres;

import static io.rustcdc.source.postgres.RowCapture.assumeVersion;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.rustcdc.event.FailureKind;
import io.rustcdc.event.Offset;
import io.rustcdc.source.SourceException;
import io.rustcdc.source.SourceStream;
import io.rustcdc.source.StreamRequest;
import io.rustcdc.source.TableFilter;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Where a stream starts, and where it refuses to. */
class PostgresPositionTests {

    private PostgresFixture shop;

    @BeforeEach
    void createDatabase() {
        shop = new PostgresFixture();
    }

    @AfterEach
    void dropDatabase() {
        shop.close();
    }

    @Test
    void freshStartCreatesPublicationThenSlotAndCarriesTheIdentity() {
        try (SourceStream stream = shop.openFresh()) {
            assertThat(shop.database.query("SELECT schemaname || '.' || tablename FROM pg_publication_tables"))
                    .singleElement()
                    .asList()
                    .containsExactly("public.orders");
            assertThat(stream.start().fields())
                    .containsEntry("lsn", Lsn.parse(shop.confirmedFlushLsn()).value())
                    .containsEntry("slot_name", shop.slot)
                    .containsEntry(
                            "system_id", shop.database.value("SELECT system_identifier FROM pg_control_system()"))
                    .containsEntry("timeline", 1);
        }
    }

    @Test
    @DisplayName("A slot that exists while no checkpoint does: the stream starts at the slot")
    void freshStartTakesUpAnExistingSlot() {
        shop.openFresh().close();
        shop.insert(1, 2);
        CollectingSink sink = new CollectingSink();

        try (SourceStream stream = shop.openFresh()) {
            PostgresFixture.readCommits(stream, sink, 1);
        }

        assertThat(sink.ids()).containsExactly(1, 2);
    }

    @Test
    @DisplayName("PG-26: a slot dropped while stopped is a terminal divergence and not created again")
    void droppedSlotIsTerminal() {
        Offset saved = startAndStop();
        dropSlot();

        SourceException refused = shop.refused(StreamRequest.resume(saved));

        assertThat(refused.kind()).isEqualTo(FailureKind.POSITION_LOST);
        assertThat(refused)
                .hasMessageContaining("postgres checkpoint/slot divergence for slot '" + shop.slot + "'")
                .hasMessageContaining("slot does not exist")
                .hasMessageContaining(saved.text());
        assertThat(refused.action()).contains("accept-gap").contains("/actuator/cdc/shop");
        assertThat(shop.slotColumn("slot_name")).isNull();
    }

    @Test
    @DisplayName("PG-R3: a slot that was advanced while stopped is a divergence that names both positions")
    void advancedSlotIsTerminal() {
        Offset saved = startAndStop();
        shop.insert(1, 1);
        shop.database.sql("SELECT pg_replication_slot_advance('%s', pg_current_wal_lsn())".formatted(shop.slot));

        SourceException refused = shop.refused(StreamRequest.resume(saved));

        assertThat(refused.kind()).isEqualTo(FailureKind.POSITION_LOST);
        assertThat(refused)
                .hasMessageContaining("divergence")
                .hasMessageContaining("checkpoint=" + saved.text())
                .hasMessageContaining("slot=" + shop.confirmedFlushLsn());
    }

    @Test
    @DisplayName("PG-R3: a slot that was dropped and created again is a divergence")
    void recreatedSlotIsTerminal() {
        Offset saved = startAndStop();
        dropSlot();
        shop.insert(1, 1);
        shop.database.sql("SELECT pg_create_logical_replication_slot('%s', 'pgoutput')".formatted(shop.slot));

        assertThat(shop.refused(StreamRequest.resume(saved)).kind()).isEqualTo(FailureKind.POSITION_LOST);
    }

    @Test
    @DisplayName("PG-R3: after confirmed progress a restart raises no false alarm")
    void confirmedProgressIsNoDivergence() {
        CollectingSink sink = new CollectingSink();
        try (SourceStream stream = shop.openFresh()) {
            for (int id = 1; id <= 3; id++) {
                shop.insert(id, id);
                PostgresFixture.readCommits(stream, sink, id);
                stream.confirm(sink.lastCommit());
            }
        }

        try (SourceStream stream = shop.resume(sink.lastCommit())) {
            assertThat(stream.start()).isEqualTo(sink.lastCommit());
        }
    }

    @Test
    @DisplayName("PG-R9: a checkpoint of another cluster is refused")
    void checkpointOfAnotherClusterIsTerminal() {
        PostgresOffset saved = (PostgresOffset) startAndStop();
        SlotId elsewhere = new SlotId(shop.slot, "7000000000000000001", 1);

        SourceException refused = shop.refused(StreamRequest.resume(saved.on(elsewhere)));

        assertThat(refused.kind()).isEqualTo(FailureKind.POSITION_LOST);
        assertThat(refused).hasMessageContaining("7000000000000000001");
    }

    @Test
    @DisplayName("PG-R9: a checkpoint beyond the end of the server's log is refused")
    void checkpointBeyondTheLogIsTerminal() {
        PostgresOffset saved = (PostgresOffset) startAndStop();

        SourceException refused =
                shop.refused(StreamRequest.resume(PostgresOffset.at(saved.slot(), saved.lsn() + (1L << 40))));

        assertThat(refused.kind()).isEqualTo(FailureKind.POSITION_LOST);
        assertThat(refused).hasMessageContaining("beyond the end");
    }

    @Test
    @DisplayName("A checkpoint of a timeline that the server never had is refused")
    void checkpointOfAForeignTimelineIsTerminal() {
        PostgresOffset saved = (PostgresOffset) startAndStop();
        SlotId fork = new SlotId(shop.slot, saved.slot().systemId(), 7);

        SourceException refused = shop.refused(StreamRequest.resume(saved.on(fork)));

        assertThat(refused.kind()).isEqualTo(FailureKind.POSITION_LOST);
        assertThat(refused).hasMessageContaining("timeline 7");
    }

    @Test
    void checkpointOfAnotherSlotIsRefused() {
        PostgresOffset saved = (PostgresOffset) startAndStop();
        SlotId other = new SlotId("other_slot", saved.slot().systemId(), 1);

        SourceException refused = shop.refused(StreamRequest.resume(saved.on(other)));

        assertThat(refused.kind()).isEqualTo(FailureKind.CONFIGURATION);
        assertThat(refused).hasMessageContaining("'other_slot'").hasMessageContaining("replication-slot-name");
    }

    @Test
    @DisplayName("A checkpoint written by hand: the missing slot is created, the stream starts there")
    void seedCreatesTheSlot() {
        startAndStop();
        dropSlot();

        try (SourceStream stream = shop.resumeByHand(Map.of("lsn", 1L, "slot_name", shop.slot))) {
            assertThat(stream.start().text()).isEqualTo(shop.confirmedFlushLsn());
            assertThat(stream.start().fields()).containsKey("system_id");
        }
    }

    @Test
    @DisplayName("A checkpoint written by hand ahead of the slot counts: what lies between is not delivered")
    void seedAheadOfTheSlotCounts() {
        startAndStop();
        shop.insert(1, 1);
        String seed = shop.database.value("SELECT pg_current_wal_lsn()");
        shop.insert(2, 2);
        CollectingSink sink = new CollectingSink();

        try (SourceStream stream = shop.resumeByHand(Map.of("lsn", seed, "slot_name", shop.slot))) {
            PostgresFixture.readCommits(stream, sink, 1);
        }

        assertThat(sink.ids()).containsExactly(2);
    }

    @Test
    @DisplayName("An accepted gap: the dropped slot is created anew and the stream begins there")
    void anAcceptedGapCreatesTheSlot() {
        Offset saved = startAndStop();
        dropSlot();
        shop.insert(1, 2);
        CollectingSink sink = new CollectingSink();

        try (SourceStream stream = shop.acceptGap(saved)) {
            assertThat(stream.start().text()).isEqualTo(shop.confirmedFlushLsn());
            shop.insert(3, 4);
            PostgresFixture.readCommits(stream, sink, 1);
        }

        assertThat(sink.ids()).containsExactly(3, 4);
    }

    @Test
    @DisplayName("An accepted gap: the stream begins where the slot was moved to")
    void anAcceptedGapBeginsAtTheMovedSlot() {
        Offset saved = startAndStop();
        shop.insert(1, 1);
        shop.database.sql("SELECT pg_replication_slot_advance('%s', pg_current_wal_lsn())".formatted(shop.slot));
        shop.insert(2, 2);
        CollectingSink sink = new CollectingSink();

        try (SourceStream stream = shop.acceptGap(saved)) {
            PostgresFixture.readCommits(stream, sink, 1);
        }

        assertThat(sink.ids()).containsExactly(2);
    }

    @Test
    @DisplayName(
            "An accepted gap where the slot still has everything: the checkpoint counts, a begun transaction comes again")
    void anAcceptedGapLosesNothingThatIsThere() {
        PostgresOffset saved = (PostgresOffset) startAndStop();
        shop.insert(1, 3);
        long commit =
                Lsn.parse(shop.database.value("SELECT pg_current_wal_lsn()")).value() - 1;
        CollectingSink sink = new CollectingSink();
        PostgresOffset changedMeanwhile = PostgresOffset.inside(saved.slot(), saved.lsn(), commit, 2, saved.lsn() + 1);

        try (SourceStream stream = shop.acceptGap(changedMeanwhile)) {
            assertThat(stream.start()).isEqualTo(saved);
            PostgresFixture.readCommits(stream, sink, 1);
        }

        assertThat(sink.ids()).containsExactly(1, 2, 3);
    }

    @Test
    @DisplayName("An accepted gap after a checkpoint of another cluster begins at the slot of this one")
    void anAcceptedGapOnAnotherClusterBeginsAtItsSlot() {
        PostgresOffset saved = (PostgresOffset) startAndStop();
        shop.insert(1, 1);
        SlotId elsewhere = new SlotId(shop.slot, "7000000000000000001", 1);
        CollectingSink sink = new CollectingSink();

        try (SourceStream stream = shop.acceptGap(PostgresOffset.at(elsewhere, saved.lsn() + (1L << 40)))) {
            assertThat(stream.start()).isEqualTo(saved);
            PostgresFixture.readCommits(stream, sink, 1);
        }

        assertThat(sink.ids()).containsExactly(1);
    }

    @Test
    @DisplayName("PG-R3: nothing behind changes that the server skips is handed over, so a restart finds the gap again")
    void nothingBehindSkippedChangesIsHandedOver() {
        assumeVersion(shop, 18, "changes that are skipped with a warning");
        CollectingSink sink = new CollectingSink();
        Offset saved;
        try (SourceStream stream = shop.openFresh()) {
            saved = stream.start();
            shop.database.sql("DROP PUBLICATION shop_cdc");
            shop.insert(1, 1);
            shop.database.sql("CREATE PUBLICATION shop_cdc FOR TABLE orders");
            shop.insert(2, 2);
            awaitSent();

            assertGapIsFound(() -> PostgresFixture.readCommits(stream, sink, 1));
        }
        assertThat(sink.events).isEmpty();
        assertThat(sink.commits).isEmpty();
        try (SourceStream stream = shop.resume(sink.idles.isEmpty() ? saved : sink.idles.get(0))) {
            assertGapIsFound(() -> PostgresFixture.readCommits(stream, sink, 1));
        }
        assertThat(sink.events).isEmpty();
    }

    private static void assertGapIsFound(ThrowingCallable reading) {
        assertThatThrownBy(reading)
                .isInstanceOfSatisfying(
                        SourceException.class,
                        failure -> assertThat(failure.kind()).isEqualTo(FailureKind.POSITION_LOST));
    }

    /** Until the server has sent all that is in its log by now. */
    private void awaitSent() {
        String end = shop.database.value("SELECT pg_current_wal_lsn()");
        await().until(() -> "t"
                .equals(shop.database.value(
                        "SELECT CASE WHEN sent_lsn >= '%s' THEN 't' END FROM pg_stat_replication WHERE pid = %s"
                                .formatted(end, shop.slotColumn("active_pid")))));
    }

    @Test
    @DisplayName("A slot that could not be read once, and gave something since, is not dropped for a later gap")
    void aSlotThatCanBeReadAgainIsKept() {
        PostgresConnector connector = shop.connector();
        CollectingSink sink = new CollectingSink();
        PostgresOffset saved;
        try (SourceStream stream = connector.open(StreamRequest.fresh())) {
            saved = (PostgresOffset) stream.start();
            shop.database.sql("DROP PUBLICATION shop_cdc");
            shop.insert(1, 1);
            shop.database.sql("CREATE PUBLICATION shop_cdc FOR TABLE orders");
            assertGapIsFound(() -> PostgresFixture.readCommits(stream, sink, 1));
        }
        advanceSlot();
        PostgresOffset mended = PostgresOffset.at(
                saved.slot(), Lsn.parse(shop.confirmedFlushLsn()).value());
        shop.insert(2, 2);
        try (SourceStream stream = connector.open(StreamRequest.resume(mended))) {
            PostgresFixture.readEvents(stream, sink, 1);
        }
        advanceSlot();
        shop.insert(3, 3);

        try (SourceStream stream = connector.open(new StreamRequest(mended, false, true, Map.of()))) {
            PostgresFixture.readEvents(stream, sink, 2);
        }
        assertThat(sink.ids()).containsExactly(2, 3);
    }

    private void advanceSlot() {
        shop.awaitFreeSlot(); // a server sends the error that ends a stream before it lets go of the slot
        shop.database.sql("SELECT pg_replication_slot_advance('%s', pg_current_wal_lsn())".formatted(shop.slot));
    }

    @Test
    @DisplayName(
            "An accepted gap is no first start: tables that cannot be captured any more, or yet, do not hold it up")
    void anAcceptedGapIsNotCheckedLikeAFirstStart() {
        Offset saved = startAndStop();
        dropSlot();
        shop.database.sql("DROP PUBLICATION shop_cdc", "CREATE TABLE keyless (note text)");
        PostgresConnector connector = new PostgresConnector(shop.options()
                .tables(TableFilter.of("public.*", "public.dropped"))
                .build());
        CollectingSink sink = new CollectingSink();

        try (SourceStream stream = connector.open(new StreamRequest(saved, false, true, Map.of()))) {
            shop.insert(1, 1);
            PostgresFixture.readCommits(stream, sink, 1);
        }
        assertThat(sink.ids()).containsExactly(1);
        assertThat(shop.database.query("SELECT tablename FROM pg_publication_tables WHERE pubname = 'shop_cdc'"))
                .singleElement()
                .asList()
                .containsExactly("orders");
    }

    @Test
    @DisplayName("Where the server never gives up a reader, its sessions with us do, and we wait for that")
    void aDeadSessionIsGivenUpWhereTheServerNeverDoes() throws SQLException {
        shop.database.sql("ALTER DATABASE %s SET wal_sender_timeout = 0".formatted(shop.database.name()));
        assertPatience(shop.options().build(), 70);
        assertPatience(shop.options().silenceTimeout(Duration.ofSeconds(90)).build(), 100);
        shop.database.sql("ALTER DATABASE %s SET wal_sender_timeout = '40s'".formatted(shop.database.name()));
        assertPatience(shop.options().build(), 50);
        assertPatience(shop.options().silenceTimeout(Duration.ofSeconds(90)).build(), 50);
        assertPatience(shop.options().silenceTimeout(Duration.ofSeconds(5)).build(), 50);
        try (Connection connection = new PostgresConnections(shop.options().build()).openSql();
                Statement statement = connection.createStatement()) {
            statement.execute("SET wal_sender_timeout = 0");
            assertThat(ReplicationSession.agreeOnTimeout(connection, null)).hasSeconds(60);
            try (ResultSet row = statement.executeQuery("SHOW wal_sender_timeout")) {
                row.next();
                assertThat(row.getString(1)).isEqualTo("1min");
            }
        }
    }

    private void assertPatience(PostgresOptions options, int seconds) {
        shop.awaitFreeSlot();
        PostgresConnector connector = new PostgresConnector(options);
        connector.open(StreamRequest.fresh()).close();
        assertThat(connector.inUsePatience()).hasSeconds(seconds);
    }

    @Test
    @DisplayName("An accepted gap takes no slot that belongs to somebody else")
    void anAcceptedGapLeavesForeignSlotsAlone() {
        Offset saved = startAndStop();
        dropSlot();
        shop.database.sql("SELECT pg_create_logical_replication_slot('%s', 'test_decoding')".formatted(shop.slot));

        SourceException refused = shop.refused(new StreamRequest(saved, false, true, Map.of()));

        assertThat(refused.kind()).isEqualTo(FailureKind.CONFIGURATION);
        assertThat(shop.slotColumn("plugin")).isEqualTo("test_decoding");
    }

    @Test
    @DisplayName("PG-35: while the source runs its slot can be neither dropped nor moved; after the stop it can")
    void theSlotIsHeldWhileTheSourceRuns() {
        String move = "SELECT pg_replication_slot_advance('%s', pg_current_wal_lsn())".formatted(shop.slot);
        String drop = "SELECT pg_drop_replication_slot('%s')".formatted(shop.slot);
        try (SourceStream stream = shop.openFresh()) {
            stream.read(new CollectingSink(), Duration.ZERO); // rows could have been read before
            for (String sql : List.of(move, drop)) {
                assertThatThrownBy(() -> shop.database.sql(sql)).hasStackTraceContaining("is active for PID");
            }
        }
        shop.awaitFreeSlot();
        shop.database.sql(move, drop);
        assertThat(shop.slotColumn("slot_name")).isNull();
    }

    @Test
    void aSlotThatIsCreatedOutlivesAFailoverWhereTheServerHasThat() {
        startAndStop();
        assertThat(shop.slotIsFailover()).isEqualTo(shop.hasFailoverSlots());
    }

    @Test
    void aSlotIsNoFailoverSlotWhenThatIsForbidden() {
        openFresh(shop.options().failoverSlot(false)).close();
        assertThat(shop.slotIsFailover()).isFalse();
    }

    @Test
    void aSlotOfSomebodyElseIsLeftAsItIsUntilTheSettingDemandsIt() {
        assumeTrue(shop.hasFailoverSlots(), "failover slots came with PostgreSQL 17");
        openFresh(shop.options().failoverSlot(false)).close();
        startAndStop();
        assertThat(shop.slotIsFailover()).isFalse();

        openFresh(shop.options().failoverSlot(true)).close();
        assertThat(shop.slotIsFailover()).isTrue();
        startAndStop();
        assertThat(shop.slotIsFailover()).isTrue();
    }

    @Test
    void failoverSlotsThatTheServerDoesNotHaveAreRefused() {
        assumeFalse(shop.hasFailoverSlots(), "PostgreSQL 17 and later have them");
        SourceException refused = PostgresFixture.refused(shop.options().failoverSlot(true), StreamRequest.fresh());
        assertThat(refused.kind()).isEqualTo(FailureKind.CONFIGURATION);
        assertThat(refused).hasMessageContaining("rustcdc.postgres.shop.failover-slot is true");
    }

    private SourceStream openFresh(PostgresOptions.Builder options) {
        shop.awaitFreeSlot();
        return new PostgresConnector(options.build()).open(StreamRequest.fresh());
    }

    private Offset startAndStop() {
        try (SourceStream stream = shop.openFresh()) {
            return stream.start();
        }
    }

    private void dropSlot() {
        shop.database.sql("SELECT pg_drop_replication_slot('%s')".formatted(shop.slot));
    }
}
