package io.rustcdc.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.rustcdc.CdcEngine;
import io.rustcdc.checkpoint.TableSnapshot.Phase;
import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.Operation;
import io.rustcdc.event.Row;
import io.rustcdc.snapshot.SnapshotMode;
import io.rustcdc.snapshot.SnapshotOptions;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Snapshots on request, as an operator uses them, over restarts. */
class SnapshotRequestTests extends SnapshotFixture {

    @BeforeEach
    void createMoreTables() {
        database.sql(
                "CREATE TABLE items (id int PRIMARY KEY, tenant int, note text)",
                "INSERT INTO items SELECT i, i % 10, 'n' || i FROM generate_series(1, 1000) i",
                "INSERT INTO orders SELECT i, 'n' || i FROM generate_series(1, 200) i");
    }

    private CdcEngine started(io.rustcdc.runtime.EngineOptions options) {
        CdcEngine engine = copying(options);
        engine.start();
        return engine;
    }

    @Test
    @DisplayName(
            "SN-07, SN-17: a request through the engine delivers each row once; only rows of the last chunk say so")
    void deliversWhatIsRequested() {
        CdcEngine engine = started(onRequest(300));
        request(engine, null, "public.items");
        awaitComplete(engine);
        awaitCopy("items");
        assertThat(readIds("items")).isEqualTo(numbers(1, 1000));
        assertThat(reads("orders")).isEmpty();
        assertThat(reads("items").stream()
                        .collect(Collectors.groupingBy(event -> event.snapshot().chunkIndex(), Collectors.counting()))
                        .toString())
                .isEqualTo("{0=300, 1=300, 2=300, 3=100}");
        assertThat(reads("items"))
                .allMatch(event ->
                        event.snapshot().lastChunk() == (event.snapshot().chunkIndex() == 3));
        assertThat(progress(engine, "items").rows()).isEqualTo(1000);
        assertThat(progress(engine, "items").chunks()).isEqualTo(4);
    }

    @Test
    @DisplayName(
            "SN-15, SN-18: with a name that matches nothing, nothing is read, and the error has the tables there are")
    void refusesAnUnknownTable() {
        CdcEngine engine = started(onRequest(300));
        assertThatExceptionOfType(CompletionException.class)
                .isThrownBy(() -> engine.snapshots()
                        .request(List.of("public.items", "public.itens"), null)
                        .join())
                .withCauseInstanceOf(IllegalArgumentException.class)
                .withMessageContaining("'public.itens'")
                .withMessageContaining("public.items, public.orders");
        assertThat(engine.snapshots().state().orElseThrow().isComplete()).isTrue();
        assertThat(progress(engine, "items").phase()).isEqualTo(Phase.SKIPPED);
    }

    @Test
    @DisplayName("SN-10, SN-12, SN-R1: a condition with OR holds in every chunk, before and after a restart")
    void aConditionHoldsOverARestart() {
        CdcEngine engine = started(slowly(10, 50));
        request(engine, "tenant = 3 OR tenant = 7", "public.items");
        await().atMost(PATIENCE).until(() -> reads("items").size() >= 30);
        engine.stop();
        assertThat(reads("items")).hasSizeLessThan(200);
        CdcEngine next = started(onRequest(10));
        awaitComplete(next);
        awaitSaved(next);
        assertThat(progress(next, "items").condition()).isEqualTo("tenant = 3 OR tenant = 7");
        assertThat(Set.copyOf(readIds("items")))
                .isEqualTo(numbers(1, 1000).stream()
                        .filter(id -> id % 10 == 3 || id % 10 == 7)
                        .collect(Collectors.toSet()));
        assertThat(reads("items")).hasSizeBetween(200, 210);
    }

    @Test
    @DisplayName("SN-11, SN-13: a finished table that is requested again under another condition uses that one")
    void aSecondRequestUsesItsOwnCondition() {
        CdcEngine engine = started(onRequest(300));
        request(engine, "tenant = 3", "public.items");
        awaitComplete(engine);
        awaitSaved(engine);
        assertThat(reads("items")).hasSize(100);
        long first = reads("items").get(0).snapshot().generation();
        forget();
        request(engine, "tenant < 3", "public.items");
        awaitComplete(engine);
        awaitSaved(engine);
        assertThat(reads("items"))
                .hasSize(300)
                .allMatch(event -> event.snapshot().generation() > first);
    }

    @Test
    @DisplayName("SN-09: a pause holds over a restart while changes go on; resume goes on at the same chunk")
    void aPauseHolds() {
        CdcEngine engine = started(slowly(10, 50));
        request(engine, null, "public.items");
        await().atMost(PATIENCE).until(() -> reads("items").size() >= 50);
        engine.snapshots().pause().join();
        engine.snapshots().pause().join();
        awaitSaved(engine);
        int before = reads("items").size();
        database.sql("UPDATE items SET note = 'while paused' WHERE id = 1");
        awaitEvent(1, Operation.UPDATE);
        assertThat(reads("items")).hasSize(before).hasSizeLessThan(1000);
        engine.stop();
        CdcEngine next = started(onRequest(10));
        database.sql("UPDATE items SET note = 'after the restart' WHERE id = 2");
        awaitEvent(2, Operation.UPDATE);
        assertThat(next.snapshots().state().orElseThrow().paused()).isTrue();
        assertThat(reads("items")).hasSize(before);
        next.snapshots().resume().join();
        awaitComplete(next);
        awaitSaved(next);
        assertThat(readIds("items")).isEqualTo(numbers(1, 1000));
        awaitCopy("items");
    }

    private void awaitEvent(int id, Operation operation) {
        await().atMost(PATIENCE)
                .until(() -> events().stream()
                        .anyMatch(event -> event.operation() == operation
                                && ((Number) event.after().get("id")).intValue() == id));
    }

    @Test
    @DisplayName("SN-08: a stopped snapshot does not start with the next process; a request starts it")
    void aStopHolds() {
        CdcEngine engine = started(changesOnly().withSnapshot(new SnapshotOptions(SnapshotMode.INITIAL, 10, 1, 50)));
        await().atMost(PATIENCE).until(() -> reads("items").size() >= 20);
        engine.snapshots().stop().join();
        awaitSaved(engine);
        int before = reads("items").size();
        assertThat(before).isLessThan(1000);
        engine.stop();
        CdcEngine next = started(chunksOf(10));
        database.sql("UPDATE items SET note = 'seen' WHERE id = 1");
        awaitEvent(1, Operation.UPDATE);
        assertThat(reads("items")).hasSize(before);
        assertThat(next.snapshots().state().orElseThrow().isComplete()).isTrue();
        request(next, null, "public.*");
        awaitComplete(next);
        awaitCopy("items", "orders");
    }

    @Test
    @DisplayName("SN-14, SN-16: tables that are requested while another is read come after it, over a restart")
    void requestsQueueUp() {
        CdcEngine engine = started(slowly(10, 10));
        request(engine, null, "public.orders");
        request(engine, null, "public.items");
        await().atMost(PATIENCE).until(() -> reads("orders").size() >= 20);
        assertThat(reads("items")).isEmpty();
        engine.stop();
        CdcEngine next = started(onRequest(50));
        awaitComplete(next);
        awaitSaved(next);
        List<String> order =
                events().stream().map(event -> event.table().name()).distinct().toList();
        assertThat(order).containsExactly("orders", "items");
        assertThat(Set.copyOf(readIds("orders"))).hasSize(200);
        assertThat(readIds("items")).isEqualTo(numbers(1, 1000));
        next.stop();
        forget();
        CdcEngine last = started(onRequest(50));
        database.sql("UPDATE items SET note = 'seen' WHERE id = 1");
        awaitEvent(1, Operation.UPDATE);
        assertThat(last.snapshots().state().orElseThrow().isComplete()).isTrue();
        assertThat(reads("items")).isEmpty();
    }

    @Test
    @DisplayName("SN-19: a table whose key changed between two runs is not sought by the old cursor")
    void aChangedKeyIsRefused() {
        CdcEngine engine = started(slowly(10, 50));
        request(engine, null, "public.items");
        await().atMost(PATIENCE).until(() -> reads("items").size() >= 20);
        engine.stop();
        database.sql(
                "ALTER TABLE items DROP CONSTRAINT items_pkey, ALTER COLUMN tenant SET NOT NULL, ADD PRIMARY KEY (tenant, id)");
        forgetAll();
        CdcEngine next = started(onRequest(10));
        await().atMost(PATIENCE).until(() -> progress(next, "items").phase() == Phase.GONE);
        assertThat(reads("items")).isEmpty();
        request(next, null, "public.items");
        awaitComplete(next);
        awaitCopy("items");
        assertThat(reads("items")).hasSize(1000);
    }

    @Test
    @DisplayName("SN-22: a queue that is smaller than a chunk takes it in slices")
    void aSmallQueueIsEnough() {
        CdcEngine engine = started(onRequest(500).withQueue(7, 100_000).withMaxEventsPerPoll(3));
        request(engine, null, "public.items");
        awaitComplete(engine);
        awaitSaved(engine);
        assertThat(readIds("items")).isEqualTo(numbers(1, 1000));
    }

    @Test
    @DisplayName("SN-23: progress and condition can be read while a listener blocks the source")
    void progressIsReadableWhileTheSourceIsStalled() throws Exception {
        CountDownLatch blocked = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        consumer.before = event -> block(event, blocked, go);
        CdcEngine engine = started(onRequest(100).withQueue(200, 1_000_000)); // less than the table
        engine.snapshots().request(List.of("public.items"), "tenant >= 0");
        blocked.await();
        assertThat(progress(engine, "items").condition()).isEqualTo("tenant >= 0");
        assertThat(progress(engine, "items").isPending()).isTrue();
        go.countDown();
        awaitComplete(engine);
        awaitCopy("items");
    }

    private static void block(ChangeEvent<Row> event, CountDownLatch blocked, CountDownLatch go) {
        if (((Number) event.after().get("id")).intValue() == 150) {
            blocked.countDown();
            try {
                go.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Test
    @DisplayName("SN-06: reading goes on after the connections are cut, without holes")
    void goesOnAfterTheConnectionIsCut() {
        CdcEngine engine = started(slowly(10, 1000));
        request(engine, null, "public.items");
        for (int cut = 1; cut <= 3; cut++) {
            int rows = cut * 100;
            await().atMost(PATIENCE).until(() -> reads("items").size() >= rows);
            database.query(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = current_database()");
        }
        awaitComplete(engine);
        awaitSaved(engine);
        assertThat(Set.copyOf(readIds("items"))).hasSize(1000);
        assertThat(readIds("items")).hasSizeLessThanOrEqualTo(1000 + 3 * 10);
        awaitCopy("items");
    }

    @Test
    @DisplayName(
            "SN-02: rows that are read but not acknowledged when the process ends come again, though changes were saved")
    void unacknowledgedRowsComeAgain() {
        consumer.before = event -> {
            if (event.operation() == Operation.READ && ((Number) event.after().get("id")).intValue() == 155) {
                throw new IllegalStateException("not this one");
            }
        };
        CdcEngine engine = started(onRequest(100));
        database.sql("UPDATE items SET note = 'changed' WHERE id = 900");
        awaitEvent(900, Operation.UPDATE);
        engine.snapshots().request(List.of("public.items"), null);
        awaitState(engine, io.rustcdc.observe.EngineState.FAILED);
        engine.stop();
        consumer.before = event -> {};
        List<Integer> delivered = readIds("items");
        assertThat(delivered).isEqualTo(numbers(1, 154));
        CdcEngine next = started(onRequest(100));
        awaitComplete(next);
        awaitSaved(next);
        List<Integer> again = readIds("items").subList(154, readIds("items").size());
        assertThat(again).isEqualTo(numbers(101, 1000));
        awaitCopy("items");
    }
}
