package io.rustcdc.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.rustcdc.CdcEngine;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What one read of the server is, and when it ends. */
class SnapshotChunkTests extends SnapshotFixture {

    @Test
    @DisplayName("A condition that rarely holds does not make a read longer: it is of so many rows of the table")
    void aRareConditionIsReadInParts() {
        insert(1, 1000);
        CdcEngine engine = copying(onRequest(50));
        engine.start();
        request(engine, "id IN (7, 500, 993)", "public.orders");
        awaitComplete(engine);
        awaitSaved(engine);
        assertThat(readIds("orders")).containsExactly(7, 500, 993);
        assertThat(progress(engine, "orders").chunks()).as("and the empty rest").isEqualTo(21);
        assertThat(progress(engine, "orders").rows()).isEqualTo(3);
    }

    @Test
    @DisplayName(
            "A moved row with values that the stream did not send is read again once, even where a chunk is one row")
    void aMovedRowIsReadAgainOnce() throws Exception {
        database.sql(
                "CREATE TABLE documents (id int PRIMARY KEY, v int, body text)",
                "ALTER TABLE documents ALTER COLUMN body SET STORAGE EXTERNAL",
                "INSERT INTO documents SELECT i, i, repeat('x', 5000) FROM generate_series(1, 30) i");
        CountDownLatch reached = new CountDownLatch(1);
        CountDownLatch go = blockAtRead(5, reached);
        CdcEngine engine = copying(onRequest(1).withQueue(10, 1_000_000));
        engine.start();
        request(engine, null, "public.documents");
        assertThat(reached.await(60, TimeUnit.SECONDS)).isTrue();
        database.sql("UPDATE documents SET id = -1 WHERE id = 25");
        go.countDown();
        awaitComplete(engine);
        awaitCopy("documents");
        assertThat(readIds("documents").stream().filter(id -> id == -1)).hasSize(1);
        assertThat(readIds("documents")).hasSize(30);
    }
}
