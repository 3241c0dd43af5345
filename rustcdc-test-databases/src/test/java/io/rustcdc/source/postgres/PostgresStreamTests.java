package io.rustcdc.source.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.rustcdc.event.AbsentColumnException;
import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.FailureKind;
import io.rustcdc.event.Offset;
import io.rustcdc.event.Operation;
import io.rustcdc.event.Row;
import io.rustcdc.source.SourceException;
import io.rustcdc.source.SourceStream;
import io.rustcdc.source.StreamRequest;
import io.rustcdc.source.TableFilter;
import io.rustcdc.test.databases.TcpProxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class PostgresStreamTests {

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
    void deliversChangesInCommitOrder() {
        CollectingSink sink = new CollectingSink();
        try (SourceStream stream = shop.openFresh()) {
            shop.insert(1, 2);
            shop.database.sql("UPDATE orders SET note = 'changed' WHERE id = 1", "DELETE FROM orders WHERE id = 2");

            PostgresFixture.readCommits(stream, sink, 3);
        }

        assertThat(sink.events)
                .extracting(ChangeEvent::operation)
                .containsExactly(Operation.INSERT, Operation.INSERT, Operation.UPDATE, Operation.DELETE);
        assertThat(sink.ids()).containsExactly(1, 2, 1, 2);
        assertThat(sink.events.get(2).after().get("note")).isEqualTo("changed");
    }

    @Test
    @DisplayName("PG-01: a restart after the last transaction delivers nothing")
    void cleanRestartDeliversNothing() {
        Offset saved = deliver(1, 1).lastCommit();

        try (SourceStream stream = shop.resume(saved)) {
            assertThat(shop.readUpToMark(stream, new CollectingSink()).events).isEmpty();
        }
    }

    @Test
    @DisplayName("PG-02: of three transactions with two acknowledged exactly the third is repeated")
    void restartRepeatsExactlyWhatIsNotAcknowledged() {
        CollectingSink sink = new CollectingSink();
        try (SourceStream stream = shop.openFresh()) {
            shop.insert(1, 3);
            shop.insert(4, 6);
            shop.insert(7, 9);
            PostgresFixture.readCommits(stream, sink, 3);
            stream.confirm(sink.commits.get(1));
        }

        try (SourceStream stream = shop.resume(sink.commits.get(1))) {
            assertThat(shop.readUpToMark(stream, new CollectingSink()).ids()).containsExactly(7, 8, 9);
        }
    }

    @Test
    @DisplayName("PG-04: the slot is confirmed up to the end of the acknowledged transaction, and not beyond")
    void confirmsTheEndOfTheTransaction() {
        CollectingSink sink = new CollectingSink();
        try (SourceStream stream = shop.openFresh()) {
            shop.insert(1, 1);
            shop.insert(2, 2);
            PostgresFixture.readCommits(stream, sink, 2);
            PostgresOffset first = (PostgresOffset) sink.commits.get(0);
            stream.confirm(first);

            await().untilAsserted(() -> {
                stream.read(sink, Duration.ofMillis(10));
                assertThat(shop.confirmedFlushLsn()).isEqualTo(Lsn.format(first.lsn()));
            });
            stream.confirm(sink.commits.get(1));
            stream.confirm(first);
        }
        await().untilAsserted(() -> assertThat(shop.confirmedFlushLsn())
                .isEqualTo(Lsn.format(sink.lastCommit().lsn())));
    }

    @Test
    @DisplayName("PG-08: a record that has arrived is not held back by the wait for more")
    void waitsForTheFirstRecordOnly() {
        CollectingSink sink = new CollectingSink();
        try (SourceStream stream = shop.openFresh()) {
            shop.insert(1, 1);
            await().atMost(Duration.ofSeconds(10)).until(() -> {
                stream.read(sink, Duration.ofMinutes(5));
                return sink.commits.size() == 1;
            });
        }
    }

    @Test
    @DisplayName("PG-11, PG-R12: a paused reader with backlog moves nothing on; an idle one only what was handed over")
    void neverMovesOnPastBacklog() {
        CollectingSink sink = new CollectingSink();
        try (SourceStream stream = shop.openFresh()) {
            shop.insert(1, 100);
            sink.room = 10;
            PostgresFixture.readEvents(stream, sink, 10);
            String before = shop.confirmedFlushLsn();
            shop.database.sql("SELECT pg_logical_emit_message(false, 'noise', repeat('x', 2000000))");
            IntStream.range(0, 5).forEach(i -> {
                stream.keepAlive();
                stream.read(sink, Duration.ofMillis(20));
            });
            assertThat(sink.idles).isEmpty();
            assertThat(shop.confirmedFlushLsn()).isEqualTo(before);

            sink.room = Integer.MAX_VALUE;
            PostgresFixture.readCommits(stream, sink, 1);
        }
        assertThat(sink.ids())
                .containsExactlyElementsOf(IntStream.rangeClosed(1, 100).boxed().toList());
    }

    @Test
    @DisplayName("PG-18: an unchanged TOASTed column is absent, not null")
    void unchangedToastIsAbsent() {
        CollectingSink sink = new CollectingSink();
        shop.database.sql(
                "ALTER TABLE orders ADD blob text",
                "INSERT INTO orders SELECT 1, 'a', string_agg(md5(i::text), '') FROM generate_series(1, 2000) i");
        try (SourceStream stream = shop.openFresh()) {
            shop.database.sql("UPDATE orders SET note = 'b' WHERE id = 1");
            PostgresFixture.readCommits(stream, sink, 1);
        }

        Row after = sink.events.get(0).after();
        assertThat(after.get("note")).isEqualTo("b");
        assertThat(after.isPresent("blob")).isFalse();
        assertThat(catchThrowableOfType(AbsentColumnException.class, () -> after.get("blob")))
                .isNotNull();
    }

    @Test
    @DisplayName("PG-24: after the walsender was terminated the next open finds a free slot")
    void reconnectsAfterTheWalsenderWasTerminated() {
        CollectingSink sink = new CollectingSink();
        SourceStream stream = shop.openFresh();
        Offset start = stream.start();
        stream.read(sink, Duration.ofMillis(1)); // it streams from here on
        shop.database.sql("SELECT pg_terminate_backend(active_pid, 5000) FROM pg_replication_slots WHERE slot_name = '"
                + shop.slot + "'");

        SourceException broken =
                catchThrowableOfType(SourceException.class, () -> PostgresFixture.readEvents(stream, sink, 1));
        stream.close();

        assertThat(broken.kind()).isEqualTo(FailureKind.TRANSIENT);
        shop.insert(1, 1);
        try (SourceStream next = shop.resume(start)) {
            PostgresFixture.readCommits(next, sink, 1);
        }
        assertThat(sink.ids()).containsExactly(1);
    }

    @Test
    @DisplayName("PG-35: the slot is free when close returns, also in the middle of a transaction")
    void closeFreesTheSlot() {
        CollectingSink sink = new CollectingSink();
        SourceStream idle = shop.openFresh();
        Offset start = idle.start();
        idle.close();
        assertThat(shop.slotColumn("active")).isEqualTo("false");

        shop.insert(1, 50_000);
        sink.room = 10;
        SourceStream busy = shop.resume(start);
        PostgresFixture.readEvents(busy, sink, 10);
        busy.close();
        await().until(() -> "false".equals(shop.slotColumn("active")));
    }

    @Test
    @DisplayName("PG-R1: resumed inside a transaction of 25 rows, exactly the rest arrives, whatever the cut")
    void resumesInsideATransaction() {
        CollectingSink sink = new CollectingSink();
        Offset start;
        try (SourceStream stream = shop.openFresh()) {
            start = stream.start();
            shop.insert(1, 25);
            PostgresFixture.readCommits(stream, sink, 1);
        }
        assertThat(sink.events).hasSize(25);
        for (int done : new int[] {1, 10, 24}) {
            CollectingSink rest = new CollectingSink();
            try (SourceStream stream = shop.resume(sink.events.get(done - 1).offset())) {
                stream.confirm(sink.events.get(done - 1).offset());
                PostgresFixture.readCommits(stream, rest, 1);
            }
            assertThat(rest.ids())
                    .containsExactlyElementsOf(
                            IntStream.rangeClosed(done + 1, 25).boxed().toList());
            assertThat(shop.confirmedFlushLsn()).isEqualTo(start.text());
        }
    }

    @Test
    @DisplayName("PG-R11: a consumer that takes nothing for longer than wal_sender_timeout keeps its connection")
    void blockedConsumerKeepsItsConnection() {
        shop.database.sql("ALTER ROLE postgres SET wal_sender_timeout = '5s'");
        CollectingSink sink = new CollectingSink();
        try (SourceStream stream = shop.openFresh()) {
            sink.room = 0;
            stream.read(sink, Duration.ZERO); // it streams from here on
            shop.insert(1, 10);
            String pid = shop.slotColumn("active_pid");
            assertThat(pid).isNotNull();
            long blockedSince = System.nanoTime();
            await().pollInterval(Duration.ofMillis(100)).until(() -> {
                stream.keepAlive();
                return System.nanoTime() - blockedSince > Duration.ofSeconds(11).toNanos();
            });

            assertThat(shop.slotColumn("active_pid")).isEqualTo(pid);
            sink.room = Integer.MAX_VALUE;
            PostgresFixture.readCommits(stream, sink, 1);
            assertThat(sink.events).hasSize(10);
            assertThat(shop.confirmedFlushLsn()).isEqualTo(stream.start().text());
        } finally {
            shop.database.sql("ALTER ROLE postgres RESET wal_sender_timeout");
        }
    }

    @Test
    @DisplayName("PG-R12: the driver does not confirm by itself; an idle source moves on by its own, saved position")
    void idleSourceMovesOnByItsOwnPosition() {
        AtomicLong time = new AtomicLong();
        PostgresConnector connector = new PostgresConnector(shop.options().build(), time::get);
        CollectingSink sink = new CollectingSink();
        try (SourceStream stream = connector.open(StreamRequest.fresh())) {
            shop.insert(1, 1);
            PostgresFixture.readCommits(stream, sink, 1);
            stream.confirm(sink.lastCommit());
            // Not a table: before version 15 its transaction would arrive as one without changes.
            String written =
                    shop.database.value("SELECT pg_logical_emit_message(false, 'noise', repeat('x', 2000000))");
            await().during(Duration.ofMillis(500)).until(() -> {
                stream.read(sink, Duration.ofMillis(20));
                return shop.confirmedFlushLsn()
                        .equals(Lsn.format(sink.lastCommit().lsn()));
            });
            assertThat(sink.idles).isEmpty();

            time.addAndGet(Duration.ofSeconds(31).toNanos());
            PostgresFixture.read(stream, sink, () -> sink.idles.size() == 1);
            PostgresOffset idle = (PostgresOffset) sink.idles.get(0);
            assertThat(Lsn.isBefore(idle.lsn(), Lsn.parse(written).value())).isFalse();
            stream.confirm(idle);
        }
        await().untilAsserted(() ->
                assertThat(shop.confirmedFlushLsn()).isEqualTo(sink.idles.get(0).text()));

        try (SourceStream stream = shop.resume(sink.idles.get(0))) {
            assertThat(shop.readUpToMark(stream, new CollectingSink()).events).isEmpty();
        }
    }

    @Test
    @DisplayName("PG-17: the key of a FULL table that joined after the start comes from the catalog, in its own order")
    void keyOfALaterTableComesFromTheCatalog() {
        CollectingSink sink = new CollectingSink();
        PostgresOptions.Builder options = shop.options().tables(TableFilter.of("public.*"));
        try (SourceStream stream = new PostgresConnector(options.build()).open(StreamRequest.fresh())) {
            shop.database.sql(
                    "CREATE TABLE later (a int, b int, note text, PRIMARY KEY (b, a))",
                    "ALTER TABLE later REPLICA IDENTITY FULL",
                    "ALTER PUBLICATION shop_cdc ADD TABLE later",
                    "INSERT INTO later VALUES (1, 2, 'x')");
            PostgresFixture.readEvents(stream, sink, 1);
        }
        assertThat(sink.events.get(0).key().columns()).containsExactly("b", "a");
    }

    @Test
    @DisplayName("The connection cut 20 times under load: nothing lost, nothing repeated")
    void cutConnectionLosesAndRepeatsNothing() {
        try (TcpProxy proxy = TcpProxy.to(shop.database.server().port())) {
            PostgresConnector connector =
                    new PostgresConnector(shop.options().port(proxy.port()).build());
            List<Object> delivered = new ArrayList<>();
            Offset saved = null;
            for (int round = 0; round < 20; round++) {
                CollectingSink sink = new CollectingSink();
                StreamRequest request = saved == null ? StreamRequest.fresh() : StreamRequest.resume(saved);
                SourceStream stream = open(connector, request);
                saved = saved == null ? stream.start() : saved;
                shop.insert(round * 100 + 1, round * 100 + 100);
                sink.room = 37;
                PostgresFixture.readEvents(stream, sink, 37);
                proxy.cut();
                sink.room = Integer.MAX_VALUE;
                SourceException broken = catchThrowableOfType(
                        SourceException.class, () -> PostgresFixture.readEvents(stream, sink, Integer.MAX_VALUE));
                assertThat(broken.kind()).isEqualTo(FailureKind.TRANSIENT);
                stream.close();
                delivered.addAll(sink.ids());
                saved = sink.events.get(sink.events.size() - 1).offset();
            }
            CollectingSink last = new CollectingSink();
            try (SourceStream stream = open(connector, StreamRequest.resume(saved))) {
                shop.readUpToMark(stream, last);
            }
            delivered.addAll(last.ids());
            assertThat(delivered)
                    .containsExactlyElementsOf(IntStream.rangeClosed(1, 2000)
                            .boxed()
                            .map(Object.class::cast)
                            .toList());
        }
    }

    /** The server may take a moment to notice that its client is gone. */
    private static SourceStream open(PostgresConnector connector, StreamRequest request) {
        return await().ignoreExceptionsMatching(
                        e -> e instanceof SourceException failure && failure.kind() == FailureKind.IN_USE)
                .until(() -> connector.open(request), stream -> true);
    }

    /** In this thread, since a stream is for one. */
    private static ConditionFactory await() {
        return Awaitility.with().pollInSameThread().await();
    }

    private CollectingSink deliver(int from, int to) {
        CollectingSink sink = new CollectingSink();
        try (SourceStream stream = shop.openFresh()) {
            shop.insert(from, to);
            PostgresFixture.readCommits(stream, sink, 1);
            stream.confirm(sink.lastCommit());
        }
        return sink;
    }
}
